/*
 * write_md.c - a document as Markdown that CommonMark and GitHub read alike.
 *
 * A policy's text is plain words: whatever has a meaning to Markdown is
 * escaped, and what has one only at the beginning of a line when it comes to
 * stand there.
 */
#include "publish/write.h"

static bool
is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z') || c >= 0x80;
}

static void
put_escaped(struct str *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = s.p[i];
		unsigned char next = i + 1 < s.n ? s.p[i + 1] : ' ';
		bool escape = strchr("\\`*[]<~|", c) && c;

		if (c == '_') /* in a word it stands for itself */
			escape = i == 0 || !is_alnum(s.p[i - 1]) ||
				!is_alnum(next);
		if (c == '&')
			escape = is_alnum(next) || next == '#';
		if (c == '!')
			escape = i + 1 == s.n; /* a link may follow */
		if (escape)
			str_putc(out, '\\');
		str_putc(out, c == '\n' ? ' ' : (char)c);
	}
}

static void
put_lead(struct str *out, struct span word)
{
	size_t n = 0, digits = 0;

	while (n < word.n && word.p[n] == word.p[0])
		n++;
	while (digits < word.n && word.p[digits] >= '0' &&
		word.p[digits] <= '9')
		digits++;
	if (word.n > 0 && strchr("#>=-+", word.p[0]) &&
		(word.p[0] == '>' || n == word.n))
		str_putc(out, '\\');
	if (digits > 0 && digits + 1 == word.n &&
		strchr(".)", word.p[digits])) {
		str_put(out, span_cut(word, 0, digits));
		str_putc(out, '\\');
		word = span_from(word, digits);
	}
	str_put(out, word);
}

/* <https://...> where the words are the link, else [words](<...>). */
static void
put_link(struct str *out, const struct run *r)
{
	struct span url = span_of(r->url);
	bool plain = strpbrk(r->url, " <>()\\") == NULL;
	bool bare = strpbrk(r->url, " <>\\") == NULL;

	if (bare &&
		(strcmp(r->text, r->url) == 0 ||
			(span_starts(url, "mailto:") &&
				strcmp(r->text, r->url + 7) == 0))) {
		str_printf(out, "<%s>", r->text);
		return;
	}
	str_putc(out, '[');
	put_escaped(out, span_of(r->text));
	str_puts(out, plain ? "](" : "](<");
	for (size_t i = 0; i < url.n; i++) {
		if (strchr("<>\\", url.p[i]))
			str_putc(out, '\\');
		str_putc(out, (char)url.p[i]);
	}
	str_puts(out, plain ? ")" : ">)");
}

static void
put_comment(struct str *out, const struct block *b)
{
	AUTO(str_fini) struct str s;

	str_init(&s, 2 * DOC_MAX);
	for (size_t i = 0; i < b->n; i++)
		for (const char *t = b->runs[i].text; *t; t++) {
			str_putc(&s, *t == '\n' ? ' ' : *t);
			if (t[0] == '-' && (t[1] == '-' || t[1] == '>'))
				str_putc(&s, ' '); /* it must not end here */
		}
	str_puts(&s, " -->");
	write_words(out, str_span(&s), "<!-- ", "", DOC_COLUMNS, NULL);
}

void
doc_write_md(struct str *out, const struct doc *d)
{
	AUTO(str_fini) struct str s;
	char mark[16];

	str_init(&s, 2 * DOC_MAX);
	for (size_t i = 0; i < d->n; i++) {
		const struct block *b = &d->blocks[i];

		write_gap(out, d, i);
		str_clear(&s);
		for (size_t k = 0; k < b->n; k++)
			if (b->runs[k].url)
				put_link(&s, &b->runs[k]);
			else
				put_escaped(&s, span_of(b->runs[k].text));
		switch (b->kind) {
		case BLOCK_HEADING:
			str_printf(out, "%.*s ", (int)b->level, "######");
			if (s.n > 0 && s.text[s.n - 1] == '#') {
				s.text[--s.n] = 0;
				str_puts(&s, "\\#");
			}
			str_puts(out, s.text);
			str_putc(out, '\n');
			break;
		case BLOCK_PARAGRAPH:
			write_words(out, str_span(&s), "", "", DOC_COLUMNS,
				put_lead);
			break;
		case BLOCK_CODE:
			str_puts(out, "```\n");
			write_code(out, b, "");
			str_puts(out, "```\n");
			break;
		case BLOCK_ITEM:
			(void)snprintf(mark, sizeof mark,
				b->number ? "%u. " : "- ", b->number);
			write_words(out, str_span(&s), mark,
				b->number > 9     ? "    " :
					b->number ? "   " :
						    "  ",
				DOC_COLUMNS, put_lead);
			break;
		case BLOCK_NOTE:
			write_words(out, str_span(&s), "> **Warning:** ", "> ",
				DOC_COLUMNS, put_lead);
			break;
		case BLOCK_COMMENT:
			put_comment(out, b);
			break;
		}
	}
}
