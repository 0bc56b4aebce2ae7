/* judge_route_test.c - which product a mail is about, by example. */
#include "judge/judge_route.h"

#include "base/test.h"
#include "judge/judge_name.h"
#include "judge/judge_test.h"

static struct arena *arena;
static const struct policy *desk[2]; /* Blue Widget, then Gear */

static const struct {
	const char *name, *rcpt, *subject, *text;
	const char *product, *by; /* NULL: unrouted */
	unsigned line;
} cases[] = {
	{"the name in the subject", NULL, "XSS in Blue Widget", "Hello.\n",
		"Blue Widget", "name", 0},
	{"the name in the text, and its line", NULL, "XSS",
		"Hello.\nIn Blue Widget 1.2 there is\n", "Blue Widget", "name",
		2},
	{"an alias", NULL, "XSS", "In blue-widget.\n", "Blue Widget", "name",
		1},
	{"joined in another way", NULL, "XSS", "import blue_widget\n",
		"Blue Widget", "name", 1},
	{"broken at the end of a line", NULL, "XSS", "In the Blue\nWidget\n",
		"Blue Widget", "name", 1},
	{"in capitals", NULL, "XSS", "BLUE WIDGET!\n", "Blue Widget", "name",
		1},
	{"a package", NULL, "XSS", "pip install bluewidget==1.2\n",
		"Blue Widget", "package", 1},
	{"with a version behind it", NULL, "XSS", "widgets-1.2.tar.gz\n",
		"Blue Widget", "name", 1},
	{"its repository", NULL, "XSS",
		"See https://github.com/Example/Blue-Widget/issues.\n",
		"Blue Widget", "repository", 1},
	{"its repository, cloned", NULL, "XSS",
		"git clone git@github.com:example/blue-widget.git\n",
		"Blue Widget", "repository", 1},
	{"its documentation", NULL, "XSS",
		"as http://docs.example.org/widget/setup says\n", "Blue Widget",
		"url", 1},
	{"the sub-address alone", "security+WIDGET@example.org", "XSS",
		"Hello.\n", "Blue Widget", "sub-address", 0},
	{"the sub-address against a mention", "security+widget@example.org",
		"XSS", "In your product, which I use with Gear.\n",
		"Blue Widget", "sub-address", 0},
	{"another repository of the organisation", NULL, "XSS",
		"See https://github.com/example/lever/pull/1\n", "Blue Widget",
		"organisation", 1},
	{"the subject against a mention", NULL, "XSS in Gear",
		"Seen while I used blue-widget.\n", "Gear", "name", 0},
	{"the label against mentions", NULL, "XSS",
		"Product: Gear\nI had blue-widget too.\nIn blue-widget there "
		"is a file.\n",
		"Gear", "name", 1},
	{"the repository against a mention", NULL, "XSS",
		"https://github.com/example/gear\nI also use blue-widget.\n",
		"Gear", "repository", 1},
	{"what is compared with does not count", NULL, "XSS in Gear",
		"It is the same as in Blue Widget. As in Blue Widget, the "
		"form\nis not checked; unlike Blue Widget, it is stored.\n"
		"It is similar to https://github.com/example/blue-widget\n",
		"Gear", "name", 0},
	{"what is not affected does not count", NULL, "XSS",
		"Gear is affected.\nBlue Widget is not affected.\n", "Gear",
		"name", 1},

	{"nothing is named", NULL, "XSS in your product", "Hello.\n", NULL,
		NULL, 0},
	{"both alike", NULL, "XSS in Gear and Blue Widget", "Hello.\n", NULL,
		NULL, 0},
	{"a mention each", NULL, "XSS", "In Gear.\nIn Blue Widget.\n", NULL,
		NULL, 0},
	{"the address says one, the subject the other",
		"security+widget@example.org", "XSS in Gear",
		"Gear has it.\nRepository: https://github.com/example/gear\n",
		NULL, NULL, 0},
	{"part of a word", NULL, "XSS", "Gears and gearbox, regear.\n", NULL,
		NULL, 0},
	{"part of another name", NULL, "XSS", "In my-gear and gear-box.\n",
		NULL, NULL, 0},
	{"a host of that name", NULL, "XSS", "user@gear.example, www.gear\n",
		NULL, NULL, 0},
	{"another owner's repository", NULL, "XSS",
		"https://github.com/examples/lever\n", NULL, NULL, 0},
	{"the detail of another address", "info+widget@example.org", "XSS",
		"Hello.\n", NULL, NULL, 0},
	{"a case's token is no detail", "security+k3j2h1@example.org", "XSS",
		"Hello.\n", NULL, NULL, 0},
	{"no subject, no text", NULL, NULL, NULL, NULL, NULL, 0},
};

static struct route
route(const char *rcpt, const char *subject, const char *text,
	struct line_range new_text)
{
	const char *rcpts[] = {rcpt};
	struct envelope env = {"a@example.net", rcpts, rcpt != NULL};
	struct message m = {.subject = subject, .text = text};
	struct report r = {
		.new_text = &new_text, .n_new_text = new_text.to > 0};

	return route_find(arena, desk, 2, &env, &m, &r);
}

static void
routes_by_example(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct route got = route(cases[i].rcpt, cases[i].subject,
			cases[i].text,
			(struct line_range){1, test_lines(cases[i].text)});

		test_note(cases[i].name);
		assert_non_null(got.because);
		if (cases[i].product == NULL) {
			assert_null(got.policy);
			continue;
		}
		assert_non_null(got.policy);
		assert_string_equal(cases[i].product, got.policy->product.name);
		assert_string_equal(cases[i].by, got.by);
		assert_int_equal(cases[i].line, got.line.from);
	}
}

/* "widget" is a word of Blue Widget's own name, and of many sentences. */
static const struct {
	const char *name, *rcpt, *subject, *text;
	bool routed;
	const char *because; /* a part of it */
} weak[] = {
	{"a common word alone", NULL, "XSS",
		"The widget on the page shows it.\n", false, "common word"},
	{"in the subject alone", NULL, "XSS in a widget", "Hello.\n", false,
		"common word"},
	{"twice is not two signs", NULL, "XSS in Widget", "Widget has it.\n",
		false, "common word"},
	{"as part of another name", NULL, "XSS in Widget Hub",
		"Widget Hub and WidgetHub have it.\n", false,
		"names no product"},
	{"beside the whole name", NULL, "XSS in Widget",
		"Blue Widget has it.\n", true, "names the product"},
	{"beside its repository", NULL, "XSS in Widget",
		"https://github.com/example/blue-widget\n", true, "repository"},
	{"beside the organisation's name", NULL, "XSS in Widget",
		"Dear Example team, here it is.\n", true, "names the product"},
	{"behind a label", NULL, "XSS", "Product: Widget\n", true,
		"names the product"},
	{"at the sub-address", "security+bw@example.org", "XSS in Widget",
		"x\n", true, "sub-address"},
	{"an acronym behind it is what is wrong", NULL, "Widget RCE",
		"By Example.\n", true, "names the product"},
};

static void
a_common_word_needs_a_second_sign(void **state)
{
	static const char text[] = TEST_POLICY("Blue Widget", "WID",
		"  aliases: [widget]\n"
		"  repositories: [github.com/example/blue-widget]\n"
		"  details: [bw]\n",
		"  - {id: contact, kind: contact, text: x}\n");
	const struct policy *keep[] = {desk[0], desk[1]};

	(void)state;
	desk[0] = test_policy(arena, text);
	for (size_t i = 0; i < ARRAY_LEN(weak); i++) {
		struct route got = route(weak[i].rcpt, weak[i].subject,
			weak[i].text,
			(struct line_range){1, test_lines(weak[i].text)});

		test_note(weak[i].name);
		assert_int_equal(weak[i].routed, got.policy == desk[0]);
		assert_non_null(strstr(got.because, weak[i].because));
	}
	desk[0] = keep[0];
}

static void
quotations_route_nothing(void **state)
{
	static const char text[] = "Hello.\nThanks.\n> In Gear.\n> Gear.\n";

	(void)state;
	assert_null(
		route(NULL, "Re: XSS", text, (struct line_range){1, 2}).policy);
	assert_non_null(
		route(NULL, "Re: XSS", text, (struct line_range){1, 4}).policy);
}

/* Whatever the order of the desk's products, the answer is the same, save
 * for whose the organisation's other repositories are. */
static void
order_decides_nothing(void **state)
{
	const struct policy *turned[] = {desk[1], desk[0]};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *rcpts[] = {cases[i].rcpt};
		struct envelope env = {NULL, rcpts, cases[i].rcpt != NULL};
		struct line_range all = {1, test_lines(cases[i].text)};
		struct message m = {
			.subject = cases[i].subject, .text = cases[i].text};
		struct report r = {.new_text = &all, .n_new_text = all.to > 0};
		struct route one = route_find(arena, desk, 2, &env, &m, &r),
			     two = route_find(arena, turned, 2, &env, &m, &r);

		test_note(cases[i].name);
		if (one.by && strcmp(one.by, "organisation") == 0)
			assert_ptr_equal(desk[1], two.policy);
		else
			assert_ptr_equal(one.policy, two.policy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST("a mail goes where what it names says", routes_by_example),
		TEST("a common word needs a second sign",
			a_common_word_needs_a_second_sign),
		TEST("a quotation routes nothing", quotations_route_nothing),
		TEST("the order of products decides nothing",
			order_decides_nothing),
	};
	int failed;

	hash_init();
	arena = arena_new();
	desk[0] = test_policy(arena, test_widget);
	desk[1] = test_policy(arena, test_gear);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
