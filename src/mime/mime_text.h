/*
 * mime_text.h - bytes of a mail to text that people and rules can read.
 *
 * Private to mime. Everything here answers in valid UTF-8 in NFC, without
 * NUL and without controls other than tab and newline.
 */
#pragma once

#include "base/str.h"
#include "mime/mime_tree.h"

/* --- transfer encoding: mime_decode.c --- */

/* The body as it was before its Content-Transfer-Encoding; borrows from
 * the mail where nothing was encoded, else from *buf, which it fills. */
struct span mime_decode(struct mime *x, const struct part *p, struct str *buf);

/* The bytes that an encoded word of RFC 2047 holds; 'b' or 'q'. */
void mime_decode_word(struct str *out, char encoding, struct span text);

/* --- encoded words in headers: mime_words.c --- */

/* Unstructured text (RFC 2047), its encoded words decoded; one that cannot
 * be stays as it is. */
void mime_words(struct mime *x, struct str *out, struct span text);

/* --- charset: mime_charset.c --- */

/* Opens every converter, so that no file is needed afterwards. */
void mime_charset_init(void);
/* `bytes` in the charset of that label (NULL: none named) as UTF-8: borrowed
 * where they are that already, else appended to `out`, of which it is the
 * end. What cannot be read is U+FFFD and a defect. */
struct span mime_charset_decode(
	struct mime *x, struct str *out, const char *label, struct span bytes);
bool mime_charset_is_known(struct span label);
/* What no label explains: UTF-8 if it is that, else windows-1252. */
struct span mime_charset_guess(struct str *out, struct span bytes);

/* --- clean text: mime_clean.c --- */

/* Line ends to LF, controls made visible, NFC, no line over MIME_MAX_LINE.
 * The input is UTF-8, but need not be valid. */
void mime_clean(struct mime *x, struct str *out, struct span utf8);
/* The same on one line, for headers; `visible` spells bidi controls out.
 * Bytes that are not UTF-8 are read as windows-1252. */
char *mime_line(struct arena *a, struct span bytes, bool visible);
/* Has it a character that leaves a mark on paper? */
bool mime_is_visible(struct span text);

/* --- format=flowed: mime_flowed.c --- */

/* RFC 3676: paragraphs joined; `text` has LF line ends. */
void mime_flowed(struct str *out, struct span text, bool delsp);

/* --- HTML: mime_html.c --- */

void mime_html(struct str *out, struct span html);
/* The charset that the page itself names near its start, or NULL. */
const char *mime_html_charset(struct arena *a, struct span html);

/* --- choosing: mime_text.c --- */

/* m->text and m->body, and which parts they were made of. */
void mime_text(struct mime *x);
/* m->attachments: every part that is not the text. */
void mime_attachments(struct mime *x);
