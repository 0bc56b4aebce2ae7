/* names.c - "did you mean": the optimal string alignment distance. */
#include "base/names.h"

enum { WORD_MAX = 64 };

int
names_find(const char *const *names, size_t n, struct span word)
{
	for (size_t i = 0; i < n; i++)
		if (names[i] != NULL && span_is(word, names[i]))
			return (int)i;
	return -1;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t
distance(struct span a, struct span b)
{
	size_t row[3][WORD_MAX + 1];

	for (size_t j = 0; j <= b.n; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *now = row[i % 3], *up = row[(i - 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t cost = a.p[i - 1] != b.p[j - 1];

			now[j] = least(least(up[j] + 1, now[j - 1] + 1),
				up[j - 1] + cost);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
				a.p[i - 2] == b.p[j - 1])
				now[j] = least(
					now[j], row[(i - 2) % 3][j - 2] + 1);
		}
	}
	return row[a.n % 3][b.n];
}

const char *
names_nearest(const char *const *names, size_t n, struct span word)
{
	const char *best = NULL;
	size_t best_away = WORD_MAX;

	if (word.n == 0 || word.n > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		struct span name = span_of(names[i]);

		if (names[i] == NULL || name.n > WORD_MAX)
			continue;
		size_t away = distance(word, name);
		if (away < best_away && away <= 1 + name.n / 3) {
			best_away = away;
			best = names[i];
		}
	}
	return best;
}
