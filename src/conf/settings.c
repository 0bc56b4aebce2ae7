/*
 * settings.c - one table, read four ways: load, pack, unpack, manual.
 */
#include "conf/settings.h"

#include <stddef.h>
#include <string.h>
#include <yaml.h>

#include "base/mem.h"
#include "base/names.h"

enum kind {
	KIND_TEXT,
	KIND_PATH,
	KIND_BOOL,
	KIND_NUMBER,
	KIND_BYTES,
	KIND_DURATION,
	KIND_CHOICE,
	KIND_LIST,
};

struct row {
	const char *name;
	enum kind kind;
	size_t at;           /* in struct settings */
	const char *missing; /* the default, as it would be written */
	int64_t low, high;
	const char *words; /* of a choice, blank-separated */
	const char *doc;
};

#define AT(name) offsetof(struct settings, name)
#define SETTING_TEXT(name, missing, doc)                                       \
	{#name, KIND_TEXT, AT(name), missing, 0, 0, NULL, doc},
#define SETTING_PATH(name, missing, doc)                                       \
	{#name, KIND_PATH, AT(name), missing, 0, 0, NULL, doc},
#define SETTING_BOOL(name, missing, doc)                                       \
	{#name, KIND_BOOL, AT(name), missing, 0, 0, NULL, doc},
#define SETTING_NUMBER(name, missing, low, high, doc)                          \
	{#name, KIND_NUMBER, AT(name), missing, low, high, NULL, doc},
#define SETTING_BYTES(name, missing, low, high, doc)                           \
	{#name, KIND_BYTES, AT(name), missing, low, high, NULL, doc},
#define SETTING_DURATION(name, missing, low, high, doc)                        \
	{#name, KIND_DURATION, AT(name), missing, low, high, NULL, doc},
#define SETTING_CHOICE(name, missing, words, doc)                              \
	{#name, KIND_CHOICE, AT(name), missing, 0, 0, words, doc},
#define SETTING_LIST(name, missing, doc)                                       \
	{#name, KIND_LIST, AT(name), missing, 0, 0, NULL, doc},
static const struct row rows[] = {
#include "conf/settings.def"
};
#include "conf/settings_undef.h"

enum { ROWS = ARRAY_LEN(rows), PROBLEMS_MAX = 20, LIST_MAX = 100 };

/* --- values ------------------------------------------------------------------ */

struct unit {
	char letter;
	int64_t times;
};

static const struct unit byte_units[] = {
	{'K', 1024}, {'M', 1024 * 1024}, {'G', 1024 * 1024 * 1024}, {0, 1}};
static const struct unit time_units[] = {{'s', 1000}, {'m', 60 * 1000},
	{'h', 3600 * 1000}, {'d', 24 * 3600 * 1000}, {0, 0}};

/* "500ms" is the only unit of two letters. */
static bool
read_number(struct span s, const struct unit *units, int64_t *out)
{
	unsigned long long v;
	int64_t times = units ? -1 : 1;

	if (units == time_units && span_ends_nocase(s, "ms")) {
		s.n -= 2;
		times = 1;
	}
	for (const struct unit *u = units; times < 0; u++) {
		if (u->letter == 0)
			times = u->times;
		else if (s.n > 0 && s.p[s.n - 1] == (unsigned char)u->letter) {
			s.n--;
			times = u->times;
		}
	}
	if (times == 0 || !span_number(s, INT64_MAX / (uint64_t)times, &v))
		return false;
	*out = (int64_t)v * times;
	return true;
}

static const char *
list_of_words(const struct row *r)
{
	return r->kind == KIND_BOOL ? "yes no" : r->words;
}

static bool
is_word(const struct row *r, struct span s)
{
	struct span rest = span_of(list_of_words(r)), word;

	while (span_split(&rest, ' ', &word))
		if (span_eq(word, s))
			return true;
	return false;
}

/* What may stand there, for messages. */
static void
allowed(struct str *out, const struct row *r)
{
	switch (r->kind) {
	case KIND_TEXT:
	case KIND_PATH:
		str_puts(out, "a text on one line");
		break;
	case KIND_BOOL:
	case KIND_CHOICE:
		str_printf(out, "one of: %s", list_of_words(r));
		break;
	case KIND_NUMBER:
		str_printf(out, "a number from %lld to %lld", (long long)r->low,
			(long long)r->high);
		break;
	case KIND_BYTES:
		str_printf(out, "bytes such as 500K or 50M, from %lld to %lld",
			(long long)r->low, (long long)r->high);
		break;
	case KIND_DURATION:
		str_printf(out,
			"a time such as 500ms, 30s, 5m, 2h or 7d, from %lldms to %lldms",
			(long long)r->low, (long long)r->high);
		break;
	case KIND_LIST:
		str_printf(out, "a list of at most %d texts", LIST_MAX);
		break;
	}
}

static const char *
resolve(struct arena *a, const char *data, const char *path)
{
	if (path[0] == '\0' || path[0] == '/')
		return path;
	return arena_printf(a, "%s/%s", data, path);
}

/* False: not allowed here. */
static bool
set_scalar(struct arena *a, struct settings *s, const struct row *r,
	const char *data, struct span value)
{
	char *at = (char *)s + r->at;
	int64_t number;

	switch (r->kind) {
	case KIND_TEXT:
	case KIND_PATH: {
		if (span_find_byte(value, '\n') < value.n ||
			span_find_byte(value, 0) < value.n)
			return false;
		const char *text = arena_text(a, value);
		*(const char **)(void *)at =
			r->kind == KIND_PATH ? resolve(a, data, text) : text;
		return true;
	}
	case KIND_BOOL:
		*(bool *)at = span_is(value, "yes") || span_is(value, "true");
		return is_word(r, value) || span_is(value, "true") ||
			span_is(value, "false");
	case KIND_CHOICE:
		*(const char **)(void *)at = arena_text(a, value);
		return is_word(r, value);
	case KIND_NUMBER:
	case KIND_BYTES:
	case KIND_DURATION:
		if (!read_number(value,
			    r->kind == KIND_NUMBER        ? NULL :
				    r->kind == KIND_BYTES ? byte_units :
							    time_units,
			    &number) ||
			number < r->low || number > r->high)
			return false;
		*(int64_t *)(void *)at = number;
		return true;
	case KIND_LIST:
		return false; /* set_list() */
	}
	return false;
}

static void
set_list(
	struct settings *s, const struct row *r, const char *const *v, size_t n)
{
	*(struct text_list *)(void *)((char *)s + r->at) =
		(struct text_list){v, n};
}

static void
set_default(struct arena *a, struct settings *s, const struct row *r,
	const char *data)
{
	struct span rest = span_of(r->missing), word;
	size_t n = 0;

	if (r->kind != KIND_LIST) {
		bool ok = set_scalar(a, s, r, data, rest);
		if (!ok)
			abort(); /* a default outside its own limits */
		return;
	}
	const char **v = ARENA_ARRAY(a, LIST_MAX, const char *);
	while (span_split(&rest, ' ', &word))
		v[n++] = arena_text(a, word);
	set_list(s, r, v, n);
}

const struct settings *
settings_default(struct arena *a, const char *data)
{
	struct settings *s = ARENA_NEW(a, struct settings);

	for (size_t i = 0; i < ROWS; i++)
		set_default(a, s, &rows[i], data);
	return s;
}

/* --- loading ------------------------------------------------------------------ */

struct loading {
	struct arena *arena;
	struct settings *s;
	const char *data, *file;
	struct str *problems;
	unsigned n_problems;
	bool seen[ROWS];
	yaml_document_t doc;
};

static void problem(struct loading *l, yaml_mark_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void
problem(struct loading *l, yaml_mark_t at, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	if (l->n_problems++ >= PROBLEMS_MAX)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	str_printf(l->problems, "%s:%zu:%zu: %s\n", l->file, at.line + 1,
		at.column + 1, text);
}

static struct span
scalar(const yaml_node_t *node)
{
	return span_make(node->data.scalar.value, node->data.scalar.length);
}

static const struct row *
row_named(struct loading *l, const yaml_node_t *key)
{
	const char *names[ROWS];
	struct span word =
		key->type == YAML_SCALAR_NODE ? scalar(key) : SPAN_LIT("");

	for (size_t i = 0; i < ROWS; i++)
		names[i] = rows[i].name;
	int i = names_find(names, ROWS, word);
	if (i < 0) {
		const char *near = names_nearest(names, ROWS, word);

		problem(l, key->start_mark, "there is no setting '%.*s'%s%s%s",
			(int)(word.n > 60 ? 60 : word.n), (const char *)word.p,
			near ? "; did you mean '" : "", near ? near : "",
			near ? "'?" : "");
		return NULL;
	}
	if (l->seen[i]) {
		problem(l, key->start_mark, "'%s' stands here twice",
			rows[i].name);
		return NULL;
	}
	l->seen[i] = true;
	return &rows[i];
}

static bool
load_list(struct loading *l, const struct row *r, const yaml_node_t *value)
{
	size_t n = 0;
	const char **v = ARENA_ARRAY(l->arena, LIST_MAX, const char *);

	if (value->type == YAML_SCALAR_NODE) { /* one word, or several */
		struct span rest = scalar(value), word;

		while (span_split(&rest, ' ', &word) && n < LIST_MAX)
			if (word.n > 0)
				v[n++] = arena_text(l->arena, word);
		set_list(l->s, r, v, n);
		return rest.n == 0;
	}
	if (value->type != YAML_SEQUENCE_NODE)
		return false;
	for (yaml_node_item_t *i = value->data.sequence.items.start;
		i < value->data.sequence.items.top; i++) {
		yaml_node_t *item = yaml_document_get_node(&l->doc, *i);

		if (n == LIST_MAX || item->type != YAML_SCALAR_NODE)
			return false;
		v[n++] = arena_text(l->arena, scalar(item));
	}
	set_list(l->s, r, v, n);
	return true;
}

static void
load_pair(struct loading *l, const yaml_node_t *key, const yaml_node_t *value)
{
	const struct row *r = row_named(l, key);
	bool ok;

	if (r == NULL)
		return;
	ok = r->kind == KIND_LIST ? load_list(l, r, value) :
				    value->type == YAML_SCALAR_NODE &&
			set_scalar(l->arena, l->s, r, l->data, scalar(value));
	if (ok)
		return;
	struct str what;
	str_init(&what, 300);
	allowed(&what, r);
	problem(l, value->start_mark, "'%s' takes %s", r->name, what.text);
	str_fini(&what);
}

static void
load_document(struct loading *l)
{
	yaml_node_t *root = yaml_document_get_root_node(&l->doc);

	if (root == NULL)
		return; /* an empty file: all defaults */
	if (root->type != YAML_MAPPING_NODE) {
		problem(l, root->start_mark,
			"the file must be a list of 'name: value' lines");
		return;
	}
	for (yaml_node_pair_t *p = root->data.mapping.pairs.start;
		p < root->data.mapping.pairs.top; p++)
		load_pair(l, yaml_document_get_node(&l->doc, p->key),
			yaml_document_get_node(&l->doc, p->value));
}

bool
settings_load(struct arena *a, const char *data, const char *file,
	struct span text, const struct settings **out, struct str *problems,
	struct err *err)
{
	struct loading l = {
		.arena = a, .data = data, .file = file, .problems = problems};
	yaml_parser_t parser;

	l.s = ARENA_NEW(a, struct settings);
	*l.s = *settings_default(a, data);
	if (!yaml_parser_initialize(&parser))
		return err_set(err, ERR_BROKEN, "libyaml cannot start");
	yaml_parser_set_input_string(&parser, text.p, text.n);
	if (yaml_parser_load(&parser, &l.doc)) {
		load_document(&l);
		yaml_document_delete(&l.doc);
	} else {
		problem(&l, parser.problem_mark, "this is not YAML: %s",
			parser.problem ? parser.problem : "unreadable");
	}
	yaml_parser_delete(&parser);
	if (l.n_problems > 0)
		return err_set(err, ERR_SYNTAX,
			"%u mistake%s in %s: nothing was started", l.n_problems,
			l.n_problems == 1 ? "" : "s", file);
	*out = l.s;
	return true;
}

/* --- between processes --------------------------------------------------------- */

void
settings_pack(struct str *out, const struct settings *s)
{
	for (size_t i = 0; i < ROWS; i++) {
		const char *at = (const char *)s + rows[i].at;

		switch (rows[i].kind) {
		case KIND_TEXT:
		case KIND_PATH:
		case KIND_CHOICE:
			pack_text(out, *(const char *const *)(const void *)at);
			break;
		case KIND_BOOL:
			pack_u8(out, *(const bool *)at);
			break;
		case KIND_NUMBER:
		case KIND_BYTES:
		case KIND_DURATION:
			pack_i64(out, *(const int64_t *)(const void *)at);
			break;
		case KIND_LIST: {
			const struct text_list *l = (const void *)at;

			pack_u32(out, (uint32_t)l->n);
			for (size_t k = 0; k < l->n; k++)
				pack_text(out, l->v[k]);
			break;
		}
		}
	}
}

static void
unpack_row(struct unpack *u, struct arena *a, char *at, enum kind kind)
{
	switch (kind) {
	case KIND_TEXT:
	case KIND_PATH:
	case KIND_CHOICE: {
		const char *text = unpack_text(u, a);

		*(const char **)(void *)at = text ? text : "";
		break;
	}
	case KIND_BOOL:
		*(bool *)at = unpack_u8(u) != 0;
		break;
	case KIND_NUMBER:
	case KIND_BYTES:
	case KIND_DURATION:
		*(int64_t *)(void *)at = unpack_i64(u);
		break;
	case KIND_LIST: {
		struct text_list *l = (void *)at;
		l->n = unpack_u32(u, LIST_MAX);
		const char **v = ARENA_ARRAY(a, l->n, const char *);

		for (size_t k = 0; k < l->n; k++)
			v[k] = unpack_text(u, a);
		l->v = v;
		break;
	}
	}
}

bool
settings_unpack(struct unpack *u, struct arena *a, const struct settings **out)
{
	struct settings *s = ARENA_NEW(a, struct settings);

	for (size_t i = 0; i < ROWS; i++)
		unpack_row(u, a, (char *)s + rows[i].at, rows[i].kind);
	*out = s;
	return !u->bad;
}

/* --- the manual ------------------------------------------------------------------ */

void
settings_manual(struct str *out)
{
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *r = &rows[i];

		str_printf(out, ".It Ic %s\n%s\n", r->name, r->doc);
		str_puts(out, "Takes ");
		allowed(out, r);
		str_printf(out, ".\nDefault:\n.Ql %s .\n",
			r->missing[0] ? r->missing : "\"\"");
	}
}
