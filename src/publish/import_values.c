/*
 * import_values.c - who promises, for what, and where to write.
 *
 * A document says these only by the way: the address is the one that reports
 * go to, the product is what the repository it links to is called, and the
 * organisation is whom the address belongs to. What is no more than likely
 * is written down with a mark.
 */
#include "publish/import_impl.h"

static bool
is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z');
}

/* --- links --------------------------------------------------------------------- */

struct links {
	const char *mail[50], *web[50];
	size_t n_mail, n_web;
};

static void
find_links(struct arena *a, struct span text, struct links *l)
{
	for (size_t i = 0; i < text.n;) {
		bool mail;
		size_t n = doc_link_length(
			span_from(text, i), i ? text.p[i - 1] : 0, &mail);

		if (n > 0 && mail && l->n_mail < 50)
			l->mail[l->n_mail++] =
				arena_text(a, span_cut(text, i, i + n));
		else if (n > 0 && !mail && l->n_web < 50)
			l->web[l->n_web++] =
				arena_text(a, span_cut(text, i, i + n));
		i += n > 0 ? n : 1;
	}
}

/* As policies write addresses: the host in small letters, and without what
 * stands after a '+'. */
static const char *
address(struct arena *a, const char *s)
{
	char *out = arena_printf(
		a, "%.*s%s", (int)strcspn(s, "+@"), s, strchr(s, '@'));

	for (char *c = strchr(out, '@'); c && *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	return out;
}

static const char *
best_mail(struct import *m, const struct links *l)
{
	static const char *const likely[] = {
		"secur", "vuln", "psirt", "cert", "sicherheit"};
	struct links in = {.n_mail = 0};

	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->v[i].kind, "contact") == 0)
			find_links(m->a, str_span(&m->v[i].text), &in);
	if (in.n_mail > 0)
		return address(m->a, in.mail[0]);
	for (size_t i = 0; i < l->n_mail; i++)
		for (size_t k = 0; k < ARRAY_LEN(likely); k++)
			if (span_find_nocase(span_of(l->mail[i]), likely[k]) <
				strlen(l->mail[i]))
				return address(m->a, l->mail[i]);
	return l->n_mail > 0 ? address(m->a, l->mail[0]) : NULL;
}

/* "github.com/example/widget" of a link to it or into it, else NULL. */
static const char *
repository(struct arena *a, const char *url)
{
	static const char *const hosts[] = {"github.com/", "gitlab.com/",
		"codeberg.org/", "bitbucket.org/"};
	struct span s = span_of(url);
	size_t scheme = span_find(s, "://");

	s = span_from(s, scheme + 3);
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		struct span rest, owner, name;

		if (!span_starts_nocase(s, hosts[i]))
			continue;
		rest = span_from(s, strlen(hosts[i]));
		if (!span_split(&rest, '/', &owner) ||
			!span_split(&rest, '/', &name))
			return NULL;
		name = span_cut(name, 0, span_find_byte(name, '?'));
		name = span_cut(name, 0, span_find_byte(name, '#'));
		if (span_ends_nocase(name, ".git"))
			name.n -= 4;
		if (name.n == 0 || owner.n == 0 ||
			span_is(owner, "advisories") || span_is(owner, "orgs"))
			return NULL;
		char *out = arena_printf(a, "%s%.*s/%.*s", hosts[i],
			SPAN_FMT(owner), SPAN_FMT(name));
		for (char *c = out; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c + 32);
		return out;
	}
	return NULL;
}

/* --- names ------------------------------------------------------------------------ */

/* The document's own spelling of "dag-factory", as "DAG Factory"; NULL if it
 * does not name it in words. Links are no words. */
static const char *
spelling(struct arena *a, struct span text, const char *name)
{
	size_t len = strlen(name);
	const char *found = NULL;

	for (size_t i = 0; i + len <= text.n; i++) {
		bool same = i == 0 ||
			!(is_alnum(text.p[i - 1]) ||
				strchr("/@.-_", text.p[i - 1]));
		bool upper = false;

		for (size_t k = 0; same && k < len; k++) {
			unsigned char c = text.p[i + k];
			bool joint = strchr("-_", name[k]) != NULL;

			upper = upper || (c >= 'A' && c <= 'Z');
			if (c >= 'A' && c <= 'Z')
				c = (unsigned char)(c + 32);
			same = joint ? strchr("-_ ", c) && c : c == name[k];
		}
		if (!same ||
			(i + len < text.n &&
				(is_alnum(text.p[i + len]) ||
					strchr("@/-_", text.p[i + len]) ||
					(text.p[i + len] == '.' &&
						i + len + 1 < text.n &&
						is_alnum(
							text.p[i + len + 1])))))
			continue;
		if (upper)
			return arena_text(a, span_cut(text, i, i + len));
		if (found == NULL)
			found = arena_text(a, span_cut(text, i, i + len));
	}
	return found;
}

static char *
capitalised(struct arena *a, const char *name)
{
	char *out = arena_strdup(a, name);
	bool begin = true;

	for (char *c = out; *c; c++) {
		if (begin && *c >= 'a' && *c <= 'z')
			*c = (char)(*c - 32);
		begin = *c == '-' || *c == '_' || *c == ' ';
		if (*c == '-' || *c == '_')
			*c = ' ';
	}
	return out;
}

/* Words with a capital from here on: "Blue Widget", at most four. */
static const char *
proper_name(struct arena *a, struct span s)
{
	size_t n = 0, end = 0;
	unsigned words = 0;

	s = span_trim(s);
	while (n < s.n && words < 4) {
		size_t from = n;

		if (!(s.p[n] >= 'A' && s.p[n] <= 'Z') &&
			!(words > 0 && s.p[n] >= '0' && s.p[n] <= '9'))
			break;
		while (n < s.n &&
			(is_alnum(s.p[n]) || strchr("-_+", s.p[n]) ||
				s.p[n] >= 0x80))
			n++;
		if (n == from)
			break;
		end = n;
		words++;
		if (n >= s.n || s.p[n] != ' ')
			break;
		n++;
	}
	return end > 1 ? arena_text(a, span_cut(s, 0, end)) : NULL;
}

static bool
is_usual(const char *name)
{
	static const char *const usual[] = {"Security", "Policy", "GitHub",
		"Report", "Reporting", "Vulnerability", "Vulnerabilities",
		"The", "We", "Please", "If", "This", "Our", "Supported", "CVE",
		"CWE", "PGP", "Disclosure", "Responsible", "Issues", "It",
		"You"};

	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		if (span_starts(span_of(name), usual[i]))
			return true;
	return false;
}

/* "vulnerabilities in Blue Widget", "Security policy of Blue Widget". */
static const char *
named_product(struct import *m, struct span text)
{
	static const char *const before[] = {"vulnerabilities in ",
		"vulnerability in ", "security of ", "security policy of ",
		"security policy for ", "security issues in ",
		"security issue in ", "problem in ", "problems in ", "bug in ",
		"security bugs in ", "schwachstelle in ", "schwachstellen in ",
		"sicherheit von ", "versions of "};
	struct span title = span_of(m->title);
	size_t end = span_find_nocase(title, " security");
	const char *name;

	for (size_t i = 0; i < ARRAY_LEN(before); i++) {
		size_t at = span_find_nocase(title, before[i]);

		name = at < title.n ?
			proper_name(m->a,
				span_from(title, at + strlen(before[i]))) :
			NULL;
		if (name && !is_usual(name))
			return name;
	}
	name = end < title.n ? proper_name(m->a, span_cut(title, 0, end)) :
			       NULL;
	if (name && !is_usual(name))
		return name;
	for (size_t i = 0; i < ARRAY_LEN(before); i++) {
		size_t at = span_find_nocase(text, before[i]);

		name = at < text.n ?
			proper_name(
				m->a, span_from(text, at + strlen(before[i]))) :
			NULL;
		if (name && !is_usual(name))
			return name;
	}
	return NULL;
}

static void
find_product(struct import *m, struct span text)
{
	const char *slash;

	m->product = m->given->product;
	if (m->product)
		return;
	m->product = named_product(m, text);
	if (m->product) {
		m->why_product = "it is named so in the text";
		return;
	}
	if (m->n_repositories > 0) {
		slash = strrchr(m->repositories[0], '/') + 1;
		m->product = spelling(m->a, text, slash);
		if (m->product == NULL)
			m->product = capitalised(m->a, slash);
		m->why_product = "after the repository";
		return;
	}
}

/* Hosts that are many organisations' say nothing of one. */
static bool
is_common_host(struct span label)
{
	static const char *const hosts[] = {"gmail", "googlegroups",
		"googlemail", "protonmail", "proton", "outlook", "hotmail",
		"yahoo", "gmx", "web", "github", "gitlab", "icloud", "posteo",
		"mailbox", "fastmail", "tutanota", "lists", "example"};

	for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
		if (span_is_nocase(label, hosts[i]))
			return true;
	return label.n < 2;
}

static void
find_organisation(struct import *m, struct span text)
{
	const char *at = m->contact ? strchr(m->contact, '@') : NULL;
	struct span host = span_of(at ? at + 1 : ""), rest = host, label;
	struct span labels[10];
	size_t n = 0;

	m->organisation = m->given->organisation;
	if (m->organisation)
		return;
	while (n < 10 && span_split(&rest, '.', &label))
		labels[n++] = label;
	/* example.org is "example", example.co.uk is as well */
	size_t pick = n >= 2 ? n - 2 : 0;
	if (n >= 3 && labels[pick].n <= 3 && labels[n - 1].n == 2)
		pick--;
	if (pick > 0 && span_is(labels[pick], "example"))
		pick--; /* as documentation writes hosts, RFC 2606 */
	if (n >= 2 && !is_common_host(labels[pick])) {
		const char *name = arena_text(m->a, labels[pick]);

		m->organisation = spelling(m->a, text, name);
		m->why_organisation = "after the address";
		if (m->organisation == NULL ||
			(m->organisation[0] >= 'a' &&
				m->organisation[0] <= 'z'))
			m->organisation = capitalised(m->a, name);
		return;
	}
	m->organisation = m->product ? m->product : "Organisation";
	m->why_organisation = "the document names none";
}

static void
find_prefix(struct import *m)
{
	char out[5] = "";
	size_t n = 0;

	m->prefix = m->given->prefix;
	if (m->prefix)
		return;
	for (const char *c = m->product; *c && n < 4; c++) {
		if (*c >= 'a' && *c <= 'z')
			out[n++] = (char)(*c - 32);
		else if ((*c >= 'A' && *c <= 'Z') ||
			(n > 0 && *c >= '0' && *c <= '9'))
			out[n++] = *c;
	}
	m->prefix = n >= 2 ? arena_strdup(m->a, out) : "SEC";
	m->why_prefix = "of case ids, after the name";
}

void
import_values(struct import *m, const struct doc *d)
{
	struct links l = {.n_mail = 0};
	AUTO(str_fini) struct str all;
	struct span text;

	str_init(&all, 2 * DOC_MAX);
	for (size_t i = 0; i < d->n; i++) {
		if (d->blocks[i].kind == BLOCK_COMMENT ||
			d->blocks[i].kind == BLOCK_CODE)
			continue;
		for (const char *c = doc_block_text(m->a, &d->blocks[i]); *c;
			c++)
			str_putc(&all, *c == '\n' ? ' ' : *c);
		str_putc(&all, '\n');
	}
	text = str_span(&all);
	find_links(m->a, text, &l);
	m->repositories = ARENA_ARRAY(m->a, l.n_web + 1, const char *);
	for (size_t i = 0; i < l.n_web; i++) {
		const char *r = repository(m->a, l.web[i]);

		if (r && m->n_repositories == 0)
			m->repositories[m->n_repositories++] = r;
	}
	m->contact = m->given->contact;
	if (m->contact == NULL)
		m->contact = best_mail(m, &l);
	if (m->contact == NULL) {
		m->contact = "security@example.org";
		m->why_contact = "the document names no address: give the "
				 "desk's";
	}
	find_product(m, text);
	find_organisation(m, text);
	if (m->product == NULL) {
		m->product = m->organisation;
		m->why_product = "the document does not name it";
	}
	find_prefix(m);
	m->zone = m->given->zone;
	if (m->zone == NULL) {
		m->zone = "UTC";
		m->why_zone = "where your days begin and end";
	}
}
