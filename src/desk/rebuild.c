/*
 * rebuild.c - one fold for cases, one for what has no case.
 *
 * Desk chains first: they hold the mails. A mail's case is known from the
 * case chains, so its row is completed there. What depends on the order in
 * which mails of several chains came (a second delivery on another node, a
 * Message-ID used twice) is done last, in that order.
 */
#include "desk/rebuild.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "cases/cases.h"
#include "store/derived.h"

/* What one fold works with; the arena is one chain's. */
struct fold {
	struct store *store;
	struct arena *arena;
	struct rebuild *totals;
	const char *chain;
	struct casefile *c; /* of a case's chain */
	struct later *later;
};

/* A mail that came to its case by a person's hand, and how many mails there
 * were by then: its Message-ID leads to the case from that moment on. */
struct by_hand {
	int64_t mail, after;
	size_t order;
};

/* Waits until every chain is folded. */
struct later {
	int64_t last; /* mail */
	struct by_hand *routed;
	size_t n_routed, cap_routed;
	int64_t *copies;
	size_t n_copies, cap;
};

static json_t *
payload_json(const struct event *e, const char *name)
{
	for (size_t i = 0; i < e->n_payloads; i++)
		if (strcmp(e->payloads[i].name, name) == 0 &&
			!e->payloads[i].erased)
			return json_loadb((const char *)e->payloads[i].bytes.p,
				e->payloads[i].bytes.n, 0, NULL);
	return NULL;
}

static int
find(const char *const *names, size_t n, const char *word)
{
	return word ? names_find(names, n, span_of(word)) : -1;
}

/* --- the desk's chain -------------------------------------------------------------- */

static bool
position(struct fold *f, const json_t *meta, struct err *err)
{
	struct spool_pos pos = {(uint32_t)json_get_int(meta, "segment", 0),
		(uint64_t)json_get_int(meta, "offset", 0)};
	const char *node = json_get_text(meta, "node");
	const char *spool = json_get_text(meta, "spool");
	struct spool_pos now;

	/* Only forward: it also moves past what left no event. */
	if (node == NULL || spool == NULL)
		return true;
	if (!store_position(f->store, node, spool, &now, err))
		return false;
	return now.segment > pos.segment ||
		(now.segment == pos.segment && now.offset >= pos.offset) ||
		store_position_set(f->store, node, spool, pos, err);
}

static bool
mail_received(struct fold *f, int64_t seq, const struct event *e,
	const json_t *meta, struct err *err)
{
	AUTO(json_auto) json_t *head = payload_json(e, "head");
	const char *key = json_get_text(head, "key");
	const char *at = json_get_text(meta, "received");
	int kind = find(
		mail_kind_names, MAIL_KIND_COUNT, json_get_text(meta, "kind"));
	struct mail m = {.id = json_get_int(meta, "mail", 0),
		.bytes = (uint64_t)json_get_int(meta, "bytes", 0),
		.from = json_get_text(head, "from"),
		.subject = json_get_text(head, "subject"),
		.message_id = json_get_text(head, "message_id"),
		.event_seq = seq,
		.event_chain = f->chain,
		.copies = 1};

	if (!position(f, meta, err))
		return false;
	if (json_is_true(json_object_get(meta, "again"))) {
		struct later *l = f->later;

		l->copies = mem_grow(
			l->copies, &l->cap, l->n_copies + 1, sizeof *l->copies);
		l->copies[l->n_copies++] = m.id;
		return true;
	}
	if (m.id > f->later->last)
		f->later->last = m.id;
	if (kind < 0 || at == NULL || !instant_parse(span_of(at), &m.received))
		return err_set(err, ERR_BROKEN,
			"a mail without kind or time: %s", e->meta);
	m.kind = (enum mail_kind)kind;
	if (key != NULL && !hash_parse(span_of(key), &m.key))
		return err_set(err, ERR_BROKEN, "a mail's key is no hash");
	f->totals->mails++;
	return store_mail_add(f->store, &m, err);
}

static bool
mail_filed(struct fold *f, const struct event *e, const json_t *meta,
	struct err *err)
{
	AUTO(json_auto) json_t *verdict = payload_json(e, "verdict");
	int queue =
		find(queue_names, QUEUE_COUNT, json_get_text(meta, "queue"));
	const char *joins = json_get_text(meta, "joins");
	struct mail *m;

	if (queue < 0 ||
		!store_mail(f->store, f->arena, json_get_int(meta, "mail", 0),
			&m, err))
		return queue >= 0 ?
			false :
			err_set(err, ERR_BROKEN, "no such queue: %s", e->meta);
	m->queue = (enum queue)queue;
	m->because = json_get_text(verdict, "because");
	m->chain = joins;
	return store_mail_file(f->store, m, err);
}

/* The case's own chain says which mails it has. */
static bool
mail_routed(struct fold *f, const json_t *meta, struct err *err)
{
	const char *receipt = json_get_text(meta, "receipt");
	struct later *later = f->later;
	struct letter *l;

	later->routed = mem_grow(later->routed, &later->cap_routed,
		later->n_routed + 1, sizeof *later->routed);
	later->routed[later->n_routed] =
		(struct by_hand){json_get_int(meta, "mail", 0),
			json_get_int(meta, "after", 0), later->n_routed};
	later->n_routed++;
	if (receipt == NULL)
		return true;
	if (!store_letter(f->store, f->arena, receipt, &l, err))
		return false;
	l->keeps_acknowledge = true;
	return store_letter_save(f->store, l, err);
}

static bool
item_duties(struct fold *f, const struct event *e, const json_t *meta,
	struct err *err)
{
	const char *owner = json_get_text(meta, "owner");
	struct duty *d;
	size_t n;

	if (owner == NULL)
		return err_set(
			err, ERR_BROKEN, "a duty of nobody: %s", e->meta);
	if (e->kind == EV_DUTIES_STARTED) {
		if (!duties_from_meta(f->arena, meta, e->at, &d, &n))
			return err_set(err, ERR_BROKEN,
				"duties that cannot be read: %s", e->meta);
	} else {
		if (!store_duties_of(f->store, f->arena, owner, &d, &n, err))
			return false;
		AUTO(json_auto) json_t *copy = json_deep_copy(meta);
		if (!duties_apply(d, n, e, copy))
			return err_set(
				err, ERR_BROKEN, "no such duty: %s", e->meta);
	}
	for (size_t i = 0; i < n; i++)
		if (!store_duty_save(f->store, owner, &d[i], err))
			return false;
	return true;
}

static bool
item_letter(struct fold *f, const struct event *e, const json_t *meta,
	struct err *err)
{
	const char *id = json_get_text(meta, "letter");
	struct letter *l = NULL;

	if (e->kind != EV_LETTER_QUEUED &&
		(id == NULL || !store_letter(f->store, f->arena, id, &l, err)))
		return false;
	if (!letter_apply(f->arena, &l, e, f->chain, err) ||
		!store_letter_save(f->store, l, err))
		return false;
	f->totals->letters += e->kind == EV_LETTER_QUEUED;
	return true;
}

static bool
desk_event(void *ctx, int64_t seq, const struct event *e, struct err *err)
{
	struct fold *f = ctx;
	AUTO(json_auto) json_t *meta = json_loads(e->meta, 0, NULL);

	f->totals->events++;
	switch (e->kind) {
	case EV_MAIL_RECEIVED:
		return mail_received(f, seq, e, meta, err);
	case EV_MAIL_FILED:
		return mail_filed(f, e, meta, err);
	case EV_MAIL_ROUTED:
		return mail_routed(f, meta, err);
	case EV_DUTIES_STARTED:
	case EV_DUTY_KEPT:
	case EV_DUTY_REOPENED:
	case EV_DUTY_ENDED:
		return item_duties(f, e, meta, err);
	case EV_LETTER_QUEUED:
	case EV_LETTER_APPROVED:
	case EV_LETTER_TRIED:
	case EV_LETTER_SENT:
	case EV_LETTER_GIVEN_UP:
	case EV_LETTER_BOUNCED:
	case EV_LETTER_WITHDRAWN:
		return item_letter(f, e, meta, err);
	default:
		return true; /* policies, keys and the like derive nothing */
	}
}

/* --- a case's chain ---------------------------------------------------------------------- */

/* The mail that an event of a case brings in; 0: none. One that goes on
 * instead of another, or with a part of its mail, leaves the mail there. */
static int64_t
brought(const struct casefile *c, const struct event *e, const json_t *meta)
{
	if (e->kind == EV_CASE_OPENED &&
		(casefile_link(c, "moved-from") != NULL ||
			casefile_link(c, "split-from") != NULL))
		return 0;
	return e->kind == EV_CASE_OPENED || e->kind == EV_MAIL_JOINED ?
		json_get_int(meta, "mail", 0) :
		0;
}

static bool
case_event(void *ctx, int64_t seq, const struct event *e, struct err *err)
{
	struct fold *f = ctx;
	AUTO(json_auto) json_t *meta = json_loads(e->meta, 0, NULL);
	struct mail *m;

	(void)seq;
	f->totals->events++;
	if (!casefile_apply(f->arena, &f->c, e, err))
		return false;
	int64_t mail = brought(f->c, e, meta);
	if (mail != 0) {
		if (!store_mail(f->store, f->arena, mail, &m, err))
			return false;
		m->chain = f->chain;
		m->queue = QUEUE_NONE;
		if (!store_mail_file(f->store, m, err))
			return false;
	}
	f->totals->letters += e->kind == EV_LETTER_QUEUED;
	return true;
}

/* --- all of them --------------------------------------------------------------------------- */

struct all {
	struct store *store;
	struct rebuild *totals;
	bool desks; /* this pass */
	uint64_t n; /* chains in all */
	const char **names;
	size_t cap;
	struct arena *arena;
	struct later later;
};

static bool
note_chain(void *ctx, const char *chain, struct err *err)
{
	struct all *all = ctx;

	(void)err;
	all->names =
		mem_grow(all->names, &all->cap, all->n + 1, sizeof *all->names);
	all->names[all->n++] = arena_strdup(all->arena, chain);
	return true;
}

static bool
one_chain(struct all *all, const char *chain, struct err *err)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	bool desk = strncmp(chain, "desk:", 5) == 0;
	struct fold f = {.store = all->store,
		.arena = a,
		.totals = all->totals,
		.later = &all->later};

	if (desk != all->desks)
		return true;
	f.chain = chain;
	if (!ledger_read(all->store, a, chain, true,
		    desk ? desk_event : case_event, &f, err))
		return err_wrap(err, "chain %s", chain);
	all->totals->chains++;
	all->totals->cases += !desk;
	if (all->totals->progress != NULL)
		all->totals->progress(
			all->totals->ctx, all->totals->chains, all->n);
	return desk || f.c == NULL ||
		store_case_save(all->store, NULL, f.c, err);
}

/* As intake did it: the first mail with a Message-ID leads to its case. */
static bool
lead(struct store *s, struct arena *a, int64_t mail, struct err *err)
{
	struct mail *m;

	if (!store_mail(s, a, mail, &m, err))
		return err->code == ERR_ABSENT; /* a number nobody got */
	return m->message_id == NULL || m->chain == NULL ||
		store_thread_add(s, m->message_id, m->chain, false, err);
}

static int
cmp_mail(const void *x, const void *y)
{
	const struct by_hand *a = x, *b = y;

	return (a->mail > b->mail) - (a->mail < b->mail);
}

static int
cmp_after(const void *x, const void *y)
{
	const struct by_hand *a = x, *b = y;

	if (a->after != b->after)
		return a->after > b->after ? 1 : -1;
	return (a->order > b->order) - (a->order < b->order);
}

/* Mails that came by themselves in the order of their numbers, and each that
 * a person routed after the last one that was there by then. */
static bool
lead_all(const struct all *all, struct arena *a, struct err *err)
{
	const struct later *l = &all->later;
	struct by_hand *mails = mem_dup(l->routed, l->n_routed * sizeof *mails);
	struct by_hand *next = l->routed;
	struct by_hand *end = next ? next + l->n_routed : NULL;
	bool ok = true;

	if (l->n_routed > 0) {
		qsort(mails, l->n_routed, sizeof *mails, cmp_mail);
		qsort(next, l->n_routed, sizeof *next, cmp_after);
	}
	for (int64_t i = 1; i <= l->last && ok; i++) {
		const struct by_hand key = {.mail = i};

		if (l->n_routed == 0 ||
			bsearch(&key, mails, l->n_routed, sizeof *mails,
				cmp_mail) == NULL)
			ok = lead(all->store, a, i, err);
		for (; ok && next < end && next->after <= i; next++)
			ok = lead(all->store, a, next->mail, err);
		arena_reset(a);
	}
	free(mails);
	return ok;
}

static bool
fold_later(const struct all *all, struct err *err)
{
	AUTO(arena_auto) struct arena *a = arena_new();

	for (size_t i = 0; i < all->later.n_copies; i++)
		if (!store_mail_copy(all->store, all->later.copies[i], err))
			return false;
	return lead_all(all, a, err);
}

static bool
fold_all(struct store *s, struct rebuild *r, struct err *err)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct all all = {.store = s, .totals = r, .arena = a};
	bool ok = ledger_chains(s, a, note_chain, &all, err);

	for (int pass = 0; pass < 2 && ok; pass++) {
		all.desks = pass == 0;
		for (uint64_t i = 0; i < all.n && ok; i++)
			ok = one_chain(&all, all.names[i], err);
	}
	ok = ok && fold_later(&all, err);
	free(all.names);
	free(all.later.copies);
	free(all.later.routed);
	return ok && store_derived_done(s, err);
}

/* --- what was stored against what was folded ---------------------------------------------- */

struct comparison {
	struct arena *arena;
	FILE *stored;
	char *line;
	size_t cap;
	struct rebuild_diff *diff;
};

static bool
keep_row(void *ctx, const char *row, struct err *err)
{
	struct comparison *c = ctx;

	return fprintf(c->stored, "%s\n", row) > 0 ||
		err_set(err, ERR_BUSY,
			"no room for a temporary file of the rows");
}

/* The next stored row, NULL after the last. */
static const char *
stored_row(struct comparison *c)
{
	ssize_t n = getline(&c->line, &c->cap, c->stored);

	if (n <= 0)
		return NULL;
	c->line[n - 1] = '\0';
	return c->line;
}

static bool
compare_row(void *ctx, const char *row, struct err *err)
{
	struct comparison *c = ctx;
	const char *stored = c->diff->equal ? stored_row(c) : NULL;

	(void)err;
	if (c->diff->equal && (stored == NULL || strcmp(stored, row) != 0))
		*c->diff = (struct rebuild_diff){false,
			arena_strdup(c->arena, stored),
			arena_strdup(c->arena, row)};
	return true;
}

bool
rebuild_all(struct store *s, struct arena *a, struct rebuild *r,
	struct rebuild_diff *diff, struct err *err)
{
	struct comparison c = {.arena = a, .stored = tmpfile(), .diff = diff};

	if (c.stored == NULL)
		return err_set(err, ERR_BUSY, "cannot make a temporary file");
	*diff = (struct rebuild_diff){.equal = true};
	bool ok = store_derived_lock(s, err) &&
		store_derived_dump(s, keep_row, &c, err) &&
		store_derived_clear(s, err) && fold_all(s, r, err);
	rewind(c.stored);
	ok = ok && store_derived_dump(s, compare_row, &c, err);
	const char *left = diff->equal ? stored_row(&c) : NULL;
	if (ok && left != NULL)
		*diff = (struct rebuild_diff){
			false, arena_strdup(a, left), NULL};
	(void)fclose(c.stored);
	free(c.line);
	return ok;
}
