/*
 * pack.h - values to bytes and back, for frames between our own processes.
 *
 * Integers are little-endian; a text or blob is its u32 length and its
 * bytes. Reading never trusts: the first read past the end, a length that
 * does not fit, or text that is not valid UTF-8 makes the unpack `bad`,
 * after which everything reads as zero, "" or empty. So a reader reads
 * everything and asks once, with unpack_end(), whether all of it was there.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

void pack_u8(struct str *out, uint8_t v);
void pack_u32(struct str *out, uint32_t v);
void pack_i64(struct str *out, int64_t v);
void pack_blob(struct str *out, struct span v);
/* NULL is kept apart from "": it comes back as NULL. */
void pack_text(struct str *out, const char *v);

struct unpack {
	struct span rest;
	bool bad;
};

uint8_t unpack_u8(struct unpack *u);
/* At most `max`, else bad. */
uint32_t unpack_u32(struct unpack *u, uint32_t max);
int64_t unpack_i64(struct unpack *u);
struct span unpack_blob(struct unpack *u); /* borrows from the frame */
/* A NUL-terminated copy; NULL where NULL was packed. Valid UTF-8 only. */
const char *unpack_text(struct unpack *u, struct arena *a);
/* True if nothing was bad and nothing is left over. */
bool unpack_end(const struct unpack *u);
