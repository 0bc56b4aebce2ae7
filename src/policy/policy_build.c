/*
 * policy_build.c - a draft, checked, as a policy; and its resolved form.
 *
 * Checking goes on after a mistake, so that all of them come out at once.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "policy/policy_draft.h"
#include "policy/policy_field.h"

enum { LETTER_MAX = 16 * 1024 };

/* It may name values, so it is read when these are known. */
static bool
is_prose(const struct field *f)
{
	return f->type == FIELD_TEXT || f->type == FIELD_TEXTS;
}

static void
build_prose(struct problems *p, struct fields f,
	const struct node *const *given, const struct words *words, void *into)
{
	for (size_t i = 0; i < f.n; i++)
		if (is_prose(&f.v[i]) && given[i])
			field_read(p, &f.v[i], given[i], words, into);
}

/* Where a field has a meaning: "website", "title or steps". */
static const char *
only_where(struct problems *p, struct fields f, const struct field *row)
{
	const char *names[FIELD_WORDS_MAX];
	size_t n = field_only_words(f, row, names);

	return listed(p->a, names, n);
}

/* A base may leave it to those who extend it: but for clauses, which are
 * whole where they stand. */
static bool
may_be_open(struct problems *p, struct fields f, const struct field *row)
{
	static const struct {
		const struct fields *fields;
		const char *map;
	} maps[] = {
		{&policy_head, ""},
		{&policy_known_values, "values."},
		{&policy_product, "product."},
		{&policy_security_txt, "security-txt."},
	};

	for (size_t i = 0; i < ARRAY_LEN(maps); i++)
		if (f.v == maps[i].fields->v)
			return problem_open(p,
				arena_printf(
					p->a, "%s%s", maps[i].map, row->name));
	return false;
}

/* Reads what is given of a table; says what is needed and missing. */
static void
build_fields(struct problems *p, struct fields f,
	const struct node *const *given, struct place at, const char *of,
	void *into)
{
	unsigned before = p->n;

	for (size_t i = 0; i < f.n; i++) {
		const struct field *row = &f.v[i];

		field_default(row, into);
		if (given[i] && !is_prose(row))
			field_read(p, row, given[i], NULL, into);
		else if (!given[i] && row->needed && !may_be_open(p, f, row))
			problem_at(p, at, "%s needs '%s': %s%s%s", of,
				row->name, row->help,
				row->n_words > 0 ? "; allowed: " : "",
				row->n_words > 0 ?
					listed(p->a, row->words, row->n_words) :
					"");
	}
	for (size_t i = 0; i < f.n; i++) {
		if (field_applies(f, &f.v[i], into))
			continue;
		field_clear(&f.v[i], into);
		if (given[i] && p->n == before)
			problem_at(p, given[i]->key->at,
				"'%s' has a meaning only where '%s' is %s",
				f.v[i].name, f.v[i].only,
				only_where(p, f, &f.v[i]));
	}
}

static int
by_name(const void *a, const void *b)
{
	const struct policy_value *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* A value that has no form of its own: one line. */
static const char *
free_value(struct problems *p, const struct draft_value *v)
{
	const char *name =
		line_read(p, &form_value_name, "a value's name", v->name);

	return name ? line_read(p, &form_name, arena_printf(p->a, "'%s'", name),
			      v->text) :
		      NULL;
}

/* The known values have forms of their own and are the policy's members;
 * the others are one line each. All are in policy->values, sorted. */
static void
build_values(const struct draft *d, struct problems *p, struct policy *policy)
{
	struct fields known = policy_known_values;
	struct policy_value *v =
		ARENA_ARRAY(p->a, d->n_values + 1, struct policy_value);
	const struct node *given[FIELDS_MAX] = {NULL};

	for (size_t i = 0; i < d->n_values; i++) {
		const struct draft_value *from = &d->values[i];
		size_t k = 0;

		while (k < known.n &&
			!span_is(from->name->text, known.v[k].name))
			k++;
		if (k < known.n)
			given[k] = from->text;
		v[i].name = arena_text(p->a, from->name->text);
		v[i].text = k < known.n ?
			arena_text(p->a, span_trim(from->text->text)) :
			free_value(p, from);
	}
	build_fields(p, known, given,
		d->values_at ? d->values_at->at : d->root->at, "'values'",
		policy);
	qsort(v, d->n_values, sizeof *v, by_name);
	policy->values = v;
	policy->n_values = d->n_values;
}

static bool
is_known_value(struct span name)
{
	const char *names[FIELDS_MAX];

	field_names(policy_known_values, names);
	return names_find(names, policy_known_values.n, name) >= 0;
}

/* The policy's values and {product}: what every text may name. A value that
 * is missing and needed has been said; texts that use it are not at fault. */
static struct words
all_words(const struct policy *policy, struct problems *p)
{
	struct fields known = policy_known_values;
	size_t n = policy->n_values;
	struct policy_value *v =
		ARENA_ARRAY(p->a, n + known.n + 1, struct policy_value);

	for (size_t i = 0; i < n; i++)
		v[i] = (struct policy_value){policy->values[i].name,
			policy->values[i].text ? policy->values[i].text : ""};
	v[n++] = (struct policy_value){
		"product", policy->product.name ? policy->product.name : ""};
	for (size_t i = 0; i < known.n; i++)
		if (known.v[i].needed)
			v[n++] = (struct policy_value){known.v[i].name, ""};
	return (struct words){
		.values = v, .n = n, .used = ARENA_ARRAY(p->a, n, bool)};
}

/* Most often a slip: the value that was to be replaced keeps what the base
 * gave it. A value that is near no other may stand for later. */
static void
check_used(const struct draft *d, struct problems *p,
	const struct policy *policy, struct words words)
{
	const char *others[VALUES_MAX];

	for (size_t i = 0; i < d->n_values; i++) {
		struct span name = d->values[i].name->text;
		const char *near;
		size_t n = 0;
		bool used = false;

		for (size_t k = 0; k < policy->n_values; k++)
			if (span_is(name, words.values[k].name))
				used = words.used[k];
			else
				others[n++] = words.values[k].name;
		near = names_nearest(others, n, name);
		if (!used && near && d->values[i].name->at.source &&
			!is_known_value(name))
			problem_at(p, d->values[i].name->at,
				"no text uses the value %s; did you mean '%s'?",
				quoted(p->a, name), near);
	}
}

static void
build_strength(
	const struct draft_clause *d, struct problems *p, struct clause *c)
{
	static const struct field row = {.name = "strength",
		.type = FIELD_WORD,
		.at = offsetof(struct clause, strength),
		.size = sizeof(enum strength),
		.words = strength_names,
		.n_words = ARRAY_LEN(strength_names)};

	if (d->strength)
		field_read(p, &row, d->strength, NULL, c);
	else if (d->kind->promise)
		problem_at(p, d->id->at,
			"the clause '%s' promises something: say its "
			"'strength'; allowed: %s",
			c->id,
			listed(p->a, strength_names,
				ARRAY_LEN(strength_names)));
}

static void
build_clause(const struct draft_clause *d, struct problems *p,
	struct words words, struct clause *c)
{
	struct fields f = d->kind->fields;

	c->id = arena_text(p->a, d->id->text);
	c->kind = (enum clause_kind)(d->kind - clause_kinds);
	build_strength(d, p, c);
	build_fields(p, f, d->given, d->id->at,
		arena_printf(p->a, "the clause '%s' of kind '%s'", c->id,
			d->kind->name),
		c);
	build_fields(p, clause_common, d->common, d->id->at, c->id, c);
	words.own = &d->kind->fields;
	words.from = c;
	build_prose(p, f, d->given, &words, c);
	build_prose(p, clause_common, d->common, &words, c);
	if (d->text)
		c->text = text_read(p, "'text'", d->text, &words);
	else
		problem_at(p, d->id->at,
			"the clause '%s' needs 'text': what people read",
			c->id);
}

static void
check_duty(struct problems *p, const struct draft_clause *d,
	const struct clause *c)
{
	const struct duty_rule *r = &c->duty;

	if (r->remind_days > 0 && r->remind_days >= r->business_days)
		problem_at(p, d->given[2] ? d->given[2]->at : d->id->at,
			"'remind-days' (%u) must be less than "
			"'business-days' (%u)",
			r->remind_days, r->business_days);
}

static void
check_known(struct problems *p, const struct draft_clause *d,
	const struct clause *c)
{
	if (c->known.words.n + c->known.paths.n + c->known.hosts.n == 0)
		problem_at(p, d->id->at,
			"the clause '%s' of kind 'known' needs 'words', "
			"'paths' or 'hosts': what a report of this shows",
			c->id);
}

/* Two clauses for one promise would leave it open which one binds. */
static void
check_once(struct problems *p, const struct draft *d,
	const struct clause *clauses, size_t at)
{
	const struct clause *c = &clauses[at];

	for (size_t i = 0; i < at; i++) {
		const struct clause *b = &clauses[i];
		bool twice = b->kind == c->kind && d->clauses[i].kind &&
			((c->kind == CLAUSE_DUTY &&
				 b->duty.name == c->duty.name) ||
				(c->kind == CLAUSE_REQUIRED &&
					b->part == c->part) ||
				c->kind == CLAUSE_EMBARGO);

		if (twice) {
			problem_at(p, d->clauses[at].id->at,
				"the clause '%s' says again what '%s' says; "
				"one of them must go",
				c->id, b->id);
			return;
		}
	}
}

static void
build_clauses(const struct draft *d, struct problems *p, struct words words,
	struct policy *policy)
{
	struct clause *c = ARENA_ARRAY(p->a, d->n_clauses + 1, struct clause);

	for (size_t i = 0; i < d->n_clauses; i++) {
		unsigned before = p->n;

		if (d->clauses[i].kind == NULL)
			continue;
		build_clause(&d->clauses[i], p, words, &c[i]);
		if (p->n > before)
			continue;
		if (c[i].kind == CLAUSE_DUTY)
			check_duty(p, &d->clauses[i], &c[i]);
		if (c[i].kind == CLAUSE_KNOWN)
			check_known(p, &d->clauses[i], &c[i]);
		check_once(p, d, c, i);
	}
	if (d->n_clauses == 0 && p->n == 0 && !problem_open(p, "clauses"))
		problem_at(p, d->root->at, "the policy has no clauses");
	policy->clauses = c;
	policy->n_clauses = d->n_clauses;
}

static int
by_letter(const void *a, const void *b)
{
	const struct policy_letter *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* Its form is checked by those who know it, so its lines must stand in the
 * file as they are: '>' would fold them. A kept one has no file. */
static void
build_letter(
	struct problems *p, const struct node *n, struct policy_letter *letter)
{
	struct span line;

	letter->name =
		line_read(p, &form_value_name, "a letter's name", n->key);
	if (n->type != NODE_SCALAR || span_trim(n->text).n == 0)
		problem_at(p, n->at, "the letter %s must be lines, not %s",
			quoted(p->a, n->key->text), node_what(n));
	else if (n->at.source && !n->literal)
		problem_at(p, n->at,
			"write the letter %s after a '|', so that its lines "
			"stay lines",
			quoted(p->a, n->key->text));
	else if (n->text.n > LETTER_MAX)
		problem_at(p, n->at, "the letter %s is longer than %d bytes",
			quoted(p->a, n->key->text), LETTER_MAX);
	else
		letter->text = arena_text(p->a, n->text);
	if (n->at.source == NULL)
		return;
	letter->file = n->at.source->path;
	letter->line = n->at.line + 1;
	letter->name_column = n->key->at.column;
	line = source_line(n->at.source, letter->line);
	while (letter->column < line.n && line.p[letter->column] == ' ')
		letter->column++;
	letter->column++;
}

static void
build_letters(const struct draft *d, struct problems *p, struct policy *policy)
{
	struct policy_letter *v =
		ARENA_ARRAY(p->a, d->n_letters + 1, struct policy_letter);

	for (size_t i = 0; i < d->n_letters; i++)
		build_letter(p, d->letters[i], &v[i]);
	if (p->n == 0)
		qsort(v, d->n_letters, sizeof *v, by_letter);
	policy->letters = v;
	policy->n_letters = d->n_letters;
}

static void
put_fields(json_t *obj, struct fields f, const void *from)
{
	for (size_t i = 0; i < f.n; i++) {
		json_t *v = field_applies(f, &f.v[i], from) ?
			field_json(&f.v[i], from) :
			NULL;

		if (v)
			json_object_set_new(obj, f.v[i].name, v);
	}
}

static json_t *
clause_json(const struct clause *c)
{
	json_t *obj = json_object();

	json_object_set_new(obj, "id", json_string(c->id));
	json_object_set_new(
		obj, "kind", json_string(clause_kinds[c->kind].name));
	json_object_set_new(
		obj, "strength", json_string(strength_names[c->strength]));
	json_object_set_new(obj, "text", text_json(c->text));
	put_fields(obj, clause_common, c);
	put_fields(obj, clause_kinds[c->kind].fields, c);
	return obj;
}

/* Nothing stays nothing: policies were kept before the key was known. */
static void
put_some(json_t *obj, const char *key, json_t *map)
{
	if (json_object_size(map) > 0)
		json_object_set_new(obj, key, map);
	else
		json_decref(map);
}

static const char *
usual_title(struct arena *a, const struct policy *p)
{
	return arena_printf(a, "Security policy of %s", p->product.name);
}

static const char *
resolve(struct arena *a, const struct policy *p)
{
	json_t *obj = json_object(), *product = json_object(),
	       *values = json_object(), *clauses = json_array(),
	       *txt = json_object(), *letters = json_object();

	json_object_set_new(obj, "policy", json_integer(1));
	put_fields(obj, policy_head, p);
	/* As good as not given, so that both have one hash. */
	if (strcmp(p->title, usual_title(a, p)) == 0)
		json_object_del(obj, "title");
	put_fields(txt, policy_security_txt, &p->security_txt);
	put_some(obj, "security-txt", txt);
	for (size_t i = 0; i < p->n_letters; i++)
		json_object_set_new(letters, p->letters[i].name,
			json_string(p->letters[i].text));
	put_some(obj, "letters", letters);
	put_fields(product, policy_product, &p->product);
	json_object_set_new(obj, "product", product);
	for (size_t i = 0; i < p->n_values; i++)
		json_object_set_new(values, p->values[i].name,
			json_string(p->values[i].text));
	json_object_set_new(obj, "values", values);
	for (size_t i = 0; i < p->n_clauses; i++)
		json_array_append_new(clauses, clause_json(&p->clauses[i]));
	json_object_set_new(obj, "clauses", clauses);
	return json_text(a, obj);
}

/* Whether there is such a zone is for those to say who can look. */
static const char *
zone_at(const struct draft *d, struct problems *p)
{
	for (size_t i = 0; i < policy_head.n; i++) {
		const struct node *n = d->head[i];

		if (strcmp(policy_head.v[i].name, "zone") == 0 && n &&
			n->at.source)
			return arena_printf(p->a, "%s:%u:%u",
				n->at.source->path, n->at.line, n->at.column);
	}
	return NULL;
}

const struct policy *
draft_build(const struct draft *d, struct problems *p)
{
	struct policy *policy = ARENA_NEW(p->a, struct policy);
	struct words words;

	build_fields(
		p, policy_head, d->head, d->root->at, "the policy", policy);
	policy->zone_at = zone_at(d, p);
	build_values(d, p, policy);
	build_fields(p, policy_product, d->product,
		d->product_at ? d->product_at->at : d->root->at, "the product",
		&policy->product);
	if (d->security_txt_at)
		build_fields(p, policy_security_txt, d->security_txt,
			d->security_txt_at->at, "'security-txt'",
			&policy->security_txt);
	build_letters(d, p, policy);
	words = all_words(policy, p);
	build_prose(p, policy_head, d->head, &words, policy);
	build_clauses(d, p, words, policy);
	if (p->n == 0 && !p->base)
		check_used(d, p, policy, words);
	if (p->n > 0)
		return NULL;
	if (p->base)
		return policy;
	if (policy->title == NULL)
		policy->title = usual_title(p->a, policy);
	policy->resolved = resolve(p->a, policy);
	policy->hash = hash_of(span_of(policy->resolved));
	return policy;
}
