/*
 * restore.c - a backup back into an empty database, of either engine.
 *
 * Twice through the file: first to see that it is whole, then to write. Each
 * entry's hash is made again on the way in, so what was restored verifies,
 * or nothing was.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/json.h"
#include "base/mem.h"
#include "store/backup.h"
#include "store/backup_key.h"
#include "store/backup_line.h"
#include "store/ledger_text.h"
#include "store/store_impl.h"

struct restoring {
	struct store *s; /* NULL: only checking */
	const struct restore_into *into;
	struct line_reader *r;
	struct arena *keep;
	struct arena *a; /* of one line and what follows it */
	struct restore_report report;
	const char *chain; /* the chain we are in */
	int64_t left;      /* entries of it still to come */
	int64_t of;        /* lines, known the second time */
};

static bool
bad(struct restoring *x, struct err *err, const char *what)
{
	return err_set(err, ERR_SYNTAX, "line %lld of the backup: %s",
		(long long)line_count(x->r), what);
}

static bool
take_head(struct restoring *x, const json_t *v, struct err *err)
{
	const char *at = json_get_text(v, "at");
	const char *desk = json_get_text(v, "desk");

	if (json_get_int(v, "version", 0) != 1)
		return err_set(err, ERR_CONFLICT,
			"the backup is of version %lld, made by pratique %s: "
			"this is %s, which reads version 1",
			(long long)json_get_int(v, "version", 0),
			json_get_text(v, "program"), PRATIQUE_VERSION);
	if (!at || !desk || !instant_parse(span_of(at), &x->report.at))
		return bad(x, err, "no time or no desk");
	x->report.desk = arena_strdup(x->keep, desk);
	return true;
}

static bool
take_policy(struct restoring *x, const json_t *v, struct err *err)
{
	const char *hash = json_get_text(v, "hash");
	const char *name = json_get_text(v, "name");
	int64_t n = json_get_int(v, "bytes", -1);
	struct span text;
	bool fresh;

	if (!hash || !name || n < 0)
		return bad(x, err, "a policy without hash, name or bytes");
	if (!line_get_bytes(x->r, x->a, (uint64_t)n, &text, err))
		return false;
	x->report.policies++;
	return !x->s ||
		store_policy_put(x->s, hash, name, arena_text(x->a, text),
			(instant){json_get_int(v, "at", 0)}, &fresh, err);
}

static bool
take_position(struct restoring *x, const json_t *v, struct err *err)
{
	const char *node = json_get_text(v, "node");
	const char *spool = json_get_text(v, "spool");
	int64_t segment = json_get_int(v, "segment", -1),
		offset = json_get_int(v, "offset", -1);

	if (!node || !spool || segment < 0 || segment > UINT32_MAX ||
		offset < 0)
		return bad(x, err, "a position that is none");
	return !x->s ||
		store_position_set(x->s, node, spool,
			(struct spool_pos){(uint32_t)segment, (uint64_t)offset},
			err);
}

static bool
take_chain(struct restoring *x, const json_t *v, struct err *err)
{
	const char *name = json_get_text(v, "name");

	if (x->left > 0)
		return bad(x, err, "a chain begins before the last has ended");
	x->left = json_get_int(v, "entries", 0);
	if (!name || x->left <= 0)
		return bad(x, err, "a chain without name or entries");
	x->chain = arena_strdup(x->keep, name);
	x->report.chains++;
	return true;
}

struct restored {
	struct commitment sum;
	unsigned char salt[SALT_BYTES];
	struct span body; /* p NULL: erased */
};

static bool
read_payload(
	struct restoring *x, int64_t seq, struct restored *p, struct err *err)
{
	AUTO(json_auto) json_t *line = NULL;
	size_t n_salt = 0;

	if (!line_get(x->r, &line, err))
		return false;
	const json_t *v = json_object_get(line, "payload");
	const char *name = json_get_text(v, "name");
	const char *sum = json_get_text(v, "commitment");
	const char *salt = json_get_text(v, "salt");
	int64_t n = json_get_int(v, "bytes", -1);

	if (!name || !sum || !hash_parse(span_of(sum), &p->sum.hash) || n < 0)
		return bad(x, err, "a payload should stand here");
	p->sum.name = arena_strdup(x->a, name);
	p->sum.bytes = (uint64_t)n;
	p->body = SPAN_NONE;
	if (!salt)
		return true;
	if (sodium_hex2bin(p->salt, sizeof p->salt, salt, strlen(salt), NULL,
		    &n_salt, NULL) != 0 ||
		n_salt != sizeof p->salt)
		return bad(x, err, "a payload's salt is none");
	if (!line_get_bytes(x->r, x->a, (uint64_t)n, &p->body, err))
		return false;
	if (!hash_eq(ledger_commit(span_make(p->salt, sizeof p->salt), p->body),
		    p->sum.hash))
		return err_set(err, ERR_SYNTAX,
			"chain %s entry %lld: payload '%.40s' is not what was "
			"committed to",
			x->chain, (long long)seq, name);
	if (x->into->erased &&
		x->into->erased(x->into->ctx, x->chain, seq, name))
		p->body = SPAN_NONE;
	return true;
}

static bool
add_payload(struct restoring *x, int64_t id, const struct restored *p,
	struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(x->s->db, SQL_PAYLOAD_ADD);

	bind_i64(q, id);
	bind_text(q, p->sum.name);
	bind_i64(q, (int64_t)p->sum.bytes);
	bind_blob(q, hash_span(&p->sum.hash));
	bind_blob(
		q, p->body.p ? span_make(p->salt, sizeof p->salt) : SPAN_NONE);
	bind_blob(q, p->body);
	return stmt_run(q, err);
}

static bool
add_event(struct restoring *x, const struct entry *e, const struct hash *hash,
	const struct restored *p, struct err *err)
{
	struct chain_head *c;
	int64_t id;

	if (!draw_id(x->s, &x->s->event_ids, SQL_EVENT_IDS, &id, err) ||
		!chain_make(x->s, e->chain, &c, err))
		return false;
	c->seq = e->seq;
	c->head = *hash;
	c->dirty = true;
	AUTO(stmt_done) struct stmt *q = db_stmt(x->s->db, SQL_EVENT_ADD);
	bind_i64(q, id);
	bind_i64(q, c->id);
	bind_i64(q, e->seq);
	bind_i64(q, e->at.ms);
	bind_text(q, e->kind);
	bind_text(q, e->actor);
	bind_text(q, e->meta);
	bind_i64(q, (int64_t)e->n_payloads);
	bind_blob(q, hash_span(hash));
	if (!stmt_run(q, err))
		return false;
	for (size_t i = 0; i < e->n_payloads; i++)
		if (!add_payload(x, id * 8 + (int64_t)i, &p[i], err))
			return false;
	return true;
}

/* The hash before this entry: the head of the chain so far. */
static bool
previous(struct restoring *x, int64_t seq, struct hash *out, struct err *err)
{
	struct chain_head *c;

	if (!x->s || seq == 1) {
		*out = (struct hash){{0}};
		return true;
	}
	if (!chain_find(x->s, x->chain, &c, err))
		return false;
	if (c->seq != seq - 1)
		return bad(x, err, "an entry out of its order");
	*out = c->head;
	return true;
}

static bool
take_event(struct restoring *x, const json_t *v, struct err *err)
{
	struct restored p[EVENT_MAX_PAYLOADS];
	struct commitment sums[EVENT_MAX_PAYLOADS];
	const char *hex = json_get_text(v, "hash");
	struct entry e = {.chain = x->chain,
		.seq = json_get_int(v, "seq", 0),
		.at = {json_get_int(v, "at", 0)},
		.kind = json_get_text(v, "kind"),
		.actor = json_get_text(v, "actor"),
		.meta = json_get_text(v, "meta"),
		.payloads = sums};
	int64_t n = json_get_int(v, "payloads", -1);
	struct hash hash, stored;

	if (x->left-- <= 0 || !hex || !e.kind || !e.actor || !e.meta ||
		!hash_parse(span_of(hex), &stored) || n < 0 ||
		n > EVENT_MAX_PAYLOADS)
		return bad(x, err, "an entry that is none");
	e.n_payloads = (size_t)n;
	for (size_t i = 0; i < e.n_payloads; i++) {
		if (!read_payload(x, e.seq, &p[i], err))
			return false;
		sums[i] = p[i].sum;
		x->report.payloads++;
		x->report.erased += p[i].body.p == NULL;
	}
	x->report.events++;
	if (!x->s)
		return true;
	if (!previous(x, e.seq, &e.prev, err) ||
		!ledger_hash(&x->s->text, &e, &hash, err))
		return false;
	if (!hash_eq(hash, stored))
		return err_set(err, ERR_SYNTAX,
			"chain %s entry %lld: its hash does not follow from "
			"its fields and the entry before it",
			x->chain, (long long)e.seq);
	return add_event(x, &e, &hash, p, err);
}

static bool
take_mail(struct restoring *x, const json_t *v, struct err *err)
{
	const json_t *list = json_object_get(v, "rcpts");
	const char *spool = json_get_text(v, "spool");
	size_t n = json_array_size(list);
	const char **rcpts = ARENA_ARRAY(x->a, n, const char *);
	struct spool_mail m = {.received = {json_get_int(v, "received", 0)},
		.sender = json_get_text(v, "sender"),
		.rcpts = rcpts,
		.n_rcpts = n,
		.peer = json_get_text(v, "peer"),
		.helo = json_get_text(v, "helo"),
		.protocol = json_get_text(v, "protocol"),
		.trace = json_get_text(v, "trace"),
		.flags = (uint32_t)json_get_int(v, "flags", 0)};
	int64_t bytes = json_get_int(v, "bytes", -1);

	if (!spool || bytes < 0)
		return bad(x, err, "a mail that is none");
	for (size_t i = 0; i < n; i++) {
		rcpts[i] = json_string_value(json_array_get(list, i));
		if (!rcpts[i])
			return bad(x, err, "a recipient that is none");
	}
	if (!line_get_bytes(x->r, x->a, (uint64_t)bytes, &m.raw, err))
		return false;
	x->report.mails++;
	return !x->s || !x->into->mail ||
		x->into->mail(x->into->ctx, spool, &m, err);
}

static bool
take_key(struct restoring *x, const json_t *v, struct err *err)
{
	struct span secret;

	x->report.keys++;
	if (!x->s || !x->into->key)
		return true;
	if (!x->into->passphrase)
		return err_set(err, ERR_DENIED,
			"the backup holds the key '%.40s': a passphrase is "
			"needed",
			json_get_text(v, "name"));
	if (!key_unlock(x->a, v, x->into->passphrase, &secret, err))
		return false;
	bool ok = x->into->key(
		x->into->ctx, json_get_text(v, "name"), secret, err);
	sodium_memzero((void *)(uintptr_t)secret.p, secret.n);
	return ok;
}

static bool
take_line(struct restoring *x, const json_t *line, struct err *err)
{
	static const struct {
		const char *name;
		bool (*take)(struct restoring *, const json_t *, struct err *);
	} kinds[] = {
		{"event", take_event},
		{"chain", take_chain},
		{"mail", take_mail},
		{"policy", take_policy},
		{"position", take_position},
		{"key", take_key},
		{"backup", take_head},
	};

	if (line_count(x->r) == 1 && !json_object_get(line, "backup"))
		return bad(x, err, "this is no backup");
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const json_t *v = json_object_get(line, kinds[i].name);

		if (v)
			return kinds[i].take(x, v, err);
	}
	return bad(x, err, "a kind of line that this program does not know");
}

static bool
take_all(struct restoring *x, struct err *err)
{
	for (;;) {
		AUTO(json_auto) json_t *line = NULL;

		arena_reset(x->a);
		if (!line_get(x->r, &line, err))
			return false;
		x->report.lines = line_count(x->r);
		if (!line)
			break;
		if (!take_line(x, line, err))
			return false;
		if (x->of && x->into->progress)
			x->into->progress(x->into->ctx, x->report.lines, x->of);
	}
	if (x->left > 0)
		return bad(x, err, "the last chain has not ended");
	return true;
}

static bool
pass(struct store *s, struct arena *a, int fd, const struct restore_into *into,
	int64_t of, struct restore_report *out, struct err *err)
{
	AUTO(arena_auto) struct arena *line = arena_new();
	struct restoring x = {
		.s = s, .into = into, .keep = a, .a = line, .of = of};

	if (lseek(fd, 0, SEEK_SET) != 0)
		return err_set(err, ERR_SYNTAX,
			"the backup must be a file, it is read twice: %s",
			strerror(errno));
	x.r = line_reader_new(fd);
	bool ok = take_all(&x, err);
	line_reader_free(x.r);
	if (ok)
		*out = x.report;
	return ok;
}

bool
restore_check(
	struct arena *a, int fd, struct restore_report *out, struct err *err)
{
	static const struct restore_into nothing;

	return pass(NULL, a, fd, &nothing, 0, out, err);
}

static bool
is_empty(struct store *s, struct err *err)
{
	AUTO(stmt_done) struct stmt *q = db_stmt(s->db, SQL_EVENT_COUNT);
	bool row;

	if (!stmt_step(q, &row, err))
		return false;
	if (col_i64(q, 0) > 0 || col_i64(q, 2) > 0)
		return err_set(err, ERR_CONFLICT,
			"the database holds %lld events: restore only into an "
			"empty one",
			(long long)col_i64(q, 0));
	return true;
}

bool
restore(struct store *s, struct arena *a, int fd,
	const struct restore_into *into, struct restore_report *out,
	struct err *err)
{
	struct restore_report report;

	if (!restore_check(a, fd, &report, err) || !store_begin(s, err))
		return false;
	if (!is_empty(s, err) ||
		!pass(s, a, fd, into, report.lines, &report, err)) {
		store_rollback(s);
		return false;
	}
	if (!store_commit(s, err))
		return false;
	*out = report;
	return true;
}
