/*
 * settings.h - every setting of the desk, declared once in settings.def.
 *
 * A row of the table gives name, type, default, limits and the manual's
 * sentence; from it come the loader, the error messages, `pratique.yml(5)`
 * and the packed form that the keeper hands to the roles. The file is YAML:
 * a flat mapping of names to values. A mistake is reported with
 * file:line:column, what is allowed and the nearest name; up to 20 at once,
 * and nothing starts with a wrong file.
 *
 * Types: text, bool, number (with K, M, G for bytes), duration ("5s", "2m",
 * "1h", "3d"; kept in milliseconds), choice (one of a list of words), list
 * (of texts), path (relative ones are taken from the data folder).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/pack.h"

struct text_list {
	const char *const *v;
	size_t n;
};

#define SETTING_TEXT(name, missing, doc) const char *name;
#define SETTING_PATH(name, missing, doc) const char *name;
#define SETTING_BOOL(name, missing, doc) bool name;
#define SETTING_NUMBER(name, missing, low, high, doc) int64_t name;
#define SETTING_BYTES(name, missing, low, high, doc) int64_t name;
#define SETTING_DURATION(name, missing, low, high, doc) int64_t name; /* ms */
#define SETTING_CHOICE(name, missing, words, doc) const char *name;
#define SETTING_LIST(name, missing, doc) struct text_list name;
struct settings {
#include "conf/settings.def"
};
#include "conf/settings_undef.h"

/*
 * `text` is the file's content, `file` its name for messages, `data` the
 * data folder (absolute). Problems are appended to *problems, one a line;
 * false with ERR_SYNTAX if there was any.
 */
bool settings_load(struct arena *a, const char *data, const char *file,
	struct span text, const struct settings **out, struct str *problems,
	struct err *err);
/* The defaults, for a data folder without a file. */
const struct settings *settings_default(struct arena *a, const char *data);

void settings_pack(struct str *out, const struct settings *s);
bool settings_unpack(
	struct unpack *u, struct arena *a, const struct settings **out);

/* The rows as mdoc, for pratique.yml(5). */
void settings_manual(struct str *out);
