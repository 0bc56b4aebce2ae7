/*
 * casefile_acts.c - the fold of what persons decided.
 *
 * Whether a move is possible is one table's to say (acts.c); the fold asks it
 * again, so a chain with an impossible move is a broken one.
 */
#include "cases/casefile_impl.h"

#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "cases/acts.h"

int
fold_disposition(const json_t *meta, const char *key)
{
	const char *word = json_get_text(meta, key);

	return word ? names_find(disposition_names, DISP_COUNT, span_of(word)) :
		      -1;
}

bool
fold_ranges(struct arena *a, const json_t *list, const struct line_range **out,
	size_t *n)
{
	struct line_range *v =
		ARENA_ARRAY(a, json_array_size(list), struct line_range);
	const json_t *pair;
	size_t i;

	json_array_foreach(list, i, pair)
	{
		json_int_t from = json_integer_value(json_array_get(pair, 0));
		json_int_t to = json_integer_value(json_array_get(pair, 1));

		if (from < 1 || to < from || to > UINT32_MAX)
			return false;
		v[i] = (struct line_range){(unsigned)from, (unsigned)to};
	}
	*out = v;
	*n = json_array_size(list);
	return true;
}

void
fold_link(struct arena *a, struct casefile *c, const char *relation,
	const char *id)
{
	const char **v = ARENA_ARRAY(a, c->n_links + 1, const char *);

	for (size_t i = 0; i < c->n_links; i++)
		v[i] = c->links[i];
	v[c->n_links++] = arena_printf(a, "%s %s", relation, id);
	c->links = v;
}

const char *
casefile_link(const struct casefile *c, const char *relation)
{
	size_t n = strlen(relation);

	for (size_t i = 0; i < c->n_links; i++)
		if (strncmp(c->links[i], relation, n) == 0 &&
			c->links[i][n] == ' ')
			return c->links[i] + n + 1;
	return NULL;
}

bool
casefile_undecided(const struct casefile *c)
{
	return casefile_link(c, "moved-to") == NULL && c->rm != RM_CLOSED &&
		((!c->decided && c->rm == RM_RECEIVED) || c->n_split > 1);
}

bool
fold_receipt(struct arena *a, struct casefile *c, const json_t *meta)
{
	const char *id = json_get_text(meta, "receipt");

	if (id == NULL)
		return true;
	for (size_t i = 0; i < c->n_letter; i++) {
		if (strcmp(c->letter[i].id, id) != 0)
			continue;
		/* The caller compares with what was before. */
		struct letter *all = ARENA_ARRAY(a, c->n_letter, struct letter);
		memcpy(all, c->letter, c->n_letter * sizeof *all);
		all[i].keeps_acknowledge = true;
		c->letter = all;
		return true;
	}
	return false;
}

static bool
decide(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta, const char *key)
{
	int to = fold_disposition(meta, key);
	const char *clause = json_get_text(meta, "clause");
	enum rm rm;

	if (to < 0 || casefile_link(c, "moved-to") != NULL ||
		!acts_move(c->rm, (enum disposition)to, &rm))
		return false;
	c->rm = rm;
	c->disposition = (enum disposition)to;
	c->decided = true;
	c->decider = arena_strdup(a, e->actor);
	if (clause != NULL)
		c->clause = arena_strdup(a, clause);
	return fold_receipt(a, c, meta);
}

bool
fold_confirmed(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	return !c->decided &&
		fold_disposition(meta, "disposition") == (int)c->disposition &&
		decide(a, c, e, meta, "disposition");
}

bool
fold_overruled(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	if (fold_disposition(meta, "from") != (int)c->disposition ||
		!decide(a, c, e, meta, "to"))
		return false;
	/* Whoever says "one report" says so of the split as well. */
	if (json_is_true(json_object_get(meta, "whole")))
		c->n_split = 0;
	return true;
}

bool
fold_split(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	const struct line_range *kept;
	const char *const *into;
	size_t n, n_into;

	(void)e;
	if (!fold_ranges(a, json_object_get(meta, "lines"), &kept, &n) ||
		n != 1 ||
		!fold_texts(a, json_object_get(meta, "into"), &into, &n_into))
		return false;
	for (size_t i = 0; i < n_into; i++)
		fold_link(a, c, "split-into", into[i]);
	c->lines = kept[0];
	c->n_split = 0;
	return true;
}

bool
fold_moved(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	const char *to = json_get_text(meta, "to");

	if (to == NULL || casefile_link(c, "moved-to") != NULL)
		return false;
	fold_link(a, c, "moved-to", to);
	c->decided = true;
	c->decider = arena_strdup(a, e->actor);
	return true;
}

bool
fold_rated(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	(void)e;
	c->rating = arena_strdup(a, json_get_text(meta, "rating"));
	c->vector = arena_strdup(a, json_get_text(meta, "vector"));
	return c->rating != NULL;
}

/* What was looked at is on record; the case is as it was. */
bool
fold_nothing(struct arena *a, struct casefile *c, const struct event *e,
	const json_t *meta)
{
	(void)a;
	(void)c;
	(void)e;
	(void)meta;
	return true;
}
