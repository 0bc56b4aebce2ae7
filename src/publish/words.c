/*
 * words.c - from text to words and sentences.
 *
 * A sentence ends at . ! or ? before a blank, unless what follows begins
 * with a small letter or what stands before is an abbreviation. Contractions
 * are taken apart ("won't" is "will not"), so that no negation hides.
 */
#include "publish/words.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

enum { NAME_WORDS_MAX = 8 };

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* --- reading ------------------------------------------------------------ */

struct reader {
	struct lexicon *l;
	const struct own *own;
	struct words *out;
	uint32_t line, at;
	size_t base; /* of the run, in the block's text */
	bool ended;  /* a sentence may have ended before the next word */
	bool surely; /* and did, whatever follows */
	bool begin;  /* of a block */
};

static void
put(struct reader *r, uint32_t id, bool small)
{
	struct words *w = r->out;

	if (w->n == w->cap) {
		size_t cap = w->cap ? 2 * w->cap : 64;
		struct word *v =
			ARENA_ARRAY(lexicon_arena(r->l), cap, struct word);

		if (w->n > 0)
			memcpy(v, w->v, w->n * sizeof *v);
		w->v = v;
		w->cap = cap;
	}
	struct word *word = &w->v[w->n++];
	*word = lexicon_word(r->l, id);
	word->line = r->line;
	word->at = r->at;
	word->begins = r->begin || r->surely || (r->ended && !small);
	r->begin = r->ended = r->surely = false;
}

static void
put_text(struct reader *r, const char *text, bool small)
{
	put(r, lexicon_id(r->l, span_of(text)), small);
}

/* "don't" as "do" "not", "example's" as "example" "'s". */
static void
put_word(struct reader *r, struct span s, bool small)
{
	static const struct {
		const char *word, *first, *second;
	} apart[] = {{"cannot", "can", "not"}, {"can't", "can", "not"},
		{"won't", "will", "not"}, {"shan't", "shall", "not"}};
	unsigned char text[WORD_MAX];

	if (s.n == 0)
		return;
	if (s.n > WORD_MAX)
		s = span_cut(s, 0, WORD_MAX);
	memcpy(text, s.p, s.n);
	if (text[0] >= 'A' && text[0] <= 'Z')
		text[0] = (unsigned char)(text[0] + 32);
	else if (text[0] == 0xc3 && s.n > 1 && text[1] >= 0x80 &&
		text[1] <= 0x9e && text[1] != 0x97)
		text[1] = (unsigned char)(text[1] + 32);
	s.p = text;
	for (size_t i = 0; i < ARRAY_LEN(apart); i++)
		if (span_is(s, apart[i].word)) {
			put_text(r, apart[i].first, small);
			put_text(r, apart[i].second, small);
			return;
		}
	if (span_ends_nocase(s, "n't") && s.n > 3) {
		put(r, lexicon_id(r->l, span_cut(s, 0, s.n - 3)), small);
		put_text(r, "not", small);
	} else if (span_ends_nocase(s, "'s") && s.n > 2) {
		put(r, lexicon_id(r->l, span_cut(s, 0, s.n - 2)), small);
		put_text(r, "'s", small);
	} else
		put(r, lexicon_id(r->l, s), small);
}

static bool
is_letter(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z');
	return c >= 0xc0 && c != 0xd7 && c != 0xf7 &&
		!(c >= 0x2000 && c <= 0x206f) &&
		!(c >= 0x3000 && c <= 0x3020) && c != 0xfe0f && c != 0xfeff &&
		c != 0xfffd;
}

/* Signs that say something by themselves: "< 4.0", "50 %". */
static bool
is_sign(uint32_t c)
{
	return c == '<' || c == '>' || c == '=' || c == '%' || c == '$' ||
		c == '+';
}

static bool
is_apostrophe(uint32_t c)
{
	return c == '\'' || c == 0x2019 || c == 0x2bc || c == 0x2018;
}

/* Before a full stop: no sentence's end. */
static bool
is_short(struct span s)
{
	static const char *const shorts[] = {"e.g", "i.e", "etc", "vs",
		"approx", "no", "inc", "ltd", "corp", "dr", "mr", "ms", "st",
		"resp", "z.b", "bzw", "ca", "usw", "d.h", "u.a", "incl", "cf",
		"sec"};

	if (s.n == 1 && !is_digit(s.p[0]))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(shorts); i++)
		if (span_is_nocase(s, shorts[i]))
			return true;
	return false;
}

/* A link as one word: without scheme, in its own product's terms. */
static void
put_url(struct reader *r, struct span url)
{
	unsigned char text[WORD_MAX];
	struct span s = url;
	size_t host;

	if (span_starts_nocase(s, "mailto:")) {
		s = span_from(s, 7);
		s = span_cut(s, 0, span_find_byte(s, '?'));
	} else if (span_starts_nocase(s, "https://"))
		s = span_from(s, 8);
	else if (span_starts_nocase(s, "http://"))
		s = span_from(s, 7);
	while (s.n > 0 && s.p[s.n - 1] == '/')
		s.n--;
	if (s.n > WORD_MAX)
		s = span_cut(s, 0, WORD_MAX);
	if (s.n == 0)
		return;
	memcpy(text, s.p, s.n);
	host = memchr(text, '@', s.n) ? s.n : span_find_byte(s, '/');
	for (size_t i = 0; i < host; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (unsigned char)(text[i] + 32);
	s.p = text;
	for (size_t i = 0; r->own && i < r->own->n_pages; i++) {
		struct span page = span_of(r->own->pages[i]);

		if (page.n <= s.n &&
			span_is_nocase(
				span_cut(s, 0, page.n), (const char *)page.p) &&
			(s.n == page.n || strchr("/#?", s.p[page.n]))) {
			put_text(r, "\x01own", false);
			put_word(r, span_from(s, page.n + 1), false);
			return;
		}
	}
	for (size_t i = 0; r->own && i < r->own->n_slugs; i++) {
		struct span slug = span_of(r->own->slugs[i]);

		for (size_t at = host; at + slug.n < s.n; at++) {
			size_t end = at + 1 + slug.n;

			if (s.p[at] != '/' ||
				!span_eq_nocase(
					span_cut(s, at + 1, end), slug) ||
				(end < s.n && !strchr("/#?", s.p[end])))
				continue;
			put_text(r, "\x01own", false);
			put_word(r, span_from(s, end + 1), false);
			return;
		}
	}
	put(r, lexicon_id(r->l, s), false);
}

static void
end_sentence(struct reader *r, struct span s, size_t at, struct span before)
{
	size_t i = at;

	while (i < s.n && strchr(".!?)\"'*_", s.p[i]) && s.p[i])
		i++;
	while (i + 2 < s.n && s.p[i] == 0xe2 && s.p[i + 1] == 0x80)
		i += 3; /* a quotation mark */
	if (i < s.n && s.p[i] > ' ')
		return;
	if (s.p[at] == '.' && is_short(before))
		return;
	r->ended = true;
	r->surely = r->surely || s.p[at] != '.';
}

/* The bytes of the word at s.p[at], with its apostrophes made one kind. */
static size_t
read_word(struct span s, size_t at, unsigned char *text, size_t *n)
{
	size_t end = at;

	*n = 0;
	while (end < s.n) {
		size_t next = end;
		uint32_t c = utf8_next(s, &next);
		size_t after = next;
		bool inner = end > at && next < s.n &&
			is_letter(utf8_next(s, &after));

		if (is_apostrophe(c) && inner) {
			if (*n < WORD_MAX)
				text[(*n)++] = '\'';
		} else if ((c == '.' || c == ',') && inner &&
			is_digit(s.p[end - 1]) && next < s.n &&
			(is_digit(s.p[next]) || s.p[next] == 'x')) {
			if (*n < WORD_MAX)
				text[(*n)++] = (unsigned char)c;
		} else if (c == '.' && inner && end == at + 1) {
			if (*n < WORD_MAX) /* "e.g" */
				text[(*n)++] = '.';
		} else if (is_letter(c)) {
			for (size_t i = end; i < next && *n < WORD_MAX; i++)
				text[(*n)++] = s.p[i];
		} else
			break;
		end = next;
	}
	return end;
}

static void
read_run(struct reader *r, struct span s)
{
	unsigned char text[WORD_MAX];
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		bool mail;
		size_t link = doc_link_length(
			span_from(s, i), i ? s.p[i - 1] : 0, &mail);
		size_t next = i;
		uint32_t c;

		r->at = (uint32_t)(r->base + i);
		if (link > 0) {
			put_url(r, span_cut(s, i, i + link));
			i += link;
			n = 0;
			continue;
		}
		c = utf8_next(s, &next);
		if (c == '\n')
			r->line++;
		if (is_letter(c)) {
			bool small = s.p[i] >= 'a' && s.p[i] <= 'z';

			i = read_word(s, i, text, &n);
			put_word(r, span_make(text, n), small);
			continue;
		}
		if (is_sign(c)) {
			text[0] = (unsigned char)c;
			put(r, lexicon_id(r->l, span_make(text, 1)), true);
			n = 0;
		} else if (c == '.' || c == '!' || c == '?')
			end_sentence(r, s, i, span_make(text, n));
		i = next;
	}
}

/* A link's words, and where it leads unless they say just that. */
static void
read_link(struct reader *r, const struct run *run)
{
	struct span url = span_of(run->url);
	size_t from = r->out->n;
	bool absolute = span_find(url, "://") < url.n ||
		span_starts_nocase(url, "mailto:");
	uint32_t line;

	read_run(r, span_of(run->text));
	if (url.n == 0 || url.p[0] == '#')
		return;
	if (!absolute) {
		line = r->line;
		read_run(r, url); /* a file beside the document */
		r->line = line;
		return;
	}
	size_t before = r->out->n;
	put_url(r, url);
	/* <https://...> and [https://...](https://...) say it once */
	size_t len = r->out->n - before;
	if (before - from == len) {
		bool same = true;

		for (size_t i = 0; i < len; i++)
			same = same &&
				r->out->v[from + i].low ==
					r->out->v[before + i].low;
		if (same)
			r->out->n = before;
	}
}

/* The product's name, wherever it is, is one word for all products. */
static void
name_own(struct lexicon *l, const struct own *own, struct words *w)
{
	uint32_t product = lexicon_id(l, SPAN_LIT("\x01product"));
	size_t n = 0;

	for (size_t i = 0; own && i < w->n;) {
		size_t longest = 0;

		for (size_t k = 0; k < own->n_names; k++) {
			const struct words *name = &own->names[k];
			size_t j = 0;

			while (j < name->n && i + j < w->n &&
				name->v[j].low == w->v[i + j].low)
				j++;
			if (j == name->n && j > longest)
				longest = j;
		}
		if (longest > 0) {
			w->v[n] = w->v[i];
			w->v[n].id = w->v[n].low = w->v[n].key = product;
			w->v[n].class = WORD_PLAIN;
			n++;
			i += longest;
		} else
			w->v[n++] = w->v[i++];
	}
	if (own)
		w->n = n;
}

static void
find_sentences(struct lexicon *l, struct words *w, size_t from, size_t block)
{
	for (size_t i = from; i < w->n; i++) {
		if (i == from || w->v[i].begins) {
			if (w->n_sentences == w->cap_sentences) {
				size_t cap = w->cap_sentences ?
					2 * w->cap_sentences :
					32;
				struct sentence *v = ARENA_ARRAY(
					lexicon_arena(l), cap, struct sentence);

				if (w->n_sentences > 0)
					memcpy(v, w->sentences,
						w->n_sentences * sizeof *v);
				w->sentences = v;
				w->cap_sentences = cap;
			}
			w->sentences[w->n_sentences++] =
				(struct sentence){i, i, block};
		}
		w->sentences[w->n_sentences - 1].to = i + 1;
	}
}

/* The words of one block, appended. */
static void
read_block(struct reader *r, const struct block *b, size_t index)
{
	struct words *out = r->out, whole = *out, part = {.v = NULL};

	r->out = &part;
	r->line = b->line;
	r->begin = true;
	r->base = 0;
	for (size_t i = 0; i < b->n; i++) {
		if (b->runs[i].url)
			read_link(r, &b->runs[i]);
		else
			read_run(r, span_of(b->runs[i].text));
		r->base += strlen(b->runs[i].text);
	}
	name_own(r->l, r->own, &part);
	if (whole.n + part.n > whole.cap) {
		size_t cap = 2 * (whole.n + part.n) + 64;
		struct word *v =
			ARENA_ARRAY(lexicon_arena(r->l), cap, struct word);

		if (whole.n > 0)
			memcpy(v, whole.v, whole.n * sizeof *v);
		whole.v = v;
		whole.cap = cap;
	}
	if (part.n > 0)
		memcpy(whole.v + whole.n, part.v, part.n * sizeof *part.v);
	size_t from = whole.n;
	whole.n += part.n;
	find_sentences(r->l, &whole, from, index);
	*out = whole;
	r->out = out;
}

void
words_of_doc(struct lexicon *l, const struct own *own, const struct doc *d,
	struct words *out)
{
	struct reader r = {.l = l, .own = own, .out = out};

	*out = (struct words){.v = NULL};
	for (size_t i = 0; i < d->n; i++)
		read_block(&r, &d->blocks[i], i);
}

void
words_of_text(struct lexicon *l, const struct own *own, const char *text,
	struct words *out)
{
	struct reader r = {.l = l, .own = own, .out = out};
	struct span rest = span_of(text), line;
	struct block b = {.n = 1};
	struct run run = {.text = ""};

	*out = (struct words){.v = NULL};
	b.runs = &run;
	/* an armoured key is one block in a document */
	if (span_starts(rest, "-----BEGIN ")) {
		run.text = text;
		read_block(&r, &b, 0);
		return;
	}
	for (size_t i = 0; span_line(&rest, &line); i++) {
		run.text = arena_text(lexicon_arena(l), line);
		read_block(&r, &b, i);
	}
}

struct own *
own_new(struct lexicon *l, const char *const *names, size_t n,
	const char *const *pages, size_t n_pages)
{
	struct own *o = ARENA_NEW(lexicon_arena(l), struct own);
	const char **slugs =
		ARENA_ARRAY(lexicon_arena(l), 3 * n + 1, const char *);

	o->names = ARENA_ARRAY(lexicon_arena(l), n + 1, struct words);
	o->pages = pages;
	o->n_pages = n_pages;
	for (size_t i = 0; i < n; i++) {
		words_of_text(l, NULL, names[i], &o->names[o->n_names]);
		struct words *w = &o->names[o->n_names];

		if (w->n == 0 || w->n > NAME_WORDS_MAX)
			continue;
		o->n_names++;
		for (int join = 0; join < 3; join++) {
			AUTO(str_fini) struct str s;

			str_init(&s, 1000);
			for (size_t k = 0; k < w->n; k++) {
				if (k > 0 && join < 2)
					str_putc(&s, join ? '_' : '-');
				str_puts(&s, lexicon_text(l, w->v[k].low));
			}
			slugs[o->n_slugs++] =
				arena_text(lexicon_arena(l), str_span(&s));
		}
	}
	o->slugs = slugs;
	return o;
}

const char *
words_block_text(
	struct arena *a, const struct doc *d, const char **texts, size_t block)
{
	if (texts[block] == NULL)
		texts[block] = doc_block_text(a, &d->blocks[block]);
	return texts[block];
}

/* Where a sentence begins: with the bracket or mark before its first word. */
static size_t
begin_of(const struct words *w, const char *text, size_t sentence)
{
	const struct sentence *s = &w->sentences[sentence];
	size_t at = w->v[s->from].at;

	if (sentence == 0 || w->sentences[sentence - 1].block != s->block)
		return 0;
	while (at > 0 && strchr("([\"'", text[at - 1]))
		at--;
	if (at >= 3 && (unsigned char)text[at - 3] == 0xe2 &&
		(unsigned char)text[at - 2] == 0x80 &&
		((unsigned char)text[at - 1] == 0x9c ||
			(unsigned char)text[at - 1] == 0x98 ||
			(unsigned char)text[at - 1] == 0x9e))
		at -= 3;
	return at;
}

void
words_sentence(struct str *out, struct arena *a, const struct doc *d,
	const struct words *w, const char **texts, size_t sentence)
{
	const struct sentence *s = &w->sentences[sentence];
	const char *text = words_block_text(a, d, texts, s->block);
	size_t from = begin_of(w, text, sentence), to;
	bool blank = true;

	if (sentence + 1 < w->n_sentences &&
		w->sentences[sentence + 1].block == s->block)
		to = begin_of(w, text, sentence + 1);
	else
		to = from + strlen(text + from);
	if (out->n > 0)
		str_putc(out, ' ');
	while (to > from && (unsigned char)text[to - 1] <= ' ')
		to--;
	for (size_t i = from; i < to; i++) {
		bool is = (unsigned char)text[i] <= ' ';

		if (!is || !blank)
			str_putc(out, is ? ' ' : text[i]);
		blank = is;
	}
}
