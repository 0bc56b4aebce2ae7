/* act.c - a table of actions. */
#include "desk/act_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/mem.h"
#include "desk/outcome.h"
#include "desk/sign.h"
#include "store/ledger.h"

static bool
letter_moves(struct desk *d, struct arena *a, const struct act_call *call,
	bool retry, json_t **result, struct err *err)
{
	struct letter *l;

	if (!outcome_approve(
		    d, a, call->args[0], call->actor, retry, call->at, err) ||
		!store_letter(d->store, a, call->args[0], &l, err))
		return false;
	*result = letter_json(l);
	return true;
}

static bool
approve(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	return letter_moves(d, a, call, false, result, err);
}

static bool
retry(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	return letter_moves(d, a, call, true, result, err);
}

static bool
checkpoint(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	struct checkpoint_draft *draft;
	struct signify_key key;
	struct span file;

	if (!sign_public(a, d->data, &key, err) ||
		!ledger_draft(d->store, a, d->chain, d->node, call->at, &draft,
			err) ||
		!checkpoint_sign(a, ledger_draft_note(draft), &key, d->sign,
			d->sign_ctx, &file, err) ||
		!ledger_keep(d->store, a, d->chain, draft, file, err))
		return false;
	const struct checkpoint *note = ledger_draft_note(draft);
	char root[HASH_TEXT];
	*result = json_pack("{s:I,s:I,s:s,s:s#}", "number",
		(json_int_t)note->number, "size", (json_int_t)note->size,
		"root", hash_hex(note->root, root), "file",
		(const char *)file.p, file.n);
	return true;
}

static const struct verb {
	const char *verb;
	size_t least, most;
	bool reads;
	act_fn *run;
} table[] = {
	{"letter-approve", 1, 1, false, approve},
	{"letter-retry", 1, 1, false, retry},
	{"checkpoint", 0, 0, false, checkpoint},
	/* id, reason, letter: "yes" or "no" */
	{"case-confirm", 1, 3, false, act_confirm},
	/* id, disposition, reason, clause, letter, whole */
	{"case-overrule", 3, 6, false, act_overrule},
	/* id, reason, lines... */
	{"case-split", 2, 52, false, act_split},
	/* id, rating, vector, reason */
	{"case-rate", 2, 4, false, act_rate},
	/* id, reason */
	{"case-ratings", 1, 2, false, act_ratings},
	{"case-raw", 1, 2, false, act_raw},
	/* item, product or case, reason */
	{"case-route", 3, 3, true, act_route},
	/* item, reason */
	{"case-rejudge", 2, 2, true, act_rejudge},
};

enum { TRIES = 3, WORD_MOST = 16 * 1024 };

static const struct verb *
find(const char *verb)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (strcmp(table[i].verb, verb) == 0)
			return &table[i];
	return NULL;
}

bool
act_reads(const char *verb)
{
	const struct verb *v = find(verb);

	return v != NULL && v->reads;
}

static bool
checked(const struct verb *v, const struct act_call *call, struct err *err)
{
	if (call->n < v->least || call->n > v->most)
		return err_set(err, ERR_SYNTAX,
			"'%s' takes %zu to %zu words, not %zu", v->verb,
			v->least, v->most, call->n);
	for (size_t i = 0; i < call->n; i++)
		if (strlen(call->args[i]) > WORD_MOST)
			return err_set(err, ERR_LIMIT,
				"a word of more than %d bytes", WORD_MOST);
	if (v->reads && call->read == NULL)
		return err_set(
			err, ERR_BROKEN, "'%s' without its mail", v->verb);
	return true;
}

bool
act_run(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	const struct verb *v = find(call->verb);

	if (v == NULL)
		return err_set(
			err, ERR_ABSENT, "there is no action '%s'", call->verb);
	if (!checked(v, call, err))
		return false;
	for (unsigned tries = 1;; tries++) {
		json_t *made = NULL;

		if (!store_begin(d->store, err))
			return false;
		if (v->run(d, a, call, &made, err) &&
			store_commit(d->store, err)) {
			*result = made;
			return true;
		}
		store_rollback(d->store);
		json_decref(made);
		/* Another node was first: what is there now decides. A
		 * refusal is one then as well. */
		if (err->code != ERR_CONFLICT || tries == TRIES)
			return false;
	}
}

bool
desk_lock(struct arena *a, const char *data, int *fd, struct err *err)
{
	const char *path = arena_printf(a, "%s/desk.lock", data);
	int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (lock < 0)
		return err_set(err, ERR_DENIED, "cannot open '%s': %s", path,
			strerror(errno));
	if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
		(void)close(lock);
		return err_set(err, ERR_BUSY,
			"another desk already works in '%s'", data);
	}
	*fd = lock;
	return true;
}
