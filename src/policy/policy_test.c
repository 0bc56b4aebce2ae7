/*
 * policy_test.c - what a good policy means: extending, values, defaults, the
 * resolved form and its hash; and the limits. Mistakes have files of their
 * own.
 */
#include <stdlib.h>

#include "base/test.h"
#include "policy/policy_kinds.h"
#include "policy/policy_test.h"

/* Loads, or fails the test with the mistakes shown. */
static const struct policy *
load(struct arena *a, struct test_file *files)
{
	AUTO(str_fini) struct str said;
	const struct policy *p = NULL;
	struct err err = {0};

	str_init(&said, 100000);
	if (!policy_load(
		    a, files[0].path, test_fetch, files, &p, &said, &err)) {
		fail_msg("%s: %s", err.text, said.text);
	}
	return p;
}

static const struct policy *
load_text(struct arena *a, const char *text)
{
	struct test_file files[] = {{"w.yml", text}, {NULL, NULL}};

	return load(a, files);
}

static void
has_defaults(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct policy *p = load_text(a, TEST_GOOD);

	(void)state;
	assert_string_equal("Widget policy", p->name);
	assert_string_equal("Example", p->organisation);
	assert_string_equal("security@example.org", p->contact);
	assert_string_equal("Widget", p->product.name);
	assert_string_equal("WID", p->product.prefix);
	assert_int_equal(0x60, p->weekend);
	assert_int_equal(0, p->n_holidays);
	assert_false(p->random_ids);
	assert_null(p->link);
	assert_int_equal(1, p->n_clauses);
	assert_int_equal(STRENGTH_MUST, p->clauses[0].strength);
	assert_int_equal(2, p->n_values);
}

static void
parameters_reach_their_clause(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct policy *p = load_text(a,
		TEST_GOOD
		"  - {id: a, kind: duty, duty: acknowledge, strength: aim,\n"
		"     business-days: 5, kept-by: person, text: A.}\n"
		"  - {id: b, kind: duty, duty: follow-up, strength: "
		"best-effort,\n"
		"     business-days: 5, remind-days: 3, text: B.}\n"
		"  - {id: c, kind: required, part: contact, from-address: no,\n"
		"     text: C.}\n"
		"  - {id: d, kind: embargo, days: 90, shorter: accept, text: "
		"D.}\n"
		"  - {id: e, kind: scope, scope: out, about: website,\n"
		"     hosts: [example.org, www.example.org], text: E.}\n"
		"  - {id: f, kind: vulnerabilities-only, refuses: [spam, bug],\n"
		"     text: F.}\n"
		"  - {id: g, kind: severity, scale: [low, high], text: G.}\n"
		"  - {id: h, kind: rescind, grounds: [one;, two.], text: H.}\n"
		"ids: random\n"
		"weekend: [friday]\n"
		"holidays: [2027-01-01, 2026-12-25]\n");

	(void)state;
	assert_false(policy_clause(p, "a")->duty.by_receipt);
	assert_int_equal(
		5, policy_duty(p, DUTY_ACKNOWLEDGE)->duty.business_days);
	assert_int_equal(
		STRENGTH_BEST_EFFORT, policy_duty(p, DUTY_FOLLOW_UP)->strength);
	assert_int_equal(3, policy_duty(p, DUTY_FOLLOW_UP)->duty.remind_days);
	assert_null(policy_duty(p, DUTY_VALIDATE));
	assert_false(policy_duty(p, DUTY_FOLLOW_UP)->duty.by_receipt);
	assert_int_equal(PART_CONTACT, policy_clause(p, "c")->part);
	assert_false(policy_clause(p, "c")->from_address);
	assert_int_equal(90, policy_clause(p, "d")->embargo.days);
	assert_true(policy_clause(p, "d")->embargo.accept_shorter);
	assert_false(policy_clause(p, "e")->scope.in);
	assert_int_equal(2, policy_clause(p, "e")->scope.hosts.n);
	assert_int_equal(1u << MATTER_SPAM | 1u << MATTER_BUG,
		policy_clause(p, "f")->vulnerabilities_only.refuses);
	assert_string_equal("low", policy_clause(p, "g")->severity.scale.v[0]);
	assert_string_equal(
		"two.", policy_clause(p, "h")->rescind.grounds.v[1]);
	assert_true(p->random_ids);
	assert_int_equal(1 << 4, p->weekend);
	assert_int_equal(2, p->n_holidays);
	assert_true(p->holidays[0].n < p->holidays[1].n);
}

static void
the_hash_is_of_what_is_meant(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct test_file over[] = {
		{"w.yml",
			"extends: base.yml\n" TEST_HEAD TEST_PRODUCT
			"values: {organisation: Example, page: the page,\n"
			"  contact: security@example.org}\n"
			"drop: [two, three]\n"},
		{"base.yml", TEST_BASE}, {NULL, NULL}};
	const struct policy *flat = load_text(a,
		"# the same, said at once\n" TEST_HEAD
		"weekend: [sunday, saturday]\n"
		"ids: \"sequential\"\n"
		"product:\n  prefix: WID\n  name: 'Widget'\n"
		"values: {contact: security@example.org,\n"
		"  organisation: Example, page: the page}\n"
		"clauses:\n"
		"  - text: See the page.\n    kind: text\n    id: one\n");
	const struct policy *other = load_text(a, TEST_GOOD);

	(void)state;
	assert_string_equal(load(a, over)->resolved, flat->resolved);
	assert_true(hash_eq(load(a, over)->hash, flat->hash));
	assert_true(hash_eq(hash_of(span_of(flat->resolved)), flat->hash));
	assert_false(hash_eq(other->hash, flat->hash));
}

/* Words that a policy may hold, some of them odd. */
static const char *const odd[] = {"Hello.", "{{braces}}", "\xc3\xa4\xc3\xb6",
	"\xf0\x9f\x90\x9b bug", "a: b # c", "- {product}", "100 %", "'", "\\n",
	"for {organisation}"};

static void
put_random_clause(struct str *s, unsigned id)
{
	unsigned kind = (unsigned)rand() % CLAUSE_KIND_COUNT;
	const struct kind_row *row = &clause_kinds[kind];

	/* One promise and one part may stand but once. */
	if (kind == CLAUSE_DUTY || kind == CLAUSE_REQUIRED ||
		kind == CLAUSE_EMBARGO)
		row = &clause_kinds[kind = CLAUSE_TEXT];
	str_printf(s, "  - id: c%u\n    kind: %s\n    text: |-\n      %s\n", id,
		row->name, odd[(unsigned)rand() % ARRAY_LEN(odd)]);
	for (size_t i = 0; i < row->fields.n; i++) {
		const struct field *f = &row->fields.v[i];

		if (!f->needed || f->only)
			continue;
		if (f->type == FIELD_WORD)
			str_printf(s, "    %s: %s\n", f->name,
				f->words[(unsigned)rand() % f->n_words]);
		else if (f->type == FIELD_TEXTS)
			str_printf(s, "    %s: [one, '{{two}}']\n", f->name);
		else
			str_printf(s, "    %s: Some name\n", f->name);
	}
	if (kind == CLAUSE_KNOWN)
		str_puts(s, "    words: [test code]\n");
	for (size_t i = 0; i < clause_common.n; i++) {
		const struct field *f = &clause_common.v[i];

		if (rand() % 2)
			str_printf(s, "    %s: %s\n", f->name,
				f->type == FIELD_WORD ?
					f->words[(unsigned)rand() %
						f->n_words] :
					"'About {{x}} and {product}'");
	}
}

static void
what_was_resolved_reads_back_equal(void **state)
{
	(void)state;
	srand(2);
	for (unsigned round = 0; round < 300; round++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		AUTO(str_fini) struct str s;
		const struct policy *p, *q = NULL;
		struct err err = {0};

		str_init(&s, 100000);
		str_puts(&s, TEST_HEAD TEST_VALUES TEST_PRODUCT "clauses:\n");
		for (unsigned i = 0; i <= round % 17; i++)
			put_random_clause(&s, i);
		p = load_text(a, s.text);
		if (!policy_from_resolved(a, span_of(p->resolved), &q, &err))
			fail_msg("%s", err.text);
		assert_string_equal(p->resolved, q->resolved);
		assert_true(hash_eq(p->hash, q->hash));
		assert_int_equal(p->n_clauses, q->n_clauses);
		for (size_t i = 0; i < p->n_clauses; i++)
			assert_string_equal(
				p->clauses[i].text, q->clauses[i].text);
	}
}

/* As a program kept it that knew no headings: the bytes must stay. */
static void
what_an_older_program_kept_reads_back_equal(void **state)
{
	static const char kept[] =
		"{\"clauses\":[{\"about\":\"website\",\"hosts\":[],\"id\":"
		"\"site\",\"kind\":\"scope\",\"scope\":\"out\",\"strength\":"
		"\"must\",\"text\":\"Not it.\"},{\"id\":\"hello\",\"kind\":"
		"\"text\",\"strength\":\"must\",\"text\":\"Hello.\"}],"
		"\"holidays\":[],\"ids\":\"sequential\",\"name\":\"Widget "
		"policy\",\"policy\":1,\"product\":{\"aliases\":[],"
		"\"details\":[],\"name\":\"Widget\",\"packages\":[],"
		"\"prefix\":\"WID\",\"repositories\":[],\"urls\":[]},"
		"\"values\":{\"contact\":\"security@example.org\","
		"\"organisation\":\"Example\"},\"weekend\":[\"saturday\","
		"\"sunday\"],\"zone\":\"Europe/Berlin\"}";
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct policy *p = NULL;
	struct err err = {0};

	(void)state;
	if (!policy_from_resolved(a, span_of(kept), &p, &err))
		fail_msg("%s", err.text);
	assert_string_equal(kept, p->resolved);
	assert_string_equal("Security policy of Widget", p->title);
	assert_null(p->clauses[0].heading);
	assert_int_equal(AS_PARAGRAPH, p->clauses[0].as);
}

static void
what_a_document_needs_is_kept(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct policy *p = load_text(a,
		TEST_GOOD
		"  - {id: a, kind: text, as: note, heading: 'Of {product}',\n"
		"     subheading: More, text: A.}\n"
		"  - {id: k, kind: known, words: [test code], paths: [tests/],\n"
		"     hosts: [example.org], unless: [is shipped], text: K.}\n"
		"  - {id: s, kind: scope, scope: out, about: other-codebases,\n"
		"     names: [Gear, 'Cog <https://example.org/cog>'], text: S.}\n"
		"  - {id: c, kind: scope, scope: out, about: browser-cookies,\n"
		"     words: [another browser], text: C.}\n"
		"title: Security of {product}\n"
		"introduction: Hello {contact}.\n"
		"security-txt: {expires: 2027-10-31, languages: [en]}\n"
		"letters:\n"
		"  received: |\n"
		"    subject: x\n"
		"\n"
		"    {organisation}\n"
		"  a: |\n"
		"    b\n");
	const struct clause *c = policy_clause(p, "a");
	const struct policy *q = NULL;
	struct span name, link;
	struct err err = {0};

	(void)state;
	assert_string_equal("Of Widget", c->heading);
	assert_string_equal("More", c->subheading);
	assert_int_equal(AS_NOTE, c->as);
	c = policy_clause(p, "k");
	assert_string_equal("test code", c->known.words.v[0]);
	assert_string_equal("tests/", c->known.paths.v[0]);
	assert_string_equal("example.org", c->known.hosts.v[0]);
	assert_string_equal("is shipped", c->known.unless.v[0]);
	c = policy_clause(p, "s");
	policy_other(c->scope.names.v[0], &name, &link);
	assert_true(span_is(name, "Gear") && link.n == 0);
	policy_other(c->scope.names.v[1], &name, &link);
	assert_true(span_is(name, "Cog"));
	assert_true(span_is(link, "https://example.org/cog"));
	assert_string_equal(
		"another browser", policy_clause(p, "c")->scope.words.v[0]);
	assert_string_equal("Security of Widget", p->title);
	assert_string_equal("Hello security@example.org.", p->introduction);
	assert_non_null(p->security_txt.expires);
	assert_string_equal("en", p->security_txt.languages.v[0]);
	assert_string_equal("a", p->letters[0].name);
	assert_string_equal("subject: x\n\n{organisation}\n",
		policy_letter(p, "received")->text);
	assert_int_equal(21, policy_letter(p, "received")->line);
	assert_null(policy_letter(p, "none"));
	if (!policy_from_resolved(a, span_of(p->resolved), &q, &err))
		fail_msg("%s", err.text);
	assert_string_equal(p->resolved, q->resolved);
	assert_string_equal(p->letters[1].text, q->letters[1].text);
	assert_int_equal(0, q->letters[0].line);
}

static void
what_was_changed_since_is_refused(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct policy *p = load_text(a, TEST_GOOD), *q = NULL;
	const char *const bad[] = {"", "null", "[]", "{}", "{\"policy\":1}",
		arena_printf(a, " %s", p->resolved),
		arena_printf(
			a, "%.*s", (int)strlen(p->resolved) - 1, p->resolved)};
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		test_note(bad[i]);
		assert_false(
			policy_from_resolved(a, span_of(bad[i]), &q, &err));
		assert_int_equal(ERR_SYNTAX, err.code);
		assert_null(q);
	}
}

static void
the_json_is_the_resolved_form_and_its_hash(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct policy *p = load_text(a, TEST_GOOD);
	AUTO(json_auto) json_t *v = policy_json(p);
	char hex[HASH_TEXT];

	(void)state;
	assert_string_equal(hash_hex(p->hash, hex), json_get_text(v, "hash"));
	assert_int_equal(1, json_array_size(json_object_get(v, "clauses")));
	json_object_del(v, "hash");
	assert_string_equal(p->resolved, json_text(a, json_incref(v)));
}

/* The same product under two prefixes, and so on: one word is changed. */
static void
a_desk_needs_its_policies_apart(void **state)
{
	static const struct {
		const char *name, *product;
		const char *want; /* NULL: they go together */
	} rows[] = {
		{"nothing", "name: Gear\n  prefix: GEAR\n", NULL},
		{"a prefix", "name: Gear\n  prefix: WID\n",
			"prefix of case ids, 'WID'"},
		{"a product", "name: widget\n  prefix: GEAR\n",
			"product, 'Widget'"},
		{"a repository",
			"name: Gear\n  prefix: GEAR\n"
			"  repositories: [github.com/example/widget]\n",
			"repository, 'github.com/example/widget'"},
		{"a detail",
			"name: Gear\n  prefix: GEAR\n  details: [gear, w]\n",
			"detail of the address, 'w'"},
	};
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct policy *desk[2];

	(void)state;
	desk[0] = load_text(a,
		TEST_HEAD TEST_VALUES TEST_HELLO
		"product: {name: Widget, prefix: WID, details: [w],\n"
		"  repositories: [github.com/example/widget]}\n");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = {0};

		desk[1] = load_text(a,
			arena_printf(a, "%sproduct:\n  %s",
				TEST_HEAD TEST_VALUES TEST_HELLO,
				rows[i].product));
		test_note(rows[i].name);
		assert_int_equal(
			rows[i].want == NULL, policy_check_desk(desk, 2, &err));
		if (rows[i].want)
			assert_non_null(strstr(err.text, rows[i].want));
	}
}

static unsigned
count_lines(const char *s)
{
	unsigned n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static void
twenty_mistakes_are_shown_and_the_others_counted(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	AUTO(str_fini) struct str s, said;
	struct test_file files[] = {{"w.yml", NULL}, {NULL, NULL}};
	const struct policy *p = NULL;
	struct err err;

	(void)state;
	str_init(&s, 100000);
	str_init(&said, 100000);
	str_puts(&s, TEST_GOOD);
	for (int i = 0; i < 33; i++)
		str_printf(&s, "odd-%d: x\n", i);
	files[0].text = s.text;
	assert_false(
		policy_load(a, "w.yml", test_fetch, files, &p, &said, &err));
	assert_string_equal(
		"policy 'w.yml' has 33 mistakes; nothing starts with it",
		err.text);
	assert_int_equal(21, count_lines(said.text));
	assert_non_null(strstr(said.text, "\nand 13 more, not shown\n"));
}

/* What is wrong with a text, the first line of it. */
static const char *
first_mistake(struct arena *a, struct test_file *files)
{
	AUTO(str_fini) struct str said;
	const struct policy *p = NULL;
	struct err err = {0};

	str_init(&said, 100000);
	if (policy_load(a, files[0].path, test_fetch, files, &p, &said, &err))
		return "none";
	if (said.n == 0)
		return arena_strdup(a, err.text);
	return arena_printf(
		a, "%.*s", (int)strcspn(said.text, "\n"), said.text);
}

static void
limits_hold(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	AUTO(str_fini) struct str s;
	struct test_file files[] = {{"w.yml", NULL}, {NULL, NULL}};

	(void)state;
	str_init(&s, 10000000);
	str_puts(&s, TEST_GOOD);
	for (int i = 0; i < 200; i++)
		str_printf(&s, "  - {id: c%d, kind: text, text: x}\n", i);
	files[0].text = s.text;
	assert_string_equal(
		"w.yml:207:10: more than 200 clauses", first_mistake(a, files));
	str_clear(&s);
	str_puts(&s, "a: [");
	for (int i = 0; i < 20000; i++)
		str_puts(&s, "x, ");
	str_puts(&s, "]\n");
	files[0].text = s.text;
	assert_string_equal("w.yml:1:59996: more than 20000 words and lists",
		first_mistake(a, files));
	for (int i = 0; i < 80000; i++)
		str_puts(&s, "# ..");
	files[0].text = s.text;
	assert_string_equal("w.yml:1:1: the file has 380006 bytes; at most "
			    "262144",
		first_mistake(a, files));
}

static void
a_first_file_that_cannot_be_read_is_no_mistake_in_it(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	AUTO(str_fini) struct str said;
	struct test_file none[] = {{NULL, NULL}};
	const struct policy *p = NULL;
	struct err err;

	(void)state;
	str_init(&said, 1000);
	assert_false(
		policy_load(a, "w.yml", test_fetch, none, &p, &said, &err));
	assert_int_equal(ERR_ABSENT, err.code);
	assert_string_equal(
		"policy 'w.yml': there is no file 'w.yml'", err.text);
	assert_int_equal(0, said.n);
}

/* Whatever part of a policy arrives, it is a policy or has a mistake. */
static void
every_beginning_of_a_policy_is_answered(void **state)
{
	static const char good[] =
		TEST_GOOD "  - id: x\n"
			  "    kind: rescind\n"
			  "    text: >\n"
			  "      Hello {organisation}, {{and}} {product}.\n"
			  "    grounds: [a, \"b\"]\n";
	struct test_file files[] = {{"w.yml", NULL}, {NULL, NULL}};

	(void)state;
	for (size_t n = 0; n < sizeof good; n++) {
		AUTO(arena_auto) struct arena *a = arena_new();

		files[0].text = arena_printf(a, "%.*s", (int)n, good);
		assert_non_null(first_mistake(a, files));
	}
}

static void
every_kind_and_parameter_says_what_it_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < CLAUSE_KIND_COUNT; i++) {
		assert_non_null(clause_kinds[i].name);
		assert_true(strlen(clause_kinds[i].help) > 10);
		assert_true(clause_kinds[i].fields.n <= FIELDS_MAX);
		for (size_t k = 0; k < clause_kinds[i].fields.n; k++)
			assert_true(
				strlen(clause_kinds[i].fields.v[k].help) > 10);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("what is not given has its default", has_defaults),
		TEST("a parameter reaches its clause",
			parameters_reach_their_clause),
		TEST("two ways to say the same have the same hash",
			the_hash_is_of_what_is_meant),
		TEST("what was resolved reads back equal",
			what_was_resolved_reads_back_equal),
		TEST("what an older program kept reads back equal",
			what_an_older_program_kept_reads_back_equal),
		TEST("what a document and its letters need is kept",
			what_a_document_needs_is_kept),
		TEST("what is not as it was resolved is refused",
			what_was_changed_since_is_refused),
		TEST("the JSON is the resolved form and its hash",
			the_json_is_the_resolved_form_and_its_hash),
		TEST("a desk needs its policies apart",
			a_desk_needs_its_policies_apart),
		TEST("twenty mistakes are shown and the others counted",
			twenty_mistakes_are_shown_and_the_others_counted),
		TEST("clauses, words and bytes have their limits", limits_hold),
		TEST("a file that cannot be read is not a mistake in it",
			a_first_file_that_cannot_be_read_is_no_mistake_in_it),
		TEST("every beginning of a policy is answered",
			every_beginning_of_a_policy_is_answered),
		TEST("every kind and parameter says what it does",
			every_kind_and_parameter_says_what_it_does),
	};

	hash_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
