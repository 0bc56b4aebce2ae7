/*
 * footer.c - what a firm's mail server adds to each mail.
 *
 * "This message is confidential. If you have received it in error ...,
 * report phishing to ..." says nothing of the matter, but has words that a
 * report, or a notice of abuse, has as well. It stands like a signature. A
 * paragraph is one only where it speaks of the message itself, of secrecy
 * and of a wrong recipient: no report of misdirected mail says all three.
 */
#include "report/ascii.h"
#include "report/find.h"

enum {
	LAST_LINES = 40,   /* of the text: there it stands */
	READ_BYTES = 1500, /* of one paragraph */
};

static bool
says(struct span s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_find_nocase(s, words[i]) < s.n)
			return true;
	return false;
}

static bool
is_disclaimer(struct span s)
{
	static const char *const itself[] = {"this message", "this e-mail",
		"this email", "this mail", "this communication",
		"this transmission", "diese e-mail", "diese nachricht",
		"diese mail", "ce message", "ce courriel", "cet e-mail",
		"este mensaje", "este correo"};
	static const char *const secret[] = {
		"confiden", "privileged", "vertraulich"};
	static const char *const wrong[] = {"in error", "by mistake",
		"intended recipient", "intended solely", "solely for",
		"irrtümlich", "nicht der richtige", "par erreur",
		"destinataire", "por error", "destinatario"};

	return says(s, secret, ARRAY_LEN(secret)) &&
		says(s, itself, ARRAY_LEN(itself)) &&
		says(s, wrong, ARRAY_LEN(wrong));
}

void
footer_find(struct lines *l)
{
	size_t i = l->n > LAST_LINES ? l->n - LAST_LINES : 0;

	for (size_t end; i < l->n; i = end) {
		end = i + 1;
		if (!line_is_new(l, i) || l->v[i].fenced)
			continue;
		while (end < l->n && line_is_new(l, end) && !l->v[end].fenced)
			end++;
		struct span s = span_make(l->text + l->v[i].at,
			l->v[end - 1].at + l->v[end - 1].n - l->v[i].at);
		if (!is_disclaimer(span_cut(s, 0, READ_BYTES)))
			continue;
		for (size_t k = i; k < end; k++)
			l->v[k].kind = LINE_SIGNATURE;
	}
}
