/* act_case.c - what a person says of one case. */
#include "desk/act_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/utf8.h"

enum { TOKEN_LETTERS = 26, TITLE_MOST = 120 };

static enum act_letter
letter_word(const char *word)
{
	if (word == NULL)
		return ACT_LETTER_USUAL;
	return strcmp(word, "no") == 0 ? ACT_LETTER_NO : ACT_LETTER_YES;
}

/* One case, one decision, one transaction. */
static bool
settle(struct desk *d, struct arena *a, struct act_case *k, instant at,
	const struct outcome *o, json_t **result, struct err *err)
{
	struct casefile *after;
	struct arrival in;
	struct letter *l;

	if (!act_arrival(d, a, k, at, &in, err) ||
		!act_write(d, a, k->c, o, &in, &after, &l, err))
		return false;
	*result = act_result(after, l);
	return true;
}

/* --- a proposal confirmed or overruled --------------------------------------- */

static bool
already(const struct casefile *c, json_t **result)
{
	*result = act_result(c, NULL);
	json_object_set_new(*result, "already", json_true());
	return true;
}

static bool split_by(struct desk *d, struct arena *a, struct act_case *k,
	const struct line_range *lines, size_t n, const struct act_by *by,
	json_t **result, struct err *err);

static bool
confirm(struct desk *d, struct arena *a, const struct act_call *call,
	struct act_case *k, json_t **result, struct err *err)
{
	const struct act_by by = act_by(call, 1);
	const struct casefile *c = k->c;
	const struct act_decision decision = {.to = c->disposition,
		.letter = letter_word(act_word(call, 2)),
		.reachable = letters_reach(d, c->reporter)};
	struct outcome o;

	if (c->decided && c->n_split > 1)
		return split_by(
			d, a, k, c->split, c->n_split, &by, result, err);
	if (c->decided && c->decider != NULL &&
		casefile_link(c, "moved-to") == NULL)
		return already(c, result);
	return acts_confirm(a, c, k->policy, &decision, &by, &o, err) &&
		settle(d, a, k, call->at, &o, result, err);
}

bool
act_confirm(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	struct act_case k;
	bool ok = act_case_load(d, a, call->args[0], &k, err) &&
		confirm(d, a, call, &k, result, err);

	act_case_done(d, &k);
	return ok;
}

static bool
disposition_of(const char *word, enum disposition *out, struct err *err)
{
	static const enum disposition may[] = {DISP_OPEN, DISP_ASK,
		DISP_ASK_PLAIN, DISP_SET_ASIDE, DISP_IGNORE};

	for (size_t i = 0; i < ARRAY_LEN(may); i++)
		if (strcmp(word, disposition_names[may[i]]) == 0) {
			*out = may[i];
			return true;
		}
	return err_set(err, ERR_SYNTAX,
		"a case cannot be '%.40s': it is open, ask, ask-plain, "
		"set-aside or ignore",
		word);
}

static bool
overrule(struct desk *d, struct arena *a, const struct act_call *call,
	struct act_case *k, json_t **result, struct err *err)
{
	const struct act_by by = act_by(call, 2);
	struct act_decision decision = {.clause = act_word(call, 3),
		.letter = letter_word(act_word(call, 4)),
		.whole = act_word(call, 5) != NULL,
		.reachable = letters_reach(d, k->c->reporter)};
	struct outcome o;

	return disposition_of(call->args[1], &decision.to, err) &&
		acts_overrule(a, k->c, k->policy, &decision, &by, &o, err) &&
		settle(d, a, k, call->at, &o, result, err);
}

bool
act_overrule(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	struct act_case k;
	bool ok = act_case_load(d, a, call->args[0], &k, err) &&
		overrule(d, a, call, &k, result, err);

	act_case_done(d, &k);
	return ok;
}

/* --- our rating, and looking at theirs ------------------------------------------ */

bool
act_rate(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	const struct act_by by = act_by(call, 3);
	struct act_case k;
	struct outcome o;
	bool ok = act_case_load(d, a, call->args[0], &k, err) &&
		acts_rate(a, k.c, k.policy, call->args[1], act_word(call, 2),
			&by, &o, err) &&
		settle(d, a, &k, call->at, &o, result, err);

	act_case_done(d, &k);
	if (ok) {
		json_object_set_new(
			*result, "rating", json_string(call->args[1]));
		json_object_set_new(*result, "vector",
			json_text_or_null(act_word(call, 2)));
	}
	return ok;
}

static bool
note_on_case(struct desk *d, struct arena *a, const char *id,
	const struct event *e, struct err *err)
{
	struct casefile *before, *after;

	if (!store_case(d->store, a, id, &before, err))
		return false;
	after = before;
	return ledger_append(d->store, id, e, NULL, err) &&
		casefile_apply(a, &after, e, err) &&
		store_case_save(d->store, before, after, err);
}

bool
act_ratings(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	const struct act_by by = act_by(call, 1);
	struct act_case k;
	bool ok = act_case_load(d, a, call->args[0], &k, err);

	if (ok) {
		const struct event e = act_event(a, EV_RATINGS_SHOWN, &by,
			json_pack("{s:b}", "rated", k.c->rating != NULL));
		ok = note_on_case(d, a, k.c->id, &e, err);
	}
	if (ok)
		*result = act_result(k.c, NULL);
	act_case_done(d, &k);
	return ok;
}

/* A mail by its number, or the one that a case was opened by. */
static bool
mail_of(struct desk *d, struct arena *a, const char *id, struct mail **m,
	struct err *err)
{
	struct act_case k;

	if (act_is_mail(id))
		return act_mail_named(d, a, id, m, err);
	bool ok = act_case_load(d, a, id, &k, err) &&
		store_mail(d->store, a, k.c->mail, m, err);
	act_case_done(d, &k);
	return ok;
}

bool
act_raw(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	const struct act_by by = act_by(call, 1);
	struct mail *m;

	if (!mail_of(d, a, call->args[0], &m, err))
		return false;
	const struct event e = act_event(a, EV_RAW_OPENED, &by,
		json_pack("{s:I}", "mail", (json_int_t)m->id));
	bool in_case = m->queue == QUEUE_NONE && m->chain != NULL;
	if (!(in_case ? note_on_case(d, a, m->chain, &e, err) :
			ledger_append(d->store, d->chain, &e, NULL, err)))
		return false;
	*result = json_pack("{s:I}", "mail", (json_int_t)m->id);
	return true;
}

/* --- one mail, several cases --------------------------------------------------------- */

static bool
range_of(const char *word, struct line_range *out, struct err *err)
{
	struct span rest = span_of(word), part[2] = {{0}};
	unsigned long long from, to;
	size_t n = 0;

	while (n < 2 && span_split(&rest, '-', &part[n]))
		n++;
	if (n != 2 || !span_number(part[0], 10000000, &from) ||
		!span_number(part[1], 10000000, &to) || from == 0 || to < from)
		return err_set(err, ERR_SYNTAX,
			"'%.40s' is no range of lines: write 3-10", word);
	*out = (struct line_range){(unsigned)from, (unsigned)to};
	return true;
}

/* "3. **Open redirect**" is "Open redirect". */
static const char *
title_of(struct arena *a, struct span text, struct line_range lines)
{
	struct span line;

	for (unsigned at = 1; span_line(&text, &line); at++) {
		if (at < lines.from)
			continue;
		if (at > lines.to)
			break;
		line = span_trim(line);
		while (line.n > 0 &&
			strchr("0123456789#*=-.):[] \t", line.p[0]) != NULL)
			line = span_from(line, 1);
		while (line.n > 0 &&
			strchr("*=#: \t", line.p[line.n - 1]) != NULL)
			line = span_cut(line, 0, line.n - 1);
		if (line.n > 0)
			return arena_text(a, utf8_clip(line, TITLE_MOST));
	}
	return NULL;
}

static unsigned
lines_of(struct span text)
{
	struct span line;
	unsigned n = 0;

	while (span_line(&text, &line))
		n++;
	return n;
}

static bool
parts_of(struct desk *d, struct arena *a, const struct act_case *k,
	const struct line_range *lines, size_t n, instant at,
	struct act_part **out, struct err *err)
{
	struct act_part *parts = ARENA_ARRAY(a, n, struct act_part);
	struct mail *m;
	struct span text;

	if (!store_mail(d->store, a, k->c->mail, &m, err) ||
		!store_mail_payload(d->store, a, m, "text", &text, err))
		return false;
	unsigned most = lines_of(text);
	for (size_t i = 0; i < n; i++) {
		char token[TOKEN_LETTERS + 1];

		if (lines[i].to > most)
			return err_set(err, ERR_SYNTAX,
				"mail-%lld has %u lines: there is no %u-%u",
				(long long)m->id, most, lines[i].from,
				lines[i].to);
		parts[i].lines = lines[i];
		parts[i].id = k->c->id;
		if (i == 0)
			continue;
		if (!store_case_next_id(d->store, a, k->policy->product.prefix,
			    k->policy->random_ids, &parts[i].id, err))
			return false;
		random_token_at(token, TOKEN_LETTERS, at.ms / INSTANT_SECOND);
		parts[i].token = arena_strdup(a, token);
		parts[i].title = title_of(a, text, lines[i]);
	}
	*out = parts;
	return true;
}

struct last {
	struct arena *a;
	struct span verdict;
};

static bool
keep_verdict(void *ctx, int64_t seq, const struct event *e, struct err *err)
{
	struct last *last = ctx;

	(void)seq;
	(void)err;
	for (size_t i = 0; e->kind == EV_JUDGED && i < e->n_payloads; i++)
		if (strcmp(e->payloads[i].name, "verdict") == 0 &&
			!e->payloads[i].erased)
			last->verdict =
				arena_dup(last->a, e->payloads[i].bytes);
	return true;
}

/* "DAGF-3, DAGF-4 and DAGF-5" */
static const char *
id_words(struct arena *a, const struct act_part *parts, size_t n)
{
	const char *words = parts[0].id;

	for (size_t i = 1; i < n; i++)
		words = arena_printf(a, "%s%s%s", words,
			i + 1 < n ? ", " : " and ", parts[i].id);
	return words;
}

static const char *
one_per_mail(const struct policy *p)
{
	for (size_t i = 0; i < p->n_clauses; i++)
		if (p->clauses[i].kind == CLAUSE_ONE_PER_MAIL)
			return p->clauses[i].id;
	return NULL;
}

/* The letter tells the number of a part; what is only proposed gets its
 * receipt, which keeps nothing, from the whole. */
static bool
write_part(struct desk *d, struct arena *a, const struct act_case *k,
	const struct arrival *in, const struct act_part *parts, size_t n,
	size_t i, struct span verdict, const struct act_by *by, struct err *err)
{
	struct casefile *child;
	struct letter *l;
	struct outcome o;

	acts_split_part(a, k->c, parts, n, i, verdict, by, &o);
	if (letters_reach(d, k->c->reporter))
		o.letter = (struct letter_order){.template = "split",
			.to = k->c->reporter,
			.clause = one_per_mail(k->policy),
			.cases = id_words(a, parts, n),
			.keeps_acknowledge = k->c->decided &&
				policy_receipt_keeps(k->policy)};
	return act_write(d, a, NULL, &o, in, &child, &l, err);
}

static bool
split_by(struct desk *d, struct arena *a, struct act_case *k,
	const struct line_range *lines, size_t n, const struct act_by *by,
	json_t **result, struct err *err)
{
	struct last last = {.a = a};
	struct act_part *parts;
	struct casefile *after;
	struct arrival in;
	struct letter *l;
	struct outcome o;

	if (casefile_link(k->c, "moved-to") != NULL)
		return err_set(err, ERR_CONFLICT, "%s goes on as %s", k->c->id,
			casefile_link(k->c, "moved-to"));
	if (k->c->rm != RM_RECEIVED && k->c->rm != RM_VALID)
		return err_set(err, ERR_CONFLICT,
			"%s is %s: what is split must be received or valid",
			k->c->id, rm_names[k->c->rm]);
	if (!parts_of(d, a, k, lines, n, by->at, &parts, err) ||
		!ledger_read(d->store, a, k->c->id, true, keep_verdict, &last,
			err) ||
		!acts_split(a, parts, n, by, &o, err) ||
		!act_arrival(d, a, k, by->at, &in, err))
		return false;
	for (size_t i = 1; i < n; i++)
		if (!write_part(
			    d, a, k, &in, parts, n, i, last.verdict, by, err))
			return false;
	if (!act_write(d, a, k->c, &o, &in, &after, &l, err))
		return false;
	json_t *into = json_array();
	for (size_t i = 1; i < n; i++)
		json_array_append_new(into, json_string(parts[i].id));
	*result = act_result(after, NULL);
	json_object_set_new(*result, "into", into);
	return true;
}

static bool
split(struct desk *d, struct arena *a, const struct act_call *call,
	struct act_case *k, json_t **result, struct err *err)
{
	const struct act_by by = act_by(call, 1);
	size_t n = call->n - 2;
	struct line_range *lines = ARENA_ARRAY(a, n, struct line_range);

	if (n == 0 && k->c->n_split > 1)
		return split_by(
			d, a, k, k->c->split, k->c->n_split, &by, result, err);
	if (n == 0 && casefile_link(k->c, "split-into") != NULL)
		return already(k->c, result);
	if (n < 2)
		return err_set(err, ERR_SYNTAX,
			"%s: name the lines of each part, as --lines 3-10 "
			"--lines 11-20",
			n == 0 ? "no split is proposed" : "one part is none");
	for (size_t i = 0; i < n; i++)
		if (!range_of(call->args[2 + i], &lines[i], err))
			return false;
	return split_by(d, a, k, lines, n, &by, result, err);
}

bool
act_split(struct desk *d, struct arena *a, const struct act_call *call,
	json_t **result, struct err *err)
{
	struct act_case k;
	bool ok = act_case_load(d, a, call->args[0], &k, err) &&
		split(d, a, call, &k, result, err);

	act_case_done(d, &k);
	return ok;
}
