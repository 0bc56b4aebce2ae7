/* act.c - a table of actions. */
#include "desk/act.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/names.h"
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

static const struct {
	const char *verb;
	size_t args;
	bool (*run)(struct desk *, struct arena *, const struct act_call *,
		json_t **, struct err *);
} table[] = {
	{"letter-approve", 1, approve},
	{"letter-retry", 1, retry},
	{"checkpoint", 0, checkpoint},
};

bool
act_run(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (strcmp(table[i].verb, call->verb) != 0)
			continue;
		if (call->n != table[i].args)
			return err_set(err, ERR_SYNTAX,
				"'%s' takes %zu argument%s", call->verb,
				table[i].args, table[i].args == 1 ? "" : "s");
		if (!store_begin(d->store, err))
			return false;
		if (table[i].run(d, a, call, result, err) &&
			store_commit(d->store, err))
			return true;
		store_rollback(d->store);
		return false;
	}
	return err_set(err, ERR_ABSENT, "there is no action '%s'", call->verb);
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
