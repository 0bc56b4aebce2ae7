/*
 * releases.c - what a mail says of versions beside their numbers: ranges,
 * "the latest release", branches.
 *
 * Ranges are kept as comparators joined by commas, whatever words they came
 * in: "up to 0.22.0" is "<=0.22.0", "0.20 through 0.22" ">=0.20,<=0.22". A
 * number needs a dot, or "version" before it, to be a version here.
 */
#include "report/ascii.h"
#include "report/chunk.h"
#include "report/find.h"

enum { WORDS_BYTES = 50 }; /* "starting from the release version " */

/* The version at the start of s, with its "v" and tail; empty if none. */
static struct span
version_at(struct span s)
{
	size_t v = s.n > 0 && (s.p[0] | 0x20) == 'v', i = v, dots = 0;

	while (i < s.n &&
		(is_digit(s.p[i]) ||
			(i > v && s.p[i] == '.' && i + 1 < s.n &&
				is_digit(s.p[i + 1]))))
		dots += s.p[i++] == '.';
	if (i == v || dots == 0 || dots > 3 || i > 40)
		return SPAN_NONE;
	while (i < s.n && i < 48 &&
		(is_alnum(s.p[i]) ||
			(s.p[i] == '.' && i + 1 < s.n && is_alpha(s.p[i + 1]))))
		i++; /* "rc1", ".a2" */
	return span_cut(s, 0, i);
}

static struct span
skip_blanks(struct span s)
{
	while (s.n > 0 && is_blank(s.p[0]))
		s = span_from(s, 1);
	return s;
}

/* "version", "release" and "v." say nothing here. */
static struct span
skip_words(struct span s)
{
	static const char *const words[] = {
		"versions ", "version ", "releases ", "release ", "and "};
	size_t n;

	s = skip_blanks(s);
	while ((n = begins_any(s, words, ARRAY_LEN(words))) > 0)
		s = skip_blanks(span_from(s, n));
	return s;
}

static const struct {
	const char *words, *sign;
} before[] = {{"<=", "<="}, {">=", ">="}, {"=<", "<="}, {"=>", ">="},
	{"≤", "<="}, {"≥", ">="}, {"<", "<"}, {">", ">"}, {"~=", "~="},
	{"up to and including ", "<="}, {"up to ", "<="}, {"upto ", "<="},
	{"through ", "<="}, {"until ", "<="}, {"prior to ", "<"},
	{"earlier than ", "<"}, {"older than ", "<"}, {"lower than ", "<"},
	{"less than ", "<"}, {"before ", "<"}, {"below ", "<"},
	{"newer than ", ">"}, {"later than ", ">"}, {"greater than ", ">"},
	{"above ", ">"}, {"since ", ">="}, {"starting with ", ">="},
	{"starting from ", ">="}, {"from ", ">="}};

static const struct {
	const char *words, *sign;
} after[] = {{"and earlier", "<="}, {"and below", "<="}, {"and older", "<="},
	{"and prior", "<="}, {"and before", "<="}, {"or earlier", "<="},
	{"or below", "<="}, {"or older", "<="}, {"and lower", "<="},
	{"and later", ">="}, {"and newer", ">="}, {"and above", ">="},
	{"or later", ">="}, {"or newer", ">="}, {"and up", ">="},
	{"and onwards", ">="}, {"onwards", ">="}};

static const char *const between[] = {"up to and including ", "up to ",
	"through ", "thru ", "until ", "to ", "- ", "-", "– ", "–", "till "};

/* The sign at the start of s and the version behind it; *used is how far
 * both go. */
static const char *
signed_version(struct span s, struct span *version, size_t *used)
{
	for (size_t i = 0; i < ARRAY_LEN(before); i++) {
		size_t n = begins(s, before[i].words);

		if (n == 0)
			continue;
		struct span rest = skip_words(span_from(s, n));
		*version = version_at(rest);
		if (version->n == 0)
			return NULL;
		*used = (size_t)(version->p + version->n - s.p);
		return before[i].sign;
	}
	return NULL;
}

/* After a first part, ", < 0.23" or "and < 0.23" or "through 0.22". */
static size_t
second_part(struct span s, const char **sign, struct span *version)
{
	struct span rest = skip_blanks(s);
	size_t n, used;

	if (rest.n > 0 && rest.p[0] == ',')
		rest = skip_blanks(span_from(rest, 1));
	n = begins(rest, "and ");
	rest = skip_blanks(span_from(rest, n));
	*sign = signed_version(rest, version, &used);
	if (*sign != NULL)
		return (size_t)(rest.p + used - s.p);
	if (n > 0)
		return 0;
	n = begins_any(rest, between, ARRAY_LEN(between));
	if (n == 0)
		return 0;
	*version = version_at(skip_words(span_from(rest, n)));
	*sign = "<=";
	return version->n > 0 ? (size_t)(version->p + version->n - s.p) : 0;
}

static void
add_range(struct reading *g, size_t line, const char *sign, struct span v,
	const char *sign2, struct span v2)
{
	const char *text = sign2 == NULL ?
		arena_printf(g->a, "%s%.*s", sign, SPAN_FMT(v)) :
		arena_printf(g->a, "%s%.*s,%s%.*s", sign, SPAN_FMT(v), sign2,
			SPAN_FMT(v2));

	facts_add(g, &g->releases, span_of(text), line);
}

/* A range that begins at s; how far it goes, else 0. */
static size_t
range(struct reading *g, size_t line, struct span s)
{
	struct span v, v2;
	const char *sign, *sign2;
	size_t used, more;

	sign = signed_version(s, &v, &used);
	if (sign == NULL) {
		v = version_at(s);
		if (v.n == 0)
			return 0;
		used = v.n;
		struct span rest = skip_blanks(span_from(s, used));

		for (size_t i = 0; i < ARRAY_LEN(after); i++)
			if (begins(rest, after[i].words) > 0) {
				add_range(g, line, after[i].sign, v, NULL, v);
				return used;
			}
		more = second_part(span_from(s, used), &sign2, &v2);
		if (more == 0)
			return used; /* one version, and no range */
		add_range(g, line, ">=", v, sign2, v2);
		return used + more;
	}
	more = second_part(span_from(s, used), &sign2, &v2);
	if (more > 0 && (sign[0] != sign2[0]))
		add_range(g, line, sign, v, sign2, v2);
	else {
		add_range(g, line, sign, v, NULL, v);
		more = 0;
	}
	return used + more;
}

static bool
may_be_range(struct span s)
{
	struct span v;
	size_t used;

	return is_digit(s.p[0]) || s.p[0] == 'v' || s.p[0] == 'V' ?
		version_at(s).n > 0 :
		signed_version(s, &v, &used) != NULL;
}

/* Words may begin a range only where a word begins. */
static void
ranges(struct reading *g, size_t i)
{
	struct span s = line_span(&g->lines, i);

	if (!(g->lines.v[i].has & HAS_DIGIT))
		return;
	for (size_t at = 0, digit = 0; at < s.n;) {
		while (digit < s.n && (digit < at || !is_digit(s.p[digit])))
			digit++;
		if (digit == s.n)
			return;
		if (digit > at + WORDS_BYTES) {
			at = digit - WORDS_BYTES;
			continue;
		}
		unsigned char c = s.p[at], prev = at > 0 ? s.p[at - 1] : ' ';
		bool sign = c == '<' || c == '>' || c == '~' || c == '=' ||
			c == 0xe2;
		bool word = !is_alnum(prev) && prev != '.' && prev != '-' &&
			(is_digit(c) || may_be_letter(c, "uptbolngasfv"));
		size_t used = 0;

		if ((sign || word) && may_be_range(span_from(s, at)) &&
			!version_is_foreign(span_cut(s, 0, at)))
			used = range(g, i, span_from(s, at));
		at += used > 0 ? used : 1;
	}
}

/* Is `name`, at s[at], said to be a branch? */
static bool
is_branch(struct span s, size_t at, const char *name)
{
	static const char *const words[] = {"branch", "on", "from", "against",
		"latest", "current", "git", "at", "of"};
	struct span rest = span_from(s, at + strlen(name));

	while (rest.n > 0 && one_of(rest.p[0], "`'\""))
		rest = span_from(rest, 1);
	if (rest.n > 0 && (is_alnum(rest.p[0]) || one_of(rest.p[0], "_/-")))
		return false;
	return begins(rest, " branch") > 0 ||
		((rest.n == 0 || one_of(rest.p[0], ".,;:)") ||
			 name[0] == 'H') &&
			is_one_of(word_before(span_cut(s, 0, at)), words,
				ARRAY_LEN(words)));
}

/* "main branch", "branch main", "on master", "at HEAD". */
static void
branches(struct reading *g, size_t i)
{
	static const char *const names[] = {
		"main", "master", "develop", "trunk", "HEAD"};
	struct span s = line_span(&g->lines, i);

	for (size_t at = 0; at + 4 <= s.n; at++) {
		if (!one_of(s.p[at], "mdtH") ||
			(at > 0 && !one_of(s.p[at - 1], " `'\"(")))
			continue;
		for (size_t k = 0; k < ARRAY_LEN(names); k++)
			if (starts(span_from(s, at), names[k]) &&
				is_branch(s, at, names[k]))
				facts_add(
					g, &g->releases, span_of(names[k]), i);
	}
}

void
releases_find(struct reading *g)
{
	const struct hits *latest = &g->hits[M_LATEST];

	for (size_t k = 0; k < latest->n; k++)
		if (!latest->v[k].negated) {
			facts_add(g, &g->releases, SPAN_LIT("latest"),
				latest->v[k].line);
			break;
		}
	for (size_t i = 0; i < g->lines.n; i++) {
		if (!line_is_new(&g->lines, i) ||
			g->lines.v[i].shape == SHAPE_CODE)
			continue;
		ranges(g, i);
		branches(g, i);
	}
}
