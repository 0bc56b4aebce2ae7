/*
 * mime.c - one mail, from bytes to a message, in the order that the parts
 * need each other.
 */
#include "mime/mime.h"

#include <gmime/gmime.h>

#include "mime/mime_headers.h"
#include "mime/mime_kind.h"
#include "mime/mime_text.h"
#include "mime/mime_tree.h"

void
mime_init(void)
{
	static bool done;

	if (done)
		return;
	g_mime_init();
	mime_charset_init();
	done = true;
}

/* A mail that uses none of what is rare is read again by nobody; these are
 * told because a person should know why the text looks so. */
static void
tell_rare(struct mime *x)
{
	static const struct {
		const char *type, *sentence;
	} rare[] = {
		{"application/ms-tnef",
			"a winmail.dat (TNEF) was not unpacked"},
		{"application/vnd.ms-tnef",
			"a winmail.dat (TNEF) was not unpacked"},
		{"message/partial", "a piece of a mail that was cut in pieces"},
		{"message/external-body",
			"a part that is kept elsewhere was not fetched"},
	};

	for (const struct part *p = x->root; p != NULL; p = mime_part_next(p))
		for (size_t i = 0; i < ARRAY_LEN(rare); i++)
			if (mime_part_is(p, rare[i].type))
				mime_defect(x, "%s", rare[i].sentence);
}

/* uuencode and yEnc begin with a line of their own (standards.md 5.16). */
static void
tell_inline_files(struct mime *x)
{
	struct span rest = span_of(x->m->text), line;
	bool uu = false, yenc = false;

	while (span_line(&rest, &line)) {
		uu = uu ||
			(span_starts(line, "begin ") && line.n > 10 &&
				strspn((const char *)line.p + 6, "01234567") ==
					3 &&
				line.p[9] == ' ');
		yenc = yenc || span_starts(line, "=ybegin ");
	}
	if (uu)
		mime_defect(x, "a uuencoded file in the text was not unpacked");
	if (yenc)
		mime_defect(x, "a yEnc file in the text was not unpacked");
}

struct message *
mime_parse(struct arena *a, struct span raw, const struct envelope *env,
	const struct own_addresses *own)
{
	struct mime x = {
		.arena = a,
		.raw = raw,
		.env = env,
		.own = own,
		.m = ARENA_NEW(a, struct message),
		.defects = ARENA_ARRAY(a, MIME_MAX_DEFECTS, const char *),
	};

	x.m->envelope_sender =
		env->sender ? mime_line(a, span_of(env->sender), true) : NULL;
	mime_tree(&x);
	mime_headers(&x);
	mime_text(&x);
	mime_attachments(&x);
	mime_kind(&x);
	mime_answer(&x);
	tell_rare(&x);
	tell_inline_files(&x);
	x.m->defects = x.defects;
	x.m->n_defects = x.n_defects;
	return x.m;
}
