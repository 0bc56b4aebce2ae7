/*
 * utf8.h - text that a person may be shown.
 *
 * "Valid" means RFC 3629: no overlong forms, no surrogates, nothing above
 * U+10FFFF, and besides: no NUL, for such text is passed as `const char *`.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/str.h"

/*
 * The code point at *at, which moves past it. A byte that begins no valid
 * sequence is one U+FFFD and moves *at by one. *at must be below s.n.
 */
uint32_t utf8_next(struct span s, size_t *at);
bool utf8_valid(struct span s);
void utf8_put(struct str *out, uint32_t c);
/* Columns as a terminal counts them, roughly: wide East Asian count two. */
size_t utf8_width(struct span s);
/* At most n bytes of s, never cutting a sequence. */
struct span utf8_clip(struct span s, size_t n);

/* Controls (C0, C1, DEL) other than tab and newline. */
bool utf8_is_control(uint32_t c);
/* U+202A..202E, 2066..2069, 200E, 200F, 061C: they reorder what is seen. */
bool utf8_is_bidi(uint32_t c);
/*
 * What a stranger wrote, made fit for one line of a terminal or log: at
 * most `max` bytes, invalid bytes, controls, newlines and bidi controls
 * shown as \xNN or \u{NNNN}, and "..." at the end if clipped.
 */
void utf8_put_visible(struct str *out, struct span s, size_t max);
