/* mime_html_test.c - HTML as mail clients write it, and as nobody should. */
#include "mime/mime_html.h"

#include "base/test.h"
#include "mime/mime_text.h"

static const struct {
	const char *name, *html, *text;
} cases[] = {
	{"nothing", "", ""},
	{"text without tags", "one  two\n three", "one two three\n"},
	{"paragraphs", "<p>one</p>\n<p>two</p>", "one\n\ntwo\n"},
	{"divisions", "<div>one</div><div>two</div>", "one\ntwo\n"},
	{"Outlook's empty paragraph", "<p>one</p><p>&nbsp;</p><p>two",
		"one\n\ntwo\n"},
	{"a break", "one<br>two<br/><br />three", "one\ntwo\n\nthree\n"},
	{"tags inside words", "<b>on</b>e<i> two</i>", "one two\n"},
	{"style, script and title are no text",
		"<head><title>t</title><style>p{}</style></head>"
		"<script>if (a</b) x</script>one",
		"one\n"},
	{"a comment", "one<!-- two --> three", "one three\n"},
	{"Outlook's conditional comment",
		"<!--[if mso]><p>x</p><![endif]-->one", "one\n"},
	{"a declaration", "<!DOCTYPE html><?xml version=1?>one", "one\n"},
	{"an ordered list keeps its numbers",
		"<p>Steps:</p><ol><li>one</li><li>two</ol>end",
		"Steps:\n\n1. one\n2. two\n\nend\n"},
	{"an unordered list", "<ul><li>one<li>two</ul>", "- one\n- two\n"},
	{"a paragraph in an item", "<ol><li><p>one</p><li><p>two</p></ol>",
		"1. one\n\n2. two\n"},
	{"a list in a list", "<ol><li>one<ul><li>two</ul><li>three</ol>",
		"1. one\n  - two\n2. three\n"},
	{"a link keeps its address",
		"see <a href=\"https://x.example/?a=1&amp;b=2\">here</a>.",
		"see here <https://x.example/?a=1&b=2>.\n"},
	{"a link that is its address",
		"<a href='http://x.example'>http://x.example</a>",
		"http://x.example\n"},
	{"a mail link", "<a href=mailto:a@b.example>a@b.example</a>",
		"a@b.example\n"},
	{"a link that runs scripts", "<a href='javascript:x()'>one</a>",
		"one\n"},
	{"a link that is never closed", "<a href=http://x>one <b>two",
		"one two <http://x>\n"},
	{"an image's words", "<img src=x alt='a &lt; b'>", "[image: a < b]\n"},
	{"a quote", "one<blockquote>two<br>three</blockquote>four",
		"one\n\n> two\n> three\n\nfour\n"},
	{"preformatted text", "<pre>a\n  b\n\n\tc</pre>d",
		"a\n  b\n\n\tc\n\nd\n"},
	{"a table", "<table><tr><td>a<td>b</tr><tr><td>c</td><td>d</table>",
		"a\tb\nc\td\n"},
	{"entities", "&lt;&#60;&#x3C;&eacute;&nbsp;&quot;", "<<<\xc3\xa9 \"\n"},
	{"what only looks like one", "a &b; &; &#; &unknown; AT&T &amp",
		"a &b; &; &#; &unknown; AT&T &amp\n"},
	{"characters that do not exist", "&#0;&#xd800;&#x110000;",
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n"},
	{"what only looks like a tag", "a < b <3 <> c", "a < b <3 <> c\n"},
	{"a > in an attribute", "<a title=\"a>b\">one", "one\n"},
	{"an attribute that never ends", "one<a b=\"two", "one\n"},
	{"closing tags of nothing", "</ol></blockquote></pre></a>one", "one\n"},
	{"a script that never ends", "one<script>two</scrip>", "one\n"},
	{"a rule", "one<hr>two", "one\n----------\ntwo\n"},
	{"upper case", "<P>one<BR>two<SCRIPT>x</Script>", "one\ntwo\n"},
	{"unknown tags do nothing", "<o:p>one</o:p><foo>two</foo>", "onetwo\n"},
};

static void
html_is_read_as_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(str_fini) struct str text;

		str_init(&text, 4096);
		mime_html(&text, span_of(cases[i].html));
		test_note(cases[i].name);
		assert_string_equal(cases[i].text, text.text);
	}
}

static void
tags_and_entities_are_sorted(void **state)
{
	static const char *const names[] = {"a", "xyz", "ol", "title", "tr",
		"blockquote", "li", "h6", "ul"};
	uint32_t c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(
			i != 1, mime_html_tag(span_of(names[i])) != NULL);
	assert_int_equal(7, mime_entity(span_of("&AElig;"), &c));
	assert_int_equal(0xc6, c);
	assert_int_equal(6, mime_entity(span_of("&zwnj;"), &c));
	assert_int_equal(0x200c, c);
	assert_int_equal(10, mime_entity(span_of("&thetasym;"), &c));
	assert_int_equal(6, mime_entity(span_of("&apos;"), &c));
}

static void
charset_of_a_page(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	(void)state;
	assert_string_equal("koi8-r",
		mime_html_charset(a, span_of("<meta charset=\"koi8-r\">")));
	assert_string_equal("Shift_JIS",
		mime_html_charset(a,
			span_of("<META content='text/html; charset=Shift_JIS'>")));
	assert_null(mime_html_charset(a, span_of("<p>x</p>")));
	assert_null(mime_html_charset(a, span_of("<meta charset=\"")));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("HTML is read as text", html_is_read_as_text),
		TEST("tags and entities are found",
			tags_and_entities_are_sorted),
		TEST("a page may name its charset", charset_of_a_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
