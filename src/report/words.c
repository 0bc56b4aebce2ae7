/*
 * words.c - phrases found in one pass over the words of new text.
 *
 * phrases.txt is compiled into an automaton over words. Each word costs one
 * hash look-up; only a word that begins a phrase costs more, and then no
 * more than a phrase is long. A phrase never crosses the end of a sentence,
 * a blank line, or an item of a list. What stands before it in the sentence
 * says whether it is denied or only supposed.
 */
#include "report/ascii.h"
#include "report/find.h"

enum {
	GAP_WORDS = 3, /* what ".." may stand for */
	REACH_NOT = 8, /* how far before a phrase a "not" still denies it */
	WORD_BYTES = 40,
};

/* Lower case for ASCII and Latin-1 letters (C3 80..9E); else as it is. */
static unsigned char
fold(unsigned char prev, unsigned char c)
{
	if (prev == 0xc3 && c >= 0x80 && c <= 0x9e && c != 0x97)
		return (unsigned char)(c + 0x20);
	return to_lower(c);
}

/*
 * A word is told by its length and by two numbers: its first eight bytes in
 * lower case, and the others, folded where they are more than eight. So it
 * can be read eight bytes at a time. tools/phrases.py does the same.
 */
struct spelling {
	uint64_t first, rest;
	size_t n;
};

static inline uint64_t
turn(uint64_t x)
{
	return x << 23 | x >> 41;
}

static inline void
spell_byte(struct spelling *w, unsigned char c)
{
	uint64_t in_place = (uint64_t)c << w->n % 8 * 8;

	if (w->n >= 16 && w->n % 8 == 0)
		w->rest = turn(w->rest);
	if (w->n < 8)
		w->first |= in_place;
	else
		w->rest ^= in_place;
	w->n++;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Of eight bytes: 0x80 in each that is a plain letter, a digit or "_"; and
 * *x in lower case. */
static inline uint64_t
plain_letters(uint64_t *x)
{
	uint64_t in = *x, low = in & EACH(0x7f), folded = low | EACH(0x20);
	uint64_t alpha = (folded + EACH(0x80 - 'a')) &
		~(folded + EACH(0x7f - 'z')) & ~in & EACH(0x80);
	uint64_t digit = (low + EACH(0x80 - '0')) & ~(low + EACH(0x7f - '9'));
	uint64_t line = ~((low ^ EACH('_')) + EACH(0x7f));

	*x |= (alpha & ~(in << 2)) >> 2;
	return alpha | ((digit | line) & ~in & EACH(0x80));
}

static inline uint64_t
load_8(const unsigned char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof x);
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? x :
							   __builtin_bswap64(x);
}

/* As many plain letters at s[i] as there are. Returns where they end. */
static inline size_t
spell_plain(struct span s, size_t i, struct spelling *w)
{
	while (s.n - i >= 8) {
		uint64_t x = load_8(s.p + i);
		uint64_t others = plain_letters(&x) ^ EACH(0x80);

		if (others != 0) {
			unsigned n = (unsigned)__builtin_ctzll(others) / 8;

			if (n == 0)
				return i;
			x &= ~UINT64_C(0) >> (64 - 8 * n);
		}
		if (w->n >= 16)
			w->rest = turn(w->rest);
		if (w->n == 0)
			w->first = x;
		else
			w->rest ^= x;
		unsigned n = others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
		w->n += n;
		i += n;
		if (n < 8)
			return i;
	}
	for (; i < s.n && word_byte[s.p[i]] > WORD_WIDE; i++)
		spell_byte(w, word_byte[s.p[i]]);
	return i;
}

static inline uint16_t
word_id(const struct spelling *w)
{
	uint64_t h =
		(w->first ^ w->rest << 1 ^ w->n) * UINT64_C(0x9e3779b97f4a7c15);

	for (size_t at = h >> (64 - WORD_SLOT_BITS);; at++) {
		uint32_t slot = word_slots[at & (WORD_SLOTS - 1)];
		const struct word_row *row = &word_rows[slot & 0xffff];

		if (slot == 0)
			return 0;
		if (slot >> 16 == (h & 0xffff) && row->first == w->first &&
			row->rest == w->rest && row->n == w->n)
			return (uint16_t)slot;
	}
}

/* Length of an apostrophe at p: ' or U+2019, else 0. */
static size_t
apostrophe(const unsigned char *p, size_t n)
{
	if (p[0] == '\'')
		return 1;
	return n >= 3 && p[0] == 0xe2 && p[1] == 0x80 && p[2] == 0x99 ? 3 : 0;
}

/* Length of one separator beyond ASCII: U+00A0..00BF, General Punctuation,
 * CJK punctuation; 0 if the bytes belong to a word. */
static size_t
wide_separator(const unsigned char *p, size_t n)
{
	if (n >= 2 && p[0] == 0xc2)
		return 2;
	if (n >= 3 &&
		((p[0] == 0xe2 && p[1] == 0x80) ||
			(p[0] == 0xe3 && p[1] == 0x80)))
		return 3;
	return 0;
}

/* Does the mark at s[i] end a sentence? Not in "1.2", "file.py", "x?y=z". */
static bool
ends_sentence(struct span s, size_t i)
{
	return one_of(s.p[i], ".?!;") &&
		(i + 1 == s.n || one_of(s.p[i + 1], " \t\")"));
}

/* Whether "foo://" or "www." begins here: one opaque word up to a blank. */
static size_t
link_length(struct span s, size_t at)
{
	size_t end = at;

	if ((s.p[at] | 0x20) != 'h' && (s.p[at] | 0x20) != 'f' &&
		(s.p[at] | 0x20) != 's' && (s.p[at] | 0x20) != 'g')
		return 0;
	while (end < s.n && is_alpha(s.p[end]) && end - at < 8)
		end++;
	if (!(end + 2 < s.n && s.p[end] == ':' && s.p[end + 1] == '/' &&
		    s.p[end + 2] == '/'))
		return 0;
	while (end < s.n && s.p[end] > ' ' && !ends_sentence(s, end++))
		;
	return end - at;
}

/* What stands at s[i] between words: its length, 0 if a word begins. */
static inline size_t
separator(struct span s, size_t i)
{
	unsigned char c = word_byte[s.p[i]];

	if (c != WORD_WIDE)
		return c < WORD_WIDE;
	return wide_separator(s.p + i, s.n - i);
}

/* The rest of a word that has more than plain letters: those beyond ASCII,
 * and apostrophes, which do not count. */
static size_t
spell_rest(struct span s, size_t from, size_t i, struct spelling *w)
{
	while (i < s.n) {
		unsigned char c = s.p[i], low = word_byte[c];

		if (low <= WORD_WIDE) {
			size_t skip = apostrophe(s.p + i, s.n - i);

			if (skip > 0 && i + skip < s.n && i > from &&
				is_alpha(s.p[i + skip])) {
				i += skip;
				continue;
			}
			if (skip > 0 || separator(s, i) > 0)
				break;
			low = fold(i > from ? s.p[i - 1] : 0, c);
		}
		spell_byte(w, low);
		i++;
	}
	return i;
}

/* The word that begins at s[i]. Returns its end in the text. */
static inline size_t
spell(struct span s, size_t i, struct spelling *w)
{
	size_t from = i;

	i = spell_plain(s, i, w);
	return i < s.n && (s.p[i] == '\'' || s.p[i] >= 0x80) ?
		spell_rest(s, from, i, w) :
		i;
}

static uint16_t
clip16(size_t n)
{
	return (uint16_t)(n > UINT16_MAX ? UINT16_MAX : n);
}

/* The word or link at s[i], where no separator stands. Returns its length. */
static inline size_t
take_word(
	struct span s, size_t i, uint32_t base, uint32_t line, struct word *out)
{
	struct spelling w = {0};
	size_t end = spell(s, i, &w), n = end > i ? end - i : 1, link = 0;

	if (end + 2 < s.n && s.p[end] == ':' && s.p[end + 1] == '/')
		link = link_length(s, i);
	n = link > 0 ? link : n;
	*out = (struct word){base + (uint32_t)i, line,
		link == 0 && w.n > 0 && w.n <= WORD_BYTES ? word_id(&w) : 0,
		clip16(n)};
	return n;
}

size_t
words_cut(struct span s, uint32_t base, uint32_t line, struct word *out,
	size_t max, size_t *used)
{
	size_t n = 0, i = 0;

	while (i < s.n && n < max) {
		size_t skip = separator(s, i);

		i += skip > 0 ? skip : take_word(s, i, base, line, &out[n++]);
	}
	*used = i > s.n ? s.n : i;
	return n;
}

bool
word_marked(struct span s, enum word_flag flag)
{
	struct spelling w = {0};

	for (size_t i = 0; i < s.n; i++)
		spell_byte(&w, s.p[i]);
	return (word_rows[word_id(&w)].flags & flag) != 0;
}

/* Most words lead nowhere. */
static inline bool
may_step(uint16_t node, uint16_t id)
{
	return (node_filter[node] >> (id & 63) & 1) != 0;
}

static uint16_t
step(uint16_t node, uint16_t id)
{
	size_t from = node_first[node], to = node_first[node + 1];

	if (!may_step(node, id))
		return 0;
	while (from < to) {
		size_t mid = (from + to) / 2;

		if (edge_word[mid] < id)
			from = mid + 1;
		else
			to = mid;
	}
	return from < node_first[node + 1] && edge_word[from] == id ?
		edge_to[from] :
		0;
}

struct walk {
	const struct word *w;
	size_t n;
	uint64_t found;
	uint8_t *len;
};

static void
walk(struct walk *k, uint16_t node, size_t at)
{
	while (node != 0) {
		uint64_t accept = accept_mask[node_accept[node]];

		for (uint64_t left = accept; left != 0; left &= left - 1) {
			unsigned m = (unsigned)__builtin_ctzll(left);

			if (!(k->found >> m & 1) || k->len[m] < at)
				k->len[m] = (uint8_t)at;
		}
		k->found |= accept;
		uint16_t gap = node_gap[node];
		for (size_t skip = 0; gap != 0 && skip <= GAP_WORDS; skip++)
			if (at + skip < k->n && k->w[at + skip].id != 0)
				walk(k, step(gap, k->w[at + skip].id),
					at + skip + 1);
		node = at < k->n && k->w[at].id != 0 ? step(node, k->w[at].id) :
						       0;
		at++;
	}
}

uint64_t
words_match(const struct word *w, size_t n, uint8_t len[MEANING_COUNT])
{
	struct walk k = {w, n, 0, len};
	uint16_t node = word_rows[w[0].id].node;

	if (node != 0 &&
		(node_accept[node] != 0 || node_gap[node] != 0 ||
			(n > 1 && may_step(node, w[1].id))))
		walk(&k, node, 1);
	return k.found;
}

/* ---- sentences ---- */

struct sentence {
	struct word w[WORDS_MAX];
	size_t n;
	bool asked;
};

static void
add_hit(struct reading *g, unsigned m, struct hit hit)
{
	struct hits *h = &g->hits[m];

	if (h->n == REPORT_MAX_FACTS)
		return;
	if (h->n > 0 && hit.at < h->v[h->n - 1].end)
		return; /* inside of one that was found */
	if (h->n == h->cap) {
		size_t cap = h->cap ? 2 * h->cap : 4;
		struct hit *v = ARENA_ARRAY(g->a, cap, struct hit);

		if (h->n > 0)
			memcpy(v, h->v, h->n * sizeof *v);
		h->v = v;
		h->cap = cap;
	}
	h->v[h->n++] = hit;
}

/* What stands before word i in its sentence. */
static void
judge_context(const struct sentence *s, size_t i, struct hit *hit)
{
	for (size_t back = 1; back <= i && back <= REACH_NOT; back++) {
		const struct word *w = &s->w[i - back];

		if (word_has(w, W_TURN))
			return;
		hit->negated = hit->negated || word_has(w, W_NOT);
		hit->hedged = hit->hedged || word_has(w, W_MAY);
	}
}

/* "Open the page.", "Then open the page."; not "Open ports can ...". */
static bool
is_order(const struct reading *g, const struct sentence *s)
{
	static const char *const words[] = {"can", "could", "may", "might",
		"should", "are", "is", "was", "were", "has", "have"};
	size_t at = s->n > 0 && word_has(&s->w[0], W_NEXT) ? 1 : 0;

	if (s->n < at + 3 || !word_has(&s->w[at], W_VERB))
		return false;
	const struct word *third = &s->w[at + 2];
	return !is_one_of(span_make(g->lines.text + third->at, third->n), words,
		ARRAY_LEN(words));
}

/* The languages of a word, each counted in ten bits of its own. */
enum { TONGUE_BITS = 10 };
#define TONGUE(f, t) ((uint64_t)((f) >> (t)&1) << (t)*TONGUE_BITS)
#define TONGUES(f)                                                             \
	(TONGUE(f, 0) | TONGUE(f, 1) | TONGUE(f, 2) | TONGUE(f, 3) |           \
		TONGUE(f, 4))
#define TONGUES_8(f)                                                           \
	TONGUES(f), TONGUES((f) + 1), TONGUES((f) + 2), TONGUES((f) + 3),      \
		TONGUES((f) + 4), TONGUES((f) + 5), TONGUES((f) + 6),          \
		TONGUES((f) + 7)
static const uint64_t tongue_of[1 << LANGUAGES] = {
	TONGUES_8(0), TONGUES_8(8), TONGUES_8(16), TONGUES_8(24)};

static void
sentence_end(struct reading *g, struct sentence *s)
{
	uint8_t len[MEANING_COUNT];
	uint64_t tongues = 0;

	if (is_order(g, s))
		add_hit(g, M_IMPERATIVE,
			(struct hit){.line = s->w[0].line,
				.at = s->w[0].at,
				.end = s->w[0].at + s->w[0].n});
	for (size_t i = 0; i < s->n; i++) {
		uint16_t flags = word_rows[s->w[i].id].flags;

		tongues += tongue_of[flags / W_EN & 31];
		if (flags & W_RATED)
			g->lines.v[s->w[i].line].rated = true;
		if (!word_opens(&s->w[i]))
			continue;
		uint64_t found = words_match(s->w + i, s->n - i, len);
		if (found == 0)
			continue;
		struct hit context = {.asked = s->asked};
		judge_context(s, i, &context);
		for (; found != 0; found &= found - 1) {
			unsigned m = (unsigned)__builtin_ctzll(found);
			const struct word *last = &s->w[i + len[m] - 1];
			struct hit hit = context;

			hit.line = s->w[i].line;
			hit.at = s->w[i].at;
			hit.end = last->at + last->n;
			add_hit(g, m, hit);
		}
	}
	for (unsigned t = 0; t < LANGUAGES; t++)
		g->tongue[t] +=
			tongues >> t * TONGUE_BITS & (WORDS_MAX * 2 - 1);
	g->words += s->n;
	s->n = 0;
	s->asked = false;
}

static void
line_words(struct reading *g, struct sentence *s, size_t i)
{
	struct span body = line_body(&g->lines, i);
	uint32_t base =
		(uint32_t)(body.p - (const unsigned char *)g->lines.text);

	for (size_t at = 0; at < body.n;) {
		size_t n = separator(body, at);

		if (n == 0)
			n = take_word(
				body, at, base, (uint32_t)i, &s->w[s->n++]);
		at += n;
		if (word_byte[body.p[at - 1]] == WORD_STOP &&
			ends_sentence(body, at - 1)) {
			s->asked = body.p[at - 1] == '?';
			sentence_end(g, s);
		} else if (s->n == WORDS_MAX) {
			sentence_end(g, s);
		}
	}
}

void
words_find(struct reading *g)
{
	struct sentence *s = ARENA_NEW(g->a, struct sentence);

	for (size_t i = 0; i < g->lines.n; i++) {
		const struct line *l = &g->lines.v[i];
		bool flows = l->shape == SHAPE_PROSE;

		if (l->kind != LINE_NEW || !flows)
			sentence_end(g, s);
		if (l->kind != LINE_NEW || l->shape == SHAPE_CODE ||
			l->shape == SHAPE_FENCE || l->shape == SHAPE_RULE)
			continue;
		line_words(g, s, i);
		if (l->shape == SHAPE_HEADING)
			sentence_end(g, s);
	}
	sentence_end(g, s);
}

const struct hit *
hit_in(const struct hits *h, size_t from, size_t to)
{
	size_t low = 0, high = h->n; /* hits stand in the order of the text */

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (h->v[mid].line < from)
			low = mid + 1;
		else
			high = mid;
	}
	return low < h->n && h->v[low].line < to ? &h->v[low] : NULL;
}

size_t
hits_in(const struct hits *h, size_t from, size_t to)
{
	const struct hit *first = hit_in(h, from, to);
	size_t n = 0;

	while (first && first + n < h->v + h->n && first[n].line < to)
		n++;
	return n;
}
