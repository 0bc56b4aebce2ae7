/* report_json.c - the object that `read --json` prints, field by field. */
#include "base/json.h"
#include "report/report.h"

static void
put(json_t *obj, const char *key, json_t *value)
{
	json_object_set_new(obj, key, value);
}

static json_t *
line_or_null(unsigned line)
{
	return line ? json_integer((json_int_t)line) : json_null();
}

static json_t *
texts(const char *const *v, size_t n)
{
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, json_text_or_null(v[i]));
	return out;
}

static json_t *
cites(struct cites c)
{
	json_t *out = json_array();

	for (size_t i = 0; i < c.n; i++) {
		json_t *one = json_object();

		put(one, "text", json_text_or_null(c.v[i].text));
		put(one, "line", line_or_null(c.v[i].line));
		json_array_append_new(out, one);
	}
	return out;
}

static void
put_mail(json_t *obj, const struct message *m)
{
	put(obj, "kind", json_string(mail_kind_names[m->kind]));
	put(obj, "from", json_text_or_null(m->from));
	put(obj, "envelope_sender", json_text_or_null(m->envelope_sender));
	put(obj, "subject", json_text_or_null(m->subject));
	put(obj, "message_id", json_text_or_null(m->message_id));
	put(obj, "in_reply_to", json_text_or_null(m->in_reply_to));
	put(obj, "references", texts(m->references, m->n_references));
	put(obj, "body", json_string(mail_body_names[m->body]));
	put(obj, "answer", json_boolean(m->answer));
	put(obj, "no_answer_because", json_text_or_null(m->no_answer_because));
}

static void
put_required(json_t *obj, const struct report *r)
{
	json_t *one = json_array();

	for (size_t i = 0; i < r->n_new_text; i++) {
		json_t *range = json_array();

		json_array_append_new(range, json_integer(r->new_text[i].from));
		json_array_append_new(range, json_integer(r->new_text[i].to));
		json_array_append_new(one, range);
	}
	put(obj, "new_text", one);

	one = r->title.text ? json_object() : json_null();
	if (r->title.text) {
		put(one, "text", json_text_or_null(r->title.text));
		put(one, "from", json_text_or_null(r->title.from));
		put(one, "line", line_or_null(r->title.line));
	}
	put(obj, "title", one);

	one = r->steps.line ? json_object() : json_null();
	if (r->steps.line) {
		put(one, "line", line_or_null(r->steps.line));
		put(one, "end", line_or_null(r->steps.end));
		put(one, "why", json_text_or_null(r->steps.why));
		put(one, "runs", line_or_null(r->steps.runs));
	}
	put(obj, "steps", one);

	one = r->contact.address ? json_object() : json_null();
	if (r->contact.address) {
		put(one, "address", json_text_or_null(r->contact.address));
		put(one, "from", json_text_or_null(r->contact.from));
		put(one, "line", line_or_null(r->contact.line));
	}
	put(obj, "contact", one);
}

static json_t *
cwe_list(const struct report *r)
{
	json_t *out = json_array();

	for (size_t i = 0; i < r->n_cwe; i++) {
		json_t *one = json_object();

		put(one, "id", json_sprintf("CWE-%u", r->cwe[i].id));
		put(one, "status",
			json_string(cwe_status_names[r->cwe[i].status]));
		put(one, "line", line_or_null(r->cwe[i].line));
		json_array_append_new(out, one);
	}
	return out;
}

static json_t *
cvss_list(const struct report *r)
{
	json_t *out = json_array();

	for (size_t i = 0; i < r->n_cvss; i++) {
		json_t *one = json_object();

		put(one, "vector", json_text_or_null(r->cvss[i].vector));
		put(one, "version", json_text_or_null(r->cvss[i].version));
		put(one, "valid", json_boolean(r->cvss[i].valid));
		put(one, "line", line_or_null(r->cvss[i].line));
		json_array_append_new(out, one);
	}
	return out;
}

static json_t *
affected_list(const struct report *r)
{
	json_t *out = json_array();

	for (size_t i = 0; i < r->n_affected; i++) {
		json_t *one = json_object();

		put(one, "how",
			json_string(affected_names[r->affected[i].how]));
		put(one, "text", json_text_or_null(r->affected[i].text));
		put(one, "line", line_or_null(r->affected[i].line));
		json_array_append_new(out, one);
	}
	return out;
}

static json_t *
sign_lists(const struct report *r)
{
	json_t *out = json_object();

	for (size_t i = 0; i < SIGN_COUNT; i++)
		put(out, scope_sign_names[i], cites(r->signs[i]));
	return out;
}

static json_t *
claim_list(const struct report *r)
{
	json_t *out = json_array();

	for (size_t i = 0; i < r->n_claims; i++) {
		const struct code_claim *c = &r->claims[i];
		json_t *one = json_object();

		put(one, "kind", json_string(code_claim_names[c->kind]));
		put(one, "text", json_text_or_null(c->text));
		put(one, "file", json_text_or_null(c->file));
		put(one, "from", line_or_null(c->from));
		put(one, "to", line_or_null(c->to));
		put(one, "line", line_or_null(c->line));
		json_array_append_new(out, one);
	}
	return out;
}

static void
put_facts(json_t *obj, const struct report *r)
{
	put(obj, "cwe", cwe_list(r));
	put(obj, "severity", cites(r->severity));
	put(obj, "cvss", cvss_list(r));
	put(obj, "versions", cites(r->versions));
	put(obj, "commits", cites(r->commits));
	put(obj, "files", cites(r->files));
	put(obj, "functions", cites(r->functions));
	put(obj, "urls", cites(r->urls));
	put(obj, "cves", cites(r->cves));
	put(obj, "claims", claim_list(r));
	put(obj, "releases", cites(r->releases));
	put(obj, "affected", affected_list(r));
	put(obj, "signs", sign_lists(r));
	put(obj, "public_links", cites(r->public_links));
	put(obj, "findings",
		r->understood ? json_integer(r->findings) : json_null());
	put(obj, "public", cites(r->public_));
	put(obj, "exploited", cites(r->exploited));
	put(obj, "placeholders", cites(r->placeholders));
	put(obj, "looks_like", json_string(looks_like_names[r->looks_like]));

	json_t *because = json_array();
	for (size_t i = 0; i < r->n_because; i++)
		json_array_append_new(
			because, json_text_or_null(r->because[i].text));
	put(obj, "because", because);
}

static json_t *
attachment_list(const struct message *m)
{
	json_t *out = json_array();
	char hex[HASH_TEXT];

	for (size_t i = 0; i < m->n_attachments; i++) {
		const struct attachment *a = &m->attachments[i];
		json_t *one = json_object();

		put(one, "name", json_text_or_null(a->name));
		put(one, "type", json_text_or_null(a->type));
		put(one, "bytes", json_integer((json_int_t)a->bytes));
		put(one, "sha256", json_string(hash_hex(a->sha256, hex)));
		json_array_append_new(out, one);
	}
	return out;
}

json_t *
report_json(const struct message *m, const struct report *r, bool with_text)
{
	json_t *obj = json_object();

	put_mail(obj, m);
	if (with_text)
		put(obj, "text", json_text_or_null(m->text));
	put_required(obj, r);
	put_facts(obj, r);
	put(obj, "attachments", attachment_list(m));
	put(obj, "defects", texts(m->defects, m->n_defects));
	return obj;
}
