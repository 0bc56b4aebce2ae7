/*
 * report.h - what a vulnerability report holds, found in a message's text.
 *
 * Facts, no verdicts: each says which line (1-based, of message.text) shows
 * it. Absent facts are NULL or empty, never invented. Only new text counts:
 * quotations and signatures are skipped, save for the contact, which a
 * signature may give. Pure: no I/O, no clock. Linear in the text's length.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/json.h"
#include "mime/message.h"

enum { REPORT_MAX_FACTS = 200 }; /* of each kind; the rest is counted out */

struct cite {
	const char *text;
	unsigned line; /* 0: the subject shows it, not the text */
};

struct cites {
	const struct cite *v;
	size_t n;
};

struct line_range {
	unsigned from, to; /* both included */
};

enum cwe_status { CWE_OK, CWE_UNKNOWN, CWE_DEPRECATED, CWE_DISCOURAGED };
extern const char *const cwe_status_names[4];

struct cwe_fact {
	unsigned id;
	enum cwe_status status;
	unsigned line; /* 0: the subject */
};

struct cvss_fact {
	const char *vector;  /* as written */
	const char *version; /* "2.0", "3.0", "3.1", "4.0" */
	bool valid;
	unsigned line; /* 0: the subject */
};

enum looks_like {
	LOOKS_VULNERABILITY,
	LOOKS_BUG,
	LOOKS_QUESTION, /* "how do I secure my deployment" */
	LOOKS_SUPPORT,
	LOOKS_SPAM,
	LOOKS_OTHER, /* phishing, abuse, questionnaire, application ... */
	LOOKS_UNKNOWN,
};
enum { LOOKS_COUNT = LOOKS_UNKNOWN + 1 };
extern const char *const looks_like_names[LOOKS_COUNT];

/*
 * What a report says about the code, for a look into a mirror. One place in
 * the text that names a file, a line and a function is one claim each, and
 * `file` says which file the function or line is said to be in.
 */
enum code_claim_kind {
	CODE_FILE,     /* text: path or name */
	CODE_LINE,     /* text: NULL; file, from, to */
	CODE_FUNCTION, /* text: "load" or "Builder.load", without () */
	CODE_CLASS,
	CODE_COMMIT, /* text: 7 to 40 hex digits, lower case */
	CODE_QUOTE,  /* text: code that the report quotes from the product */
};
enum { CODE_COUNT = CODE_QUOTE + 1 };
extern const char *const code_claim_names[CODE_COUNT];

struct code_claim {
	enum code_claim_kind kind;
	const char *text;
	const char *file;  /* as named, or NULL: not said */
	unsigned from, to; /* lines of that file, both included; 0: not said */
	unsigned line;     /* of the mail */
};

/*
 * What the mail says is affected, apart from all that it only mentions: the
 * words behind a label ("Product: X"), those beside a claim ("a flaw in X",
 * "X is vulnerable"), the hosts that its steps act on. The judge looks for
 * products, packages and hosts in these words; a name that stands only
 * elsewhere, or in a comparison, decides nothing.
 */
enum affected_how { AFFECTED_LABEL, AFFECTED_CLAIM, AFFECTED_TARGET };
enum { AFFECTED_COUNT = AFFECTED_TARGET + 1 };
extern const char *const affected_names[AFFECTED_COUNT];

struct affected {
	enum affected_how how;
	const char *text;
	unsigned line; /* 0: the subject */
};

/* How it was run, and where else the flaw may lie; evidence for a person. */
enum scope_sign {
	SIGN_MODIFIED,      /* "I patched the loader", a diff in the steps */
	SIGN_UNINTENDED,    /* "with DEBUG=True", "after disabling auth" */
	SIGN_DOCUMENTED,    /* "as the documentation says", a link to it */
	SIGN_UNDOCUMENTED,  /* "although the documentation warns" */
	SIGN_CONFIGURATION, /* a configuration is quoted */
	SIGN_OTHER_SYSTEM,  /* a bucket, a cluster's dashboard ... */
	SIGN_COOKIE,        /* a cookie carried to another browser */
};
enum { SIGN_COUNT = SIGN_COOKIE + 1 };
/* "modified" "unintended" "documented" "undocumented" "configuration"
 * "other-system" "cookie" */
extern const char *const scope_sign_names[SIGN_COUNT];

struct report {
	bool understood; /* false: a language the rules do not know */
	const struct line_range *new_text;
	size_t n_new_text;

	struct {
		const char *text; /* NULL: none found */
		const char *from; /* "subject", "heading", "first-line" */
		unsigned line;    /* 0 when from the subject */
	} title;
	struct {
		unsigned line, end; /* 0: none found */
		const char *why;    /* "numbered list under a heading" ... */
		unsigned empty_heading; /* line of a heading with nothing */
		unsigned runs; /* first line of them with a command, a request,
				  code, a link or a call; 0: none has */
	} steps;
	struct {
		const char *address; /* mail address, phone, URL; NULL: none */
		const char *from; /* "from", "reply-to", "body", "signature" */
		unsigned line;    /* 0 when from a header */
	} contact;

	const struct cwe_fact *cwe;
	size_t n_cwe;
	const struct cvss_fact *cvss;
	size_t n_cvss;
	struct cites severity, versions, commits, files, functions, urls, cves,
		public_, exploited, placeholders;

	/* What else is said of versions: a range as comparators ("up to 0.22.0"
	 * is "<=0.22.0", "0.20 to 0.22" is ">=0.20,<=0.22"; the signs are <
	 * <= > >= ~=), "latest" in whatever words, or a branch's name. */
	struct cites releases;
	const struct affected *affected; /* at most REPORT_MAX_FACTS */
	size_t n_affected;
	struct cites signs[SIGN_COUNT];
	/* Links to an issue, a post ... of which the mail says neither that
	 * it is about this flaw nor that it is not. */
	struct cites public_links;

	const struct code_claim *claims; /* at most REPORT_MAX_FACTS */
	size_t n_claims;

	unsigned findings; /* separate vulnerabilities; 0 unknown */
	const struct line_range *finding_lines;
	size_t n_finding_lines;

	enum looks_like looks_like;
	const struct cite *because; /* what shows it, with lines */
	size_t n_because;
};

/* The CWE list, borrowed: lists/cwe.csv, embedded at build time. */
enum cwe_status report_cwe_status(unsigned id);
const char *report_cwe_version(void); /* "4.20" */
/* What the list names in place of one that is deprecated or discouraged
 * (lists/cwe-better.csv); *n may be 0. */
const unsigned short *report_cwe_better(unsigned id, size_t *n);

const struct report *report_find(struct arena *a, const struct message *m);

/* The object of `read --json`, without "file"; "text" only if with_text. */
json_t *report_json(
	const struct message *m, const struct report *r, bool with_text);

void report_pack(struct str *out, const struct report *r);
/* Checks every limit, and that no line lies past the text's last. */
bool report_unpack(
	struct unpack *u, struct arena *a, unsigned lines, struct report **out);
