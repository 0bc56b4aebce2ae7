/*
 * proto.h - what the roles say to each other: one list for both ends.
 *
 * Bodies are packed (base/pack.h). The core trusts none of the others: every
 * number, text and line is checked again when it is read.
 */
#pragma once

#include <stdint.h>

enum proto_type {
	/* edge to core */
	PROTO_SPOOLED = 20, /* empty: the spool has grown */

	/* core to edge: segments that end before this position and were last
	 * written before that time may go */
	PROTO_CONSUMED, /* u32 segment, i64 offset, i64 time in ms */

	/* core to parse and back */
	PROTO_OWN,  /* u32 n, n texts, text message domain */
	PROTO_READ, /* u32 ticket, sender, u32 n, n rcpts, blob raw */
	PROTO_DONE, /* u32 ticket, message, report */

	/* core to evidence and back */
	PROTO_LOOK,   /* u32 ticket, text prefix, u32 lines, report */
	PROTO_LOOKED, /* u32 ticket, u8 any, evidence if there is any */

	/* core to post and back */
	PROTO_LETTER,  /* text id, text sender, text to, blob bytes */
	PROTO_OUTCOME, /* text id, u8 outcome, text reply */
	PROTO_STORED,  /* core to post: text id, its outcome is committed */
	PROTO_HOLDING, /* post to a new core: u32 n, n ids it answers for */

	/* core to sign and back */
	PROTO_SIGN,   /* the text itself */
	PROTO_SIGNED, /* text error or NULL, blob signature */

	/* a command to the core and back, over the desk's socket */
	PROTO_ACT,   /* text verb, u32 n, n texts */
	PROTO_ACTED, /* u32 exit code, text JSON result or error text */
};

enum {
	PROTO_MAX_SMALL = 1024 * 1024,
	/* the largest mail and its envelope */
	PROTO_MAX_MAIL = 1073741824 + 16 * 1024 * 1024,
	/* decoded text (mime.h), facts and headers */
	PROTO_MAX_DONE = 32 * 1024 * 1024,
	/* as many facts as evidence.h allows, each as long */
	PROTO_MAX_LOOKED = 8 * 1024 * 1024,
};
