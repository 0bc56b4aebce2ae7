/*
 * cmd_mirror.c - `pratique mirror add|update|list`: the products'
 * repositories, kept here so that claims can be looked up in them.
 *
 * Only add and update meet the network, and only a process of their own
 * reads what comes from there. The list reads old foreign bytes, so it shuts
 * its doors before it opens the first mirror.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/names.h"
#include "cli/commands.h"
#include "cli/folders.h"
#include "cli/show.h"
#include "mirror/mirror_note.h"
#include "sys/now.h"
#include "sys/sandbox.h"

/* --- which products ---------------------------------------------------------- */

static bool
names_product(const struct product *p, const char *word)
{
	struct span s = span_of(word);

	if (span_is_nocase(s, p->prefix) || span_is_nocase(s, p->name))
		return true;
	for (size_t i = 0; i < p->n_aliases; i++)
		if (span_is_nocase(s, p->aliases[i]))
			return true;
	return false;
}

static const struct product *
product_of(struct cli *c, const struct cli_desk *d, const char *word,
	struct err *err)
{
	const struct policies *all = &d->policies;
	const char **known =
		ARENA_ARRAY(c->arena, 2 * all->n + 1, const char *);
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct product *p = &all->v[i]->product;

		if (names_product(p, word))
			return p;
		known[n++] = p->prefix;
		known[n++] = p->name;
	}
	const char *near = names_nearest(known, n, span_of(word));
	(void)err_set(err, ERR_ABSENT,
		"no policy of this desk is for '%s'%s%s%s; name a product or its prefix",
		cli_text(c->arena, word, 60), near ? " (did you mean '" : "",
		near ? near : "", near ? "'?)" : "");
	return NULL;
}

/* --- fetching ----------------------------------------------------------------- */

static unsigned
fetch_uid(const struct settings *set)
{
	return geteuid() == 0 && set->uid_base > 0 ?
		(unsigned)(set->uid_base + ROLE_FETCH - ROLE_EDGE) :
		0;
}

static void
tell_names(struct cli *c, const char *prefix, const char *what,
	const char *const *v, size_t shown, size_t n, const char *means)
{
	if (n == 0)
		return;
	(void)fprintf(stderr, "pratique: %s: %zu tag%s %s:", prefix, n,
		n == 1 ? "" : "s", what);
	for (size_t i = 0; i < shown; i++)
		(void)fprintf(stderr, "%s %s", i ? "," : "",
			cli_text(c->arena, v[i], 80));
	(void)fprintf(stderr, "%s; %s\n", shown < n ? " and more" : "", means);
}

static json_t *
news_names(const char *const *v, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_text_or_null(v[i]));
	return list;
}

static void
tell(struct cli *c, const struct product *p, const struct mirror_news *n)
{
	tell_names(c, p->prefix, "moved", n->moved, n->n_moved, n->tags_moved,
		"what was released under that name is another commit now");
	tell_names(c, p->prefix, "vanished", n->gone, n->n_gone, n->tags_gone,
		"reports that name them no longer find them");
	if (c->json) {
		cli_json(json_pack(
			"{s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:b,s:s,s:o,s:o}",
			"product", p->name, "prefix", p->prefix, "tags",
			(json_int_t)n->tags, "tags_new",
			(json_int_t)n->tags_new, "tags_moved",
			(json_int_t)n->tags_moved, "tags_gone",
			(json_int_t)n->tags_gone, "tags_odd",
			(json_int_t)n->tags_odd, "branches",
			(json_int_t)n->branches, "bytes", (json_int_t)n->bytes,
			"unchanged", n->unchanged, "version", n->version,
			"moved", news_names(n->moved, n->n_moved), "gone",
			news_names(n->gone, n->n_gone)));
		return;
	}
	(void)printf("%s  %s: %zu tags, %zu new; %zu branch%s; %s\n", p->prefix,
		p->name, n->tags, n->tags_new, n->branches,
		n->branches == 1 ? "" : "es",
		n->unchanged ?
			"nothing has changed" :
			arena_printf(c->arena, "%llu KB received",
				(unsigned long long)(n->bytes + 1023) / 1024));
	if (n->tags_odd > 0)
		(void)printf(
			"      %zu tags point at no commit and are left out\n",
			n->tags_odd);
}

static bool
update_one(struct cli *c, const struct cli_desk *d, const struct product *p,
	struct mirror_note *note, bool anew, struct err *err)
{
	const struct mirror_source from = {.from = note->from,
		.limit_ms = d->set->mirror_timeout,
		.max_bytes = (uint64_t)d->set->mirror_size,
		.uid = fetch_uid(d->set),
		.anew = anew,
		.doors_may_stay_open = !d->set->require_sandbox};
	struct mirror_news news = {0};
	struct err later;

	if (mirror_fetch(c->arena, mirror_path(c->arena, d->data, p->prefix),
		    &from, &news, err)) {
		note->failed = (instant){0};
		note->why = NULL;
		if (news.tags_moved + news.tags_gone > 0) {
			note->changed = now();
			note->tags_moved = news.tags_moved;
			note->tags_gone = news.tags_gone;
			note->moved = news.moved;
			note->n_moved = news.n_moved;
			note->gone = news.gone;
			note->n_gone = news.n_gone;
		}
		tell(c, p, &news);
		return mirror_note_write(
			c->arena, d->data, p->prefix, note, err);
	}
	(void)err_wrap(err, "the mirror of %s was not updated", p->name);
	note->failed = now();
	note->why = arena_strdup(c->arena, err->text);
	/* A first try that failed leaves nothing behind. */
	if (access(mirror_path(c->arena, d->data, p->prefix), F_OK) == 0)
		(void)mirror_note_write(
			c->arena, d->data, p->prefix, note, &later);
	return false;
}

static int
add(int argc, char **argv)
{
	static const char usage[] = "mirror add PRODUCT FROM";
	struct cli c;
	struct cli_desk d;
	struct mirror_note note;
	struct err err;
	char full[PATH_MAX];

	cli_parse(&c, argc, argv, usage,
		"Keeps a copy of a product's public repository, and of nothing else: claims of\n"
		"reports are looked up in it. PRODUCT is a product's name or its prefix. FROM is\n"
		"an https, http or git address, a repository on this machine, or a bundle. It\n"
		"replaces a mirror that there is.",
		NULL, 0);
	cli_words(&c, usage, 2, 2);
	int status = cli_desk(&c, CLI_POLICIES, &d);
	if (status != EX_OK)
		return status;
	const struct product *p = product_of(&c, &d, c.typed.words[0], &err);
	if (p == NULL || !folders_mirrors(&c, &d, &err) ||
		!mirror_note_read(c.arena, d.data, p->prefix, &note, &err))
		return cli_fail(&err);
	const char *from = c.typed.words[1];
	/* An update may be started from anywhere. */
	if (access(from, F_OK) == 0 && realpath(from, full) != NULL)
		from = full;
	bool same = note.from != NULL && strcmp(note.from, from) == 0;
	struct mirror_note changed = note;
	changed.from = arena_strdup(c.arena, from);
	if (!update_one(&c, &d, p, &changed, !same, &err)) {
		if (note.from != NULL && !same)
			(void)mirror_note_write(c.arena, d.data, p->prefix,
				&note, &(struct err){0});
		return cli_fail(&err);
	}
	return EX_OK;
}

static int
update(int argc, char **argv)
{
	static const char usage[] = "mirror update [--anew] [PRODUCT...]";
	struct cli c;
	struct cli_desk d;
	struct err err;
	bool anew = false;
	const struct option_row rows[] = {
		{"anew", OPT_FLAG, &anew, NULL,
			"fetch all of it again, not only what is missing"},
	};
	int worst = EX_OK;

	cli_parse(&c, argc, argv, usage,
		"Updates all mirrors, or those of these products. One that cannot be updated stays\n"
		"as it was; the exit status is that of the first that could not.",
		rows, ARRAY_LEN(rows));
	cli_words(&c, usage, 0, SIZE_MAX);
	int status = cli_desk(&c, CLI_POLICIES, &d);
	if (status != EX_OK)
		return status;
	size_t n = c.typed.n > 0 ? c.typed.n : d.policies.n;
	for (size_t i = 0; i < n; i++) {
		struct mirror_note note = {0};
		const struct product *p = c.typed.n > 0 ?
			product_of(&c, &d, c.typed.words[i], &err) :
			&d.policies.v[i]->product;

		bool ok = p != NULL &&
			mirror_note_read(
				c.arena, d.data, p->prefix, &note, &err);
		if (ok && note.from == NULL && c.typed.n == 0)
			continue;
		if (ok && note.from == NULL)
			ok = err_set(&err, ERR_ABSENT,
				"%s has no mirror: pratique mirror add %s FROM",
				p->name, p->prefix);
		if (ok)
			ok = update_one(&c, &d, p, &note, anew, &err);
		if (!ok) {
			status = cli_fail(&err);
			worst = worst == EX_OK ? status : worst;
		}
	}
	return worst;
}

/* --- the list ------------------------------------------------------------------ */

struct listed {
	const struct product *product;
	struct mirror_note note;
	bool there; /* `facts` hold */
	struct mirror_facts facts;
	const char *problem; /* NULL: none */
};

static void
inspect(struct cli *c, const char *data, struct listed *l)
{
	struct mirror *m;
	struct err err;

	if (!mirror_note_read(
		    c->arena, data, l->product->prefix, &l->note, &err)) {
		l->problem = arena_strdup(c->arena, err.text);
		return;
	}
	if (l->note.from == NULL)
		return;
	if (!mirror_open(&m, mirror_path(c->arena, data, l->product->prefix),
		    &err)) {
		l->problem = arena_strdup(c->arena, err.text);
		return;
	}
	l->there = true; /* it stays open: the facts are its own */
	mirror_facts(m, &l->facts);
	l->problem = l->facts.problem != NULL ? l->facts.problem : l->note.why;
}

static json_t *
listed_json(struct cli *c, const struct listed *l)
{
	const struct mirror_facts *f = &l->facts;
	json_t *v = json_pack("{s:s,s:s,s:o,s:o}", "product", l->product->name,
		"prefix", l->product->prefix, "from",
		json_text_or_null(l->note.from), "problem",
		json_text_or_null(l->problem));

	if (l->note.failed.ms != 0)
		json_object_set_new(v, "failed",
			json_string(cli_instant(c->arena, l->note.failed)));
	if (l->note.changed.ms != 0) {
		json_object_set_new(v, "changed",
			json_string(cli_instant(c->arena, l->note.changed)));
		json_object_set_new(v, "tags_moved",
			json_integer((json_int_t)l->note.tags_moved));
		json_object_set_new(v, "tags_gone",
			json_integer((json_int_t)l->note.tags_gone));
		json_object_set_new(
			v, "moved", news_names(l->note.moved, l->note.n_moved));
		json_object_set_new(
			v, "gone", news_names(l->note.gone, l->note.n_gone));
	}
	if (!l->there)
		return v;
	json_t *more = json_pack("{s:I,s:I,s:I,s:I,s:o,s:o,s:s,s:s,s:s}",
		"tags", (json_int_t)f->tags, "releases",
		(json_int_t)f->releases, "branches", (json_int_t)f->branches,
		"bytes", (json_int_t)f->bytes, "newest",
		json_text_or_null(f->newest), "branch",
		json_text_or_null(f->branch), "newest_at",
		cli_instant(c->arena, f->newest_at), "fetched",
		cli_instant(c->arena, f->fetched), "version", f->version);
	json_object_update(v, more);
	json_decref(more);
	return v;
}

static void
print_listed(struct cli *c, const struct listed *l)
{
	const struct mirror_facts *f = &l->facts;

	(void)printf("%s  %s\n", l->product->prefix, l->product->name);
	if (l->note.from == NULL) {
		(void)printf(
			"    no mirror; make one: pratique mirror add %s FROM\n",
			l->product->prefix);
		return;
	}
	(void)printf(
		"    from     %s\n", cli_text(c->arena, l->note.from, 300));
	if (l->there) {
		(void)printf(
			"    holds    %zu tags (%zu final releases), %zu branch%s, %llu KB\n",
			f->tags, f->releases, f->branches,
			f->branches == 1 ? "" : "es",
			(unsigned long long)(f->bytes + 1023) / 1024);
		(void)printf("    newest   %s of %s\n",
			cli_text(c->arena, f->newest, 80),
			show_when(c->arena, f->newest_at));
		(void)printf("    updated  %s; version %.12s\n",
			show_when(c->arena, f->fetched), f->version);
	}
	if (l->note.changed.ms != 0)
		(void)printf(
			"    news     %zu tag%s moved, %zu vanished on %s\n",
			l->note.tags_moved, l->note.tags_moved == 1 ? "" : "s",
			l->note.tags_gone,
			show_when(c->arena, l->note.changed));
	if (l->problem != NULL) {
		(void)printf("    problem  ");
		show_words(13, 13, cli_text(c->arena, l->problem, 400));
	}
}

static int
list(int argc, char **argv)
{
	static const char usage[] = "mirror list [--json]";
	struct cli c;
	struct cli_desk d;
	struct err err;

	cli_parse(&c, argc, argv, usage,
		"Lists the products of this desk and their mirrors: where each comes from, what it\n"
		"holds, when it was updated, and what is wrong with it.",
		NULL, 0);
	cli_words(&c, usage, 0, 0);
	int status = cli_desk(&c, CLI_POLICIES, &d);
	if (status != EX_OK)
		return status;
	const char *const read[] = {
		arena_printf(c.arena, "%s/mirrors", d.data)};
	if (!sandbox_looker(read, 1, d.set->parse_memory, &err)) {
		if (d.set->require_sandbox)
			return cli_fail(&err);
	}
	json_t *all = json_array();
	for (size_t i = 0; i < d.policies.n; i++) {
		struct listed l = {.product = &d.policies.v[i]->product};

		inspect(&c, d.data, &l);
		if (c.json)
			json_array_append_new(all, listed_json(&c, &l));
		else
			print_listed(&c, &l);
	}
	if (c.json)
		cli_json(all);
	else
		json_decref(all);
	return EX_OK;
}

int
cmd_mirror(int argc, char **argv)
{
	static const struct command rows[] = {
		{"add", "make a mirror of a product's repository", add},
		{"update", "fetch what is new", update},
		{"list", "what there is, and how old it is", list},
	};

	return cli_sub("mirror", rows, ARRAY_LEN(rows), argc, argv);
}
