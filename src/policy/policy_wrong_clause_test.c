/*
 * policy_wrong_clause_test.c - mistakes in the clauses and in what they extend, and
 * the exact words that each is answered with: place, what is wrong, what is
 * allowed, what was meant.
 */
#include <stdio.h>

#include "base/test.h"
#include "policy/policy_test.h"

static const struct {
	const char *name, *text, *want;
} wrongs[] = {
	{"a clause without an id", TEST_GOOD "  - {kind: text, text: Hello.}\n",
		"w.yml:8:5: this clause has no 'id'\n"},
	{"an id with capitals",
		TEST_GOOD "  - {id: Hello, kind: text, text: Hello.}\n",
		"w.yml:8:10: 'id' must be an id, such as required.steps, not "
		"'Hello': use lower-case letters, digits, '-' and '.', at most "
		"64\n"},
	{"an id twice",
		TEST_GOOD "  - {id: hello, kind: text, text: Hello again.}\n",
		"w.yml:8:10: the id 'hello' is given twice; line 7 has it "
		"already\n"},
	{"a clause without a kind", TEST_GOOD "  - {id: more, text: Hello.}\n",
		"w.yml:8:10: the clause 'more' has no 'kind', and no base has "
		"it to be changed\n"},
	{"a clause without a text", TEST_GOOD "  - {id: more, kind: text}\n",
		"w.yml:8:10: the clause 'more' needs 'text': what people read\n"},
	{"an empty text",
		TEST_GOOD "  - id: more\n"
			  "    kind: text\n"
			  "    text:\n",
		"w.yml:10:10: 'text' must be a sentence, not nothing\n"},
	{"a kind that is misspelt",
		TEST_GOOD
		"  - {id: more, kind: requierd, part: title, text: Hello.}\n",
		"w.yml:8:22: there is no kind 'requierd'; allowed: text, "
		"contact, private-channel, vulnerabilities-only, scope, "
		"plain-text, one-per-mail, required, more-information, "
		"severity, cwe, duty, platform, safe-harbor, embargo, rescind, "
		"third-parties, out-of-scope, notify-first, "
		"coordinate-after or known; did you mean 'required'?\n"},
	{"a kind that is a list",
		TEST_GOOD "  - {id: more, kind: [text], text: Hello.}\n",
		"w.yml:8:22: 'kind' must be a word, not a list; allowed: text, "
		"contact, private-channel, vulnerabilities-only, scope, "
		"plain-text, one-per-mail, required, more-information, "
		"severity, cwe, duty, platform, safe-harbor, embargo, rescind, "
		"third-parties, out-of-scope, notify-first, "
		"coordinate-after or known\n"},
	{"a parameter that is misspelt",
		TEST_GOOD
		"  - {id: more, kind: duty, duty: acknowledge, strength: aim, busines-days: 5, text: Hello.}\n",
		"w.yml:8:62: a clause of kind 'duty' has no key "
		"'busines-days'; allowed: id, kind, strength, text, after, "
		"before, heading, subheading, as, duty, business-days, remind-days or kept-by; did you mean "
		"'business-days'?\n"},
	{"a parameter of another kind",
		TEST_GOOD
		"  - {id: more, kind: text, part: title, text: Hello.}\n",
		"w.yml:8:28: a clause of kind 'text' has no key 'part'; "
		"allowed: id, kind, strength, text, after, before, heading, "
		"subheading or as; it belongs to a clause of kind "
		"'required'\n"},
	{"a parameter that is missing",
		TEST_GOOD "  - {id: more, kind: required, text: Hello.}\n",
		"w.yml:8:10: the clause 'more' of kind 'required' needs "
		"'part': which part of a report; allowed: title, steps, "
		"contact or written\n"},
	{"a word that is not allowed",
		TEST_GOOD
		"  - {id: more, kind: required, part: heading, text: Hello.}\n",
		"w.yml:8:38: 'part' must be title, steps, contact or written, "
		"not 'heading'\n"},
	{"a word that is nearly right",
		TEST_GOOD
		"  - {id: more, kind: required, part: tilte, text: Hello.}\n",
		"w.yml:8:38: 'part' must be title, steps, contact or written, "
		"not 'tilte'; did you mean 'title'?\n"},
	{"a number in words",
		TEST_GOOD
		"  - {id: more, kind: embargo, days: ninety, text: Hello.}\n",
		"w.yml:8:37: 'days' must be a number from 1 to 3650, not "
		"'ninety'\n"},
	{"a number out of its limits",
		TEST_GOOD
		"  - {id: more, kind: embargo, days: 4000, text: Hello.}\n",
		"w.yml:8:37: 'days' must be a number from 1 to 3650, not "
		"'4000'\n"},
	{"a number below zero",
		TEST_GOOD
		"  - {id: more, kind: duty, duty: resolve, strength: aim, business-days: -1, text: Hello.}\n",
		"w.yml:8:73: 'business-days' must be a number from 0 to 365, "
		"not '-1'\n"},
	{"a number that is a list",
		TEST_GOOD
		"  - {id: more, kind: embargo, days: [90], text: Hello.}\n",
		"w.yml:8:37: 'days' must be a number from 1 to 3650, not a "
		"list\n"},
	{"a yes that is maybe",
		TEST_GOOD
		"  - {id: more, kind: out-of-scope, courtesy-letter: maybe, text: Hello.}\n",
		"w.yml:8:53: 'courtesy-letter' must be yes or no, not 'maybe'\n"},
	{"a strength that is not one",
		TEST_GOOD
		"  - {id: more, kind: text, strength: should, text: Hello.}\n",
		"w.yml:8:38: 'strength' must be must, aim or best-effort, not "
		"'should'\n"},
	{"a promise without its strength",
		TEST_GOOD
		"  - {id: more, kind: duty, duty: acknowledge, text: Hello.}\n",
		"w.yml:8:10: the clause 'more' promises something: say its "
		"'strength'; allowed: must, aim or best-effort\n"},
	{"a promise made twice",
		TEST_GOOD
		"  - {id: one, kind: duty, duty: acknowledge, strength: aim, business-days: 5, text: Hello.}\n"
		"  - {id: two, kind: duty, duty: acknowledge, strength: aim, business-days: 7, text: Hello.}\n",
		"w.yml:9:10: the clause 'two' says again what 'one' says; one "
		"of them must go\n"},
	{"a part required twice",
		TEST_GOOD
		"  - {id: one, kind: required, part: steps, text: Hello.}\n"
		"  - {id: two, kind: required, part: steps, text: Hello.}\n",
		"w.yml:9:10: the clause 'two' says again what 'one' says; one "
		"of them must go\n"},
	{"a reminder after the due day",
		TEST_GOOD
		"  - {id: more, kind: duty, duty: follow-up, strength: aim, business-days: 3, remind-days: 5, text: Hello.}\n",
		"w.yml:8:91: 'remind-days' (5) must be less than "
		"'business-days' (3)\n"},
	{"a receipt that would keep any promise",
		TEST_GOOD
		"  - {id: more, kind: duty, duty: validate, strength: aim, kept-by: receipt, text: Hello.}\n",
		"w.yml:8:59: 'kept-by' has a meaning only where 'duty' is "
		"acknowledge\n"},
	{"hosts of what is no website",
		TEST_GOOD
		"  - {id: more, kind: scope, scope: out, about: dependencies, hosts: [example.org], text: Hello.}\n",
		"w.yml:8:62: 'hosts' has a meaning only where 'about' is "
		"website\n"},
	{"a host with its scheme",
		TEST_GOOD
		"  - {id: more, kind: scope, scope: out, about: website, hosts: [\"https://www.example.org/\"], text: Hello.}\n",
		"w.yml:8:65: an item of 'hosts' must be a host, such as "
		"www.example.org, not 'https://www.example.org/': write "
		"'www.example.org'\n"},
	{"a scale of one",
		TEST_GOOD
		"  - {id: more, kind: severity, scale: [high], text: Hello.}\n",
		"w.yml:8:39: 'scale' needs 2 to 10 items, not 1\n"},
	{"nothing refused",
		TEST_GOOD
		"  - {id: more, kind: vulnerabilities-only, refuses: [], text: Hello.}\n",
		"w.yml:8:53: 'refuses' is an empty list; allowed: bug, "
		"question, support, spam or other\n"},
	{"grounds that are a sentence",
		TEST_GOOD
		"  - {id: more, kind: rescind, grounds: it harms us, text: Hello.}\n",
		"w.yml:8:40: 'grounds' must be a list, not a word; begin "
		"each with '- ' on a line of its own\n"},
	{"a ground that is empty",
		TEST_GOOD
		"  - {id: more, kind: rescind, grounds: [\"\"], text: Hello.}\n",
		"w.yml:8:41: an item of 'grounds' must be a sentence, not "
		"nothing\n"},
	{"a word that nothing defines",
		TEST_GOOD
		"  - {id: more, kind: text, text: \"Write to {contakt}.\"}\n",
		"w.yml:8:44: nothing defines '{contakt}'; 'values' may, or "
		"write '{{' for the sign itself; did you mean 'contact'?\n"},
	{"a word of another clause",
		TEST_GOOD "  - id: more\n"
			  "    kind: text\n"
			  "    text: >\n"
			  "      Dear reader, we answer\n"
			  "      within {business-days} days.\n",
		"w.yml:12:14: nothing defines '{business-days}'; 'values' may, "
		"or write '{{' for the sign itself\n"},
	{"a brace that is not closed",
		TEST_GOOD
		"  - {id: more, kind: text, text: \"Use { with care.\"}\n",
		"w.yml:8:39: a '{' without its '}'; write '{{' for the sign "
		"itself\n"},
	{"a brace that was not opened",
		TEST_GOOD
		"  - {id: more, kind: text, text: \"Use } with care.\"}\n",
		"w.yml:8:39: a '}' without its '{'; write '}}' for the sign "
		"itself\n"},
	{"a text that is a list",
		TEST_GOOD "  - {id: more, kind: text, text: [Hello]}\n",
		"w.yml:8:34: 'text' must be a sentence, not a list; words that "
		"begin with '{', '[' or '- ' need quotes, or stand below after "
		"a '>'\n"},
	{"a text that begins like a map",
		TEST_GOOD "  - id: more\n"
			  "    kind: text\n"
			  "    text: {contact} is read.\n",
		"w.yml:10:21: this is not YAML: did not find expected key "
		"while parsing a block mapping that begins in line 8; words "
		"that begin with '{' need quotes, or stand below after a "
		"'>'\n"},
	{"a text that is a map",
		TEST_GOOD "  - id: more\n"
			  "    kind: text\n"
			  "    text: {contact}\n",
		"w.yml:10:11: 'text' must be a sentence, not a map; words that "
		"begin with '{', '[' or '- ' need quotes, or stand below after "
		"a '>'\n"},
	{"a text with a colon",
		TEST_GOOD "  - id: more\n"
			  "    kind: text\n"
			  "    text: Note: read it.\n",
		"w.yml:10:15: this is not YAML: mapping values are not allowed "
		"in this context; words with ': ' in them need quotes, or "
		"stand below after a '>'\n"},
	{"a text that loses its end",
		TEST_GOOD "  - id: more\n"
			  "    kind: text\n"
			  "    text: S\xc3\xa4he #5\n",
		"w.yml:10:15: to YAML, what follows ' #' is a comment; put the "
		"words in quotes, or the comment on a line of its own\n"},
	{"a number that begins with 0",
		TEST_GOOD
		"  - {id: more, kind: embargo, days: 090, text: X.}\n",
		"w.yml:8:37: 'days' must be a number from 1 to 3650, not "
		"'090'\n"},
	{"a known thing that nothing shows",
		TEST_GOOD "  - {id: more, kind: known, text: X.}\n",
		"w.yml:8:10: the clause 'more' of kind 'known' needs 'words', "
		"'paths' or 'hosts': what a report of this shows\n"},
	{"a known path as a shell has it",
		TEST_GOOD
		"  - {id: more, kind: known, paths: ['tests/*'], text: X.}\n",
		"w.yml:8:37: an item of 'paths' must be a folder or file, such "
		"as tests/ or setup.py, not 'tests/*': there are no patterns; "
		"'tests/' is all that is in a folder of that name\n"},
	{"a name that is a link",
		TEST_GOOD
		"  - {id: more, kind: scope, scope: out, about: "
		"other-codebases,\n"
		"     names: ['https://example.org/gear'], text: X.}\n",
		"w.yml:9:14: an item of 'names' must be a name, such as Gear "
		"or \"Gear <https://example.org/gear-security>\", not "
		"'https://example.org/gear': write 'example.org/gear'\n"},
	{"words where hosts decide",
		TEST_GOOD "  - {id: more, kind: scope, scope: out, about: "
			  "website, words: [the site], text: X.}\n",
		"w.yml:8:57: 'words' has a meaning only where 'about' is "
		"as-documented, dependencies, unintended-configuration, "
		"other-systems, browser-cookies or other\n"},
	{"a form that no document has",
		TEST_GOOD "  - {id: more, kind: text, as: itm, text: X.}\n",
		"w.yml:8:32: 'as' must be paragraph, sentence, item, note or "
		"comment, not 'itm'; did you mean 'item'?\n"},
	{"a place after nothing",
		TEST_GOOD "  - {id: more, kind: text, after: helo, text: X.}\n",
		"w.yml:8:35: 'after' names 'helo', which neither the base nor "
		"a line above has; did you mean 'hello'?\n"},
	{"a clause that changes nothing", TEST_GOOD "  - id: other\n",
		"w.yml:8:9: the clause 'other' has no 'kind', and no base has "
		"it to be changed\n"},
	{"two places",
		TEST_GOOD "  - {id: more, kind: text, after: hello, before: "
			  "hello, text: X.}\n",
		"w.yml:8:42: 'after' and 'before' are two places; give one\n"},
	{"a clause dropped from no base", TEST_GOOD "drop: [helo]\n",
		"w.yml:8:8: the base has no clause 'helo' to drop\n"},
	{"a drop that is a word", TEST_GOOD "drop: hello\n",
		"w.yml:8:7: 'drop' must be a list of clause ids, not a word\n"},
	{"a base that is a list", TEST_GOOD "extends: [a.yml]\n",
		"w.yml:8:10: 'extends' must be the name of a file, not a list\n"},
	{"a base that is not there", TEST_GOOD "extends: absent.yml\n",
		"w.yml:8:10: cannot extend 'absent.yml': there is no file "
		"'absent.yml'\n"},
	{"a policy that extends itself", TEST_GOOD "extends: w.yml\n",
		"w.yml:8:10: cannot extend 'w.yml': it goes in a circle: w.yml "
		"extends w.yml\n"},
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
		TEST("a mistake in a clause is said with its place",
			says_each_mistake_exactly),
	};

	if (argc > 1 && strcmp(argv[1], "--cases") == 0)
		return print_cases();
	hash_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
