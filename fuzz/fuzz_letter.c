/*
 * fuzz_letter.c - whatever a value or a template holds, a letter has its
 * headers and no other, and what the check lets through can be filled in.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "post/letter.h"

static const char headers[] =
	"Date From Reply-To To Subject Message-ID In-Reply-To References "
	"Auto-Submitted X-Auto-Response-Suppress X-Loop MIME-Version "
	"Content-Type Content-Transfer-Encoding ";

static void
must(bool so)
{
	if (!so)
		abort();
}

/* Names of the headers, those that may be left out put in where they were. */
static void
check(struct span mail)
{
	struct span line;
	const char *next = headers;

	while (span_line(&mail, &line) && line.n > 0) {
		must(line.n <= 998);
		if (line.p[0] == ' ')
			continue;
		size_t n = span_find_byte(line, ':');
		while (*next != '\0' &&
			(strncmp(next, (const char *)line.p, n) != 0 ||
				next[n] != ' '))
			next = strchr(next, ' ') + 1;
		must(*next != '\0'); /* unknown, twice, or out of order */
		next += n + 1;
	}
	must(*next == '\0');
	for (size_t i = 0; i < mail.n; i++)
		must(mail.p[i] < 0x80 && mail.p[i] != 0);
}

static void template(
	struct arena *a, struct span text, const struct letter_values *v)
{
	struct span mail;
	struct err err = {0};
	struct str problems;

	str_init(&problems, 100000);
	bool good = letter_template_check("f", text, &problems);
	must(good == (problems.n == 0));
	str_fini(&problems);
	if (letter_compose(a, text, v, &mail, &err))
		check(mail);
	else
		must(!good || err.code == ERR_LIMIT);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct letter_item missing[] = {{"required.title", NULL}};
	struct letter_values v = {.from_name = "Security",
		.from = "security@example.org",
		.reply_to = "security+t@example.org",
		.to = "ada@example.net",
		.message_id = "<1@desk.example.org>",
		.in_reply_to = "<first@example.net>",
		.answers = true,
		.automatic = true,
		.case_id = "DAGF-1",
		.product = "DAG Factory",
		.organisation = "Example",
		.policy_link = "https://example.org/",
		.policy_hash = "0123456789abcdef",
		.received = "Monday",
		.validate_due = "Tuesday",
		.follow_up = "often",
		.verb = "aim to",
		.missing = missing,
		.n_missing = 1};
	const char **fields[] = {&v.from_name, &v.from, &v.reply_to, &v.to,
		&v.message_id, &v.in_reply_to, &v.case_id, &v.product,
		&v.organisation, &v.policy_link, &v.received, &v.follow_up};
	AUTO(arena_auto) struct arena *a = arena_new();
	struct span text, mail;
	struct err err;

	if (size < 1)
		return 0;
	if (data[0] % 16 >= ARRAY_LEN(fields)) {
		template(a, span_make(data + 1, size - 1), &v);
		return 0;
	}
	*fields[data[0] % 16] = arena_text(a, span_make(data + 1, size - 1));
	must(letter_template("received-ask", &text, &err));
	if (letter_compose(a, text, &v, &mail, &err))
		check(mail);
	return 0;
}
