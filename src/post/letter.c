/*
 * letter.c - a letter as bytes: headers in a fixed order, then the text.
 *
 * The order and the set of headers follow from struct letter_values alone,
 * so a letter has exactly these and no value can add one. What differs
 * between letters is in the template.
 *
 * X-Auto-Response-Suppress asks Exchange for no receipts and no automatic
 * answers, but not for silence about failure ("All" would): a bounce is how
 * the desk learns that a promise was not delivered. X-Loop names the desk
 * for itself and for lists on the way.
 */
#include "post/letter.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/names.h"
#include "post/address.h"
#include "post/embedded.h"
#include "post/header.h"
#include "post/template.h"

enum {
	LETTER_MAX = 256 * 1024,
	REFERENCES_MAX = 20, /* standards.md 3.9 */
};

/* --- headers --------------------------------------------------------------- */

/* The id of a case or of a queue item: letters, digits, '-' and '.'. */
static bool
id_is_safe(const char *id)
{
	size_t n = strspn(id,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");

	return n > 0 && n <= 64 && id[n] == '\0';
}

static bool
put_subject(struct arena *a, struct str *out, const struct template *t,
	const struct letter_values *v, struct err *err)
{
	if (!id_is_safe(v->case_id))
		return err_set(err, ERR_SYNTAX,
			"letter value 'case_id' is not an id of the desk");
	return header_text(out, "Subject",
		arena_printf(a, "[%s] %s", v->case_id, t->subject), err);
}

/* A foreign id that is none cannot thread anything and is left out; one
 * that could start a header line is an attack and refused. */
static bool
usable_id(const char *id, bool *usable, struct err *err)
{
	*usable = id != NULL && address_is_message_id(id);
	if (id != NULL && strpbrk(id, "\r\n") != NULL)
		return err_set(err, ERR_SYNTAX,
			"a Message-ID to answer has a line break in it");
	return true;
}

/* The parent's references and the parent, capped from the middle: the first
 * one holds a thread together, the last ones place the letter in it. */
static bool
put_threading(struct arena *a, struct str *out, const struct letter_values *v,
	struct err *err)
{
	const char **ids = ARENA_ARRAY(a, v->n_references + 1, const char *);
	size_t n = 0;
	bool usable;

	for (size_t i = 0; i < v->n_references; i++) {
		if (!usable_id(v->references[i], &usable, err))
			return false;
		if (usable)
			ids[n++] = v->references[i];
	}
	if (!usable_id(v->in_reply_to, &usable, err))
		return false;
	if (usable) {
		header_ids(out, "In-Reply-To", &v->in_reply_to, 1);
		if (n == 0 || strcmp(ids[n - 1], v->in_reply_to) != 0)
			ids[n++] = v->in_reply_to;
	}
	if (n > REFERENCES_MAX) {
		size_t gone = n - REFERENCES_MAX;

		memmove(ids + 1, ids + 1 + gone,
			(REFERENCES_MAX - 1) * sizeof *ids);
		n = REFERENCES_MAX;
	}
	header_ids(out, "References", ids, n);
	return true;
}

static bool
put_headers(struct arena *a, struct str *out, const struct template *t,
	const struct letter_values *v, bool ascii, struct err *err)
{
	bool reply = v->reply_to != NULL && strcmp(v->reply_to, v->from) != 0;

	if (!address_is_message_id(v->message_id))
		return err_set(err, ERR_SYNTAX,
			"letter value 'message_id' is not a Message-ID");
	header_date(out, v->date);
	if (!header_address(out, "From", v->from_name, v->from, err) ||
		(reply &&
			!header_address(out, "Reply-To", v->from_name,
				v->reply_to, err)) ||
		!header_address(out, "To", NULL, v->to, err) ||
		!put_subject(a, out, t, v, err))
		return false;
	header_ids(out, "Message-ID", &v->message_id, 1);
	if (!put_threading(a, out, v, err))
		return false;
	if (v->automatic) {
		str_printf(out, "Auto-Submitted: auto-%s\r\n",
			v->answers ? "replied" : "generated");
		str_puts(out,
			"X-Auto-Response-Suppress: DR, RN, NRN, OOF, "
			"AutoReply\r\n");
		if (!header_token(out, "X-Loop", v->from, err))
			return false;
	}
	str_printf(out,
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=%s\r\n"
		"Content-Transfer-Encoding: %s\r\n"
		"\r\n",
		ascii ? "us-ascii" : "utf-8",
		ascii ? "7bit" : "quoted-printable");
	return true;
}

/* --- the whole ------------------------------------------------------------- */

static void
put_crlf(struct str *out, struct span text)
{
	struct span line;

	while (span_line(&text, &line)) {
		str_put(out, line);
		str_puts(out, "\r\n");
	}
}

static bool
compose(struct arena *a, const struct template *t,
	const struct letter_values *v, struct str *body, struct str *out,
	struct err *err)
{
	struct str crlf;

	if (!template_fill(t, v, body, err))
		return false;
	str_init(&crlf, LETTER_MAX);
	put_crlf(&crlf, str_span(body));
	bool ascii = body_is_7bit(str_span(&crlf));
	bool ok = put_headers(a, out, t, v, ascii, err);
	if (ok && ascii)
		str_put(out, str_span(&crlf));
	else if (ok)
		body_quoted_printable(out, str_span(&crlf));
	if (ok && (crlf.cut || out->cut))
		ok = err_set(err, ERR_LIMIT, "the letter is over %d bytes",
			LETTER_MAX);
	str_fini(&crlf);
	return ok;
}

bool
letter_compose(struct arena *a, struct span text, const struct letter_values *v,
	struct span *out, struct err *err)
{
	const struct template *t;
	struct str body, mail;

	if (!template_read(a, "letter", text, &t, NULL, err))
		return false;
	str_init(&body, LETTER_MAX);
	str_init(&mail, LETTER_MAX);
	bool ok = compose(a, t, v, &body, &mail, err);
	if (ok)
		*out = arena_dup(a, str_span(&mail));
	str_fini(&body);
	str_fini(&mail);
	return ok;
}

bool
letter_template(const char *name, struct span *out, struct err *err)
{
	const char *names[64];
	size_t n = 0;

	for (; n < post_letters_count && n < ARRAY_LEN(names); n++) {
		names[n] = post_letters[n].name;
		if (strcmp(name, names[n]) == 0) {
			*out = post_letters[n].bytes;
			return true;
		}
	}
	const char *near = names_nearest(names, n, span_of(name));
	return err_set(err, ERR_ABSENT, "there is no letter '%.40s'%s%s%s",
		name, near ? ", did you mean '" : "", near ? near : "",
		near ? "'?" : "");
}

const char *
letter_name(size_t i)
{
	return i < post_letters_count ? post_letters[i].name : NULL;
}

bool
letter_template_check(const char *file, struct span text, struct str *problems)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	const struct template *t;
	struct err err;

	return template_read(a, file, text, &t, problems, &err);
}
