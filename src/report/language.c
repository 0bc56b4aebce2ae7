/*
 * language.c - is this a language whose words the rules know?
 *
 * English, German, French and Spanish are. Scripts other than Latin are
 * known by their letters, other Latin languages by their small words. Where
 * there is too little text to tell, the text counts as understood, for then
 * there is nothing to misunderstand either.
 */
#include "base/utf8.h"
#include "report/find.h"

enum { FEW_WORDS = 8 };

struct letters {
	size_t latin, other;
	size_t marked; /* as in "ł", "ş", "ř": none of ours has them */
};

static void
count(struct span s, struct letters *n)
{
	for (size_t at = 0; at < s.n;) {
		if (s.p[at] < 0x80) {
			n->latin += (s.p[at] | 0x20) >= 'a' &&
				(s.p[at] | 0x20) <= 'z';
			at++;
			continue;
		}
		uint32_t c = utf8_next(s, &at);
		if (c >= 0x370 && !(c >= 0x1e00 && c <= 0x1eff) &&
			!(c >= 0x2000 && c <= 0x2fff) && c != 0xfffd &&
			c < 0x1f000)
			n->other++;
		else if (c >= 0xc0)
			n->latin++;
		n->marked += c >= 0x100 && c < 0x250;
	}
}

bool
language_is_known(const struct reading *g)
{
	struct letters prose = {0, 0, 0};
	size_t known = 0, foreign = g->tongue[LANGUAGES - 1];

	for (size_t i = 0; g->lines.wide && i < g->lines.n; i++) {
		const struct line *l = &g->lines.v[i];

		if (l->kind == LINE_NEW && l->shape != SHAPE_CODE)
			count(line_span(&g->lines, i), &prose);
	}
	/* a word in Japanese has two letters where English has five */
	if (3 * prose.other > prose.latin && prose.other > 8)
		return false;
	for (size_t t = 0; t + 1 < LANGUAGES; t++)
		if (g->tongue[t] > known)
			known = g->tongue[t];
	if (prose.marked > 5 && prose.marked > known)
		return false;
	return g->words < FEW_WORDS || foreign < 4 || foreign <= known;
}
