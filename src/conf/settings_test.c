/* settings_test.c - what a file may say, and what is said of a wrong one. */
#include "conf/settings.h"

#include "base/test.h"

static const struct {
	const char *name, *file, *problems;
} wrong[] = {
	{"a misspelt name is offered its nearest", "lissten: [a]\n",
		"f.yml:1:1: there is no setting 'lissten'; did you mean 'listen'?\n"},
	{"a number outside its limits says the limits", "parsers: 65\n",
		"f.yml:1:10: 'parsers' takes a number from 1 to 64\n"},
	{"a choice lists its words", "log: loud\nsend: live\n",
		"f.yml:1:6: 'log' takes one of: quiet normal debug\n"},
	{"a time needs its unit", "command_timeout: 300\n",
		"f.yml:1:18: 'command_timeout' takes a time such as 500ms, 30s, 5m, 2h or 7d, from 1000ms to 3600000ms\n"},
	{"a name may stand once", "log: quiet\nlog: quiet\n",
		"f.yml:2:1: 'log' stands here twice\n"},
	{"several mistakes are told at once", "a1: 1\nparsers: x\n",
		"f.yml:1:1: there is no setting 'a1'\nf.yml:2:10: 'parsers' takes a number from 1 to 64\n"},
	{"a list is no mapping", "- a\n",
		"f.yml:1:1: the file must be a list of 'name: value' lines\n"},
	{"a mapping where a text belongs", "hostname: {a: b}\n",
		"f.yml:1:11: 'hostname' takes a text on one line\n"},
};

static void
a_wrong_file_is_told_where_and_what(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		const struct settings *s = NULL;
		struct str problems;
		struct err err;

		test_note(wrong[i].name);
		str_init(&problems, 10000);
		assert_false(settings_load(a, "/d", "f.yml",
			span_of(wrong[i].file), &s, &problems, &err));
		assert_string_equal(wrong[i].problems, problems.text);
		assert_null(s);
		str_fini(&problems);
	}
}

static void
a_file_is_read_over_the_defaults(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct settings *s;
	struct str problems;
	struct err err;

	(void)state;
	str_init(&problems, 1000);
	assert_true(settings_load(a, "/d", "f.yml",
		SPAN_LIT("# comment\nmessage_size: 1M\nretry_first: 2h\n"
			 "policies: [a.yml, b.yml]\nlisten: smtp=[::1]:25\n"
			 "tls_key: keys/k.pem\nrequire_sandbox: no\n"),
		&s, &problems, &err));
	assert_int_equal(1024 * 1024, s->message_size);
	assert_int_equal(2 * 3600 * 1000, s->retry_first);
	assert_int_equal(2, s->policies.n);
	assert_string_equal("b.yml", s->policies.v[1]);
	assert_int_equal(1, s->listen.n);
	assert_string_equal("/d/keys/k.pem", s->tls_key);
	assert_string_equal("", s->tls_certificate);
	assert_false(s->require_sandbox);
	assert_string_equal("hold", s->send);
	str_fini(&problems);
}

static void
the_default_is_to_hold_every_letter(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	(void)state;
	assert_string_equal("hold", settings_default(a, "/d")->send);
}

static void
settings_survive_the_way_to_a_role(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct settings *s = settings_default(a, "/d"), *again;
	struct str one, two;

	(void)state;
	str_init(&one, 100000);
	str_init(&two, 100000);
	settings_pack(&one, s);
	struct unpack u = {str_span(&one), false};
	assert_true(settings_unpack(&u, a, &again));
	assert_true(unpack_end(&u));
	settings_pack(&two, again);
	assert_true(span_eq(str_span(&one), str_span(&two)));
	for (size_t n = 0; n < one.n; n++) {
		u = (struct unpack){span_cut(str_span(&one), 0, n), false};
		assert_false(settings_unpack(&u, a, &again) && unpack_end(&u));
	}
	str_fini(&one);
	str_fini(&two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_file_is_told_where_and_what),
		cmocka_unit_test(a_file_is_read_over_the_defaults),
		cmocka_unit_test(the_default_is_to_hold_every_letter),
		cmocka_unit_test(settings_survive_the_way_to_a_role),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
