/* bounce.c - undelivered letters undo what their delivery had kept. */
#include "desk/bounce.h"

#include <string.h>

#include "desk/outcome.h"

/* The Message-ID that bounce+TOKEN@domain stands for, or NULL. */
static const char *
from_address(const struct desk *d, struct arena *a, const char *rcpt)
{
	const char *own = d->set->bounce_address;
	const char *plus = strchr(own, '+');
	const char *at = strrchr(rcpt, '@');

	if (plus == NULL || at == NULL ||
		strncmp(rcpt, own, (size_t)(plus + 1 - own)) != 0)
		return NULL;
	const char *token = rcpt + (plus + 1 - own);
	if (token >= at)
		return NULL;
	return arena_printf(a, "<%.*s@%s>", (int)(at - token), token,
		d->policies->hostname);
}

static bool
find(struct desk *d, struct arena *a, const struct arrival *in,
	const struct spool_mail *mail, struct letter **l, struct err *err)
{
	*l = NULL;
	for (size_t i = 0; i < mail->n_rcpts && *l == NULL; i++) {
		const char *id = from_address(d, a, mail->rcpts[i]);

		if (id != NULL &&
			!store_letter_by_message_id(d->store, a, id, l, err) &&
			err->code != ERR_ABSENT)
			return false;
	}
	const char *returned = in->message->bounce.message_id;
	if (*l == NULL && returned != NULL &&
		!store_letter_by_message_id(d->store, a, returned, l, err) &&
		err->code != ERR_ABSENT)
		return false;
	return true;
}

bool
bounce_take(struct desk *d, struct arena *a, const struct arrival *in,
	const struct spool_mail *mail, const char **chain, struct err *err)
{
	struct letter *l;
	struct letter_owner_state s;
	struct outcome o;

	if (!find(d, a, in, mail, &l, err))
		return false;
	if (l == NULL)
		return true;
	if (!letter_owner_load(d, a, l, &s, err))
		return false;
	*chain = s.home ? s.home->id : l->chain;
	cases_letter_bounced(a, l, letter_owner_duties(a, l, &s), in->mail,
		&in->message->bounce, in->at, &o);
	return o.n_events == 0 || letter_owner_apply(d, a, l, &s, &o, err);
}
