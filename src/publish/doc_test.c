/* doc_test.c - what is written is read back, whatever it is. */
#include "publish/doc.h"

#include <string.h>

#include "base/test.h"

/* Plain words that mean something to one format or another. */
static const char *const nasty[] = {
	"Plain words and nothing else.",
	"*stars* and **more** and _one_ and __two__ and snake_case_name_",
	"a `tick`, ``two ticks``, a ` alone and a \\ backslash \\* star",
	"<b>bold</b> & &amp; &#42; <https:/x> <!-- comment --> a < b > c",
	"# not a heading",
	"1. not a list",
	"1) nor this",
	"(a) nor this",
	"iv. nor this",
	"- nor this",
	"+ nor this",
	"* nor this",
	"> not a quotation",
	"--- not a line",
	"=== nor this",
	"...",
	".. note:: not a directive",
	"This ends with two colons::",
	"[text](https://example.org) and [1]_ and [ref]_ and ![image](x.png)",
	"`text <https://example.org>`_ and name_ and name__ and |this| one",
	":role:`text` and :field: value and a ~~line~~ | a | b |",
	"~~~ not code",
	"    not code either",
	/* clang-format off */
	"Write 5. or 7) or # or - or + where a line may break, and then again: 5. or 7) or # or - or + or > or = or .. or ~ or :x: and on until the line is long enough to be broken in several places 1. 2. 3. - - - = = = + + + # # # > > > .. .. .. until it ends",
	/* clang-format on */
	"See https://example.org/a_b_(c)?x=1&y=_2_ and security_@example.org.",
	"\xe2\x80\x9cTypographic\xe2\x80\x9d \xe2\x80\x93 \xe2\x80\xa6",
	"a*b*c a_b_c a`b`c a|b|c a\\b\\c a<b<c",
	"!",
	"Warning! Do not",
	"Ends with a hash #",
};

static const struct block *
only_block(struct arena *a, const struct doc *d, const char *format,
	const char *text, enum block_kind kind)
{
	if (d->n != 1 || d->blocks[0].kind != kind) {
		print_message(
			"# %s made %zu blocks of: %s\n", format, d->n, text);
		for (size_t i = 0; i < d->n; i++)
			print_message("#   %d: %s\n", (int)d->blocks[i].kind,
				doc_block_text(a, &d->blocks[i]));
		fail();
	}
	return &d->blocks[0];
}

/* One blank for every run of blanks. */
static const char *
flat(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, strlen(s) + 1);
	size_t n = 0;

	for (; *s; s++)
		if (*s != ' ' && *s != '\n')
			out[n++] = *s;
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = 0;
	return out;
}

typedef void writer(struct str *out, const struct doc *d);
typedef bool reader(struct arena *a, struct span text, const struct doc **out,
	struct err *err);

static void
comes_out_as_itself(writer *write, reader *read, const char *format)
{
	static const enum block_kind kinds[] = {BLOCK_HEADING, BLOCK_PARAGRAPH,
		BLOCK_ITEM, BLOCK_NOTE, BLOCK_COMMENT};

	for (size_t i = 0; i < ARRAY_LEN(nasty); i++)
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
			AUTO(arena_auto) struct arena *a = arena_new();
			AUTO(str_fini) struct str out;
			struct doc_builder b;
			const struct doc *d;
			struct err err;

			if (kinds[k] == BLOCK_COMMENT && strstr(nasty[i], "--"))
				continue; /* its dashes are moved apart */
			doc_begin(&b, a);
			doc_block(&b, kinds[k], 1, 0);
			doc_linked(&b, span_of(flat(a, nasty[i])));
			str_init(&out, 100000);
			write(&out, doc_end(&b));
			assert_true(read(a, str_span(&out), &d, &err));
			const struct block *got =
				only_block(a, d, format, out.text, kinds[k]);
			if (strcmp(flat(a, nasty[i]),
				    flat(a, doc_block_text(a, got))) != 0)
				print_message("# %s: %s", format, out.text);
			assert_string_equal(flat(a, nasty[i]),
				flat(a, doc_block_text(a, got)));
		}
}

static void
markdown_comes_out_as_itself(void **state)
{
	(void)state;
	comes_out_as_itself(doc_write_md, doc_read_md, "md");
}

static void
rst_comes_out_as_itself(void **state)
{
	(void)state;
	comes_out_as_itself(doc_write_rst, doc_read_rst, "rst");
}

/* What a reader makes of a file, a block a line: kind, line, text{url}. */
static const char *
shown(struct arena *a, const struct doc *d)
{
	AUTO(str_fini) struct str s;

	str_init(&s, 100000);
	for (size_t i = 0; i < d->n; i++) {
		const struct block *b = &d->blocks[i];

		str_printf(&s, "%c%u", "HPINC#"[b->kind],
			b -> kind == BLOCK_HEADING ? b -> level : b -> number);
		str_printf(&s, " %u ", b->line);
		AUTO(str_fini) struct str words;

		str_init(&words, 100000);
		for (size_t k = 0; k < b->n; k++) {
			str_puts(&words, b->runs[k].text);
			if (b->runs[k].url)
				str_printf(&words, "{%s}", b->runs[k].url);
		}
		str_puts(&s, flat(a, words.text));
		str_putc(&s, '\n');
	}
	return arena_text(a, str_span(&s));
}

static const struct {
	const char *name, *text, *want;
} rst[] = {
	{"headings by any sign, over and under",
		"=====\nTitle\n=====\n\nPart\n----\n\nText.\n\nPart two\n~~~~~~~~\n",
		"H1 2 Title\nH2 5 Part\nP0 8 Text.\nH3 10 Part two\n"},
	{"a paragraph goes on, another indentation does not",
		"One\ntwo.\n\n  Three.\n", "P0 1 One two.\nP0 4 Three.\n"},
	{"lists, with lines that go on, and inside each other",
		"- one\n  goes on\n- two\n\n  * three\n\n1. four\n#. five\n",
		"I0 1 one goes on\nI0 3 two\nI0 5 three\nI1 7 four\nI1 8 five\n"},
	{"a directive that warns", ".. warning::\n   Mind\n   this.\n\nText.\n",
		"N0 2 Mind this.\nP0 5 Text.\n"},
	{"a warning with its words behind it", ".. note:: Mind this.\n",
		"N0 1 Mind this.\n"},
	{"directives of no words",
		".. contents::\n   :local:\n\n.. image:: x.png\n   :alt: x\n\nText.\n",
		"P0 7 Text.\n"},
	{"comments, and targets that are none",
		".. This is\n   not shown.\n\n.. _here: https://example.org/\n\n"
		"See here_.\n",
		"#0 1 This is not shown.\nP0 6 See here{https://example.org/}."
		"\n"},
	{"marks in words",
		"**Bold**, *not*, ``code_``, `a link <https://example.org/>`_ and "
		":ref:`words <x>`.\n",
		"P0 1 Bold, not, code_, a link{https://example.org/} and words.\n"},
	{"what stands for something else",
		".. |name| replace:: Widget\n\nThe |name| is ours.\n",
		"P0 3 The Widget is ours.\n"},
	{"code after two colons", "Like this::\n\n   $ run\n\nText.\n",
		"P0 1 Like this:\nC0 3 $ run\nP0 5 Text.\n"},
	{"tables of both kinds",
		"====  ===\nA     B\n====  ===\nc     d\n====  ===\n\n"
		"+---+---+\n| e | f |\n+---+---+\n",
		"I0 2 A: B\nI0 4 c: d\nI0 8 e: f\n"},
	{"marks that never close are signs",
		"2 * 3 and *this and `that and |so on\n",
		"P0 1 2 * 3 and *this and `that and |so on\n"},
	{"nothing", "", ""},
	{"a rule alone", "----\n", ""},
};

static void
reads_rst(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rst); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		const struct doc *d;
		struct err err;

		test_note(rst[i].name);
		assert_true(doc_read_rst(a, span_of(rst[i].text), &d, &err));
		assert_string_equal(rst[i].want, shown(a, d));
	}
}

static const struct {
	const char *name, *text, *want;
} md[] = {
	{"headings, lists and paragraphs",
		"# T\n\nOne\ntwo.\n\n* a\n* b\n\n1. c\n2. d\n",
		"H1 1 T\nP0 3 One two.\nI0 6 a\nI0 7 b\nI1 9 c\nI2 10 d\n"},
	{"a table is an item a row", "| A | B |\n|---|:-:|\n| `c` d | e |\n",
		"I0 1 A: B\nI0 3 c d: e\n"},
	{"a warning in a quotation",
		"> **Warning:** Mind this.\n\n> [!NOTE]\n> And this.\n",
		"N0 1 Mind this.\nN0 3 And this.\n"},
	{"a quotation is a paragraph", "> Note that it is so.\n",
		"P0 1 Note that it is so.\n"},
	{"comments of both kinds", "<!-- one -->\n\n[//]: # (two)\n\nText.\n",
		"#0 1 one\n#0 3 two\nP0 5 Text.\n"},
	{"HTML is its words", "<p align=\"center\">A &amp; <b>B</b></p>\n",
		"P0 1 A & B\n"},
};

static void
reads_markdown(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(md); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		const struct doc *d;
		struct err err;

		test_note(md[i].name);
		assert_true(doc_read_md(a, span_of(md[i].text), &d, &err));
		assert_string_equal(md[i].want, shown(a, d));
	}
}

static void
what_is_no_text_is_told_where(void **state)
{
	static const struct {
		const char *name, *bytes, *says;
	} table[] = {
		{"a.md",
			"One.\n\nGr\xfc\xdf"
			"e.\n",
			"line 3 has the byte 0xfc"},
		{"a.rst", "\x89PNG", "line 1 has the byte 0x89"},
		{"a.html", "One.\n", "a page of HTML"},
		{"a", " <!DOCTYPE html>\n", "a page of HTML"},
		{"a.md",
			"Gr\xc3\xbc\xc3\x9f"
			"e, \xef\xbf\xbd.\n",
			NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		const struct doc *d;
		struct err err;
		bool ok = doc_read(
			a, table[i].name, span_of(table[i].bytes), &d, &err);

		test_note(table[i].bytes);
		assert_int_equal(table[i].says == NULL, ok);
		if (!ok)
			assert_non_null(strstr(err.text, table[i].says));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("in Markdown, words come out as themselves",
			markdown_comes_out_as_itself),
		TEST("in reStructuredText, words come out as themselves",
			rst_comes_out_as_itself),
		TEST("reStructuredText is read", reads_rst),
		TEST("Markdown is read", reads_markdown),
		TEST("what is no text is told, with the place",
			what_is_no_text_is_told_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
