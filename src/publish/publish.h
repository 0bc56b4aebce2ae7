/*
 * publish.h - a policy as the documents that people and programs read.
 *
 * Pure: policies and files come in as values, text goes out. The same
 * content comes in every format of people (doc.h); security.txt says where
 * to write and until when that holds (security_txt.h).
 */
#pragma once

#include "base/instant.h"
#include "policy/policy.h"
#include "publish/doc.h"

enum publish_format {
	FORMAT_MD,
	FORMAT_RST,
	FORMAT_HTML,
	FORMAT_TXT,
	FORMAT_SECURITY_TXT,
};
enum { FORMAT_COUNT = FORMAT_SECURITY_TXT + 1 };
extern const char *const format_names[FORMAT_COUNT]; /* "security.txt" */

/* Stands at a document's end, before the hash; drift looks past it. */
#define PUBLISH_VERSION_WORDS "Version of this policy:"

/* The document, for the writers of doc.h; its last block is the version. */
const struct doc *policy_doc(struct arena *a, const struct policy *p);

/* `now` is for security.txt, which can be out of date; ERR_SYNTAX then. */
bool policy_render(struct arena *a, const struct policy *p,
	enum publish_format format, instant now, struct str *out,
	struct err *err);
