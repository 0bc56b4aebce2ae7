/*
 * judge_affected.c - names found in what a report says is affected.
 *
 * "X depends on Y 1.2, which is vulnerable": the words of such a relation
 * part what is affected from what only has it. Y is looked for behind them
 * and X is no affected thing there.
 */
#include "judge/judge_affected.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "judge/judge_name.h"

enum { WORD_MAX = 100 };

/* Behind these stands what the product before them only uses. */
static const char *const uses[] = {"depends on", "depend on", "uses",
	"requires", "pins", "ships", "bundles", "installs", "pulls in",
	"relies on", "is built on"};
/* In front of these stands what the product behind them only uses. */
static const char *const used_by[] = {"used by", "dependency of",
	"dependencies of", "shipped with", "bundled with", "bundled in",
	"required by", "requirement of", "pinned by", "pinned in",
	"installed with", "installed by", "pulled in by", "used in",
	"dependency for", "deployed with", "which"};

static bool
is_word_end(struct span s, size_t at)
{
	return at >= s.n || s.p[at] <= ' ';
}

/* Only uses what is affected, or is only used with it. */
static bool
is_user(struct span text, struct name_hit hit)
{
	struct span before = span_trim(span_cut(text, 0, hit.at)),
		    after = span_trim(span_from(text, hit.end));

	if (span_ends_nocase(before, " the"))
		before = span_trim(span_cut(before, 0, before.n - 4));
	for (size_t i = 0; i < ARRAY_LEN(used_by); i++)
		if (span_ends_nocase(before, used_by[i]))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(uses); i++)
		if (span_starts_nocase(after, uses[i]) &&
			is_word_end(after, strlen(uses[i])))
			return true;
	return false;
}

struct looking {
	bool found;
};

static void
seen(void *ctx, struct span text, struct name_hit hit)
{
	struct looking *l = ctx;

	if (hit.kind != NAME_ORGANISATION && !is_user(text, hit) &&
		!name_is_aside(text, hit))
		l->found = true;
}

static bool
names_product(const struct names *names, struct span text)
{
	struct looking l = {false};

	names_scan(names, text, 0, seen, &l);
	return l.found;
}

/* A file in a folder called as the product is, or code found at its tag. */
static struct standing
by_code(const struct names *names, const struct report *r,
	const struct evidence *ev)
{
	for (size_t i = 0; i < r->files.n; i++) {
		struct span s = span_of(r->files.v[i].text);

		if (span_find_byte(s, '/') < s.n && names_product(names, s))
			return (struct standing){true, r->files.v[i].line};
	}
	for (size_t i = 0; ev != NULL && i < ev->n_claims; i++) {
		const struct code_claim *c = &r->claims[ev->claims[i].claim];

		if (ev->claims[i].status == CLAIM_EXISTS &&
			(c->kind == CODE_FUNCTION || c->kind == CODE_CLASS ||
				c->kind == CODE_LINE || c->kind == CODE_QUOTE))
			return (struct standing){true, c->line};
	}
	return (struct standing){false, 0};
}

struct standing
standing_find(struct arena *a, const struct policy *p, const struct message *m,
	const struct report *r, const struct evidence *ev)
{
	const struct names *names = names_new(a, &p, 1);

	for (size_t i = 0; i < r->n_affected; i++)
		if (r->affected[i].how != AFFECTED_TARGET &&
			names_product(names, span_of(r->affected[i].text)))
			return (struct standing){true, r->affected[i].line};
	if (names_product(names, span_of(m->subject)))
		return (struct standing){true, 0};
	return by_code(names, r, ev);
}

bool
links_product(const struct policy *p, const struct report *r)
{
	const struct product *own = &p->product;

	for (size_t i = 0; i < r->urls.n; i++) {
		struct span s = span_of(r->urls.v[i].text);

		for (size_t k = 0; k < own->n_repositories; k++)
			if (span_find_nocase(s, own->repositories[k]) < s.n)
				return true;
		for (size_t k = 0; k < own->n_urls; k++)
			if (span_find_nocase(s, own->urls[k]) < s.n)
				return true;
	}
	return false;
}

/* ---- other things ---- */

/* Quickly: may `name` begin with this byte? Letters are a bit apart. */
static bool
same_letter(unsigned char c, const char *name)
{
	return ((c ^ (unsigned char)*name) & 0xdf) == 0;
}

static bool
add(struct thing *out, size_t *n, struct thing t)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(out[i].name, t.name) == 0 && out[i].line == t.line) {
			out[i].sure = out[i].sure || t.sure;
			return false;
		}
	if (*n < THINGS_MAX)
		out[(*n)++] = t;
	return *n < THINGS_MAX;
}

size_t
things_hosts(const struct report *r, struct texts hosts, struct thing *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_affected; i++) {
		struct span s = span_of(r->affected[i].text);

		for (size_t at = 0; at < s.n; at++)
			for (size_t k = 0; k < hosts.n; k++)
				if (same_letter(s.p[at], hosts.v[k]) &&
					host_at(s, at, hosts.v[k]) > 0)
					(void)add(out, &n,
						(struct thing){
							.name = hosts.v[k],
							.line = r->affected[i]
									.line,
							.sure = r->affected[i]
									.how !=
								AFFECTED_TARGET});
	}
	return n;
}

static bool
is_compared(struct span text, size_t at, size_t end)
{
	return name_is_aside(text, (struct name_hit){.at = at, .end = end});
}

size_t
things_names(struct arena *a, const struct report *r, struct texts names,
	struct thing *out)
{
	size_t n = 0;

	for (size_t k = 0; k < names.n; k++) {
		struct span name, link;
		const char *text;

		policy_other(names.v[k], &name, &link);
		text = arena_text(a, name);
		for (size_t i = 0; i < r->n_affected; i++) {
			struct span s = span_of(r->affected[i].text);

			for (size_t at = 0; at < s.n; at++) {
				size_t end = same_letter(s.p[at], text) ?
					name_at(s, at, text) :
					0;

				if (end == 0 || is_compared(s, at, end))
					continue;
				(void)add(out, &n,
					(struct thing){.name = text,
						.link = link,
						.line = r->affected[i].line,
						.sure = r->affected[i].how !=
							AFFECTED_TARGET});
				break;
			}
		}
	}
	return n;
}

/* ---- dependencies ---- */

static bool
is_name_byte(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
		c == '@' || c == '/';
}

/* As package indexes compare names: lower case, - for - _ and dots. */
static size_t
normal(struct span s, char *out, bool dots)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < WORD_MAX; i++) {
		unsigned char c = s.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + 32);
		if (c == '_' || (c == '.' && dots) || c == ' ')
			c = '-';
		if (c == '-' && n > 0 && out[n - 1] == '-')
			continue;
		out[n++] = (char)c;
	}
	out[n] = '\0';
	return n;
}

static int
by_name(const void *key, const void *row)
{
	const struct dependency *d = row;

	return strcmp(key, d->name);
}

static const struct dependency *
declared(const struct evidence *ev, struct span s)
{
	char name[WORD_MAX + 1];

	for (int dots = 0; dots < 2; dots++) {
		const struct dependency *d;

		if (normal(s, name, dots != 0) == 0)
			return NULL;
		d = bsearch(name, ev->dependencies, ev->n_dependencies,
			sizeof *d, by_name);
		if (d != NULL)
			return d;
	}
	return NULL;
}

/* The word at *at, without the dot that ends a sentence; moves past it. */
static struct span
take_word(struct span s, size_t *at)
{
	size_t from, to;

	while (*at < s.n && !is_name_byte(s.p[*at]))
		(*at)++;
	from = to = *at;
	while (to < s.n && is_name_byte(s.p[to]))
		to++;
	*at = to;
	while (to > from && strchr(".-/@", s.p[to - 1]) != NULL)
		to--;
	return span_cut(s, from, to);
}

/* Is what follows a version, or "package"? */
static bool
is_called_package(struct span rest)
{
	static const char *const nouns[] = {
		"package", "library", "module", "dependency", "version", "v"};

	rest = span_trim(rest);
	while (rest.n > 0 && strchr("=<>~^!(` ", rest.p[0]) &&
		rest.p[0] != '\0')
		rest = span_from(rest, 1);
	if (rest.n > 0 && rest.p[0] >= '0' && rest.p[0] <= '9')
		return true;
	for (size_t i = 0; i < ARRAY_LEN(nouns); i++)
		if (span_starts_nocase(rest, nouns[i]))
			return true;
	return false;
}

/* "requests" is a package and a word: only a word unless shown otherwise. */
static bool
is_plain(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 'a' || s.p[i] > 'z')
			return false;
	return true;
}

/* Where the words of a relation end, or 0. */
static size_t
after_relation(struct span s)
{
	for (size_t i = 0; i < ARRAY_LEN(uses); i++) {
		size_t n = strlen(uses[i]), at = span_find_nocase(s, uses[i]);

		if (at < s.n && at > 0 && s.p[at - 1] <= ' ' &&
			is_word_end(s, at + n))
			return at + n;
	}
	return 0;
}

static struct span
only_affected(struct span s, bool *related)
{
	size_t from = after_relation(s);

	*related = from > 0;
	s = span_from(s, from);
	for (size_t i = 0; i < ARRAY_LEN(used_by); i++) {
		size_t at = span_find_nocase(s, used_by[i]);

		if (at < s.n && at > 0 && s.p[at - 1] <= ' ')
			s = span_cut(s, 0, at);
	}
	return span_trim(s);
}

static void
dependencies_in(const struct affected *f, const struct evidence *ev, bool cited,
	struct thing *out, size_t *n)
{
	bool related;
	struct span s = only_affected(span_of(f->text), &related);

	for (size_t at = 0; at < s.n;) {
		struct span word = take_word(s, &at), two;
		const struct dependency *d;
		size_t next = at;

		if (word.n == 0)
			continue;
		two = take_word(s, &next);
		two = two.n > 0 ?
			span_make(word.p, (size_t)(two.p + two.n - word.p)) :
			word;
		d = declared(ev, two);
		if (d != NULL && two.n > word.n) {
			word = two;
			at = next;
		} else {
			d = declared(ev, word);
		}
		bool called = is_called_package(span_from(s, at));

		if (d == NULL ||
			(is_plain(word) && !called && word.n != s.n &&
				f->how != AFFECTED_LABEL))
			continue;
		(void)add(out, n,
			(struct thing){.name = d->name,
				.line = f->line,
				.sure = f->how != AFFECTED_TARGET &&
					(called || cited ||
						(!related &&
							(f->how == AFFECTED_LABEL ||
								!is_plain(
									word)))),
				.dependency = d});
	}
}

size_t
things_dependencies(struct arena *a, const struct report *r,
	const struct evidence *ev, struct thing *out)
{
	size_t n = 0;

	(void)a;
	for (size_t i = 0; ev != NULL && i < r->n_affected; i++)
		dependencies_in(&r->affected[i], ev, r->cves.n > 0, out, &n);
	return n;
}

/* ---- repositories ---- */

size_t
things_repositories(
	const struct policy *p, const struct report *r, struct thing *out)
{
	static const char *const forges[] = {"github.com/", "gitlab.com/",
		"bitbucket.org/", "codeberg.org/"};
	size_t n = 0;

	for (size_t i = 0; i < r->n_affected; i++) {
		struct span s = span_of(r->affected[i].text);

		if (r->affected[i].how != AFFECTED_LABEL)
			continue;
		for (size_t k = 0; k < ARRAY_LEN(forges); k++) {
			size_t at = span_find_nocase(s, forges[k]);
			bool own = at == s.n;

			for (size_t q = 0; q < p->product.n_repositories; q++)
				own = own ||
					name_at(s, at,
						p->product.repositories[q]) > 0;
			if (!own)
				(void)add(out, &n,
					(struct thing){.name = forges[k],
						.line = r->affected[i].line});
		}
	}
	return n;
}
