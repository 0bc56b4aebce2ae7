/*
 * err.h - what can go wrong, said once, for people and for decisions.
 *
 * Everything that can fail returns bool, takes `struct err *err` last and
 * leaves its outputs alone on failure. The code is for deciding (retry?
 * refuse?), the text is for reading: what was wrong, where, what to do.
 * Libraries never log an error they return; the flow that ends it logs it.
 */
#pragma once

#include <stdbool.h>

enum err_code {
	ERR_NONE,
	ERR_SYNTAX,   /* the input is not what its format says it is */
	ERR_LIMIT,    /* well formed, but more than we accept */
	ERR_ABSENT,   /* no such thing, or none this actor may see */
	ERR_DENIED,   /* it is there, and this actor may not */
	ERR_CONFLICT, /* somebody changed it first: read again */
	ERR_BUSY,     /* a peer, the disk or the database: try later */
	ERR_BROKEN,   /* our bug or the machine's: stop and say so */
};
enum { ERR_COUNT = ERR_BROKEN + 1 };

struct err {
	enum err_code code;
	char text[320]; /* UTF-8, one line, no full stop; cut, never overrun */
};

/* Both return false, so that `return err_set(...)` reads as it should. */
bool err_set(struct err *err, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The text becomes "new: old"; the code stays. */
bool err_wrap(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

const char *err_name(enum err_code code); /* "syntax", "limit" ... */
int err_smtp(enum err_code code);         /* 250, 451, 452, 550, 554 */
int err_exit(enum err_code code);         /* sysexits.h: EX_TEMPFAIL ... */
