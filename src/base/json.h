/*
 * json.h - the few Jansson calls that everyone repeats.
 *
 * NULL text becomes null; text must be valid UTF-8 (else null). The writers
 * take ownership of nothing; json_text() gives the canonical form that the
 * ledger hashes: keys sorted, no blanks, non-ASCII escaped.
 */
#pragma once

#include <jansson.h>

#include "base/arena.h"

json_t *json_text_or_null(const char *s);
/* Canonical text in the arena; takes the reference to `v`. */
const char *json_text(struct arena *a, json_t *v);
/* obj[key] as text, NULL when absent or not a string. */
const char *json_get_text(const json_t *obj, const char *key);
int64_t json_get_int(const json_t *obj, const char *key, int64_t missing);
void json_auto(json_t **v); /* for AUTO() */
