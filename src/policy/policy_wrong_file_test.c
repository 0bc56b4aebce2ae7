/*
 * policy_wrong_file_test.c - mistakes in a file, its values and its product, and
 * the exact words that each is answered with: place, what is wrong, what is
 * allowed, what was meant.
 */
#include <stdio.h>

#include "base/test.h"
#include "policy/policy_test.h"

static const struct {
	const char *name, *text, *want;
} wrongs[] = {
	{"a file that is no UTF-8",
		"policy: 1\n"
		"name: caf\xe9\n",
		"w.yml:2:10: byte 0xe9 is not UTF-8; save the file as UTF-8\n"},
	{"a control that nobody sees",
		"policy: 1\n"
		"name: a\x01"
		"b\n",
		"w.yml:2:8: the unseen character U+0001; take it out\n"},
	{"a sign that turns the reading direction",
		"name: \"\xe2\x80\xae"
		"abc\"\n",
		"w.yml:1:8: the unseen character U+202E; take it out\n"},
	{"a tab that indents",
		"policy: 1\n"
		"values:\n"
		"\torganisation: x\n",
		"w.yml:3:1: a tab; YAML is indented with blanks\n"},
	{"a bracket that is never closed",
		"policy: 1\n"
		"weekend: [saturday\n",
		"w.yml:3:1: this is not YAML: did not find expected ',' or ']' "
		"while parsing a flow sequence that begins in line 2; in a list "
		"or map on one line, words with any of { } [ ] , need quotes\n"},
	{"nothing at all", "",
		"w.yml:1:1: the file is empty; a policy begins with 'policy: "
		"1'\n"},
	{"only a comment", "# hello\n",
		"w.yml:1:1: the file is empty; a policy begins with 'policy: "
		"1'\n"},
	{"a list in place of a policy", "- policy: 1\n",
		"w.yml:1:1: a policy is a map that begins with 'policy: 1', "
		"not a list\n"},
	{"a word in place of a policy", "policy\n",
		"w.yml:1:1: a policy is a map that begins with 'policy: 1', "
		"not a word\n"},
	{"two documents",
		TEST_GOOD "---\n"
			  "policy: 1\n",
		"w.yml:8:1: a second document; a policy is one\n"},
	{"an anchor", TEST_GOOD "ids: &x random\n",
		"w.yml:8:6: anchors (&name) are not used in policies; write "
		"the words again, or use 'values'\n"},
	{"an alias", TEST_GOOD "ids: *x\n",
		"w.yml:8:6: aliases (*name) are not used in policies; write "
		"the words again, or use 'values'\n"},
	{"aliases that would explode",
		"a: &a [x, x]\n"
		"b: &b [*a, *a]\n",
		"w.yml:1:4: anchors (&name) are not used in policies; write "
		"the words again, or use 'values'\n"},
	{"a tag", TEST_GOOD "ids: !secret random\n",
		"w.yml:8:6: tags (!name) are not used in policies\n"},
	{"a key that is a list",
		TEST_GOOD "? [a, b]\n"
			  ": c\n",
		"w.yml:8:3: a key must be a word, not a list\n"},
	{"nested without end", TEST_GOOD "drop: [[[[[[[[[[[[x]]]]]]]]]]]]\n",
		"w.yml:8:14: nested more than 8 deep; a policy needs 4\n"},
	{"a key twice", TEST_GOOD "zone: Europe/Paris\n",
		"w.yml:8:1: the key 'zone' is given twice; line 3 has it "
		"already\n"},
	{"no version",
		"name: Widget policy\n"
		"zone: Europe/Berlin\n"
		"values: {organisation: Example, contact: security@example.org}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:1:1: the key 'policy' is missing; a policy begins with "
		"'policy: 1'\n"},
	{"a version of tomorrow",
		"policy: 2\n"
		"name: Widget policy\n"
		"zone: Europe/Berlin\n"
		"values: {organisation: Example, contact: security@example.org}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:1:9: 'policy' must be 1, the version of the language "
		"that this program reads, not '2'\n"},
	{"a misspelt key", TEST_GOOD "holiday: [2026-12-25]\n",
		"w.yml:8:1: a policy has no key 'holiday'; allowed: policy, "
		"extends, base, values, product, security-txt, letters, clauses, "
		"drop, name, zone, weekend, holidays, ids, title or "
		"introduction; did you mean 'holidays'?\n"},
	{"a key of another world", TEST_GOOD "retention: 5\n",
		"w.yml:8:1: a policy has no key 'retention'; allowed: policy, "
		"extends, base, values, product, security-txt, letters, clauses, "
		"drop, name, zone, weekend, holidays, ids, title or "
		"introduction\n"},
	{"a key of the values", TEST_GOOD "contact: security@example.org\n",
		"w.yml:8:1: a policy has no key 'contact'; allowed: policy, "
		"extends, base, values, product, security-txt, letters, "
		"clauses, drop, name, zone, weekend, holidays, ids, title or "
		"introduction; it stands under 'values'\n"},
	{"a base that is perhaps one", TEST_GOOD "base: maybe\n",
		"w.yml:8:7: 'base' must be yes or no, not 'maybe'\n"},
	{"a security.txt that never ends",
		TEST_GOOD "security-txt: {languages: [en]}\n",
		"w.yml:8:1: 'security-txt' needs 'expires': the last day on "
		"which the file is good; less than a year ahead\n"},
	{"a language by its name",
		TEST_GOOD
		"security-txt: {expires: 2027-01-01, languages: [English]}\n",
		"w.yml:8:49: an item of 'languages' must be a language, such "
		"as en, not 'English': use a language tag of two or three "
		"letters, with its region if that matters\n"},
	{"a key in place of a link to it",
		TEST_GOOD "security-txt:\n"
			  "  expires: 2027-13-01\n"
			  "  encryption: ['mQENBF 4D']\n",
		"w.yml:9:12: 'expires' must be a date, such as 2026-12-25, not "
		"'2027-13-01'\n"
		"w.yml:10:16: an item of 'encryption' must be a link to a key, "
		"such as https://example.org/pgp-key.txt, not 'mQENBF 4D': it "
		"begins with https://, openpgp4fpr: or dns:, and leads to the "
		"key\n"},
	{"a letter whose lines would be folded",
		TEST_GOOD "letters:\n"
			  "  received: >\n"
			  "    subject: x\n",
		"w.yml:9:13: write the letter 'received' after a '|', so that "
		"its lines stay lines\n"},
	{"a heading marked up", TEST_GOOD "title: '# Security'\n",
		"w.yml:8:8: 'title' must be plain words on one line, not '# "
		"Security': leave out the '#': the format of the document adds "
		"it\n"},
	{"a title that names nothing", TEST_GOOD "title: Of {prodct}\n",
		"w.yml:8:11: nothing defines '{prodct}'; 'values' may, or "
		"write '{{' for the sign itself; did you mean 'product'?\n"},
	{"no name and no zone",
		"policy: 1\n"
		"values: {organisation: Example, contact: security@example.org}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:1:1: the policy needs 'name': what the policy is "
		"called\n"
		"w.yml:1:1: the policy needs 'zone': where days begin and end\n"},
	{"no product", TEST_HEAD TEST_VALUES TEST_HELLO,
		"w.yml:1:1: the product needs 'name': as people write it\n"
		"w.yml:1:1: the product needs 'prefix': of case ids\n"},
	{"no clauses", TEST_HEAD TEST_VALUES TEST_PRODUCT,
		"w.yml:1:1: the policy has no clauses\n"},
	{"clauses that are a map",
		TEST_HEAD TEST_VALUES TEST_PRODUCT "clauses:\n"
						   "  hello: {kind: text}\n",
		"w.yml:7:3: 'clauses' must be a list of clauses, not a map\n"},
	{"a clause that is a word",
		TEST_HEAD TEST_VALUES TEST_PRODUCT "clauses:\n"
						   "  - hello\n",
		"w.yml:7:5: a clause must be a map with id, kind and text, not "
		"a word\n"},
	{"a zone by its abbreviation",
		"policy: 1\n"
		"name: Widget policy\n"
		"zone: CET\n"
		"values: {organisation: Example, contact: security@example.org}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:3:7: 'zone' must be a time zone, such as Europe/Berlin, "
		"not 'CET': use a name of the time zone database, Area/City; "
		"abbreviations such as EST do not know summer time\n"},
	{"a zone with a blank",
		"policy: 1\n"
		"name: Widget policy\n"
		"zone: Europe/New Berlin\n"
		"values: {organisation: Example, contact: security@example.org}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:3:7: 'zone' must be a time zone, such as Europe/Berlin, "
		"not 'Europe/New Berlin': use a name of the time zone "
		"database\n"},
	{"a weekend by numbers", TEST_GOOD "weekend: [6, 7]\n",
		"w.yml:8:11: an item of 'weekend' must be monday, tuesday, "
		"wednesday, thursday, friday, saturday or sunday, not '6'\n"},
	{"a weekend that is a word", TEST_GOOD "weekend: sunday\n",
		"w.yml:8:10: 'weekend' must be a list, not a word; write "
		"[sunday]\n"},
	{"a weekend without end",
		TEST_GOOD
		"weekend: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]\n",
		"w.yml:8:10: 'weekend' names all there are; leave one out\n"},
	{"a weekend day twice", TEST_GOOD "weekend: [sunday, sunday]\n",
		"w.yml:8:19: 'weekend' has 'sunday' twice\n"},
	{"a date that is none", TEST_GOOD "holidays: [2026-02-30]\n",
		"w.yml:8:12: an item of 'holidays' must be a date, such as "
		"2026-12-25, not '2026-02-30'\n"},
	{"a date as some write it",
		TEST_GOOD "holidays:\n"
			  "  - 25.12.2026\n",
		"w.yml:9:5: an item of 'holidays' must be a date, such as "
		"2026-12-25, not '25.12.2026'\n"},
	{"a holiday twice", TEST_GOOD "holidays: [2026-12-25, 2026-12-25]\n",
		"w.yml:8:24: 'holidays' has '2026-12-25' twice\n"},
	{"ids of an unknown style", TEST_GOOD "ids: randm\n",
		"w.yml:8:6: 'ids' must be sequential or random, not 'randm'; "
		"did you mean 'random'?\n"},
	{"a value whose name has a blank",
		TEST_HEAD
		"values: {organisation: Example, contact: security@example.org, our page: x}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:4:64: a value's name must be a name, such as "
		"security-page, not 'our page': use lower-case letters, digits "
		"and '-', at most 64\n"},
	{"a value that takes the product's name",
		TEST_HEAD
		"values: {organisation: Example, contact: security@example.org, product: x}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:4:64: {product} is the product's name; choose another "
		"name for this value\n"},
	{"a value that is a list",
		TEST_HEAD
		"values: {organisation: Example, contact: security@example.org, page: [x]}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:4:70: 'page' must be a name on one line, not a list\n"},
	{"a value within a value",
		TEST_HEAD
		"values: {organisation: \"The {contact}\", contact: security@example.org}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:4:24: 'organisation' must be a name on one line, not "
		"'The {contact}': '{' and '}' have no use here\n"},
	{"a value that misses the one it was to replace",
		TEST_HEAD
		"values: {organisation: Example, contact: security@example.org, "
		"hall-of-fame: x, hal-of-fame: y}\n" TEST_PRODUCT
		"clauses: [{id: a, kind: text, text: 'See {hall-of-fame}.'}]\n",
		"w.yml:4:81: no text uses the value 'hal-of-fame'; did you "
		"mean 'hall-of-fame'?\n"},
	{"values without organisation",
		TEST_HEAD
		"values: {contact: security@example.org}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:4:1: 'values' needs 'organisation': who promises\n"},
	{"an address without a domain",
		TEST_HEAD
		"values: {organisation: Example, contact: security}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:4:42: 'contact' must be a mail address, such as "
		"security@example.org, not 'security': it has the form "
		"local@domain\n"},
	{"an address with a detail",
		TEST_HEAD
		"values: {organisation: Example, contact: security+x@example.org}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:4:42: 'contact' must be a mail address, such as "
		"security@example.org, not 'security+x@example.org': before "
		"the '@' use letters, digits and ._- only; what stands after a "
		"'+' is a detail of the product\n"},
	{"a domain with capitals",
		TEST_HEAD
		"values: {organisation: Example, contact: security@Example.ORG}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:4:42: 'contact' must be a mail address, such as "
		"security@example.org, not 'security@Example.ORG': write the "
		"domain in lower case: 'example.org'\n"},
	{"a link without https",
		TEST_HEAD
		"values: {organisation: Example, contact: security@example.org, link: example.org/security}\n" TEST_PRODUCT
			TEST_HELLO,
		"w.yml:4:70: 'link' must be a link, such as "
		"https://example.org/security, not 'example.org/security': a "
		"link begins with https:// and has at most 200 bytes\n"},
	{"a prefix with small letters",
		TEST_HEAD TEST_VALUES
		"product: {name: Widget, prefix: wid}\n" TEST_HELLO,
		"w.yml:5:33: 'prefix' must be a prefix of case ids, such as "
		"DAGF, not 'wid': use 2 to 8 capitals and digits, a capital "
		"first\n"},
	{"a product with an unknown key",
		TEST_HEAD TEST_VALUES
		"product: {name: Widget, prefix: WID, alias: [widget]}\n" TEST_HELLO,
		"w.yml:5:38: a product has no key 'alias'; allowed: name, "
		"prefix, aliases, repositories, urls, packages or details; did "
		"you mean 'aliases'?\n"},
	{"an alias that is found everywhere",
		TEST_HEAD TEST_VALUES
		"product: {name: Widget, prefix: WID, aliases: [w]}\n" TEST_HELLO,
		"w.yml:5:48: an item of 'aliases' must be a word that names "
		"the product, such as dag-factory, not 'w': use 3 to 64 "
		"characters: a shorter word would be found everywhere\n"},
	{"an alias with capitals",
		TEST_HEAD TEST_VALUES
		"product: {name: Widget, prefix: WID, aliases: [Widget]}\n" TEST_HELLO,
		"w.yml:5:48: an item of 'aliases' must be a word that names "
		"the product, such as dag-factory, not 'Widget': write it in "
		"lower case: 'widget'\n"},
	{"aliases as a word",
		TEST_HEAD TEST_VALUES
		"product: {name: Widget, prefix: WID, aliases: widget}\n" TEST_HELLO,
		"w.yml:5:47: 'aliases' must be a list, not a word; write "
		"[widget]\n"},
	{"a repository pasted from a browser",
		TEST_HEAD TEST_VALUES
		"product: {name: Widget, prefix: WID, repositories: [\"https://GitHub.com/Example/widget.git\"]}\n" TEST_HELLO,
		"w.yml:5:53: an item of 'repositories' must be a repository, "
		"such as github.com/example/widget, not "
		"'https://GitHub.com/Example/widget.git': write "
		"'github.com/example/widget'\n"},
	{"a repository as git says it",
		TEST_HEAD TEST_VALUES
		"product: {name: Widget, prefix: WID, repositories: [\"git@github.com:example/widget.git\"]}\n" TEST_HELLO,
		"w.yml:5:53: an item of 'repositories' must be a repository, "
		"such as github.com/example/widget, not "
		"'git@github.com:example/widget.git': write "
		"'github.com/example/widget'\n"},
	{"a repository that is only its name",
		TEST_HEAD TEST_VALUES
		"product: {name: Widget, prefix: WID, repositories: [widget]}\n" TEST_HELLO,
		"w.yml:5:53: an item of 'repositories' must be a repository, "
		"such as github.com/example/widget, not 'widget': use a host "
		"and a path in lower case, without https:// and without a '/' "
		"at the end\n"},
	{"a page pasted from a browser",
		TEST_HEAD TEST_VALUES
		"product: {name: Widget, prefix: WID, urls: [\"https://docs.example.org/widget/?page=1\"]}\n" TEST_HELLO,
		"w.yml:5:45: an item of 'urls' must be a site without "
		"https://, such as docs.example.org/widget, not "
		"'https://docs.example.org/widget/?page=1': write "
		"'docs.example.org/widget'\n"},
	{"a detail with a plus",
		TEST_HEAD TEST_VALUES
		"product: {name: Widget, prefix: WID, details: [+widget]}\n" TEST_HELLO,
		"w.yml:5:48: an item of 'details' must be a word after the '+' "
		"of an address, such as widget, not '+widget': use lower-case "
		"letters, digits and '-', at most 64\n"},
	{"a package with capitals",
		TEST_HEAD TEST_VALUES
		"product: {name: Widget, prefix: WID, packages: [Widget]}\n" TEST_HELLO,
		"w.yml:5:49: an item of 'packages' must be a package's name on "
		"an index, such as widget, not 'Widget': write it in lower "
		"case: 'widget'\n"},
};

static void
says_each_mistake_exactly(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrongs); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		AUTO(str_fini) struct str said;
		struct test_file files[] = {
			{"w.yml", wrongs[i].text}, {NULL, NULL}};
		const struct policy *p = NULL;
		struct err err;

		test_note(wrongs[i].name);
		str_init(&said, 100000);
		assert_false(policy_load(
			a, "w.yml", test_fetch, files, &p, &said, &err));
		assert_int_equal(ERR_SYNTAX, err.code);
		assert_null(p);
		assert_string_equal(wrongs[i].want, said.text);
	}
}

/* For tests that hold another reader of policies, the schema, to these. */
static int
print_cases(void)
{
	AUTO(json_auto) json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_LEN(wrongs); i++) {
		json_t *text = json_string(wrongs[i].text);

		if (text) /* else it is no UTF-8 */
			json_array_append_new(list,
				json_pack("{s:s, s:o}", "name", wrongs[i].name,
					"text", text));
	}
	(void)json_dumpf(list, stdout, 0);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST("a mistake in the file is said with its place",
			says_each_mistake_exactly),
	};

	if (argc > 1 && strcmp(argv[1], "--cases") == 0)
		return print_cases();
	hash_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
