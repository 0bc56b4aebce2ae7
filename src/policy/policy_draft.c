/* policy_draft.c - one file laid over what it extends. */
#include "policy/policy_draft.h"

#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "policy/policy_field.h"

enum { OWN_KEYS = 6 }; /* of a clause, beside those of the tables */
static const char *const clause_keys[OWN_KEYS] = {
	"id", "kind", "strength", "text", "after", "before"};

enum { FILE_KEYS = 9 };
static const char *const file_keys[FILE_KEYS] = {"policy", "extends", "base",
	"values", "product", "security-txt", "letters", "clauses", "drop"};

static bool
must_be(struct problems *p, const struct node *n, enum node_type type,
	const char *what)
{
	if (n->type == type)
		return true;
	problem_at(p, n->at, "%s must be %s, not %s",
		n->key ? quoted(p->a, n->key->text) : "it", what, node_what(n));
	return false;
}

static int
find_field(struct fields f, struct span name)
{
	const char *names[FIELDS_MAX];

	field_names(f, names);
	return names_find(names, f.n, name);
}

/* Where a key of this very name belongs; NULL: nowhere. */
static const char *
elsewhere(struct problems *p, struct span key)
{
	static const struct {
		const struct fields *fields;
		const char *where;
	} tables[] = {
		{&policy_head, "at the left margin of the file"},
		{&policy_known_values, "under 'values'"},
		{&policy_product, "under 'product'"},
		{&policy_security_txt, "under 'security-txt'"},
		{&clause_common, "in a clause"},
	};

	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		if (find_field(*tables[i].fields, key) >= 0)
			return arena_printf(
				p->a, "; it stands %s", tables[i].where);
	for (size_t i = 0; i < CLAUSE_KIND_COUNT; i++)
		if (find_field(clause_kinds[i].fields, key) >= 0)
			return arena_printf(p->a,
				"; it belongs to a clause of kind '%s'",
				clause_kinds[i].name);
	return NULL;
}

/* `key` is none of `first` and `second`. */
static void
say_unknown_key(struct problems *p, const struct node *key, const char *of,
	const char *const *first, size_t n_first, struct fields second)
{
	const char *names[FILE_KEYS + 2 * FIELDS_MAX];
	size_t n = n_first;

	for (size_t i = 0; i < n_first; i++)
		names[i] = first[i];
	field_names(second, names + n);
	n += second.n;
	const char *near = elsewhere(p, key->text);

	problem_at(p, key->at, "%s has no key %s; allowed: %s%s", of,
		quoted(p->a, key->text), listed(p->a, names, n),
		near ? near : meant(p->a, names, n, key->text));
}

/* A map whose keys are the fields of one table. */
static void
lay_map(struct problems *p, const struct node *map, const char *of,
	struct fields fields, const struct node **given)
{
	if (!must_be(p, map, NODE_MAP, "a map"))
		return;
	for (const struct node *c = map->first; c; c = c->next) {
		int at = find_field(fields, c->key->text);

		if (at >= 0)
			given[at] = c;
		else
			say_unknown_key(p, c->key, of, NULL, 0, fields);
	}
}

/* A letter replaces the base's of its name. What it is made of is checked
 * by those who know the form; here it only has to be lines. */
static void
lay_letters(struct draft *d, struct problems *p, const struct node *map)
{
	if (!must_be(p, map, NODE_MAP, "a map of names and letters"))
		return;
	for (const struct node *c = map->first; c; c = c->next) {
		size_t i = 0;

		while (i < d->n_letters &&
			!span_eq(d->letters[i]->key->text, c->key->text))
			i++;
		if (i == LETTERS_MAX)
			problem_at(p, c->key->at, "more than %d letters",
				LETTERS_MAX);
		else
			d->letters[i] = c;
		if (i == d->n_letters && i < LETTERS_MAX)
			d->n_letters++;
	}
}

static void
lay_value(struct draft *d, struct problems *p, const struct node *c)
{
	size_t i;

	if (span_is(c->key->text, "product")) {
		problem_at(p, c->key->at,
			"{product} is the product's name; choose another name "
			"for this value");
		return;
	}
	for (i = 0; i < d->n_values; i++)
		if (span_eq(d->values[i].name->text, c->key->text))
			break;
	if (i == VALUES_MAX) {
		problem_at(p, c->key->at, "more than %d values", VALUES_MAX);
		return;
	}
	if (i == d->n_values)
		d->n_values++;
	d->values[i] = (struct draft_value){c->key, c};
}

static void
lay_values(struct draft *d, struct problems *p, const struct node *map)
{
	if (!must_be(p, map, NODE_MAP, "a map of names and words"))
		return;
	for (const struct node *c = map->first; c; c = c->next)
		lay_value(d, p, c);
}

static struct draft_clause *
find_clause(struct draft *d, struct span id)
{
	for (size_t i = 0; i < d->n_clauses; i++)
		if (span_eq(d->clauses[i].id->text, id))
			return &d->clauses[i];
	return NULL;
}

static const char *
meant_clause(const struct draft *d, struct problems *p, struct span id)
{
	const char *names[POLICY_MAX_CLAUSES];

	for (size_t i = 0; i < d->n_clauses; i++)
		names[i] = arena_text(p->a, d->clauses[i].id->text);
	return meant(p->a, names, d->n_clauses, id);
}

static void
lay_drop(struct draft *d, struct problems *p, const struct node *list)
{
	if (!must_be(p, list, NODE_LIST, "a list of clause ids"))
		return;
	for (const struct node *c = list->first; c; c = c->next) {
		struct draft_clause *found;

		if (c->type != NODE_SCALAR) {
			problem_at(p, c->at, "'drop' must be ids, not %s",
				node_what(c));
			continue;
		}
		found = find_clause(d, c->text);
		if (found == NULL) {
			problem_at(p, c->at,
				"the base has no clause %s to drop%s",
				quoted(p->a, c->text),
				meant_clause(d, p, c->text));
			continue;
		}
		memmove(found, found + 1,
			(size_t)(&d->clauses[d->n_clauses] - found - 1) *
				sizeof *found);
		d->n_clauses--;
	}
}

static const struct kind_row *
find_kind(struct problems *p, const struct node *n)
{
	const char *names[CLAUSE_KIND_COUNT];
	int at;

	for (size_t i = 0; i < CLAUSE_KIND_COUNT; i++)
		names[i] = clause_kinds[i].name;
	if (n->type != NODE_SCALAR || n->text.n == 0) {
		problem_at(p, n->at,
			"'kind' must be a word, not %s; "
			"allowed: %s",
			node_what(n), listed(p->a, names, CLAUSE_KIND_COUNT));
		return NULL;
	}
	at = names_find(names, CLAUSE_KIND_COUNT, n->text);
	if (at >= 0)
		return &clause_kinds[at];
	problem_at(p, n->at, "there is no kind %s; allowed: %s%s",
		quoted(p->a, n->text), listed(p->a, names, CLAUSE_KIND_COUNT),
		meant(p->a, names, CLAUSE_KIND_COUNT, n->text));
	return NULL;
}

/* The clause that this entry makes, replaces or changes; NULL: neither. */
static struct draft_clause *
place_for(struct draft *d, struct problems *p, const struct node *id,
	const struct node *kind)
{
	struct draft_clause *found = find_clause(d, id->text);

	if (found && found->layer == d->layer) {
		problem_at(p, id->at,
			"the id %s is given twice; line %u has "
			"it already",
			quoted(p->a, id->text), found->id->at.line);
		return NULL;
	}
	if (!found && !kind) {
		problem_at(p, id->at,
			"the clause %s has no 'kind', and no base has it to "
			"be changed%s",
			quoted(p->a, id->text), meant_clause(d, p, id->text));
		return NULL;
	}
	if (found)
		return found;
	if (d->n_clauses == POLICY_MAX_CLAUSES) {
		problem_at(
			p, id->at, "more than %d clauses", POLICY_MAX_CLAUSES);
		return NULL;
	}
	return &d->clauses[d->n_clauses++];
}

static void
say_unknown_parameter(
	struct problems *p, const struct node *key, const struct kind_row *kind)
{
	const char *names[OWN_KEYS + FIELDS_MAX];

	for (size_t i = 0; i < OWN_KEYS; i++)
		names[i] = clause_keys[i];
	field_names(clause_common, names + OWN_KEYS);
	say_unknown_key(p, key,
		arena_printf(p->a, "a clause of kind '%s'", kind->name), names,
		OWN_KEYS + clause_common.n, kind->fields);
}

static void
lay_parameters(
	struct draft_clause *to, struct problems *p, const struct node *entry)
{
	for (const struct node *c = entry->first; c; c = c->next) {
		struct span key = c->key->text;
		int at = find_field(to->kind->fields, key),
		    common = find_field(clause_common, key);

		if (at >= 0)
			to->given[at] = c;
		else if (common >= 0)
			to->common[common] = c;
		else if (span_is(key, "text"))
			to->text = c;
		else if (span_is(key, "strength"))
			to->strength = c;
		else if (names_find(clause_keys, OWN_KEYS, key) < 0)
			say_unknown_parameter(p, c->key, to->kind);
	}
}

/* Puts the clause where its `after` or `before` says; without either it
 * stays where it is. */
static void
move(struct draft *d, struct problems *p, struct draft_clause *from,
	const struct node *entry)
{
	const struct node *after = node_get(entry, "after"),
			  *before = node_get(entry, "before"),
			  *n = after ? after : before;
	const struct draft_clause moved = *from, *mark;
	struct draft_clause *to;

	if (n == NULL)
		return;
	mark = n->type == NODE_SCALAR ? find_clause(d, n->text) : NULL;
	if (after && before)
		problem_at(p, before->key->at,
			"'after' and 'before' are two places; give one");
	else if (n->type != NODE_SCALAR)
		problem_at(p, n->at, "'%s' must be the id of a clause, not %s",
			after ? "after" : "before", node_what(n));
	else if (mark == NULL)
		problem_at(p, n->at,
			"'%s' names %s, which neither the base nor a line "
			"above has%s",
			after ? "after" : "before", quoted(p->a, n->text),
			meant_clause(d, p, n->text));
	else if (mark == from)
		problem_at(p, n->at, "a clause cannot stand %s itself",
			after ? "after" : "before");
	if (mark == NULL || mark == from || (after && before))
		return;
	to = &d->clauses[mark - d->clauses] + (after != NULL);
	if (to > from) {
		to--;
		memmove(from, from + 1, (size_t)(to - from) * sizeof *from);
	} else
		memmove(to + 1, to, (size_t)(from - to) * sizeof *from);
	*to = moved;
}

static void
lay_clause(struct draft *d, struct problems *p, const struct node *entry)
{
	const struct node *id, *kind;
	const struct kind_row *row = NULL;
	struct draft_clause *to;

	if (entry->type != NODE_MAP) {
		problem_at(p, entry->at,
			"a clause must be a map with id, kind and text, not "
			"%s",
			node_what(entry));
		return;
	}
	id = node_get(entry, "id");
	kind = node_get(entry, "kind");
	if (id == NULL)
		problem_at(p, entry->at, "this clause has no 'id'");
	if (id == NULL || line_read(p, &form_id, "'id'", id) == NULL)
		return;
	if (kind && (row = find_kind(p, kind)) == NULL) {
		/* Said; and kept, so that nothing says it is missing. */
		to = find_clause(d, id->text) ? NULL :
						place_for(d, p, id, kind);
		if (to)
			*to = (struct draft_clause){
				.id = id, .layer = d->layer};
		return;
	}
	to = place_for(d, p, id, kind);
	if (to == NULL)
		return;
	if (entry->n == 1)
		problem_at(p, id->at,
			"the clause %s changes nothing: say what is other than "
			"in the base, or leave it out",
			quoted(p->a, id->text));
	if (row)
		*to = (struct draft_clause){.kind = row};
	to->id = id;
	to->layer = d->layer;
	if (to->kind)
		lay_parameters(to, p, entry);
	move(d, p, to, entry);
}

static void
lay_clauses(struct draft *d, struct problems *p, const struct node *list)
{
	if (!must_be(p, list, NODE_LIST, "a list of clauses"))
		return;
	for (const struct node *c = list->first; c; c = c->next)
		lay_clause(d, p, c);
}

static void
check_version(struct problems *p, const struct node *root)
{
	const struct node *n = node_get(root, "policy");

	if (n == NULL)
		problem_at(p, root->at,
			"the key 'policy' is missing; a policy begins with "
			"'policy: 1'");
	else if (n->type != NODE_SCALAR || !span_is(n->text, "1"))
		problem_at(p, n->at,
			"'policy' must be 1, the version of the language that "
			"this program reads, not %s",
			n->type == NODE_SCALAR ? quoted(p->a, n->text) :
						 node_what(n));
}

void
draft_lay(struct draft *d, struct problems *p, const struct node *root)
{
	d->root = root;
	d->layer++;
	check_version(p, root);
	for (const struct node *c = root->first; c; c = c->next) {
		int at = find_field(policy_head, c->key->text);

		if (at >= 0)
			d->head[at] = c;
		else if (names_find(file_keys, ARRAY_LEN(file_keys),
				 c->key->text) < 0)
			say_unknown_key(p, c->key, "a policy", file_keys,
				ARRAY_LEN(file_keys), policy_head);
	}
	/* In this order, wherever they stand: what is dropped is the base's. */
	const struct node *values = node_get(root, "values"),
			  *product = node_get(root, "product"),
			  *drop = node_get(root, "drop"),
			  *clauses = node_get(root, "clauses"),
			  *letters = node_get(root, "letters"),
			  *txt = node_get(root, "security-txt");

	if (values) {
		d->values_at = values->key;
		lay_values(d, p, values);
	}
	if (product) {
		d->product_at = product->key;
		lay_map(p, product, "a product", policy_product, d->product);
	}
	if (txt) {
		d->security_txt_at = txt->key ? txt->key : txt;
		lay_map(p, txt, "'security-txt'", policy_security_txt,
			d->security_txt);
	}
	if (letters)
		lay_letters(d, p, letters);
	if (drop)
		lay_drop(d, p, drop);
	if (clauses)
		lay_clauses(d, p, clauses);
}
