/*
 * mime_part.c - what a part's headers say about its body.
 */
#include <gmime/gmime.h>

#include "base/utf8.h"
#include "mime/mime_limits.h"
#include "mime/mime_text.h"

static void
unref(void *object)
{
	GObject **o = object;

	if (*o != NULL)
		g_object_unref(*o);
}

static char *
lower(struct arena *a, const char *s)
{
	char *out = arena_strdup(a, s);

	for (char *c = out; c != NULL && *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return out;
}

/* As the library decoded it: mime_file_name() makes it fit. */
static const char *
raw_parameter(struct mime *x, GMimeParamList *list, const char *name)
{
	GMimeParam *p = g_mime_param_list_get_parameter(list, name);

	return p ? arena_strdup(x->arena, g_mime_param_get_value(p)) : NULL;
}

static const char *
parameter(struct mime *x, GMimeParamList *list, const char *name)
{
	const char *value = raw_parameter(x, list, name);

	return value ? mime_line(x->arena, span_of(value), false) : NULL;
}

static bool
is_word(const char *value, const char *word)
{
	return value != NULL && span_is_nocase(span_of(value), word);
}

/* RFC 2046 5.1.1: no more than 70 characters, no blank at the end. */
static struct span
boundary(struct mime *x, const char *value)
{
	struct span b = value ? span_of(value) : SPAN_NONE;

	while (b.n > 0 && b.p[b.n - 1] == ' ')
		b.n--;
	if (b.n <= 70)
		return b;
	mime_defect(x, "a boundary is longer than 70 characters");
	return b.n <= 1000 ? b : SPAN_NONE;
}

static const char *
default_type(const struct part *p)
{
	return p->up != NULL && mime_part_is(p->up, "multipart/digest") ?
		"message/rfc822" :
		"text/plain";
}

static bool
is_type(const char *value)
{
	struct span s = span_of(value);
	size_t slash = span_find_byte(s, '/');

	return slash > 0 && slash + 1 < s.n && s.p[slash + 1] > ' ' &&
		s.p[slash + 1] != ';';
}

static void
read_type(struct mime *x, struct part *p, const char *value)
{
	AUTO(unref) GMimeContentType *type = NULL;

	p->type = default_type(p);
	if (value == NULL)
		return;
	if (!is_type(value)) {
		if (!span_is_nocase(span_of(value), "text"))
			mime_defect(x,
				"a Content-Type is not a type; the part "
				"was read as %s",
				p->type);
		return;
	}
	value = mime_limit_parameters(x, value, "Content-Type");
	type = g_mime_content_type_parse(NULL, value);
	GMimeParamList *list = g_mime_content_type_get_parameters(type);
	p->type = mime_line(x->arena,
		span_of(lower(x->arena,
			arena_printf(x->arena, "%s/%s",
				g_mime_content_type_get_media_type(type),
				g_mime_content_type_get_media_subtype(type)))),
		true);
	p->charset = parameter(x, list, "charset");
	p->name = raw_parameter(x, list, "name");
	p->start = parameter(x, list, "start");
	p->report_type = parameter(x, list, "report-type");
	p->protocol = parameter(x, list, "protocol");
	p->method = parameter(x, list, "method");
	p->smime_type = parameter(x, list, "smime-type");
	p->flowed = is_word(parameter(x, list, "format"), "flowed");
	p->delsp = is_word(parameter(x, list, "delsp"), "yes");
	if (mime_part_is_multipart(p)) /* as it came: it is compared */
		p->boundary = boundary(x, parameter(x, list, "boundary"));
}

static void
read_disposition(struct mime *x, struct part *p)
{
	AUTO(unref) GMimeContentDisposition *d = NULL;
	const char *value = mime_header_line(x, p, FIELD_CONTENT_DISPOSITION);

	if (value != NULL) {
		value = mime_limit_parameters(x, value, "Content-Disposition");
		d = g_mime_content_disposition_parse(NULL, value);
		const char *name = raw_parameter(x,
			g_mime_content_disposition_get_parameters(d),
			"filename");
		if (name != NULL)
			p->name = name;
		p->kept = is_word(g_mime_content_disposition_get_disposition(d),
			"attachment");
	}
	p->attachment = p->kept || p->name != NULL;
}

static const struct {
	const char *name;
	enum encoding encoding;
} encodings[] = {
	{"7bit", ENCODING_NONE},
	{"8bit", ENCODING_NONE},
	{"binary", ENCODING_NONE},
	{"7-bit", ENCODING_NONE},
	{"8-bit", ENCODING_NONE},
	{"quoted-printable", ENCODING_QP},
	{"base64", ENCODING_BASE64},
	{"x-uuencode", ENCODING_UU},
	{"x-uue", ENCODING_UU},
	{"uuencode", ENCODING_UU},
};

static void
read_encoding(struct mime *x, struct part *p, const char *value)
{
	if (value == NULL)
		return;
	struct span word = span_of(value);
	word = span_trim(span_cut(word, 0, strcspn(value, "( ;\t")));
	p->encoding = ENCODING_UNKNOWN;
	for (size_t i = 0; i < ARRAY_LEN(encodings); i++)
		if (span_is_nocase(word, encodings[i].name))
			p->encoding = encodings[i].encoding;
	if (p->encoding == ENCODING_UNKNOWN) /* RFC 2045 6.4 */ {
		mime_defect(
			x, "the transfer encoding '%.40s' is not known", value);
		p->type = "application/octet-stream";
	}
	if (mime_part_is_multipart(p) && p->encoding != ENCODING_NONE)
		mime_defect(x, "a %s has a transfer encoding, which it may not",
			p->type);
}

static void
tell_repeats(struct mime *x, const struct part *p)
{
	static const enum field once[] = {FIELD_CONTENT_TYPE,
		FIELD_CONTENT_TRANSFER_ENCODING, FIELD_CONTENT_DISPOSITION};

	for (size_t i = 0; i < ARRAY_LEN(once); i++) {
		size_t n;

		(void)mime_header(p, once[i], &n);
		if (n > 1)
			mime_defect(x, "%s comes %zu times; the first counts",
				mime_field_names[once[i]], n);
	}
}

void
mime_part_read(struct mime *x, struct part *p)
{
	if (p->n_headers == 0) {
		p->type = default_type(p);
		return;
	}
	tell_repeats(x, p);
	read_type(x, p, mime_header_line(x, p, FIELD_CONTENT_TYPE));
	read_encoding(
		x, p, mime_header_line(x, p, FIELD_CONTENT_TRANSFER_ENCODING));
	read_disposition(x, p);
}
