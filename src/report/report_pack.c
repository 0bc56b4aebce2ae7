/*
 * report_pack.c - a report between two processes, checked on arrival.
 *
 * What packs comes from the role that reads foreign bytes, so what unpacks
 * believes nothing: each count has its limit, each line lies in the text,
 * each range is in order, each name is one of those that exist.
 */
#include "base/pack.h"
#include "report/find.h"

enum {
	SENTENCE_MAX = 200,
	RANGES_MAX = 1u << 22,
	VECTOR_MAX = 400,
	CODE_LINE_MAX = 99999999
};

static const char *const title_from[] = {"subject", "heading", "first-line"};
static const char *const contact_from[] = {
	"from", "reply-to", "body", "signature"};
static const char *const cvss_versions[] = {"2.0", "3.0", "3.1", "4.0"};

/* ---- out ---- */

static void
pack_ranges(struct str *out, const struct line_range *v, size_t n)
{
	pack_u32(out, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		pack_u32(out, v[i].from);
		pack_u32(out, v[i].to);
	}
}

static void
pack_cites(struct str *out, struct cites c)
{
	pack_u32(out, (uint32_t)c.n);
	for (size_t i = 0; i < c.n; i++) {
		pack_text(out, c.v[i].text);
		pack_u32(out, c.v[i].line);
	}
}

static void
pack_required(struct str *out, const struct report *r)
{
	pack_text(out, r->title.text);
	pack_text(out, r->title.from);
	pack_u32(out, r->title.line);
	pack_u32(out, r->steps.line);
	pack_u32(out, r->steps.end);
	pack_text(out, r->steps.why);
	pack_u32(out, r->steps.empty_heading);
	pack_u32(out, r->steps.runs);
	pack_text(out, r->contact.address);
	pack_text(out, r->contact.from);
	pack_u32(out, r->contact.line);
}

static void
pack_numbers(struct str *out, const struct report *r)
{
	pack_u32(out, (uint32_t)r->n_cwe);
	for (size_t i = 0; i < r->n_cwe; i++) {
		pack_u32(out, r->cwe[i].id);
		pack_u8(out, (uint8_t)r->cwe[i].status);
		pack_u32(out, r->cwe[i].line);
	}
	pack_u32(out, (uint32_t)r->n_cvss);
	for (size_t i = 0; i < r->n_cvss; i++) {
		pack_text(out, r->cvss[i].vector);
		pack_text(out, r->cvss[i].version);
		pack_u8(out, r->cvss[i].valid);
		pack_u32(out, r->cvss[i].line);
	}
}

static void
pack_scope(struct str *out, const struct report *r)
{
	pack_cites(out, r->releases);
	pack_u32(out, (uint32_t)r->n_affected);
	for (size_t i = 0; i < r->n_affected; i++) {
		pack_u8(out, (uint8_t)r->affected[i].how);
		pack_text(out, r->affected[i].text);
		pack_u32(out, r->affected[i].line);
	}
	for (size_t i = 0; i < SIGN_COUNT; i++)
		pack_cites(out, r->signs[i]);
	pack_cites(out, r->public_links);
}

static void
pack_claims(struct str *out, const struct report *r)
{
	pack_u32(out, (uint32_t)r->n_claims);
	for (size_t i = 0; i < r->n_claims; i++) {
		const struct code_claim *c = &r->claims[i];

		pack_u8(out, (uint8_t)c->kind);
		pack_text(out, c->text);
		pack_text(out, c->file);
		pack_u32(out, c->from);
		pack_u32(out, c->to);
		pack_u32(out, c->line);
	}
}

void
report_pack(struct str *out, const struct report *r)
{
	pack_u8(out, r->understood);
	pack_ranges(out, r->new_text, r->n_new_text);
	pack_required(out, r);
	pack_numbers(out, r);
	pack_cites(out, r->severity);
	pack_cites(out, r->versions);
	pack_cites(out, r->commits);
	pack_cites(out, r->files);
	pack_cites(out, r->functions);
	pack_cites(out, r->urls);
	pack_cites(out, r->cves);
	pack_cites(out, r->public_);
	pack_cites(out, r->exploited);
	pack_cites(out, r->placeholders);
	pack_scope(out, r);
	pack_claims(out, r);
	pack_u32(out, r->findings);
	pack_ranges(out, r->finding_lines, r->n_finding_lines);
	pack_u8(out, (uint8_t)r->looks_like);
	pack_cites(out, (struct cites){r->because, r->n_because});
}

/* ---- in ---- */

struct in {
	struct unpack *u;
	struct arena *a;
	uint32_t lines;
};

/* A count that the rest of the frame can hold, at `least` bytes each: so
 * nobody makes us allocate what they did not send. */
static uint32_t
take_count(struct in *in, uint32_t max, size_t least)
{
	uint32_t n = unpack_u32(in->u, max);

	if (n > in->u->rest.n / least)
		in->u->bad = true;
	return in->u->bad ? 0 : n;
}

static unsigned
take_line(struct in *in, bool may_be_none)
{
	uint32_t line = unpack_u32(in->u, in->lines);

	if (line == 0 && !may_be_none)
		in->u->bad = true;
	return line;
}

static const char *
take_text(struct in *in, size_t max, bool may_be_none)
{
	const char *text = unpack_text(in->u, in->a);

	if (text == NULL ? !may_be_none : strlen(text) > max)
		in->u->bad = true;
	return in->u->bad ? NULL : text;
}

/* One of `names`, and never another pointer. */
static const char *
take_name(struct in *in, const char *const *names, size_t n)
{
	const char *text = take_text(in, 16, true);

	if (text == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], text) == 0)
			return names[i];
	in->u->bad = true;
	return NULL;
}

static bool
take_bool(struct in *in)
{
	uint8_t v = unpack_u8(in->u);

	if (v > 1)
		in->u->bad = true;
	return v == 1;
}

static const struct line_range *
take_ranges(struct in *in, uint32_t max, bool ordered, size_t *count)
{
	uint32_t n = take_count(in, max, 8);
	struct line_range *v = ARENA_ARRAY(in->a, n + 1, struct line_range);
	unsigned last = 0;

	for (uint32_t i = 0; i < n && !in->u->bad; i++) {
		v[i].from = take_line(in, false);
		v[i].to = take_line(in, false);
		if (v[i].to < v[i].from || (ordered && v[i].from <= last))
			in->u->bad = true;
		last = v[i].to;
	}
	*count = n;
	return v;
}

static struct cites
take_cites(struct in *in, bool may_have_no_line)
{
	uint32_t n = take_count(in, REPORT_MAX_FACTS, 8);
	struct cite *v = ARENA_ARRAY(in->a, n + 1, struct cite);

	for (uint32_t i = 0; i < n && !in->u->bad; i++) {
		v[i].text = take_text(in, FACT_TEXT, false);
		v[i].line = take_line(in, may_have_no_line);
	}
	return (struct cites){v, n};
}

static void
take_required(struct in *in, struct report *r)
{
	r->title.text = take_text(in, FACT_TEXT, true);
	r->title.from = take_name(in, title_from, ARRAY_LEN(title_from));
	r->title.line = take_line(in, true);
	r->steps.line = take_line(in, true);
	r->steps.end = take_line(in, true);
	r->steps.why = take_text(in, SENTENCE_MAX, true);
	r->steps.empty_heading = take_line(in, true);
	r->steps.runs = take_line(in, true);
	r->contact.address = take_text(in, FACT_TEXT, true);
	r->contact.from = take_name(in, contact_from, ARRAY_LEN(contact_from));
	r->contact.line = take_line(in, true);
	if ((r->title.text == NULL) != (r->title.from == NULL) ||
		(r->contact.address == NULL) != (r->contact.from == NULL) ||
		(r->steps.line == 0) != (r->steps.why == NULL) ||
		r->steps.end < r->steps.line ||
		(r->steps.runs > 0 &&
			(r->steps.runs < r->steps.line ||
				r->steps.runs > r->steps.end)))
		in->u->bad = true;
}

static void
take_numbers(struct in *in, struct report *r)
{
	uint32_t n = take_count(in, REPORT_MAX_FACTS, 9);
	struct cwe_fact *cwe = ARENA_ARRAY(in->a, n + 1, struct cwe_fact);

	for (uint32_t i = 0; i < n && !in->u->bad; i++) {
		cwe[i].id = unpack_u32(in->u, 999999);
		uint8_t status = unpack_u8(in->u);
		if (status > CWE_DISCOURAGED)
			in->u->bad = true;
		else
			cwe[i].status = (enum cwe_status)status;
		cwe[i].line = take_line(in, true);
	}
	r->cwe = cwe;
	r->n_cwe = n;

	n = take_count(in, REPORT_MAX_FACTS, 13);
	struct cvss_fact *cvss = ARENA_ARRAY(in->a, n + 1, struct cvss_fact);
	for (uint32_t i = 0; i < n && !in->u->bad; i++) {
		cvss[i].vector = take_text(in, VECTOR_MAX, false);
		cvss[i].version =
			take_name(in, cvss_versions, ARRAY_LEN(cvss_versions));
		cvss[i].valid = take_bool(in);
		cvss[i].line = take_line(in, true);
	}
	r->cvss = cvss;
	r->n_cvss = n;
}

static void
take_scope(struct in *in, struct report *r)
{
	r->releases = take_cites(in, false);
	uint32_t n = take_count(in, REPORT_MAX_FACTS, 9);
	struct affected *v = ARENA_ARRAY(in->a, n + 1, struct affected);

	for (uint32_t i = 0; i < n && !in->u->bad; i++) {
		uint8_t how = unpack_u8(in->u);

		if (how >= AFFECTED_COUNT)
			in->u->bad = true;
		else
			v[i].how = (enum affected_how)how;
		v[i].text = take_text(in, FACT_TEXT, false);
		v[i].line = take_line(in, true);
	}
	r->affected = v;
	r->n_affected = n;
	for (size_t i = 0; i < SIGN_COUNT; i++)
		r->signs[i] = take_cites(in, false);
	r->public_links = take_cites(in, false);
}

static bool
is_commit_id(const char *s)
{
	size_t n = s ? strlen(s) : 0;

	return n >= 7 && n <= 40 && strspn(s, "0123456789abcdef") == n;
}

/* Only lines of a file have no text, and they have the file. */
static void
take_claims(struct in *in, struct report *r)
{
	uint32_t n = take_count(in, REPORT_MAX_FACTS, 21);
	struct code_claim *v = ARENA_ARRAY(in->a, n + 1, struct code_claim);

	for (uint32_t i = 0; i < n && !in->u->bad; i++) {
		struct code_claim *c = &v[i];
		uint8_t kind = unpack_u8(in->u);
		bool is_lines = kind == CODE_LINE;

		if (kind >= CODE_COUNT)
			in->u->bad = true;
		else
			c->kind = (enum code_claim_kind)kind;
		c->text = take_text(in, FACT_TEXT, is_lines);
		c->file = take_text(in, FACT_TEXT, !is_lines);
		c->from = unpack_u32(in->u, CODE_LINE_MAX);
		c->to = unpack_u32(in->u, CODE_LINE_MAX);
		c->line = take_line(in, false);
		if (c->to < c->from || (c->from == 0) != (c->to == 0) ||
			(is_lines && (c->text != NULL || c->from == 0)) ||
			(kind == CODE_COMMIT && !is_commit_id(c->text)))
			in->u->bad = true;
	}
	r->claims = v;
	r->n_claims = n;
}

bool
report_unpack(
	struct unpack *u, struct arena *a, unsigned lines, struct report **out)
{
	struct in in = {u, a, lines};
	struct report *r = ARENA_NEW(a, struct report);

	r->understood = take_bool(&in);
	r->new_text = take_ranges(&in, RANGES_MAX, true, &r->n_new_text);
	take_required(&in, r);
	take_numbers(&in, r);
	/* what the subject shows has no line */
	r->severity = take_cites(&in, true);
	r->versions = take_cites(&in, true);
	r->commits = take_cites(&in, true);
	r->files = take_cites(&in, true);
	r->functions = take_cites(&in, true);
	r->urls = take_cites(&in, true);
	r->cves = take_cites(&in, true);
	r->public_ = take_cites(&in, false);
	r->exploited = take_cites(&in, false);
	r->placeholders = take_cites(&in, false);
	take_scope(&in, r);
	take_claims(&in, r);
	r->findings = unpack_u32(u, REPORT_MAX_FACTS);
	r->finding_lines =
		take_ranges(&in, REPORT_MAX_FACTS, false, &r->n_finding_lines);
	uint8_t looks = unpack_u8(u);
	if (looks >= LOOKS_COUNT)
		u->bad = true;
	else
		r->looks_like = (enum looks_like)looks;
	struct cites because = take_cites(&in, true);
	r->because = because.v;
	r->n_because = because.n;
	if (u->bad)
		return false;
	*out = r;
	return true;
}
