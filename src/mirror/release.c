/*
 * release.c - version numbers, read once and compared as numbers.
 *
 * Tags are free text, so a prefix is only taken for one where a separator
 * ends it ("dag-factory-1.2"), or where it is a word that means nothing else
 * ("v1.2", "release1.2"): "py3" is a name, not version 3.
 */
#include "mirror/release.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum { TEXT_MAX = 128, NUMBER_DIGITS = 18 };

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(unsigned char c)
{
	c |= 0x20;
	return c >= 'a' && c <= 'z';
}

static bool
is_separator(unsigned char c)
{
	return c == '.' || c == '-' || c == '_';
}

/* --- reading ------------------------------------------------------------------- */

/* Takes digits off; false if there are none or too many. */
static bool
take_number(struct span *s, uint64_t *out)
{
	uint64_t v = 0;
	size_t n = 0;

	for (; n < s->n && is_digit(s->p[n]); n++) {
		if (n == NUMBER_DIGITS)
			return false;
		v = v * 10 + (uint64_t)(s->p[n] - '0');
	}
	*s = span_from(*s, n);
	*out = v;
	return n > 0;
}

static bool
take_numbers(struct span *s, struct release *r)
{
	uint64_t v;

	if (!take_number(s, &v))
		return false;
	if (s->n > 1 && s->p[0] == '!') {
		r->epoch = v;
		*s = span_from(*s, 1);
		if (!take_number(s, &v))
			return false;
	}
	r->number[r->n_numbers++] = v;
	while (s->n > 1 && s->p[0] == '.' && is_digit(s->p[1])) {
		*s = span_from(*s, 1);
		if (r->n_numbers == RELEASE_NUMBERS ||
			!take_number(s, &r->number[r->n_numbers++]))
			return false;
	}
	return true;
}

static enum release_stage
stage_of(struct span word)
{
	static const struct {
		const char *word;
		enum release_stage stage;
	} words[] = {{"dev", STAGE_DEV}, {"snapshot", STAGE_DEV},
		{"a", STAGE_ALPHA}, {"alpha", STAGE_ALPHA}, {"b", STAGE_BETA},
		{"beta", STAGE_BETA}, {"milestone", STAGE_BETA},
		{"c", STAGE_CANDIDATE}, {"rc", STAGE_CANDIDATE},
		{"cr", STAGE_CANDIDATE}, {"pre", STAGE_CANDIDATE},
		{"preview", STAGE_CANDIDATE}, {"final", STAGE_FINAL},
		{"ga", STAGE_FINAL}, {"release", STAGE_FINAL},
		{"post", STAGE_POST}, {"r", STAGE_POST}, {"rev", STAGE_POST},
		{"sp", STAGE_POST}, {"p", STAGE_POST}, {"patch", STAGE_POST}};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (span_is_nocase(word, words[i].word))
			return words[i].stage;
	return STAGE_OTHER;
}

/* "rc1", "-alpha.2", ".post3", "-1". */
static bool
take_step(struct span *s, struct release *r)
{
	bool separated = is_separator(s->p[0]);
	size_t n = 0;

	if (r->n_steps == RELEASE_WORDS)
		return false;
	*s = span_from(*s, separated);
	while (n < s->n && is_letter(s->p[n]))
		n++;
	struct span word = span_cut(*s, 0, n);
	*s = span_from(*s, n);
	uint64_t number = 0;
	if (n == 0) {
		/* "1.0-1" is what PEP 440 calls a post-release, and in "-rc.1.2"
		 * a longer list is the later one. */
		if (!separated || !take_number(s, &number))
			return false;
		r->step[r->n_steps].stage = STAGE_POST;
		r->step[r->n_steps++].number = number;
		return true;
	}
	struct span after = span_from(*s, s->n > 1 && is_separator(s->p[0]));
	if (after.n > 0 && is_digit(after.p[0])) {
		*s = after;
		if (!take_number(s, &number))
			return false;
	}
	enum release_stage stage = stage_of(word);
	if (stage == STAGE_FINAL)
		return true;
	r->step[r->n_steps].stage = stage;
	r->step[r->n_steps].number = number;
	r->step[r->n_steps++].word = word;
	return true;
}

/* "+local.1": names a build, not a release. */
static bool
is_build(struct span s)
{
	for (size_t i = 1; i < s.n; i++)
		if (!is_digit(s.p[i]) && !is_letter(s.p[i]) &&
			!is_separator(s.p[i]))
			return false;
	return s.n > 1;
}

static bool
read_from(struct span prefix, struct span s, struct release *out)
{
	struct release r = {.prefix = prefix};

	if (!take_numbers(&s, &r))
		return false;
	while (s.n > 0 && s.p[0] != '+')
		if (!(is_separator(s.p[0]) || is_letter(s.p[0])) ||
			!take_step(&s, &r))
			return false;
	if (s.n > 0 && !is_build(s))
		return false;
	r.pre = r.n_steps > 0 && r.step[0].stage < STAGE_FINAL;
	for (unsigned i = 1; i < r.n_steps; i++)
		r.pre |= r.step[i].stage == STAGE_DEV;
	*out = r;
	return true;
}

/* May a number begin after this? */
static bool
is_prefix(struct span s)
{
	static const char *const words[] = {
		"v", "ver", "version", "r", "rel", "release"};
	size_t from = s.n;

	if (s.n == 0)
		return true;
	if (is_digit(s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (strchr("<>=~^!,;", s.p[i]) != NULL)
			return false;
	unsigned char last = s.p[s.n - 1];
	bool one = span_find_byte(s, ' ') == s.n;
	if (one &&
		(strchr("-_/@", last) != NULL ||
			(last == '.' && s.n > 1 && is_letter(s.p[s.n - 2]))))
		return true;
	s = span_trim(s); /* "version 1.2", but not "before 1.2" */
	from = s.n;
	while (from > 0 && is_letter(s.p[from - 1]))
		from--;
	struct span word = span_from(s, from);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (span_is_nocase(word, words[i]))
			return from == 0 || (one && !is_digit(s.p[from - 1]));
	return false;
}

bool
release_parse(struct span text, struct release *out)
{
	struct span s = span_trim(text);

	if (s.n == 0 || s.n > TEXT_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]) || (i > 0 && is_digit(s.p[i - 1])) ||
			!is_prefix(span_cut(s, 0, i)))
			continue;
		if (read_from(span_cut(s, 0, i), span_from(s, i), out))
			return true;
	}
	return false;
}

/* --- order ----------------------------------------------------------------------- */

static int
cmp_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
cmp_word(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n > 0 ? strncasecmp((const char *)a.p, (const char *)b.p, n) :
			0;

	return d != 0 ? d : cmp_u64(a.n, b.n);
}

/*
 * What stands where a release has no further step: after the numbers that is
 * the final release, above all but "post"; after "a2" it is that alpha,
 * above its own "dev" only.
 */
static int
rank(const struct release *r, unsigned i)
{
	if (i < r->n_steps)
		return 2 * (int)r->step[i].stage;
	return i == 0 ? 2 * STAGE_FINAL : 2 * STAGE_DEV + 1;
}

int
release_cmp(const struct release *a, const struct release *b)
{
	int d = cmp_u64(a->epoch, b->epoch);

	for (unsigned i = 0; i < RELEASE_NUMBERS && d == 0; i++)
		d = cmp_u64(a->number[i], b->number[i]);
	for (unsigned i = 0; d == 0 && (i < a->n_steps || i < b->n_steps);
		i++) {
		d = rank(a, i) - rank(b, i);
		if (d != 0 || i >= a->n_steps || i >= b->n_steps)
			continue;
		if (a->step[i].stage == STAGE_OTHER)
			d = cmp_word(a->step[i].word, b->step[i].word);
		if (d == 0)
			d = cmp_u64(a->step[i].number, b->step[i].number);
	}
	return d;
}
