/*
 * resolve_range.c - "<0.22", "0.20.0 - 0.22.1", "up to and including 1.0":
 * numbers with the signs and words that make ranges of them.
 *
 * The text is read once, word by word. A word either says what the next
 * number is ("before"), or what the last one was ("and earlier"). A word that
 * nobody here knows makes the whole text unclear, and then it is unknown.
 */
#include <string.h>

#include "base/mem.h"
#include "mirror/resolve.h"

enum op { OP_NONE, OP_IS, OP_NOT, OP_LT, OP_LE, OP_GT, OP_GE, OP_SERIES };

struct bound {
	enum op op;
	struct release release;
	unsigned series; /* how many numbers must agree */
};

enum { BOUNDS_MAX = 16 };

struct range {
	struct bound v[BOUNDS_MAX];
	size_t n;
	enum op next;   /* what the words before the next number say */
	bool between;   /* "between 1.0 and 2.0" */
	bool negated;   /* "not later than", "not including" */
	bool all;       /* "all versions" */
	bool not_clear; /* a word that this does not know */
};

static bool
same_numbers(const struct release *a, const struct release *b, unsigned n)
{
	for (unsigned i = 0; i < n && i < RELEASE_NUMBERS; i++)
		if (a->number[i] != b->number[i])
			return false;
	return a->epoch == b->epoch;
}

static bool
satisfies(const struct bound *b, const struct release *r)
{
	int d = release_cmp(r, &b->release);

	switch (b->op) {
	case OP_NONE:
	case OP_IS:
		return d == 0;
	case OP_NOT:
		return d != 0;
	case OP_LT: /* not the pre-releases of what is excluded either */
		return d < 0 &&
			!(r->pre && !b->release.pre &&
				same_numbers(r, &b->release, RELEASE_NUMBERS));
	case OP_LE:
		return d <= 0;
	case OP_GT:
		return d > 0;
	case OP_GE:
		return d >= 0;
	case OP_SERIES:
		return same_numbers(r, &b->release, b->series);
	}
	return false;
}

/* A list of bare numbers is one of them, bounds must all hold. */
static bool
holds(const struct range *g, const struct release *r)
{
	bool any = false, bare_number = false;

	for (size_t i = 0; i < g->n; i++) {
		const struct bound *b = &g->v[i];

		if (b->op == OP_NONE) {
			bare_number = true;
			any |= satisfies(b, r);
		} else if (!satisfies(b, r)) {
			return false;
		}
	}
	return any || !bare_number;
}

static int
newest_in(const struct mirror *m, const struct range *g)
{
	int pre = -1;

	for (size_t i = m->n_tags; i-- > 0;) {
		const struct mirror_tag *t = &m->tags[i];

		if (!t->is_main || !holds(g, &t->release))
			continue;
		if (!t->release.pre)
			return (int)i;
		if (pre < 0)
			pre = (int)i;
	}
	return pre;
}

static void
add_bound(struct range *g, enum op op, const struct release *r, unsigned series)
{
	if (g->n == BOUNDS_MAX)
		g->not_clear = true;
	else
		g->v[g->n++] = (struct bound){op, *r, series};
}

/* "~=1.4.2", "^1.4.2", "~1.4.2": from it, as long as these numbers stay. */
static void
add_series(struct range *g, const struct release *r, struct span sign)
{
	unsigned keep = r->n_numbers > 1 ? r->n_numbers - 1 : 1;

	if (span_is(sign, "~") && r->n_numbers > 2)
		keep = 2;
	if (span_is(sign, "^"))
		for (keep = 1; keep < r->n_numbers && r->number[keep - 1] == 0;)
			keep++;
	add_bound(g, OP_GE, r, 0);
	add_bound(g, OP_SERIES, r, keep);
}

static struct bound *
last_bound(struct range *g)
{
	return g->n > 0 ? &g->v[g->n - 1] : NULL;
}

/* A number, after whatever words came before it. */
static void
take_number(struct range *g, struct span word, struct span sign)
{
	struct release r;
	bool more = word.n > 1 && word.p[word.n - 1] == '+';
	bool any = word.n > 2 && word.p[word.n - 2] == '.' &&
		strchr("xX*", word.p[word.n - 1]) != NULL;

	if (any)
		word.n -= 2;
	while (any && word.n > 2 && word.p[word.n - 2] == '.' &&
		strchr("xX*", word.p[word.n - 1]) != NULL)
		word.n -= 2;
	if (more)
		word.n--;
	if (!release_parse(word, &r)) {
		g->not_clear = true;
		return;
	}
	if (sign.n > 0 && (sign.p[0] == '~' || sign.p[0] == '^'))
		add_series(g, &r, sign);
	else if (any &&
		(g->next == OP_NONE || g->next == OP_IS || g->next == OP_LE))
		add_bound(g, OP_SERIES, &r, r.n_numbers);
	else
		add_bound(g, more ? OP_GE : g->next, &r, 0);
	/* "up to 1.4.x" has no lower end, "1.4.x" has. */
	if (any && g->next == OP_LE) {
		struct bound *b = last_bound(g);

		b->op = OP_LT;
		if (r.n_numbers > 0)
			b->release.number[r.n_numbers - 1]++;
	}
	g->next = g->between ? OP_LE : OP_NONE;
	g->between = false;
}

/* "until" and "-": what came before is the lower end. */
static void
join(struct range *g)
{
	struct bound *b = last_bound(g);

	if (g->next == OP_LT) /* "prior to" */
		return;
	if (b != NULL && b->op == OP_NONE)
		b->op = OP_GE;
	g->next = OP_LE;
}

struct word_row {
	const char *word;
	enum {
		W_NOTHING,
		W_BELOW,
		W_ABOVE,
		W_FROM,
		W_JOIN,
		W_BETWEEN,
		W_ALL,
		W_INCLUDED,
		W_EXCLUDED,
		W_NOT
	} is;
};

static const struct word_row words[] = {{"version", W_NOTHING},
	{"versions", W_NOTHING}, {"release", W_NOTHING},
	{"releases", W_NOTHING}, {"tag", W_NOTHING}, {"tags", W_NOTHING},
	{"and", W_NOTHING}, {"or", W_NOTHING}, {"the", W_NOTHING},
	{"than", W_NOTHING}, {"but", W_NOTHING}, {"v", W_NOTHING},
	{"affected", W_NOTHING}, {"only", W_NOTHING}, {"at", W_NOTHING},
	{"least", W_FROM}, {"is", W_NOTHING}, {"are", W_NOTHING},
	{"before", W_BELOW}, {"prior", W_BELOW}, {"earlier", W_BELOW},
	{"older", W_BELOW}, {"below", W_BELOW}, {"under", W_BELOW},
	{"lower", W_BELOW}, {"less", W_BELOW}, {"previous", W_BELOW},
	{"above", W_ABOVE}, {"after", W_ABOVE}, {"later", W_ABOVE},
	{"newer", W_ABOVE}, {"higher", W_ABOVE}, {"greater", W_ABOVE},
	{"upwards", W_ABOVE}, {"onward", W_ABOVE}, {"onwards", W_ABOVE},
	{"up", W_ABOVE}, {"from", W_FROM}, {"since", W_FROM},
	{"starting", W_FROM}, {"with", W_NOTHING}, {"in", W_NOTHING},
	{"to", W_JOIN}, {"upto", W_JOIN}, {"until", W_JOIN}, {"till", W_JOIN},
	{"through", W_JOIN}, {"thru", W_JOIN}, {"-", W_JOIN}, {"--", W_JOIN},
	{"..", W_JOIN}, {"...", W_JOIN}, {"\xe2\x80\x93", W_JOIN},
	{"\xe2\x80\x94", W_JOIN}, {"between", W_BETWEEN}, {"all", W_ALL},
	{"any", W_ALL}, {"every", W_ALL}, {"*", W_ALL},
	{"including", W_INCLUDED}, {"inclusive", W_INCLUDED},
	{"included", W_INCLUDED}, {"excluding", W_EXCLUDED},
	{"exclusive", W_EXCLUDED}, {"not", W_NOT}, {"no", W_NOT}};

/* "1.2 and earlier" says it afterwards, "earlier than 1.2" before. */
static void
below_or_above(struct range *g, enum op after, enum op before)
{
	struct bound *b = last_bound(g);

	if (b != NULL && b->op == OP_NONE)
		b->op = after;
	else
		g->next = before;
}

static void
included(struct range *g, bool yes)
{
	struct bound *b = last_bound(g);
	enum op *op = g->next != OP_NONE || b == NULL ? &g->next : &b->op;

	if (yes)
		*op = *op == OP_LT ? OP_LE : *op == OP_GT ? OP_GE : *op;
	else
		*op = *op == OP_LE ? OP_LT : *op == OP_GE ? OP_GT : *op;
}

static void
apply_word(struct range *g, const struct word_row *row)
{
	bool no = g->negated;

	g->negated = row->is == W_NOT || (no && row->is == W_NOTHING);
	switch (row->is) {
	case W_NOTHING:
	case W_NOT:
		break;
	case W_BELOW:
		below_or_above(g, OP_LE, no ? OP_GE : OP_LT);
		break;
	case W_ABOVE:
		below_or_above(g, OP_GE, no ? OP_LE : OP_GT);
		break;
	case W_FROM:
		g->next = OP_GE;
		break;
	case W_JOIN:
		join(g);
		break;
	case W_BETWEEN:
		g->next = OP_GE;
		g->between = true;
		break;
	case W_ALL:
		g->all = true;
		break;
	case W_INCLUDED:
		included(g, !no);
		break;
	case W_EXCLUDED:
		included(g, no);
		break;
	}
}

static bool
take_word(struct range *g, struct span word)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (span_is_nocase(word, words[i].word)) {
			apply_word(g, &words[i]);
			return true;
		}
	return false;
}

/* "<=", "\u2265", "~=", "=="; nothing if there is none. */
static struct span
take_sign(struct range *g, struct span *s)
{
	static const struct {
		const char *sign;
		enum op op;
	} signs[] = {{"<=", OP_LE}, {"=<", OP_LE}, {"\xe2\x89\xa4", OP_LE},
		{">=", OP_GE}, {"=>", OP_GE}, {"\xe2\x89\xa5", OP_GE},
		{"===", OP_IS}, {"==", OP_IS}, {"!=", OP_NOT}, {"~=", OP_GE},
		{"<", OP_LT}, {">", OP_GT}, {"=", OP_IS}, {"^", OP_GE},
		{"~", OP_GE}};

	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		if (!span_starts(*s, signs[i].sign))
			continue;
		struct span sign = span_cut(*s, 0, strlen(signs[i].sign));

		g->next = signs[i].op;
		*s = span_trim(span_from(*s, sign.n));
		return sign;
	}
	return SPAN_NONE;
}

static bool
is_sign(unsigned char c)
{
	return c != '\0' && strchr("<>=~^!", c) != NULL;
}

static bool
ends_word(unsigned char c)
{
	return c <= ' ' || strchr(",;()[]|\"'`", c) != NULL || is_sign(c);
}

/* A dash or a sign outside ASCII is a word of its own. */
static size_t
word_length(struct span s)
{
	size_t n = 0;

	if (s.n >= 3 && s.p[0] == 0xe2)
		return 3;
	while (n < s.n && !ends_word(s.p[n]) && s.p[n] != 0xe2)
		n++;
	return n;
}

/* "dag-factory 0.22": whose version it is, said before it. */
static bool
is_name(const struct range *g, struct span word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] >= '0' && word.p[i] <= '9')
			return false;
	return g->n == 0 && !g->all;
}

static void
take_next(const struct mirror *m, struct range *g, struct span *s)
{
	while (s->n > 0 && ends_word(s->p[0]) && !is_sign(s->p[0]))
		*s = span_from(*s, 1);
	if (s->n == 0)
		return;
	struct span sign = take_sign(g, s);
	struct span word = span_cut(*s, 0, word_length(*s));
	if (word.n == 0) {
		g->not_clear = true;
		return;
	}
	*s = span_from(*s, word.n);
	while (word.n > 1 && strchr(".:", word.p[word.n - 1]) != NULL)
		word.n--;
	if (sign.n == 0 && (take_word(g, word) || is_name(g, word)))
		return;
	if ((resolve_is_newest_word(word) || resolve_is_branch(m, word)) &&
		g->n > 0 && g->next == OP_LE)
		g->next = OP_NONE; /* "from 0.19 to latest": no upper end */
	else
		take_number(g, word, sign);
}

/* "0.20.0-0.22.1": one word for a reader of versions, two for a person. */
static bool
split_dash(struct range *g, struct span s)
{
	size_t dash = span_find_byte(s, '-');
	struct release a, b;

	if (dash == s.n || span_find_byte(s, ' ') < s.n ||
		!release_parse(span_cut(s, 0, dash), &a) ||
		!release_parse(span_from(s, dash + 1), &b) || a.n_numbers < 2 ||
		b.n_numbers < 2)
		return false;
	add_bound(g, OP_GE, &a, 0);
	add_bound(g, OP_LE, &b, 0);
	return true;
}

void
resolve_range(const struct mirror *m, struct span s, struct resolved *out)
{
	struct range g = {0};
	struct span rest = s;

	if (!split_dash(&g, s))
		while (rest.n > 0 && !g.not_clear)
			take_next(m, &g, &rest);
	if (g.not_clear || (g.n == 0 && !g.all))
		return;
	int tag = newest_in(m, &g);
	/* The series, where the number itself was never released. */
	if (tag < 0 && g.n == 1 && g.v[0].op == OP_NONE &&
		g.v[0].release.n_steps == 0 && g.v[0].release.n_numbers < 3) {
		g.v[0].op = OP_SERIES;
		g.v[0].series = g.v[0].release.n_numbers;
		tag = newest_in(m, &g);
	}
	*out = (struct resolved){
		tag >= 0 ? RELEASE_CONFIRMED : RELEASE_NONE, tag};
}
