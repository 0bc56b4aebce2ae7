/*
 * cases.h - for the tables of the tests beside: a text in, facts out as one
 * line of text, so that a row can say what it expects.
 */
#pragma once

#include "base/str.h"
#include "base/test.h"
#include "report/report.h"

static inline struct message
cases_mail(const char *subject, const char *text)
{
	return (struct message){.kind = MAIL_PERSON,
		.from = "reporter@example.org",
		.subject = subject,
		.body = BODY_PLAIN,
		.text = text,
		.answer = true};
}

static inline const struct report *
cases_read(struct arena *a, const char *text)
{
	struct message m = cases_mail("", text);

	return report_find(a, &m);
}

/* "3:text 4:text": each cite with its line. */
static inline const char *
cases_cites(struct arena *a, struct cites c)
{
	const char *out = "";

	for (size_t i = 0; i < c.n; i++)
		out = arena_printf(a, "%s%s%u:%s", out, i ? " " : "",
			c.v[i].line, c.v[i].text);
	return out;
}

struct case_text {
	const char *name, *text, *want;
};

/* Each row's cites at `offset` in the report are what it wants. All rows are
 * tried: a rule that was changed shows everything it broke. */
static inline void
cases_check(const struct case_text *rows, size_t n, size_t offset)
{
	size_t wrong = 0;

	for (size_t i = 0; i < n; i++) {
		struct arena *a = arena_new();
		const struct report *r = cases_read(a, rows[i].text);
		const char *got = cases_cites(
			a, *(const struct cites *)((const char *)r + offset));

		if (strcmp(rows[i].want, got) != 0) {
			test_note(arena_printf(a, "%s: wanted '%s', got '%s'",
				rows[i].name, rows[i].want, got));
			wrong++;
		}
		arena_free(a);
	}
	assert_int_equal(0, wrong);
}

#define CASES_CHECK(rows, field)                                               \
	cases_check((rows), ARRAY_LEN(rows), offsetof(struct report, field))
