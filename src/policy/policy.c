/* policy.c - a policy's files read one after the other, the base first. */
#include "policy/policy.h"

#include <string.h>

#include "base/mem.h"
#include "policy/policy_draft.h"
#include "policy/policy_field.h"

struct loading {
	struct arena *a;
	policy_fetch *fetch;
	void *ctx;
	struct problems *problems;
	struct draft *draft;
	const struct source *chain[POLICY_MAX_CHAIN]; /* the first file first */
	size_t n;
	bool broken; /* a file could not be read: much would seem missing */
	bool base;   /* the first file says that it is one */
};

/* "a.yml extends b.yml extends a.yml" */
static const char *
circle(const struct loading *l, size_t from, const char *path)
{
	const char *text = l->chain[from]->path;

	for (size_t i = from + 1; i < l->n; i++)
		text = arena_printf(
			l->a, "%s extends %s", text, l->chain[i]->path);
	return arena_printf(l->a, "%s extends %s", text, path);
}

static bool
enter(struct loading *l, const struct node *name, struct source *src,
	struct err *err)
{
	const char *from = l->n > 0 ? l->chain[l->n - 1]->path : NULL;
	const char *path = NULL;

	if (!l->fetch(l->ctx, l->a, from, arena_text(l->a, name->text), &path,
		    &src->text, err))
		return false;
	src->path = path;
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->chain[i]->path, path) == 0)
			return err_set(err, ERR_SYNTAX,
				"it goes in a circle: %s", circle(l, i, path));
	if (l->n == POLICY_MAX_CHAIN)
		return err_set(err, ERR_LIMIT,
			"more than %d files extend each other",
			POLICY_MAX_CHAIN);
	l->chain[l->n++] = src;
	return true;
}

static void load_base(struct loading *l, const struct node *root);

static bool
says_base(struct problems *p, const struct node *root)
{
	const struct node *n = node_get(root, "base");
	const struct field row = {
		.name = "base", .type = FIELD_YES, .size = sizeof(bool)};
	bool base = false;

	if (n)
		field_read(p, &row, n, NULL, &base);
	return base;
}

/* False only if the file could not be had; err says why. */
static bool
load_file(struct loading *l, const struct node *name, struct err *err)
{
	struct source *src = ARENA_NEW(l->a, struct source);
	const struct node *root;

	if (!enter(l, name, src, err))
		return false;
	root = node_of_yaml(l->a, src, l->problems);
	if (root == NULL) {
		l->broken = true;
		return true;
	}
	if (root->type != NODE_MAP) {
		problem_at(l->problems, root->at,
			"a policy is a map that begins with 'policy: 1', not "
			"%s",
			node_what(root));
		l->broken = true;
		return true;
	}
	if (l->n == 1)
		l->base = says_base(l->problems, root);
	load_base(l, root);
	if (!l->broken)
		draft_lay(l->draft, l->problems, root);
	return true;
}

static void
load_base(struct loading *l, const struct node *root)
{
	const struct node *name = node_get(root, "extends");
	struct err err;

	if (name == NULL)
		return;
	if (name->type != NODE_SCALAR || name->text.n == 0) {
		problem_at(l->problems, name->at,
			"'extends' must be the name of a file, not %s",
			node_what(name));
		l->broken = true;
		return;
	}
	if (!load_file(l, name, &err)) {
		problem_at(l->problems, name->at, "cannot extend %s: %s",
			quoted(l->a, name->text), err.text);
		l->broken = true;
	}
}

static const char *const *
copied(struct arena *a, const char *const *names, size_t n)
{
	const char **v = ARENA_ARRAY(a, n + 1, const char *);

	for (size_t i = 0; i < n; i++)
		v[i] = names[i];
	return v;
}

bool
policy_load_file(struct arena *a, const char *file, policy_fetch *fetch,
	void *ctx, const struct policy **out, struct policy_base *base,
	struct str *problems, struct err *err)
{
	struct problems p = {.a = a, .out = problems};
	struct node name = {.type = NODE_SCALAR, .text = span_of(file)};
	struct loading l = {.a = a,
		.fetch = fetch,
		.ctx = ctx,
		.problems = &p,
		.draft = ARENA_NEW(a, struct draft)};
	const struct policy *policy = NULL;

	if (!load_file(&l, &name, err))
		return err_wrap(err, "policy '%s'", file);
	p.base = l.base;
	if (!l.broken)
		policy = draft_build(l.draft, &p);
	problems_end(&p);
	if (p.n > 0)
		return err_set(err, ERR_SYNTAX,
			"policy '%s' has %u mistake%s; nothing starts with it",
			file, p.n, p.n == 1 ? "" : "s");
	*out = p.base ? NULL : policy;
	if (p.base)
		*base = (struct policy_base){.n_clauses = policy->n_clauses,
			.letters = policy->letters,
			.n_letters = policy->n_letters,
			.open = copied(a, p.open, p.n_open),
			.n_open = p.n_open};
	return true;
}

bool
policy_load(struct arena *a, const char *file, policy_fetch *fetch, void *ctx,
	const struct policy **out, struct str *problems, struct err *err)
{
	const struct policy *policy;
	struct policy_base base;

	if (!policy_load_file(
		    a, file, fetch, ctx, &policy, &base, problems, err))
		return false;
	if (policy == NULL)
		return err_set(err, ERR_SYNTAX,
			"policy '%s' is a base ('base: yes'), made to be "
			"extended: name a file that extends it",
			file);
	*out = policy;
	return true;
}

bool
policy_from_resolved(struct arena *a, struct span resolved,
	const struct policy **out, struct err *err)
{
	AUTO(str_fini) struct str said;
	struct problems p = {.a = a, .out = &said};
	struct draft *draft = ARENA_NEW(a, struct draft);
	const struct policy *policy = NULL;
	json_error_t why;
	AUTO(json_auto)
	json_t *v = json_loadb((const char *)resolved.p, resolved.n,
		JSON_REJECT_DUPLICATES, &why);
	const struct node *root = v ? node_of_json(a, v) : NULL;

	str_init(&said, 4000);
	if (root == NULL || root->type != NODE_MAP)
		return err_set(err, ERR_SYNTAX,
			"the kept policy is not JSON of a policy: %s",
			v ? "no object, or nested too deep, or too large" :
			    why.text);
	draft_lay(draft, &p, root);
	if (p.n == 0)
		policy = draft_build(draft, &p);
	if (policy == NULL)
		return err_set(err, ERR_SYNTAX, "the kept policy: %.*s",
			(int)strcspn(said.text, "\n"), said.text);
	if (!span_is(resolved, policy->resolved))
		return err_set(err, ERR_SYNTAX,
			"the kept policy is not in the form that was kept");
	*out = policy;
	return true;
}

/* A word that both lists have, or NULL. */
static const char *
shared(const char *const *a, size_t n_a, const char *const *b, size_t n_b)
{
	for (size_t i = 0; i < n_a; i++)
		for (size_t k = 0; k < n_b; k++)
			if (span_is_nocase(span_of(a[i]), b[k]))
				return a[i];
	return NULL;
}

static bool
check_pair(const struct policy *p, const struct policy *q, struct err *err)
{
	const struct product *a = &p->product, *b = &q->product;
	const struct {
		const char *what, *word;
	} both[] = {
		{"prefix of case ids", shared(&a->prefix, 1, &b->prefix, 1)},
		{"product", shared(&a->name, 1, &b->name, 1)},
		{"repository",
			shared(a->repositories, a->n_repositories,
				b->repositories, b->n_repositories)},
		/* A detail means a product only under one address. */
		{"detail of the address",
			strcmp(p->contact, q->contact) == 0 ?
				shared(a->details, a->n_details, b->details,
					b->n_details) :
				NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(both); i++)
		if (both[i].word)
			return err_set(err, ERR_CONFLICT,
				"the policies '%s' and '%s' have the same %s, "
				"'%s'; one desk needs them apart",
				p->name, q->name, both[i].what, both[i].word);
	return true;
}

bool
policy_check_desk(
	const struct policy *const *policies, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			if (!check_pair(policies[i], policies[k], err))
				return false;
	return true;
}

const struct clause *
policy_clause(const struct policy *p, const char *id)
{
	for (size_t i = 0; i < p->n_clauses; i++)
		if (strcmp(p->clauses[i].id, id) == 0)
			return &p->clauses[i];
	return NULL;
}

const struct clause *
policy_duty(const struct policy *p, enum duty_name d)
{
	for (size_t i = 0; i < p->n_clauses; i++)
		if (p->clauses[i].kind == CLAUSE_DUTY &&
			p->clauses[i].duty.name == d)
			return &p->clauses[i];
	return NULL;
}

bool
policy_receipt_keeps(const struct policy *p)
{
	const struct clause *ack = policy_duty(p, DUTY_ACKNOWLEDGE);

	return ack != NULL && ack->duty.by_receipt;
}

const struct policy_letter *
policy_letter(const struct policy *p, const char *name)
{
	for (size_t i = 0; i < p->n_letters; i++)
		if (strcmp(p->letters[i].name, name) == 0)
			return &p->letters[i];
	return NULL;
}

json_t *
policy_json(const struct policy *p)
{
	json_t *obj = json_loads(p->resolved, 0, NULL);
	char hex[HASH_TEXT];

	json_object_set_new(obj, "hash", json_string(hash_hex(p->hash, hex)));
	return obj;
}
