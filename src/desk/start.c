/* start.c - opening the store, and telling the ledger what is in force. */
#include "desk/start.h"

#include <limits.h>
#include <unistd.h>

#include "cases/cases.h"

enum { BEGIN_TRIES = 5 };

const char *
desk_hostname(struct arena *a, const struct settings *set)
{
	char name[HOST_NAME_MAX + 1] = "localhost";

	if (set->hostname[0] != '\0')
		return set->hostname;
	(void)gethostname(name, sizeof name - 1);
	return arena_strdup(a, name);
}

const char *
desk_node(struct arena *a, const struct settings *set)
{
	return set->node[0] != '\0' ? set->node : desk_hostname(a, set);
}

bool
desk_open(
	struct desk *d, struct arena *a, enum store_mode mode, struct err *err)
{
	(void)a;
	return store_open(&d->store, d->set->database, d->data, mode, err);
}

static bool
note_policy(struct desk *d, struct arena *a, const struct policy *p, instant at,
	struct err *err)
{
	char hex[HASH_TEXT];
	bool fresh;

	(void)hash_hex(p->hash, hex);
	if (!store_policy_put(
		    d->store, hex, p->name, p->resolved, at, &fresh, err))
		return false;
	if (!fresh)
		return true;
	struct event e = cases_event(a, EV_POLICY_LOADED, at, "desk",
		json_pack("{s:s,s:s}", "policy", hex, "name", p->name));
	event_payload(&e, "policy", span_of(p->resolved));
	return ledger_append(d->store, d->chain, &e, NULL, err);
}

static bool
begin(struct desk *d, struct arena *a, instant at, struct err *err)
{
	int64_t n;

	if (!ledger_length(d->store, d->chain, &n, err))
		return false;
	if (n == 0) {
		struct event e = cases_event(a, EV_DESK_CREATED, at, "desk",
			json_pack("{s:s,s:s}", "node", d->node, "program",
				PRATIQUE_VERSION));

		if (!ledger_append(d->store, d->chain, &e, NULL, err))
			return false;
	}
	for (size_t i = 0; i < d->policies->n; i++)
		if (!note_policy(d, a, d->policies->v[i], at, err))
			return false;
	return true;
}

bool
desk_begin(struct desk *d, struct arena *a, instant at, struct err *err)
{
	/* Nodes that start together may both note the same policy. */
	for (unsigned tries = 0; tries < BEGIN_TRIES; tries++) {
		if (!store_begin(d->store, err))
			return false;
		if (begin(d, a, at, err) && store_commit(d->store, err))
			return true;
		store_rollback(d->store);
		if (err->code != ERR_CONFLICT)
			return false;
	}
	return false;
}
