/* letters.c - may this letter go now, what does it say, who gets it. */
#include "desk/letters.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "desk/intake.h"
#include "post/address.h"
#include "post/letter.h"
#include "sys/files.h"

/* Why an automatic letter must wait for a person; NULL: it may go. */
static const char *
hold_because(struct desk *d, struct arena *a, const struct arrival *in,
	const char *to, bool *ok, struct err *err)
{
	unsigned day, hour;

	*ok = true;
	if (strcmp(d->set->send, "live") != 0)
		return "the setting 'send' is hold";
	if (!in->message->answer)
		return arena_printf(a, "no automatic answer: %s",
			in->message->no_answer_because ?
				in->message->no_answer_because :
				"the sender is not known");
	*ok = store_letter_count(d->store, to, false,
		      (instant){in->at.ms - INSTANT_DAY}, &day, err) &&
		store_letter_count(d->store, to, true,
			(instant){in->at.ms - INSTANT_DAY / 24}, &hour, err);
	if (*ok && day >= d->set->letters_per_address_day)
		return "this address had its letters for 24 hours (letters_per_address_day)";
	if (*ok && hour >= d->set->letters_per_domain_hour)
		return "this domain had its letters for an hour (letters_per_domain_hour)";
	return NULL;
}

/* bounce+TOKEN@domain, so that a lost letter is seen; else the null path. */
static const char *
envelope_sender(const struct desk *d, struct arena *a, const char *message_id)
{
	const char *address = d->set->bounce_address;
	const char *plus = strchr(address, '+');
	const char *at = strrchr(address, '@');
	const char *end = strchr(message_id, '@');

	if (plus == NULL || at == NULL || end == NULL || plus > at)
		return "";
	return arena_printf(a, "%.*s%.*s%s", (int)(plus + 1 - address), address,
		(int)(end - message_id - 1), message_id + 1, at);
}

static const char *
reply_to(const struct desk *d, struct arena *a, const struct policy *p,
	const char *token)
{
	const char *at = strrchr(p->contact, '@');

	if (token == NULL || !d->set->subaddress || at == NULL)
		return p->contact;
	return arena_printf(a, "%.*s+c.%s%s", (int)(at - p->contact),
		p->contact, token, at);
}

static const char *
verb(enum strength s)
{
	static const char *const verbs[] = {"will", "aim to", "try to"};

	return verbs[s];
}

static void
promises(struct arena *a, const struct arrival *in,
	const struct letter_context *c, struct letter_values *v)
{
	for (size_t i = 0; i < c->n_duties; i++) {
		const struct duty *d = &c->duties[i];

		if (d->name != DUTY_VALIDATE)
			continue;
		v->validate_due =
			deadline_words(a, d->due_day, in->calendar->zone);
		v->verb = verb(d->strength);
	}
	const struct clause *follow = policy_duty(in->policy, DUTY_FOLLOW_UP);
	v->follow_up = follow ? follow->text : NULL;
}

static void
asked(struct arena *a, const struct arrival *in,
	const struct letter_order *order, struct letter_values *v)
{
	struct letter_item *items =
		ARENA_ARRAY(a, order->n_missing, struct letter_item);

	v->missing = items;
	v->n_missing = 0;
	for (size_t i = 0; i < order->n_missing; i++) {
		const struct clause *c =
			policy_clause(in->policy, order->missing[i]);

		/* received-plain asks for it in words of its own. */
		if (c != NULL && c->kind == CLAUSE_PLAIN_TEXT)
			continue;
		items[v->n_missing++] = (struct letter_item){
			order->missing[i], c ? c->text : NULL};
	}
}

/* What a person decided, in the policy's own words. */
static void
outcome_words(const struct arrival *in, const struct letter_order *order,
	struct letter_values *v)
{
	const struct clause *c =
		order->clause ? policy_clause(in->policy, order->clause) : NULL;

	if (c != NULL && c->text != NULL) {
		v->clause = c->text;
		v->clause_id = c->id;
	}
	for (size_t i = 0; i < in->policy->n_clauses; i++)
		if (in->policy->clauses[i].kind == CLAUSE_EMBARGO)
			v->silence = in->policy->clauses[i].text;
	v->other_policy = order->other_policy;
	v->former_id = order->former_id;
	v->cases = order->cases;
	v->cwe_better = order->cwe_better;
}

/* The policy's own template of that name, the desk's, or the shipped one. */
static bool
template_of(struct desk *d, struct arena *a, const struct policy *p,
	const char *name, struct span *out, struct err *err)
{
	const struct policy_letter *own = policy_letter(p, name);

	if (own != NULL) {
		*out = span_of(own->text);
		return true;
	}
	if (d->set->letters[0] != '\0') {
		const char *path = d->set->letters;
		struct err absent;

		if (path[0] != '/')
			path = arena_printf(a, "%s/%s", d->data, path);
		path = arena_printf(a, "%s/%s.txt", path, name);
		if (file_read(a, path, 64 * 1024, out, &absent))
			return true;
		if (absent.code != ERR_ABSENT) {
			*err = absent;
			return false;
		}
	}
	return letter_template(name, out, err);
}

static bool
compose(struct desk *d, struct arena *a, const struct arrival *in,
	const struct letter_order *order, const struct letter_context *c,
	const char *message_id, struct span *bytes, struct err *err)
{
	const struct policy *p = in->policy;
	const struct message *m = in->message;
	char hex[HASH_TEXT];
	struct span template;
	struct letter_values v = {
		.from_name = arena_printf(a, "%s security", p->product.name),
		.from = p->contact,
		.reply_to = reply_to(d, a, p, c->token),
		.to = order->to,
		.message_id = message_id,
		.in_reply_to = m->message_id,
		.references = m->references,
		.n_references = m->n_references,
		.date = in->at,
		.answers = true,
		.automatic = true,
		.case_id = c->shown,
		.product = p->product.name,
		.organisation = p->organisation,
		.policy_link = p->link,
		.policy_hash = hash_hex(p->hash, hex),
		.received = deadline_words(a,
			zone_day(in->calendar->zone, in->received),
			in->calendar->zone),
	};

	promises(a, in, c, &v);
	asked(a, in, order, &v);
	outcome_words(in, order, &v);
	if (!template_of(d, a, p, order->template, &template, err) ||
		!letter_compose(a, template, &v, bytes, err))
		return err_wrap(err, "letter '%s'", order->template);
	return true;
}

/* The desk never writes to itself, nor to the groups that it is read by. */
static bool
is_own(const struct desk *d, const char *to)
{
	const struct own_addresses *own = &d->policies->own;
	const char *at = strrchr(to, '@');
	size_t local = strcspn(to, "+@");

	for (size_t i = 0; i < own->n && at != NULL; i++) {
		const char *its = strrchr(own->addresses[i], '@');

		if (its != NULL && (size_t)(its - own->addresses[i]) == local &&
			strncasecmp(own->addresses[i], to, local) == 0 &&
			strcasecmp(its, at) == 0)
			return true;
	}
	return false;
}

bool
letters_reach(const struct desk *d, const char *to)
{
	return to != NULL && address_is_safe(to) && !is_own(d, to);
}

bool
letters_write(struct desk *d, struct arena *a, const struct arrival *in,
	const struct letter_order *order, const struct letter_context *c,
	struct letter **out, struct event *queued, struct letter_bytes *go,
	struct err *err)
{
	char token[OWN_ID_LETTERS + 1];
	struct letter *l = ARENA_NEW(a, struct letter);
	struct span bytes;
	bool ok;

	*out = NULL;
	*go = (struct letter_bytes){0};
	/* An address that no mail can be sent to is no contact; the duties
	 * stay visible, and the mail must not be held up by it. */
	if (order->template == NULL || !letters_reach(d, order->to))
		return true;
	random_token_at(token, OWN_ID_LETTERS, in->at.ms / INSTANT_SECOND);
	*l = (struct letter){.id = c->id,
		.chain = c->chain,
		.template = order->template,
		.to = order->to,
		.message_id = arena_printf(
			a, "<%s@%s>", token, d->policies->hostname),
		.keeps_acknowledge = order->keeps_acknowledge,
		.settles = order->settles,
		.automatic = true,
		.queued = in->at,
		.next_try = in->at};
	l->sender = envelope_sender(d, a, l->message_id);
	if (strcmp(d->set->send, "shadow") == 0) {
		l->state = LETTER_SHADOW;
		l->held_because = "the setting 'send' is shadow";
	} else {
		l->held_because = hold_because(d, a, in, order->to, &ok, err);
		l->state = l->held_because ? LETTER_HELD : LETTER_QUEUED;
		if (!ok)
			return false;
	}
	if (!compose(d, a, in, order, c, l->message_id, &bytes, err))
		return false;
	*queued = letter_queued_event(a, l, bytes);
	if (l->state == LETTER_QUEUED)
		*go = (struct letter_bytes){l->id, l->sender, l->to, bytes};
	*out = l;
	return true;
}

static bool
check_policy(struct desk *d, struct arena *a, const struct policy *p,
	const struct calendar *calendar, struct err *err)
{
	const struct message nothing = {0};
	const struct duty duty = {
		.name = DUTY_VALIDATE, .strength = STRENGTH_AIM};
	const struct letter_context c = {
		.shown = "X-1", .token = "x", .duties = &duty, .n_duties = 1};
	const struct arrival in = {
		.message = &nothing, .policy = p, .calendar = calendar};
	const char **missing = ARENA_ARRAY(a, p->n_clauses, const char *);
	struct letter_order order = {.to = p->contact,
		.missing = missing,
		.other_policy = "https://example.org/",
		.former_id = "mail-1",
		.cases = "X-1 and X-2",
		.cwe_better = "CWE-79"};
	struct span bytes;

	for (size_t i = 0; i < p->n_clauses; i++)
		if (p->clauses[i].kind == CLAUSE_REQUIRED)
			missing[order.n_missing++] = p->clauses[i].id;
	for (size_t i = 0; (order.template = letter_name(i)) != NULL; i++)
		if (!compose(d, a, &in, &order, &c, "<x@x>", &bytes, err))
			return err_wrap(err, "policy '%s'", p->name);
	order.template = "set-aside";
	for (size_t i = 0; i < p->n_clauses; i++) {
		order.clause = p->clauses[i].id;
		if (!compose(d, a, &in, &order, &c, "<x@x>", &bytes, err))
			return err_wrap(err, "policy '%s', clause '%s'",
				p->name, order.clause);
	}
	return true;
}

bool
letters_check(struct desk *d, struct arena *a, struct err *err)
{
	for (size_t i = 0; i < d->policies->n; i++)
		if (!check_policy(d, a, d->policies->v[i],
			    &d->policies->calendars[i], err))
			return false;
	return true;
}
