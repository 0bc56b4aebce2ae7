/*
 * smtp_path.h - what stands between < and > in MAIL and RCPT.
 *
 * Taken: the null path, addresses, quoted local parts, source routes (read
 * past, RFC 5321 appendix C), address literals, a local part without domain
 * (the caller decides), and UTF-8 (the caller asks `ascii`). No control, no
 * blank outside quotes, no CR or LF ever gets through, so what is accepted
 * here can stand in a header field.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

enum { SMTP_PATH_MAX = 256 }; /* RFC 5321 4.5.3.1.3, with its brackets */

struct smtp_path {
	struct span address; /* without brackets and route; empty: null path */
	struct span domain;  /* .p NULL: there is none */
	bool ascii;
	size_t local_n;
	unsigned char local[SMTP_PATH_MAX]; /* quotes and escapes undone */
};

enum smtp_path_result { PATH_OK, PATH_SYNTAX, PATH_TOO_LONG };

/* Takes the path off the front of *args. */
enum smtp_path_result smtp_path_parse(struct span *args, struct smtp_path *out);
