/*
 * lexicon.c - each word a number, and what kind of word it is.
 *
 * Figures, and words that turn a sentence's meaning, are told apart as they
 * are met; "five" has the key of "5". English, and the German of policies.
 */
#include "publish/words.h"

#include <string.h>

#include "base/mem.h"

struct entry {
	const char *text;
	uint32_t hash, low;
	uint8_t class;
	bool common;
	uint32_t key;
};

struct lexicon {
	struct arena *a;
	struct entry *v; /* from 1 */
	size_t n, cap;
	uint32_t *slots; /* a power of two */
	size_t n_slots;
};

static const char *const units[] = {"hour", "hours", "day", "days", "business",
	"working", "calendar", "week", "weeks", "month", "months", "year",
	"years", "minutes", "h", "stunden", "stunde", "tage", "tagen", "tag",
	"werktage", "werktagen", "wochen", "woche", "monate", "monaten",
	"arbeitstage", "arbeitstagen"};

static const char *const senses[] = {"not", "no", "never", "without", "cannot",
	"unless", "except", "none", "nor", "neither", "may", "must", "will",
	"shall", "should", "can", "might", "could", "would", "only", "nicht",
	"kein", "keine", "keinen", "keiner", "nie", "ohne", "muss", "darf",
	"kann", "soll", "sollte", "nur"};

static const char *const commons[] = {"a", "an", "the", "to", "of", "and", "or",
	"in", "on", "for", "is", "are", "be", "it", "that", "this", "we", "you",
	"your", "our", "us", "with", "by", "as", "at", "from", "if", "der",
	"die", "das", "und", "oder", "in", "zu", "den", "von", "wir", "sie",
	"ihr", "ist", "ein", "eine"};

static const struct {
	const char *word, *figure;
} numbers[] = {{"one", "1"}, {"two", "2"}, {"three", "3"}, {"four", "4"},
	{"five", "5"}, {"six", "6"}, {"seven", "7"}, {"eight", "8"},
	{"nine", "9"}, {"ten", "10"}, {"twelve", "12"}, {"fourteen", "14"},
	{"fifteen", "15"}, {"twenty", "20"}, {"thirty", "30"}, {"forty", "40"},
	{"sixty", "60"}, {"ninety", "90"}, {"zwei", "2"}, {"drei", "3"},
	{"vier", "4"}, {"f\xc3\xbcnf", "5"}, {"sieben", "7"}, {"zehn", "10"},
	{"vierzehn", "14"}, {"drei\xc3\x9fig", "30"}, {"neunzig", "90"}};

static bool
is_one_of(struct span s, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_is(s, v[i]))
			return true;
	return false;
}

static void
classify(struct lexicon *l, struct entry *e, uint32_t own_id)
{
	struct span s = span_of(e->text);

	e->key = own_id;
	e->common = is_one_of(s, commons, ARRAY_LEN(commons));
	if ((s.p[0] >= '0' && s.p[0] <= '9') ||
		is_one_of(s, units, ARRAY_LEN(units)))
		e->class = WORD_FIGURE;
	else if (is_one_of(s, senses, ARRAY_LEN(senses)))
		e->class = WORD_SENSE;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (span_is(s, numbers[i].word)) {
			size_t at = (size_t)(e - l->v);
			/* "one" is too often no figure */
			uint32_t key =
				lexicon_id(l, span_of(numbers[i].figure));

			l->v[at].key = key;
			l->v[at].class = i > 0 ? WORD_FIGURE : WORD_PLAIN;
			return;
		}
}

struct lexicon *
lexicon_new(struct arena *a)
{
	struct lexicon *l = ARENA_NEW(a, struct lexicon);

	l->a = a;
	l->n = 1;
	l->cap = 512;
	l->v = ARENA_ARRAY(a, l->cap, struct entry);
	l->n_slots = 1024;
	l->slots = ARENA_ARRAY(a, l->n_slots, uint32_t);
	return l;
}

struct arena *
lexicon_arena(const struct lexicon *l)
{
	return l->a;
}

size_t
lexicon_count(const struct lexicon *l)
{
	return l->n;
}

const char *
lexicon_text(const struct lexicon *l, uint32_t id)
{
	return l->v[id].text;
}

static void
grow(struct lexicon *l)
{
	struct entry *v = ARENA_ARRAY(l->a, 2 * l->cap, struct entry);

	memcpy(v, l->v, l->n * sizeof *v);
	l->v = v;
	l->cap *= 2;
	l->n_slots *= 2;
	l->slots = ARENA_ARRAY(l->a, l->n_slots, uint32_t);
	for (uint32_t i = 1; i < l->n; i++) {
		size_t at = v[i].hash & (l->n_slots - 1);

		while (l->slots[at])
			at = (at + 1) & (l->n_slots - 1);
		l->slots[at] = i;
	}
}

/* Seeded by nothing: the documents are an owner's own, and a table of at
 * most DOC_MAX / 2 words that all collide is still bounded by probing less
 * than PROBES_MAX of them. */
enum { PROBES_MAX = 4096 };

uint32_t
lexicon_id(struct lexicon *l, struct span word)
{
	uint32_t h = 0x811c9dc5;
	unsigned char low[WORD_MAX];
	unsigned probes = 0;
	bool lower = true;

	if (word.n > WORD_MAX)
		word = span_cut(word, 0, WORD_MAX);
	for (size_t i = 0; i < word.n; i++)
		h = (h ^ word.p[i]) * 0x01000193u;
	h ^= h >> 15;
	size_t at = h & (l->n_slots - 1);
	for (; l->slots[at] && probes < PROBES_MAX; probes++) {
		const struct entry *e = &l->v[l->slots[at]];

		if (e->hash == h && span_is(word, e->text))
			return l->slots[at];
		at = (at + 1) & (l->n_slots - 1);
	}
	if (probes == PROBES_MAX)
		return l->slots[at]; /* as good as any: it costs an accuracy */
	if (l->n + 1 >= l->cap) {
		grow(l);
		return lexicon_id(l, word);
	}
	uint32_t id = (uint32_t)l->n++;
	l->slots[at] = id;
	l->v[id] = (struct entry){
		.text = arena_text(l->a, word), .hash = h, .low = id};
	for (size_t i = 0; i < word.n; i++) {
		bool upper = word.p[i] >= 'A' && word.p[i] <= 'Z';

		lower = lower && !upper;
		low[i] = upper ? (unsigned char)(word.p[i] + 32) : word.p[i];
	}
	if (lower)
		classify(l, &l->v[id], id);
	else {
		uint32_t to = lexicon_id(l, span_make(low, word.n));

		l->v[id].low = to;
		l->v[id].key = l->v[to].key;
		l->v[id].class = l->v[to].class;
		l->v[id].common = l->v[to].common;
	}
	return id;
}

bool
word_is_common(const struct lexicon *l, const struct word *w)
{
	return l->v[w->low].common;
}

struct word
lexicon_word(const struct lexicon *l, uint32_t id)
{
	const struct entry *e = &l->v[id];

	return (struct word){
		.id = id, .low = e->low, .key = e->key, .class = e->class};
}
