/*
 * cmd_policy_diff.c - `pratique policy diff OLD NEW`: what people should
 * read before a changed policy goes into force.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/show.h"

enum { DIFFERS = 1, TABLE_MAX = 4 * 1000 * 1000, OUT_MAX = 128 * 1024 };

struct sentence {
	struct span *words;
	size_t n;
};

static struct sentence
words_of(struct arena *a, const char *text)
{
	struct sentence s = {ARENA_ARRAY(a, strlen(text) + 1, struct span), 0};

	for (const char *p = text; *p;) {
		size_t n = strcspn(p, " \n");

		if (n > 0)
			s.words[s.n++] = span_make(p, n);
		p += n + (p[n] != '\0');
	}
	return s;
}

/* A run of words that only one side has. */
static void
put_run(struct str *out, const char *open, const struct span *words, size_t n,
	const char *close)
{
	if (n == 0)
		return;
	str_puts(out, out->n > 0 ? " " : "");
	str_puts(out, open);
	for (size_t i = 0; i < n; i++)
		str_printf(out, "%s%.*s", i > 0 ? " " : "", SPAN_FMT(words[i]));
	str_puts(out, close);
}

/* longest[i * (y.n + 1) + k]: of what both have from x[i] and y[k] on. */
static const unsigned short *
longest_table(struct arena *a, struct sentence x, struct sentence y)
{
	size_t wide = y.n + 1;
	unsigned short *t = ARENA_ARRAY(a, (x.n + 1) * wide, unsigned short);

	for (size_t i = x.n; i-- > 0;)
		for (size_t k = y.n; k-- > 0;) {
			unsigned short down = t[(i + 1) * wide + k],
				       right = t[i * wide + k + 1];

			t[i * wide + k] = span_eq(x.words[i], y.words[k]) ?
				(unsigned short)(t[(i + 1) * wide + k + 1] +
					1) :
				down > right ? down :
					       right;
		}
	return t;
}

/* "The [-old-] {+new+} words." */
static void
put_word_diff(
	struct arena *a, struct str *out, const char *old, const char *new)
{
	struct sentence x = words_of(a, old), y = words_of(a, new);
	size_t i = 0, k = 0, wide = y.n + 1;

	if ((x.n + 1) * wide > TABLE_MAX) {
		put_run(out, "[-", x.words, x.n, "-]");
		put_run(out, "{+", y.words, y.n, "+}");
		return;
	}
	const unsigned short *t = longest_table(a, x, y);
	while (i < x.n || k < y.n) {
		size_t from_x = i, from_y = k;

		while (i < x.n && k < y.n && span_eq(x.words[i], y.words[k]))
			i++, k++;
		put_run(out, "", x.words + from_x, i - from_x, "");
		from_x = i, from_y = k;
		while ((i < x.n || k < y.n) &&
			!(i < x.n && k < y.n &&
				span_eq(x.words[i], y.words[k]))) {
			if (k == y.n ||
				(i < x.n &&
					t[(i + 1) * wide + k] >=
						t[i * wide + k + 1]))
				i++;
			else
				k++;
		}
		put_run(out, "[-", x.words + from_x, i - from_x, "-]");
		put_run(out, "{+", y.words + from_y, k - from_y, "+}");
	}
}

static const char *
plain(struct arena *a, const json_t *v)
{
	if (json_is_string(v))
		return json_string_value(v);
	char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_SORT_KEYS);
	const char *copy = arena_strdup(a, text);
	free(text);
	return copy;
}

/* The items of `list` that `other` does not have. */
static void
put_missing(struct arena *a, struct str *out, const char *open,
	const json_t *list, const json_t *other, const char *close)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		bool found = false;

		for (size_t k = 0; !found && k < json_array_size(other); k++)
			found = json_equal(item, json_array_get(other, k));
		if (!found)
			str_printf(out, "%s%s%s%s", out->n > 0 ? " " : "", open,
				plain(a, item), close);
	}
}

static void
show_change(struct arena *a, const json_t *e)
{
	const char *change = json_get_text(e, "change"),
		   *key = json_get_text(e, "key");
	const json_t *old = json_object_get(e, "old"),
		     *new = json_object_get(e, "new");
	struct str out;

	(void)printf("%s%s%s%s%s: %s\n",
		strcmp(json_get_text(e, "what"), "clause") == 0 ? "clause " :
								  "",
		json_get_text(e, "name"), key ? ", '" : "", key ? key : "",
		key ? "'" : "", change);
	if (strcmp(change, "moved") == 0) {
		const json_t *after = json_object_get(e, "after");

		(void)printf("    now %s%s\n",
			json_is_string(after) ? "after " : "the first",
			json_is_string(after) ? json_string_value(after) : "");
	}
	str_init(&out, OUT_MAX);
	if (json_is_array(old) && json_is_array(new)) {
		put_missing(a, &out, "[-", old, new, "-]");
		put_missing(a, &out, "{+", new, old, "+}");
		if (out.n == 0)
			str_puts(&out, "the same items in another order");
	} else if (json_is_string(old) && json_is_string(new))
		put_word_diff(a, &out, json_string_value(old),
			json_string_value(new));
	else {
		if (old)
			str_printf(&out, "[-%s-]", plain(a, old));
		if (new)
			str_printf(&out, "%s{+%s+}", old ? " " : "",
				plain(a, new));
	}
	if (out.n > 0) {
		(void)printf("    ");
		show_words(4, 4, out.text);
	}
	str_fini(&out);
}

static json_t *
whole(const struct policy *old, const struct policy *new, json_t *changes)
{
	char hex[2][HASH_TEXT];
	json_t *v = json_object();

	json_object_set_new(
		v, "same", json_boolean(json_array_size(changes) == 0));
	json_object_set_new(v, "old", json_string(hash_hex(old->hash, hex[0])));
	json_object_set_new(v, "new", json_string(hash_hex(new->hash, hex[1])));
	json_object_set(v, "changes", changes);
	return v;
}

int
cmd_policy_diff(int argc, char **argv)
{
	static const char usage[] = "policy diff [--json] OLD NEW";
	const struct policy *old, *new;
	struct cli c;
	struct err err;
	const json_t *e;
	size_t i;

	cli_parse(&c, argc, argv, usage,
		"Says which clauses, parameters, texts and values changed between two policy files,\n"
		"with what they extend; words taken out stand in [-...-], words put in in {+...+}.\n"
		"Exit status 0 if they mean the same, 1 if not.",
		NULL, 0);
	cli_words(&c, usage, 2, 2);
	if (!cmd_policy_read(&c, c.typed.words[0], &old, &err) ||
		!cmd_policy_read(&c, c.typed.words[1], &new, &err))
		return cli_fail(&err);
	AUTO(json_auto) json_t *changes = policy_diff(old, new);
	if (c.json)
		cli_json(whole(old, new, changes));
	else
		json_array_foreach(changes, i, e) show_change(c.arena, e);
	return json_array_size(changes) > 0 ? DIFFERS : EX_OK;
}
