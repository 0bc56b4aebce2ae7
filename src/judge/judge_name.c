/* judge_name.c - see judge_name.h. */
#include "judge/judge_name.h"

enum { JOIN_MAX = 2, NAME_BYTES_MAX = 200 };

static bool
is_alnum(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9');
}

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static bool
is_joint(unsigned char c)
{
	return c == ' ' || c == '-' || c == '_';
}

static unsigned char
char_at(struct span s, size_t i)
{
	return i < s.n ? s.p[i] : ' ';
}

/* One for all that may stand between words, and at the end. */
static unsigned char
fold(unsigned char c)
{
	return is_alnum(c) ? lower(c) : (unsigned char)' ';
}

/* Where `name` ends if it stands at `at`, else 0. */
static size_t
match_name(struct span text, size_t at, const char *name)
{
	for (; *name; name++) {
		if (is_joint((unsigned char)*name)) {
			size_t from = at;

			while (at < text.n && at - from < JOIN_MAX &&
				(is_joint(text.p[at]) || text.p[at] == '\n'))
				at++;
			if (at == from)
				return 0;
		} else if (at >= text.n ||
			lower(text.p[at]) != lower((unsigned char)*name))
			return 0;
		else
			at++;
	}
	return at;
}

/* "cosmos-sdk" is another thing than cosmos, "cosmos-1.9" is not. */
static bool
ends_well(struct span text, size_t end, const char *name)
{
	unsigned char c = char_at(text, end), d = char_at(text, end + 1);
	bool compound = strpbrk(name, " -_") != NULL;

	if (is_alnum(c) || c == '_' || c >= 0x80)
		return false;
	if (c == '-' && is_alnum(d) && !compound)
		return d >= '0' && d <= '9';
	return true;
}

static bool
begins_well(struct span text, size_t at)
{
	unsigned char c = at > 0 ? text.p[at - 1] : ' ';

	return !is_alnum(c) && c != '_' && c != '-' && c != '@' && c != '.' &&
		c < 0x80;
}

/* A repository or site: a ':' may stand for the '/' after the host. */
static size_t
match_place(struct span text, size_t at, const char *place, size_t n)
{
	bool host = true;

	for (size_t i = 0; i < n; i++, at++) {
		unsigned char c = char_at(text, at), want;

		want = (unsigned char)place[i];
		if (want == '/' && host) {
			host = false;
			if (c != '/' && c != ':')
				return 0;
		} else if (at >= text.n || lower(c) != want)
			return 0;
	}
	return at;
}

static bool
ends_place(struct span text, size_t end)
{
	unsigned char c = char_at(text, end), d = char_at(text, end + 1);

	if (c == '.' && span_starts_nocase(span_from(text, end), ".git"))
		return !is_alnum(char_at(text, end + 4));
	return !is_alnum(c) && c != '_' && c != '-' &&
		!(c == '.' && is_alnum(d));
}

/* One name of one product; an owner is the beginning of a repository. */
struct entry {
	struct entry *next; /* with the same first letter */
	const char *text;
	size_t n;
	enum name_kind kind;
	unsigned char second; /* letter, folded: most words differ in it */
	bool weak;
	size_t policy;
};

/* By the first letter; within one by product, then kind. */
struct names {
	struct entry *first[256]; /* either case */
	unsigned char word[256];  /* what no name begins behind */
};

/* At the front: so the last product and the weakest kind are added first. */
static void
add(struct arena *a, struct names *names, size_t policy, enum name_kind kind,
	const char *text, size_t n)
{
	struct entry *e = ARENA_NEW(a, struct entry);
	struct entry **head = &names->first[lower((unsigned char)*text)];

	*e = (struct entry){.next = *head,
		.text = text,
		.n = n,
		.kind = kind,
		.second = n > 1 ? fold((unsigned char)text[1]) : ' ',
		.policy = policy};
	*head = e;
	if (*text >= 'a' && *text <= 'z')
		names->first[(unsigned char)*text - 32] = e;
	else if (*text >= 'A' && *text <= 'Z')
		names->first[(unsigned char)*text] = e;
}

/* One word out of a longer name, as "cosmos" of Astronomer Cosmos: it may
 * mean much else. */
static bool
is_weak(const char *alias, const char *name)
{
	struct span rest = span_of(name), word;

	if (strpbrk(alias, " -_./0123456789") != NULL ||
		strchr(name, ' ') == NULL)
		return false;
	while (span_split(&rest, ' ', &word))
		if (span_is_nocase(word, alias))
			return true;
	return false;
}

static void
add_all(struct arena *a, struct names *names, size_t policy,
	enum name_kind kind, const char *const *v, size_t n)
{
	for (size_t i = n; i-- > 0;)
		add(a, names, policy, kind, v[i], strlen(v[i]));
}

const struct names *
names_new(struct arena *a, const struct policy *const *policies, size_t n)
{
	struct names *names = ARENA_NEW(a, struct names);

	for (unsigned c = 0; c < 256; c++)
		names->word[c] =
			is_alnum((unsigned char)c) || c == '_' || c >= 0x80;
	for (size_t i = n; i-- > 0;) {
		const struct product *p = &policies[i]->product;

		for (size_t k = p->n_repositories; k-- > 0;)
			add(a, names, i, NAME_ORGANISATION, p->repositories[k],
				(size_t)(strrchr(p->repositories[k], '/') + 1 -
					p->repositories[k]));
		add_all(a, names, i, NAME_PACKAGE, p->packages, p->n_packages);
		for (size_t k = p->n_aliases; k-- > 0;) {
			add(a, names, i, NAME_NAME, p->aliases[k],
				strlen(p->aliases[k]));
			names->first[lower((unsigned char)*p->aliases[k])]
				->weak = is_weak(p->aliases[k], p->name);
		}
		add_all(a, names, i, NAME_NAME, &p->name, 1);
		add_all(a, names, i, NAME_URL, p->urls, p->n_urls);
		add_all(a, names, i, NAME_REPOSITORY, p->repositories,
			p->n_repositories);
	}
	return names;
}

/* github.com/OWNER/ and then a name of one part. */
static size_t
match_owned(struct span text, size_t at, const struct entry *e)
{
	size_t end = match_place(text, at, e->text, e->n), from = end;

	while (end > 0 && end < text.n && end - from < 100 &&
		(is_alnum(text.p[end]) || text.p[end] == '-' ||
			text.p[end] == '_'))
		end++;
	return end > from ? end : 0;
}

/* Where the entry ends if it stands at `at`, else 0. */
static size_t
match(struct span text, size_t at, const struct entry *e)
{
	size_t end = 0;

	switch (e->kind) {
	case NAME_REPOSITORY:
	case NAME_URL:
		end = match_place(text, at, e->text, e->n);
		return end > 0 && ends_place(text, end) ? end : 0;
	case NAME_NAME:
	case NAME_PACKAGE:
		end = match_name(text, at, e->text);
		return end > 0 && ends_well(text, end, e->text) ? end : 0;
	case NAME_ORGANISATION:
		return match_owned(text, at, e);
	}
	return 0;
}

/* Behind an '@' stands a host, of git@github.com:... or of an address. */
static bool
may_stand(const struct entry *e, bool behind)
{
	return !behind || e->kind == NAME_REPOSITORY ||
		e->kind == NAME_ORGANISATION;
}

/* Each product once, by its strongest kind; another repository of an owner
 * only where no product's own stands, and for the first product of it. */
static void
try_all(const struct entry *e, struct span text, struct name_hit hit,
	bool behind, name_found *found, void *ctx)
{
	const struct entry *owned = NULL;
	unsigned char second = fold(char_at(text, hit.at + 1));
	bool any = false;
	size_t owned_end = 0;

	for (size_t done = SIZE_MAX; e; e = e->next) {
		if (e->policy == done || e->second != second ||
			!may_stand(e, behind))
			continue;
		size_t end = match(text, hit.at, e);

		if (end == 0)
			continue;
		done = e->policy;
		if (e->kind == NAME_ORGANISATION) {
			owned_end = owned ? owned_end : end;
			owned = owned ? owned : e;
			continue;
		}
		any = any || e->kind == NAME_REPOSITORY;
		hit.weak = e->weak;
		hit.policy = e->policy;
		hit.kind = e->kind;
		hit.end = end;
		found(ctx, text, hit);
	}
	if (owned && !any) {
		hit.policy = owned->policy;
		hit.kind = NAME_ORGANISATION;
		hit.weak = false;
		hit.end = owned_end;
		found(ctx, text, hit);
	}
}

/* Word by word: a name begins where a word does, or behind an '@'. */
void
names_scan(const struct names *names, struct span text, unsigned line,
	name_found *found, void *ctx)
{
	for (size_t at = 0; at < text.n;) {
		unsigned char c = text.p[at];
		const struct entry *e = names->first[c];

		if (!names->word[c]) {
			line += c == '\n';
			at++;
			continue;
		}
		if (e != NULL) {
			bool behind = at > 0 && text.p[at - 1] == '@';

			if (behind || begins_well(text, at))
				try_all(e, text,
					(struct name_hit){
						.line = line, .at = at},
					behind, found, ctx);
		}
		while (++at < text.n && names->word[text.p[at]])
			;
	}
}

size_t
name_at(struct span text, size_t at, const char *name)
{
	size_t end;

	if (at >= text.n || lower(text.p[at]) != lower((unsigned char)*name) ||
		!begins_well(text, at))
		return 0;
	if (strchr(name, '/') != NULL) {
		end = match_place(text, at, name, strlen(name));
		return end > 0 && ends_place(text, end) ? end : 0;
	}
	end = match_name(text, at, name);
	return end > 0 && ends_well(text, end, name) ? end : 0;
}

size_t
host_at(struct span text, size_t at, const char *host)
{
	size_t n = strlen(host), end = at + n;

	if (!begins_well(text, at) ||
		!span_starts_nocase(span_from(text, at), host))
		return 0;
	if (at > 0 && text.p[at - 1] == '/' &&
		(at < 2 || text.p[at - 2] != '/'))
		return 0;
	if (is_alnum(char_at(text, end)) || char_at(text, end) == '-' ||
		(char_at(text, end) == '.' && is_alnum(char_at(text, end + 1))))
		return 0;
	return end;
}
