/*
 * mime_words.c - encoded words of RFC 2047 in a line of text.
 *
 * An encoded word holds no blank, so the line is taken word by word, and a
 * word without an end is looked at once. Words of one charset that follow
 * each other are decoded together, for senders cut characters in two.
 */
#include "mime/mime_text.h"

struct words {
	struct mime *x;
	struct str *out;
	struct str bytes;   /* of encoded words not yet put */
	struct span label;  /* their charset */
	struct span blanks; /* after the last of them */
};

struct word {
	struct span label, text;
	char encoding;
	size_t n;     /* bytes it takes in all */
	bool endless; /* it would be one, but nothing ends it */
};

/* The encoded word that begins s with "=?". */
static bool
read_word(struct span s, struct word *w)
{
	*w = (struct word){.n = 0};
	size_t mark = 2 + span_find_byte(span_from(s, 2), '?');

	if (mark + 2 >= s.n || s.p[mark + 2] != '?' || mark == 2 ||
		strchr("bBqQ", s.p[mark + 1]) == NULL || s.p[mark + 1] == 0)
		return false;
	struct span label = span_cut(s, 2, mark);
	label = span_cut(label, 0, span_find_byte(label, '*')); /* RFC 2231 */
	if (!mime_charset_is_known(label))
		return false;
	struct span text = span_from(s, mark + 3);
	size_t end = span_find(text, "?=");
	*w = (struct word){.label = label,
		.text = span_cut(text, 0, end),
		.encoding = (char)s.p[mark + 1],
		.n = mark + 3 + end + 2,
		.endless = end == text.n};
	return !w->endless;
}

static void
flush(struct words *w)
{
	if (w->label.n > 0) {
		AUTO(str_fini) struct str utf8;

		str_init(&utf8, w->out->max);
		str_put(w->out,
			mime_charset_decode(w->x, &utf8,
				arena_text(w->x->arena, w->label),
				str_span(&w->bytes)));
	}
	str_clear(&w->bytes);
	w->label = SPAN_NONE;
	str_put(w->out, w->blanks);
	w->blanks = SPAN_NONE;
}

static void
put_word(struct words *w, const struct word *one)
{
	if (!span_eq_nocase(w->label, one->label)) {
		if (w->label.n > 0) /* blanks between two are not text */
			w->blanks = SPAN_NONE;
		flush(w);
		w->label = one->label;
	}
	w->blanks = SPAN_NONE;
	mime_decode_word(&w->bytes, one->encoding, one->text);
}

/* One run without blanks. */
static void
put_run(struct words *w, struct span s)
{
	while (s.n > 0) {
		size_t at = span_find(s, "=?");
		struct word one;

		if (at > 0 || s.n < 2) {
			flush(w);
			str_put(w->out, span_cut(s, 0, at));
			s = span_from(s, at);
			continue;
		}
		if (read_word(s, &one)) {
			put_word(w, &one);
			s = span_from(s, one.n);
			continue;
		}
		flush(w);
		/* what nothing ends here, nothing ends further on */
		size_t skip = one.endless ? s.n : 2;
		str_put(w->out, span_cut(s, 0, skip));
		s = span_from(s, skip);
	}
}

void
mime_words(struct mime *x, struct str *out, struct span text)
{
	struct words w = {.x = x, .out = out};

	str_init(&w.bytes, text.n);
	while (text.n > 0) {
		size_t n = span_find_byte(text, ' ');

		put_run(&w, span_cut(text, 0, n));
		text = span_from(text, n);
		for (n = 0; n < text.n && text.p[n] == ' ';)
			n++;
		if (w.label.n > 0)
			w.blanks = span_cut(text, 0, n);
		else
			str_put(out, span_cut(text, 0, n));
		text = span_from(text, n);
	}
	flush(&w);
	str_fini(&w.bytes);
}
