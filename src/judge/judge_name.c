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

struct scan {
	const struct policy *const *policies;
	size_t n;
	struct span text;
	size_t at;   /* a beginning of a word */
	bool behind; /* behind an '@': git@github.com:..., or an address */
	unsigned line;
	name_found *found;
	void *ctx;
};

static void
say(const struct scan *s, size_t policy, enum name_kind kind, size_t end)
{
	s->found(s->ctx, s->text,
		(struct name_hit){policy, kind, s->line, s->at, end});
}

static bool
try_places(const struct scan *s, size_t i, const char *const *places, size_t n,
	enum name_kind kind)
{
	for (size_t k = 0; k < n; k++) {
		size_t end = match_place(
			s->text, s->at, places[k], strlen(places[k]));

		if (end > 0 && ends_place(s->text, end)) {
			say(s, i, kind, end);
			return true;
		}
	}
	return false;
}

static bool
try_names(const struct scan *s, size_t i, const char *const *names, size_t n,
	enum name_kind kind)
{
	for (size_t k = 0; k < n; k++) {
		size_t end = match_name(s->text, s->at, names[k]);

		if (end > 0 && ends_well(s->text, end, names[k])) {
			say(s, i, kind, end);
			return true;
		}
	}
	return false;
}

/* github.com/OWNER/ of one of the product's repositories, and then a name. */
static bool
try_owner(const struct scan *s, size_t i)
{
	const struct product *p = &s->policies[i]->product;

	for (size_t k = 0; k < p->n_repositories; k++) {
		const char *slash = strrchr(p->repositories[k], '/');
		size_t end = match_place(s->text, s->at, p->repositories[k],
			(size_t)(slash + 1 - p->repositories[k]));
		size_t from = end;

		while (end > 0 && end < s->text.n && end - from < 100 &&
			(is_alnum(s->text.p[end]) || s->text.p[end] == '-' ||
				s->text.p[end] == '_'))
			end++;
		if (end > from) {
			say(s, i, NAME_ORGANISATION, end);
			return true;
		}
	}
	return false;
}

static void
try_all(const struct scan *s)
{
	bool repository = false;

	for (size_t i = 0; i < s->n; i++) {
		const struct product *p = &s->policies[i]->product;

		if (try_places(s, i, p->repositories, p->n_repositories,
			    NAME_REPOSITORY)) {
			repository = true;
			continue;
		}
		if (s->behind)
			continue;
		if (try_places(s, i, p->urls, p->n_urls, NAME_URL) ||
			try_names(s, i, &p->name, 1, NAME_NAME) ||
			try_names(s, i, p->aliases, p->n_aliases, NAME_NAME))
			continue;
		try_names(s, i, p->packages, p->n_packages, NAME_PACKAGE);
	}
	for (size_t i = 0; i < s->n && !repository; i++)
		if (try_owner(s, i))
			return; /* the first product of that owner */
}

void
names_scan(const struct policy *const *policies, size_t n, struct span text,
	unsigned line, name_found *found, void *ctx)
{
	struct scan s = {policies, n, text, 0, false, line, found, ctx};

	for (; s.at < text.n; s.at++) {
		unsigned char c = text.p[s.at];

		s.behind = s.at > 0 && text.p[s.at - 1] == '@';
		if ((is_alnum(c) && (begins_well(text, s.at) || s.behind)) ||
			(c == '@' && begins_well(text, s.at)))
			try_all(&s);
		s.line += c == '\n';
	}
}
