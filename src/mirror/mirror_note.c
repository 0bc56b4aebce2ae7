/* mirror_note.c - a small file that only we write. */
#include "mirror/mirror_note.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "sys/files.h"

enum { NOTE_MAX = 256 * 1024 };

bool
mirror_prefix_is(const char *prefix)
{
	return prefix != NULL && prefix[0] != '\0' && strlen(prefix) <= 64 &&
		strspn(prefix,
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			"0123456789-_") == strlen(prefix);
}

const char *
mirror_path(struct arena *a, const char *data, const char *prefix)
{
	return arena_printf(a, "%s/mirrors/%s.git", data, prefix);
}

static const char *
note_path(struct arena *a, const char *data, const char *prefix)
{
	return arena_printf(a, "%s/mirrors/%s.json", data, prefix);
}

static instant
get_instant(const json_t *v, const char *key)
{
	const char *text = json_get_text(v, key);
	instant t;

	return text != NULL && instant_parse(span_of(text), &t) ? t :
								  (instant){0};
}

static const char *const *
get_names(struct arena *a, const json_t *v, const char *key, size_t *n)
{
	const json_t *list = json_object_get(v, key), *item;
	const char **names = ARENA_ARRAY(a, MIRROR_MAX_NAMED, const char *);
	size_t i;

	json_array_foreach(list, i,
		item) if (json_is_string(item) && *n < MIRROR_MAX_NAMED)
		names[(*n)++] = arena_strdup(a, json_string_value(item));
	return names;
}

bool
mirror_note_read(struct arena *a, const char *data, const char *prefix,
	struct mirror_note *out, struct err *err)
{
	struct mirror_note note = {0};
	struct span text;
	json_error_t at;

	if (!file_read(a, note_path(a, data, prefix), NOTE_MAX, &text, err)) {
		if (err->code != ERR_ABSENT)
			return false;
		*out = note;
		return true;
	}
	AUTO(json_auto)
	json_t *v = json_loadb((const char *)text.p, text.n, 0, &at);
	if (!json_is_object(v) || json_get_text(v, "from") == NULL)
		return err_set(err, ERR_BROKEN,
			"'%s' is not as we write it: remove it, and add the mirror again",
			note_path(a, data, prefix));
	note.from = arena_strdup(a, json_get_text(v, "from"));
	note.why = arena_strdup(a, json_get_text(v, "why"));
	note.failed = get_instant(v, "failed");
	note.changed = get_instant(v, "changed");
	note.tags_moved = (size_t)json_get_int(v, "tags_moved", 0);
	note.tags_gone = (size_t)json_get_int(v, "tags_gone", 0);
	note.moved = get_names(a, v, "moved", &note.n_moved);
	note.gone = get_names(a, v, "gone", &note.n_gone);
	*out = note;
	return true;
}

static json_t *
put_instant(instant t)
{
	char text[INSTANT_TEXT];

	return t.ms == 0 ? json_null() : json_string(instant_format(t, text));
}

static json_t *
put_names(const char *const *v, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_text_or_null(v[i]));
	return list;
}

bool
mirror_note_write(struct arena *a, const char *data, const char *prefix,
	const struct mirror_note *note, struct err *err)
{
	json_t *v = json_pack("{s:s,s:o,s:o,s:o,s:I,s:I,s:o,s:o}", "from",
		note->from, "why", json_text_or_null(note->why), "failed",
		put_instant(note->failed), "changed",
		put_instant(note->changed), "tags_moved",
		(json_int_t)note->tags_moved, "tags_gone",
		(json_int_t)note->tags_gone, "moved",
		put_names(note->moved, note->n_moved), "gone",
		put_names(note->gone, note->n_gone));

	if (v == NULL)
		return err_set(
			err, ERR_SYNTAX, "the source's name is not UTF-8 text");
	return file_write(note_path(a, data, prefix),
		span_of(arena_printf(a, "%s\n", json_text(a, v))), 0640, err);
}
