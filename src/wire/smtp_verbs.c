/* smtp_verbs.c - every verb we know, and when it may be said. */
#include "base/mem.h"
#include "wire/smtp_session.h"

enum { BOTH = VERB_SMTP | VERB_LMTP };

static const struct smtp_verb verbs[] = {
	{"BDAT", BOTH | VERB_GREETED, smtp_cmd_bdat},
	{"DATA", BOTH | VERB_GREETED | VERB_ALONE | VERB_BARE, smtp_cmd_data},
	{"EHLO", VERB_SMTP, smtp_cmd_ehlo},
	{"EXPN", BOTH, smtp_cmd_expn},
	{"HELO", VERB_SMTP, smtp_cmd_helo},
	{"HELP", BOTH, smtp_cmd_help},
	{"LHLO", VERB_LMTP, smtp_cmd_ehlo},
	{"MAIL", BOTH | VERB_GREETED, smtp_cmd_mail},
	{"NOOP", BOTH, smtp_cmd_noop},
	{"QUIT", BOTH | VERB_BARE, smtp_cmd_quit},
	{"RCPT", BOTH | VERB_GREETED, smtp_cmd_rcpt},
	{"RSET", BOTH | VERB_BARE, smtp_cmd_rset},
	{"STARTTLS", BOTH | VERB_GREETED | VERB_ALONE | VERB_BARE,
		smtp_cmd_starttls},
	{"VRFY", BOTH, smtp_cmd_vrfy},
};

const struct smtp_verb *
smtp_verb_find(struct span word)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (span_is_nocase(word, verbs[i].name))
			return &verbs[i];
	return NULL;
}
