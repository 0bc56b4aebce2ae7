/* base_test.c - the words everything else is written in, by example. */
#include "base/arena.h"
#include "base/day.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/instant.h"
#include "base/names.h"
#include "base/pack.h"
#include "base/str.h"
#include "base/test.h"
#include "base/utf8.h"

static void
days_survive_the_round_trip(void **state)
{
	char text[DAY_TEXT];
	struct day again;

	(void)state;
	for (struct day d = {0}; d.n <= DAY_MAX; d.n += 13) {
		assert_true(day_parse(span_of(day_format(d, text)), &again));
		assert_int_equal(d.n, again.n);
	}
	assert_int_equal(3, day_weekday((struct day){0}));
}

static void
days_that_are_not_are_refused(void **state)
{
	static const char *const bad[] = {"2026-02-29", "2026-13-01",
		"2026-00-10", "2026-1-01", "1969-12-31", "2026-11-31",
		"2100-02-29", "+026-01-01", "2026/01/01", ""};
	struct day d;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		test_note(bad[i]);
		assert_false(day_parse(span_of(bad[i]), &d));
	}
	assert_true(day_parse(span_of("2024-02-29"), &d));
}

static const struct {
	const char *text, *utc; /* NULL: refused */
} instants[] = {
	{"2026-11-23T15:04:05Z", "2026-11-23T15:04:05.000Z"},
	{"2026-11-23T15:04:05.6789Z", "2026-11-23T15:04:05.678Z"},
	{"2026-11-23t16:04:05+01:00", "2026-11-23T15:04:05.000Z"},
	{"2027-01-01T00:30:00+05:45", "2026-12-31T18:45:00.000Z"},
	{"2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"},
	{"2026-11-23T15:04:05", NULL},
	{"2026-11-23T15:04:05.Z", NULL},
	{"2026-11-23T24:00:00Z", NULL},
	{"2026-11-23T15:04:05+0100", NULL},
	{"2026-11-23T15:04:05Z ", NULL},
	{"1970-01-01T00:00:00+01:00", NULL},
};

static void
instants_are_read_as_rfc_3339(void **state)
{
	char text[INSTANT_TEXT];
	instant t;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(instants); i++) {
		test_note(instants[i].text);
		bool ok = instant_parse(span_of(instants[i].text), &t);
		assert_int_equal(instants[i].utc != NULL, ok);
		if (ok)
			assert_string_equal(
				instants[i].utc, instant_format(t, text));
	}
}

static const struct {
	const char *name;
	struct span bytes;
	bool valid;
	const char *seen;
} texts[] = {
	{"plain text", SPAN_INIT("abc"), true, "abc"},
	{"two, three and four bytes",
		SPAN_INIT("\xc3\xa9\xe2\x82\xac\xf0\x9f\x8d\xb5"), true,
		"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8d\xb5"},
	{"an overlong slash", SPAN_INIT("\xc0\xaf"), false, "\\xc0\\xaf"},
	{"a surrogate", SPAN_INIT("\xed\xa0\x80"), false, "\\xed\\xa0\\x80"},
	{"above the last plane", SPAN_INIT("\xf4\x90\x80\x80"), false,
		"\\xf4\\x90\\x80\\x80"},
	{"cut in the middle", SPAN_INIT("a\xe2\x82"), false, "a\\xe2\\x82"},
	{"a NUL is no text", SPAN_INIT("a\0b"), false, "a\\x00b"},
	{"a forged line is made visible", SPAN_INIT("a\nb\x1b[2J"), true,
		"a\\x0ab\\x1b[2J"},
	{"reordering is made visible",
		SPAN_INIT("a\xe2\x80\xae"
			  "b"),
		true, "a\\u{202E}b"},
	{"long text is clipped between letters",
		SPAN_INIT("1234567890123456789\xc3\xa9"), true,
		"1234567890123456789..."},
};

static void
text_is_checked_and_made_visible(void **state)
{
	struct str out;

	(void)state;
	str_init(&out, 1000);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		test_note(texts[i].name);
		assert_int_equal(texts[i].valid, utf8_valid(texts[i].bytes));
		str_clear(&out);
		utf8_put_visible(&out, texts[i].bytes, 20);
		assert_string_equal(texts[i].seen, out.text);
	}
	str_fini(&out);
}

static void
every_code_point_survives_the_round_trip(void **state)
{
	struct str out;

	(void)state;
	str_init(&out, 8);
	for (uint32_t c = 1; c <= 0x10ffff; c++) {
		size_t at = 0;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		str_clear(&out);
		utf8_put(&out, c);
		assert_true(utf8_valid(str_span(&out)));
		assert_int_equal(c, utf8_next(str_span(&out), &at));
		assert_int_equal(out.n, at);
	}
	str_fini(&out);
}

static void
a_frame_is_read_exactly_or_it_is_bad(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct str out;

	(void)state;
	str_init(&out, 1000);
	pack_u8(&out, 7);
	pack_u32(&out, 70000);
	pack_i64(&out, -5);
	pack_text(&out, NULL);
	pack_text(&out, "caf\xc3\xa9");
	pack_blob(&out, SPAN_LIT("a\0b"));
	for (size_t n = 0; n <= out.n + 1; n++) {
		struct unpack u = {{(unsigned char *)out.text, n}, false};

		uint8_t a8 = unpack_u8(&u);
		uint32_t a32 = unpack_u32(&u, 70000);
		int64_t a64 = unpack_i64(&u);
		const char *none = unpack_text(&u, a);
		const char *text = unpack_text(&u, a);
		struct span blob = unpack_blob(&u);
		assert_int_equal(n == out.n, unpack_end(&u));
		if (n != out.n)
			continue;
		assert_int_equal(7, a8);
		assert_int_equal(70000, a32);
		assert_int_equal(-5, a64);
		assert_null(none);
		assert_string_equal("caf\xc3\xa9", text);
		assert_true(span_eq(SPAN_LIT("a\0b"), blob));
	}
	str_fini(&out);
}

static void
a_number_above_its_limit_makes_the_frame_bad(void **state)
{
	struct str out;

	(void)state;
	str_init(&out, 10);
	pack_u32(&out, 11);
	struct unpack u = {str_span(&out), false};
	assert_int_equal(0, unpack_u32(&u, 10));
	assert_false(unpack_end(&u));
	str_fini(&out);
}

static void
lines_end_at_lf_and_lose_one_cr(void **state)
{
	static const char *const want[] = {"one", "two\r", "", "last"};
	struct span rest = SPAN_LIT("one\r\ntwo\r\r\n\nlast"), line;
	size_t n = 0;

	(void)state;
	while (span_line(&rest, &line)) {
		assert_true(n < ARRAY_LEN(want));
		assert_true(span_is(line, want[n++]));
	}
	assert_int_equal(ARRAY_LEN(want), n);
}

static void
numbers_have_limits(void **state)
{
	unsigned long long v = 99;

	(void)state;
	assert_true(span_number(SPAN_LIT("65535"), 65535, &v));
	assert_int_equal(65535, v);
	assert_false(span_number(SPAN_LIT("65536"), 65535, &v));
	assert_false(span_number(SPAN_LIT("99999999999999999999"), ~0ull, &v));
	assert_false(span_number(SPAN_LIT("-1"), 10, &v));
	assert_false(span_number(SPAN_LIT(""), 10, &v));
	assert_false(span_number(SPAN_LIT("7"), 5, &v));
	assert_int_equal(65535, v);
}

static void
a_near_word_is_offered_and_a_far_one_is_not(void **state)
{
	static const char *const names[] = {
		"strength", "clauses", NULL, "extends", "zone"};

	(void)state;
	assert_string_equal("strength",
		names_nearest(names, ARRAY_LEN(names), SPAN_LIT("strenght")));
	assert_string_equal("zone",
		names_nearest(names, ARRAY_LEN(names), SPAN_LIT("zones")));
	assert_null(
		names_nearest(names, ARRAY_LEN(names), SPAN_LIT("completely")));
	assert_int_equal(
		3, names_find(names, ARRAY_LEN(names), SPAN_LIT("extends")));
	assert_int_equal(
		-1, names_find(names, ARRAY_LEN(names), SPAN_LIT("Zone")));
}

static void
hashes_are_those_of_rfc_7693_tools(void **state)
{
	char hex[HASH_TEXT];
	struct hash again;

	(void)state;
	/* printf abc | b2sum -l 256 */
	assert_string_equal("bddd813c634239723171ef3fee98579b94964e3bb1cb3e427"
			    "262c8c068d52319",
		hash_hex(hash_of(SPAN_LIT("abc")), hex));
	assert_true(hash_parse(span_of(hex), &again));
	assert_true(hash_eq(again,
		hash_many((struct span[]){SPAN_LIT("a"), SPAN_LIT("bc")}, 2)));
	hex[3] = 'G';
	assert_false(hash_parse(span_of(hex), &again));
}

static void
building_stops_at_the_maximum_and_says_so(void **state)
{
	struct str s;

	(void)state;
	str_init(&s, 5);
	str_printf(&s, "%s-%d", "ab", 12345);
	assert_string_equal("ab-12", s.text);
	assert_true(s.cut);
	str_clear(&s);
	str_puts(&s, "fits.");
	assert_false(s.cut);
	str_fini(&s);
}

static void
an_arena_gives_zeroed_memory_again_after_a_reset(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t n = 1; n < 100000; n = n * 3 + 1) {
			unsigned char *p = arena_alloc(a, n);

			assert_int_equal(0, (uintptr_t)p % 16);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(0, p[i]);
			memset(p, 0xee, n);
		}
		arena_reset(a);
	}
}

static void
an_error_keeps_its_cause(void **state)
{
	struct err err = {0};

	(void)state;
	assert_false(err_set(&err, ERR_LIMIT, "%d parts", 1001));
	assert_false(err_wrap(&err, "mail %s", "x.eml"));
	assert_string_equal("mail x.eml: 1001 parts", err.text);
	assert_int_equal(ERR_LIMIT, err.code);
}

static void
tokens_of_one_second_are_near_and_no_two_are_the_same(void **state)
{
	char a[27], b[27], later[27];

	(void)state;
	for (int64_t at = 0; at < 100000; at += 777) {
		random_token_at(a, 26, at);
		random_token_at(b, 26, at);
		random_token_at(later, 26, at + 1);
		assert_int_equal(26, strlen(a));
		assert_memory_equal(a, b, 3);
		assert_string_not_equal(a, b);
		assert_true((at + 1) % 32768 == 0 || memcmp(a, later, 3) < 0);
	}
	random_token_at(a, 2, 5);
	assert_int_equal(2, strlen(a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_survive_the_round_trip),
		cmocka_unit_test(days_that_are_not_are_refused),
		cmocka_unit_test(instants_are_read_as_rfc_3339),
		cmocka_unit_test(text_is_checked_and_made_visible),
		cmocka_unit_test(every_code_point_survives_the_round_trip),
		cmocka_unit_test(a_frame_is_read_exactly_or_it_is_bad),
		cmocka_unit_test(a_number_above_its_limit_makes_the_frame_bad),
		cmocka_unit_test(lines_end_at_lf_and_lose_one_cr),
		cmocka_unit_test(numbers_have_limits),
		cmocka_unit_test(a_near_word_is_offered_and_a_far_one_is_not),
		cmocka_unit_test(hashes_are_those_of_rfc_7693_tools),
		cmocka_unit_test(building_stops_at_the_maximum_and_says_so),
		cmocka_unit_test(
			an_arena_gives_zeroed_memory_again_after_a_reset),
		cmocka_unit_test(an_error_keeps_its_cause),
		TEST("tokens of one second are near, and no two are the same",
			tokens_of_one_second_are_near_and_no_two_are_the_same),
	};

	hash_init();
	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
