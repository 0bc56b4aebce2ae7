/* address_test.c - addresses of real people pass, and nothing else does. */
#include "post/address.h"

#include <string.h>

#include "base/test.h"

static const struct {
	const char *address;
	bool safe, utf8;
} addresses[] = {
	{"ada@example.net", true, false},
	{"ada.lovelace+dag@mail.example.co.uk", true, false},
	{"o'brien!#$%&*=?^_`{|}~-/@example.net", true, false},
	{"root@localhost", true, false},
	{"a..b.@example.ne.jp", true, false}, /* seen from mobile operators */
	{"\"ada lovelace\"@example.net", true, false},
	{"\"a \\\" b\"@example.net", true, false},
	{"ada@[192.0.2.7]", true, false},
	{"ada@[IPv6:2001:db8::1]", true, false},
	{"j\xc3\xbcrgen@example.net", true, true},
	{"ada@b\xc3\xbc"
	 "cher.example",
		true, true},
	{"", false, false},
	{"ada", false, false},
	{"@example.net", false, false},
	{"ada@", false, false},
	{"ada@example.", false, false},
	{"ada@.example", false, false},
	{"ada@exa mple.net", false, false},
	{"ada @example.net", false, false},
	{"ada@example.net,eve@example.org", false, false},
	{"<ada@example.net>", false, false},
	{"ada@example.net>", false, false},
	{"ada@example.net> SIZE=1", false, false},
	{"\"<\"@example.net", false, false},
	{"\"a\"b\"@example.net", false, false},
	{"\"a\\\"@example.net", false, false},
	{"ada(comment)@example.net", false, false},
	{"list:ada@example.net;", false, false},
	{"@a,@b:ada@example.net", false, false},
	{"ada@example.net\r\nDATA", false, false},
	{"ada\n@example.net", false, false},
	{"ada@example.net\x7f", false, false},
	{"a\xc2\xa0"
	 "da@example.net",
		false, true},
	{"a\xe2\x80\xae"
	 "da@example.net",
		false, true},
	{"\xff@example.net", false, true},
	{"ada@-example.net", false, false},
	{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	 "@example.net",
		false, false},
};

static void
addresses_by_example(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
		test_note(addresses[i].address);
		assert_int_equal(addresses[i].safe,
			address_is_safe(addresses[i].address));
		assert_int_equal(addresses[i].utf8,
			address_needs_utf8(addresses[i].address));
	}
}

static void
an_address_has_a_greatest_length(void **state)
{
	char long_one[ADDRESS_MAX + 2];

	(void)state;
	memset(long_one, 'a', sizeof long_one);
	for (size_t i = 1; i < sizeof long_one; i += 2)
		long_one[i] = '.';
	long_one[1] = '@';
	long_one[ADDRESS_MAX] = '\0';
	long_one[ADDRESS_MAX - 1] = 'a';
	assert_true(address_is_safe(long_one));
	long_one[ADDRESS_MAX] = 'a';
	long_one[ADDRESS_MAX + 1] = '\0';
	assert_false(address_is_safe(long_one));
	assert_false(address_is_safe(NULL));
}

static void
every_byte_in_an_address_is_decided(void **state)
{
	static const char never[] = " \"(),:;<>@[\\]";

	(void)state;
	for (int c = 1; c < 128; c++) {
		char local[] = "a?b@example.net";

		local[1] = (char)c;
		assert_int_equal(c > ' ' && c < 127 && !strchr(never, c),
			address_is_safe(local));
	}
}

static void
message_ids_by_example(void **state)
{
	(void)state;
	assert_true(address_is_message_id("<a@b>"));
	assert_true(address_is_message_id("<CAF=x+y_z.$1@mail.example.com>"));
	assert_false(address_is_message_id("<a@b> <c@d>"));
	assert_false(address_is_message_id("<ab>"));
	assert_false(address_is_message_id("a@b"));
	assert_false(address_is_message_id("<a@b\r\n>"));
	assert_false(address_is_message_id("<a @b>"));
	assert_false(address_is_message_id("<\xc3\xa9@b>"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_by_example),
		cmocka_unit_test(an_address_has_a_greatest_length),
		cmocka_unit_test(every_byte_in_an_address_is_decided),
		cmocka_unit_test(message_ids_by_example),
	};

	return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
