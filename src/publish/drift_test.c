/*
 * drift_test.c - a document shows no drift whatever its markup, and exactly
 * the clause that was changed, whichever it is.
 */
#include "publish/drift.h"

#include <string.h>

#include "base/hash.h"
#include "base/test.h"
#include "policy/policy_files_test.h"
#include "publish/publish.h"

static const char *root;

static const struct policy *
load(struct arena *a, const char *name)
{
	const struct policy *p;
	AUTO(str_fini) struct str problems;
	struct err err;
	const char *path = arena_printf(a, "%s/policies/%s", root, name);

	str_init(&problems, 10000);
	if (!policy_load(a, path, file_fetch, NULL, &p, &problems, &err))
		fail_msg("%s: %s", path, problems.text);
	return p;
}

static const struct doc *
published(struct arena *a, const struct policy *p, bool as_rst)
{
	struct str s;
	const struct doc *d;
	struct err err;

	str_init(&s, 1000000);
	if (as_rst)
		doc_write_rst(&s, policy_doc(a, p));
	else
		doc_write_md(&s, policy_doc(a, p));
	assert_true(as_rst ? doc_read_rst(a, str_span(&s), &d, &err) :
			     doc_read_md(a, str_span(&s), &d, &err));
	str_fini(&s);
	return d;
}

static void
say(const struct drift *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->rows[i].result != DRIFT_SAME)
			print_message("# %s: %s\n#   %s\n#   %s\n",
				drift_names[d->rows[i].result],
				d->rows[i].clause ? d->rows[i].clause : "-",
				d->rows[i].policy_text ?
					d->rows[i].policy_text :
					"",
				d->rows[i].document_text ?
					d->rows[i].document_text :
					"");
}

/* --- no drift ------------------------------------------------------------- */

/* Another hand's markup: marks replaced in the text, a pair a row. */
static const struct {
	const char *from, *to;
} habits[] = {
	{"'", "\xe2\x80\x99"},
	{"good-faith",
		"good\xe2\x80\x91"
		"faith"},
	{"best-effort", "best effort"},
	{"- In scope is", "* in scope is"},
	{"Safe harbour is", "**Safe harbour** is"},
	{"<https://www.astronomer.io/security/>",
		"[https://www.astronomer.io/security](https://www.astronomer.io/"
		"security)"},
	{"<oss_security@astronomer.io>",
		"[oss_security@astronomer.io](mailto:oss_security@astronomer.io)"},
	{"## Scope", "Scope\n-----"},
	{"  ", " "},
};

static void
put_habits(struct str *out, const char *text)
{
	while (*text) {
		size_t i = 0;

		while (i < ARRAY_LEN(habits) &&
			strncmp(text, habits[i].from, strlen(habits[i].from)) !=
				0)
			i++;
		if (i < ARRAY_LEN(habits)) {
			str_puts(out, habits[i].to);
			text += strlen(habits[i].from);
		} else if (text[0] == '\n' && text[1] >= 'a' &&
			text[1] <= 'z') {
			str_putc(out, ' '); /* longer lines */
			text++;
		} else
			str_putc(out, *text++);
	}
}

static const char *const shipped[] = {"dag-factory.yml", "cosmos.yml"};

static void
sees_no_drift_in_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shipped); i++)
		for (int as_rst = 0; as_rst < 2; as_rst++) {
			AUTO(arena_auto) struct arena *a = arena_new();
			const struct policy *p = load(a, shipped[i]);
			struct drift drift;

			drift_find(a, p, NULL, published(a, p, as_rst), &drift);
			say(&drift);
			assert_true(drift.same);
			assert_int_equal(p->n_clauses + 1, drift.n);
		}
}

static void
is_blind_to_markup(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		const struct policy *p = load(a, shipped[i]);
		struct str s, other;
		const struct doc *d;
		struct drift drift;
		struct err err;

		str_init(&s, 1000000);
		str_init(&other, 1000000);
		doc_write_md(&s, policy_doc(a, p));
		put_habits(&other, s.text);
		assert_true(doc_read_md(a, str_span(&other), &d, &err));
		drift_find(a, p, NULL, d, &drift);
		say(&drift);
		assert_true(drift.same);
		str_fini(&s);
		str_fini(&other);
	}
}

static void
reads_a_sister_under_her_name(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct policy *p = load(a, "dag-factory.yml");
	const struct policy *sister = load(a, "cosmos.yml");
	const struct doc *d = published(a, sister, true);
	struct drift drift;

	(void)state;
	drift_find(a, p, sister->product.name, d, &drift);
	say(&drift);
	assert_true(drift.same);
	drift_find(a, p, NULL, d, &drift);
	assert_false(drift.same); /* it names another product */
}

/* --- one change, one clause --------------------------------------------------- */

enum change { DROP, WORD, NEGATE, FIGURE, MOVE_FIGURE };

/* The text with one thing changed; NULL if there is no such thing in it. */
static const char *
changed(struct arena *a, const char *text, enum change change)
{
	const char *best = NULL;
	size_t longest = 0;

	if (change == NEGATE) {
		const char *blank = strchr(text, ' ');

		return blank ? arena_printf(a, "%.*s not%s",
				       (int)(blank - text), text, blank) :
			       NULL;
	}
	for (const char *c = text; *c; c++) {
		size_t n;

		if (change == FIGURE || change == MOVE_FIGURE) {
			if (*c >= '1' && *c <= '9' &&
				(c == text || c[-1] == ' '))
				return arena_printf(a, "%.*s%c%s",
					(int)(c - text), text,
					*c == '9' ? '8' : *c + 1, c + 1);
			continue;
		}
		n = strspn(c, "abcdefghijklmnopqrstuvwxyz");
		if (n > longest && strncmp(c, "business", 8) != 0 &&
			(c == text || c[-1] == ' ') && strchr(" .,", c[n])) {
			longest = n;
			best = c;
		}
		c += n > 0 ? n - 1 : 0;
	}
	return best ? arena_printf(a, "%.*szebras%s", (int)(best - text), text,
			      best + longest) :
		      NULL;
}

/* A copy of the policy with its clause i changed; NULL as above. */
static const struct policy *
with_change(
	struct arena *a, const struct policy *p, size_t i, enum change change)
{
	struct policy *copy = ARENA_NEW(a, struct policy);
	struct clause *c = ARENA_ARRAY(a, p->n_clauses, struct clause);

	*copy = *p;
	memcpy(c, p->clauses, p->n_clauses * sizeof *c);
	copy->clauses = c;
	if (change != DROP) {
		c[i].text = changed(a, c[i].text, change);
		return c[i].text ? copy : NULL;
	}
	/* the heading stays where it is */
	if (i + 1 < p->n_clauses && !c[i + 1].heading) {
		c[i + 1].heading = c[i].heading;
		if (!c[i + 1].subheading)
			c[i + 1].subheading = c[i].subheading;
	} else if (c[i].heading || c[i].subheading)
		return NULL; /* it stood there alone */
	memmove(c + i, c + i + 1, (p->n_clauses - i - 1) * sizeof *c);
	copy->n_clauses--;
	return copy;
}

static void
check_only(const struct policy *p, const struct drift *drift, size_t i,
	enum change change)
{
	enum drift_result want[] = {[DROP] = DRIFT_MISSING,
		[WORD] = DRIFT_REWORDED,
		[NEGATE] = DRIFT_MEANING,
		[FIGURE] = DRIFT_FIGURE,
		[MOVE_FIGURE] = DRIFT_FIGURE};

	for (size_t k = 0; k < drift->n; k++) {
		const struct drift_row *row = &drift->rows[k];
		bool it = row->clause &&
			strcmp(row->clause, p->clauses[i].id) == 0;

		if ((row->result == DRIFT_SAME) == !it &&
			(!it || row->result == want[change]))
			continue;
		print_message(
			"# change %d of %s\n", (int)change, p->clauses[i].id);
		say(drift);
		fail();
	}
}

static void
names_the_clause_that_changed(void **state)
{
	unsigned tried = 0;

	(void)state;
	for (size_t f = 0; f < ARRAY_LEN(shipped); f++) {
		AUTO(arena_auto) struct arena *kept = arena_new();
		const struct policy *p = load(kept, shipped[f]);

		for (size_t i = 0; i < p->n_clauses; i++)
			for (enum change c = DROP; c <= MOVE_FIGURE; c++) {
				AUTO(arena_auto) struct arena *a = arena_new();
				const struct policy *q =
					with_change(a, p, i, c);
				struct drift drift;

				if (q == NULL)
					continue;
				tried++;
				drift_find(a, p, NULL,
					published(a, q, tried % 2), &drift);
				check_only(p, &drift, i, c);
			}
	}
	assert_true(tried > 150);
}

static void
names_what_no_clause_says(void **state)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct policy *p = load(a, "dag-factory.yml");

	(void)state;
	for (size_t i = 0; i < p->n_clauses; i++) {
		struct policy copy = *p;
		struct clause *c =
			ARENA_ARRAY(a, p->n_clauses + 1, struct clause);
		struct drift drift;
		size_t extra = 0;

		memcpy(c, p->clauses, i * sizeof *c);
		c[i] = (struct clause){.id = "new",
			.kind = CLAUSE_TEXT,
			.as = i > 0 && p->clauses[i - 1].as == AS_ITEM ?
				AS_ITEM :
				AS_PARAGRAPH,
			.text = "Zebras may graze here on Tuesdays."};
		memcpy(c + i + 1, p->clauses + i,
			(p->n_clauses - i) * sizeof *c);
		copy.clauses = c;
		copy.n_clauses++;
		drift_find(a, p, NULL, published(a, &copy, i % 2), &drift);
		for (size_t k = 0; k < drift.n; k++) {
			extra += drift.rows[k].result == DRIFT_EXTRA;
			if (drift.rows[k].result == DRIFT_EXTRA)
				assert_string_equal(
					c[i].text, drift.rows[k].document_text);
			else
				assert_int_equal(
					DRIFT_SAME, drift.rows[k].result);
		}
		assert_int_equal(1, extra);
	}
}

/* --- by example --------------------------------------------------------------- */

#define HEAD                                                                   \
	"policy: 1\nname: Widget policy\nzone: UTC\n"                          \
	"values: {organisation: Example, contact: security@example.org}\n"     \
	"product: {name: Blue Widget, prefix: WID, aliases: [blue-widget],\n"  \
	"  repositories: [github.com/example/blue-widget]}\nclauses:\n"

static const struct {
	const char *name, *clauses, *document;
	const char *want; /* results, in order; ! is another meaning */
} cases[] = {
	{"a sentence of the document holds two clauses",
		"- {id: a, kind: text, text: Send plain text}\n"
		"- {id: b, kind: text, text: one mail for each finding.}\n",
		"Send plain text, and one mail for each finding.\n",
		"same same"},
	{"a clause went into a list with a line before it",
		"- {id: a, kind: text, text: 'A report must hold a title, the "
		"steps to see it, and a way to reach you.'}\n",
		"A report must hold:\n\n* a title\n* the steps to see it, and\n"
		"* a way to reach you\n",
		"same"},
	{"what a sentence adds is not the same",
		"- {id: a, kind: text, text: We will not sue you.}\n",
		"We will not sue you unless we feel like it.\n", "reworded!"},
	{"may and may not",
		"- {id: a, kind: text, text: You may tell others after a day.}\n",
		"You may not tell others after a day.\n", "reworded!"},
	{"hours are no days",
		"- {id: a, kind: text, text: We answer within 48 hours to all.}\n",
		"We answer within 48 days to all.\n", "changed figure"},
	{"a word for a figure is the figure, in other words",
		"- {id: a, kind: text, text: We answer within five days to all.}\n",
		"We answer within 5 days to all.\n", "reworded"},
	{"the same under the heading of others",
		"- {id: a, kind: text, heading: In scope, as: item, text: The "
		"code of releases}\n"
		"- {id: b, kind: text, heading: Out of scope, as: item, text: "
		"The website itself}\n",
		"# In scope\n\n* The website itself\n\n# Out of scope\n\n"
		"* The code of releases\n",
		"reworded! reworded!"},
	{"headings are not compared, unless they are sentences",
		"- {id: a, kind: text, text: Write to us.}\n",
		"# Whatever\n\nWrite to us.\n\n## We pay a million for that.\n",
		"same extra"},
	{"a warning's own word is markup",
		"- {id: a, kind: text, as: note, text: Open no public issue.}\n",
		"> **Warning**: Note: Open no public issue.\n", "same"},
	{"a comment says nothing to readers",
		"- {id: a, kind: text, text: We will not sue you.}\n",
		"<!-- We will not sue you. -->\n\n<!-- licence -->\n",
		"missing"},
	{"a clause that is a comment may stand in one",
		"- {id: a, kind: text, as: comment, text: This is shared.}\n",
		"[//]: # (This is shared.)\n", "same"},
	{"the product by another of its names, and its page",
		"- {id: a, kind: text, text: 'The pages of blue-widget are "
		"https://github.com/example/blue-widget/ for all.'}\n",
		"The pages of *Blue Widget* are "
		"[github](https://github.com/example/blue-widget) for all.\n",
		"reworded"},
	{"a link's form and its end",
		"- {id: a, kind: text, text: 'See the guide "
		"(https://docs.example.org/guide/) first.'}\n",
		"See [the guide](http://docs.example.org/guide) first.\n",
		"same"},
	{"quotation marks, apostrophes and dashes of any kind",
		"- {id: a, kind: text, text: 'We won''t call it \"safe\" - the "
		"good-faith effort isn''t.'}\n",
		"We won\xe2\x80\x99t call it \xe2\x80\x9csafe\xe2\x80\x9d "
		"\xe2\x80\x93 the good faith effort isn\xe2\x80\x99t.\n",
		"same"},
	{"a document of nothing", "- {id: a, kind: text, text: Write to us.}\n",
		"", "missing"},
};

static bool
one_file(void *ctx, struct arena *a, const char *from, const char *name,
	const char **path, struct span *text, struct err *err)
{
	(void)a, (void)from, (void)err;
	*path = name;
	*text = span_of(ctx);
	return true;
}

static void
tells_by_example(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_auto) struct arena *a = arena_new();
		const struct policy *p;
		const struct doc *d;
		struct drift drift;
		AUTO(str_fini) struct str problems, got;
		struct err err;

		test_note(cases[i].name);
		str_init(&problems, 10000);
		str_init(&got, 1000);
		if (!policy_load(a, "w.yml", one_file,
			    arena_printf(a, "%s%s", HEAD, cases[i].clauses), &p,
			    &problems, &err))
			fail_msg("%s", problems.text);
		assert_true(
			doc_read_md(a, span_of(cases[i].document), &d, &err));
		drift_find(a, p, NULL, d, &drift);
		for (size_t k = 0; k < drift.n; k++)
			str_printf(&got, "%s%s%s", k ? " " : "",
				drift_names[drift.rows[k].result],
				drift.rows[k].result == DRIFT_MEANING ? "!" :
									"");
		if (strcmp(cases[i].want, got.text) != 0)
			say(&drift);
		assert_string_equal(cases[i].want, got.text);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST("a rendered document shows no drift against its policy",
			sees_no_drift_in_its_own),
		TEST("another hand's markup is no drift", is_blind_to_markup),
		TEST("a sister's document is read under her name",
			reads_a_sister_under_her_name),
		TEST("of one changed clause, exactly that one is named",
			names_the_clause_that_changed),
		TEST("what no clause says is named, and nothing else",
			names_what_no_clause_says),
		TEST("by example", tells_by_example),
	};

	root = argc > 1 ? argv[1] : ".";
	hash_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
