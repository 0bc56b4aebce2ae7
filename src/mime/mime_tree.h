/*
 * mime_tree.h - the parts of a mail, as ranges of its bytes.
 *
 * Private to mime. Nothing is copied or decoded here: a part knows where
 * its headers and its body stand in the raw mail. The tree is made in one
 * pass over the lines, without recursion, and never grows past the limits
 * of mime.h (docs/decisions/0002-own-mime-tree.md).
 */
#pragma once

#include "base/mem.h"
#include "mime/mime.h"

struct header {
	struct span name;  /* as it came */
	struct span value; /* trimmed, folds still inside */
};

enum encoding {
	ENCODING_NONE, /* 7bit, 8bit, binary, or none named */
	ENCODING_QP,
	ENCODING_BASE64,
	ENCODING_UU,
	ENCODING_UNKNOWN,
};

struct part {
	struct part *up, *next, *down; /* down: the first child */
	struct part *last;             /* the last child */
	struct header *headers;
	size_t n_headers;
	struct span body; /* raw, without the line end before a boundary */

	const char *type;     /* "text/plain", lower case, never NULL */
	struct span boundary; /* of a multipart; empty: none */
	const char *charset, *start, *report_type, *protocol;
	const char *method; /* of text/calendar */
	const char *name;   /* filename, else name; raw, not yet clean */
	const char *smime_type;
	bool flowed, delsp;
	bool attachment;  /* disposition, or a file name */
	bool used;        /* read as text, or a rendering of what was */
	bool closed;      /* its closing boundary was seen */
	const char *text; /* once mime_text.c has decoded it */
	enum encoding encoding;
	unsigned depth; /* 0: the mail itself */
};

/* The work on one mail. */
struct mime {
	struct arena *arena;
	struct span raw;
	const struct envelope *env;
	const struct own_addresses *own;
	struct message *m;
	struct part *root;
	size_t n_parts;
	const char **defects; /* room for MIME_MAX_DEFECTS */
	size_t n_defects;
};

/* A sentence without full stop; said once however often it is true. */
void mime_defect(struct mime *x, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Split x->raw; x->root is never NULL afterwards. */
void mime_tree(struct mime *x);
/* The headers at the start of `s` into p; what is left of s is the body. */
struct span mime_tree_headers(struct mime *x, struct part *p, struct span s);
/* What the headers of a part say about its body, into the part. */
void mime_part_read(struct mime *x, struct part *p);

/* The first header of that name, or NULL; *count, if not NULL, how many. */
const struct header *mime_header(
	const struct part *p, const char *name, size_t *count);
/* On one line, valid UTF-8, encoded words still in place; NULL if absent. */
const char *mime_header_line(
	struct mime *x, const struct part *p, const char *name);
bool mime_part_is(const struct part *p, const char *type);
bool mime_part_is_multipart(const struct part *p);
/* In reading order, without recursion; NULL at the end. */
struct part *mime_part_next(const struct part *p);
