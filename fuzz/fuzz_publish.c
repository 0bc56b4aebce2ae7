/*
 * fuzz_publish.c - any bytes are a document, whatever its format is.
 *
 * The first byte says what is done with the rest: read as .rst or .md, held
 * against a small policy, drafted into a policy. What was read can be written
 * and read again.
 */
#include <string.h>

#include "base/mem.h"
#include "fuzz.h"
#include "policy/policy.h"
#include "publish/drift.h"
#include "publish/import.h"
#include "publish/security_txt.h"

static const char small[] =
	"policy: 1\nname: W\nzone: UTC\n"
	"values: {organisation: Example, contact: security@example.org}\n"
	"product: {name: Widget, prefix: WID}\nclauses:\n"
	"- {id: a, kind: text, text: We will not sue you for it.}\n"
	"- {id: b, kind: text, as: comment, text: This is shared.}\n"
	"- {id: c, kind: embargo, days: 90, text: 'Wait {days} days. Then "
	"tell us.'}\n";

static bool
fetch(void *ctx, struct arena *a, const char *from, const char *name,
	const char **path, struct span *text, struct err *err)
{
	(void)a, (void)from, (void)err;
	*path = name;
	*text = *(const struct span *)ctx;
	return true;
}

static const struct policy *
load(struct arena *a, struct span text)
{
	AUTO(str_fini) struct str problems;
	const struct policy *p;
	struct err err;

	str_init(&problems, 100000);
	return policy_load(a, "w.yml", fetch, &text, &p, &problems, &err) ?
		p :
		NULL;
}

static void
check_draft(struct arena *a, const struct doc *d)
{
	static const struct import_given given = {.product = "Widget",
		.prefix = "WID",
		.zone = "UTC",
		.contact = "security@example.org",
		.organisation = "Example"};
	AUTO(str_fini) struct str out;
	const struct policy *p;
	struct drift drift;
	struct err err;

	str_init(&out, 8 * 1024 * 1024);
	if (!import_policy(a, d, &given, &out, &err))
		return;
	p = load(a, str_span(&out));
	if (p == NULL)
		return; /* too long a text, for one */
	drift_find(a, p, NULL, d, &drift);
}

static void
check_written(struct arena *a, const struct doc *d, bool rst)
{
	AUTO(str_fini) struct str out;
	const struct doc *again;
	struct err err;

	str_init(&out, 8 * 1024 * 1024);
	if (rst)
		doc_write_rst(&out, d);
	else
		doc_write_md(&out, d);
	if (out.n < DOC_MAX &&
		!(rst ? doc_read_rst : doc_read_md)(
			a, str_span(&out), &again, &err))
		abort();
	str_clear(&out);
	doc_write_html(&out, d);
	doc_write_text(&out, d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct security_txt_line *lines;
	const struct policy *p;
	const struct doc *d;
	struct drift drift;
	struct err err;
	size_t n;

	hash_init();
	if (size < 1 || size > 64 * 1024)
		return 0;
	struct span text = span_make(data + 1, size - 1);
	if (!(data[0] & 1 ? doc_read_rst : doc_read_md)(a, text, &d, &err))
		abort();
	p = load(a, span_make(small, sizeof small - 1));
	if (p == NULL)
		abort();
	drift_find(a, p, data[0] & 2 ? "Gear" : NULL, d, &drift);
	if (drift.n < 3)
		abort();
	check_written(a, d, data[0] & 4);
	check_draft(a, d);
	(void)security_txt_compare(a, p, text, (instant){0}, &lines, &n);
	return 0;
}
