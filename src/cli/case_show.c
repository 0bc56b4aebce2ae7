/*
 * case_show.c - everything about one case, gathered and laid out.
 *
 * The head says where the case stands and by when something is due; the end,
 * which is what a terminal still shows, says what it waits for.
 */
#include "cli/case_show.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cli/mask.h"
#include "cli/show.h"

enum { LINES_SHOWN = 150, LABEL = 11, OPENED_LATER = 60000 };

/* --- gathering ----------------------------------------------------------------- */

struct gather {
	struct cli *c;
	struct case_view *v;
};

/* Why a person did it stays beside the event. */
static void
keep_reason(struct arena *a, struct event *copy, const struct event *e)
{
	for (size_t i = 0; i < e->n_payloads; i++)
		if (strcmp(e->payloads[i].name, "reason") == 0 &&
			!e->payloads[i].erased)
			event_payload(copy, "reason",
				arena_dup(a, e->payloads[i].bytes));
}

static const char *
reason_of(struct arena *a, const struct event *e)
{
	return e->n_payloads > 0 ? arena_text(a, e->payloads[0].bytes) : NULL;
}

static bool
take_event(void *ctx, int64_t seq, const struct event *e, struct err *err)
{
	struct gather *g = ctx;
	struct case_view *v = g->v;

	(void)seq;
	(void)err;
	v->events = mem_grow(
		v->events, &v->cap_events, v->n_events + 1, sizeof *v->events);
	struct event *copy = &v->events[v->n_events++];
	*copy = *e;
	copy->actor = arena_strdup(g->c->arena, e->actor);
	copy->meta = arena_strdup(g->c->arena, e->meta);
	copy->n_payloads = 0;
	keep_reason(g->c->arena, copy, e);
	for (size_t i = 0; i < e->n_payloads; i++) {
		const struct payload *p = &e->payloads[i];

		if (strcmp(p->name, "verdict") != 0 || p->erased)
			continue;
		json_t *verdict = json_loadb(
			(const char *)p->bytes.p, p->bytes.n, 0, NULL);
		json_t **more =
			ARENA_ARRAY(g->c->arena, v->n_verdicts + 1, json_t *);

		if (verdict == NULL)
			continue;
		AUTO(json_auto)
		json_t *meta = json_loads(e->meta, 0, NULL);
		json_object_set_new(verdict, "mail",
			json_integer(json_get_int(meta, "mail", 0)));
		if (v->n_verdicts > 0)
			memcpy(more, v->verdicts, v->n_verdicts * sizeof *more);
		more[v->n_verdicts++] = verdict;
		v->verdicts = more;
	}
	return true;
}

static bool
add_mails(struct store *s, struct arena *a, const char *chain,
	struct case_view *v, struct err *err)
{
	struct mail *more, *all;
	size_t n;

	if (!store_mail_list(s, a, QUEUE_NONE, chain, &more, &n, err))
		return false;
	all = ARENA_ARRAY(a, v->n_mails + n + 1, struct mail);
	for (size_t i = 0; i < v->n_mails; i++)
		all[i] = v->mails[i];
	for (size_t i = 0; i < n; i++)
		all[v->n_mails++] = more[i];
	v->mails = all;
	return true;
}

/* Its own, those of the case that it goes on for, and the one that it was
 * opened by, if that stayed with the case it was split from. */
static bool
gather_mails(
	struct store *s, struct arena *a, struct case_view *v, struct err *err)
{
	const char *before = casefile_link(v->c, "moved-from");
	struct mail *first;

	if (before != NULL && !add_mails(s, a, before, v, err))
		return false;
	if (!add_mails(s, a, v->c->id, v, err))
		return false;
	for (size_t i = 0; i < v->n_mails; i++)
		if (v->mails[i].id == v->c->mail)
			return true;
	if (!store_mail(s, a, v->c->mail, &first, err))
		return false;
	for (size_t i = v->n_mails++; i > 0; i--)
		v->mails[i] = v->mails[i - 1];
	v->mails[0] = *first;
	return true;
}

bool
case_view_load(struct cli *c, struct cli_desk *d, const char *id,
	struct case_view *out, struct err *err)
{
	struct store *s = d->desk.store;
	struct mask mask = {.c = c, .store = s};
	struct gather g = {c, out};
	const char *resolved;

	*out = (struct case_view){0};
	if (!store_case(s, c->arena, id, &out->c, err) ||
		!gather_mails(s, c->arena, out, err) ||
		!ledger_read(s, c->arena, id, true, take_event, &g, err) ||
		!store_policy(s, c->arena, out->c->policy, &resolved, err) ||
		!policy_from_resolved(
			c->arena, span_of(resolved), &out->policy, err) ||
		!mask_case(&mask, out->c, &out->folds, err))
		return false;
	out->texts = ARENA_ARRAY(c->arena, out->n_mails, struct span);
	for (size_t i = 0; i < out->n_mails; i++)
		if (!store_mail_payload(s, c->arena, &out->mails[i], "text",
			    &out->texts[i], err))
			return false;
	return true;
}

bool
case_view_fold(struct cli *c, struct case_view *v, struct err *err)
{
	if (!v->folds)
		return true;
	if (!mask_shut(err))
		return false;
	for (size_t i = 0; i < v->n_mails; i++)
		if (v->texts[i].p != NULL)
			v->folded |= mask_span(
				c, &v->mails[i].subject, &v->texts[i]);
	v->folded |= mask_text(c, &v->c->title);
	for (size_t i = 0; i < v->n_verdicts; i++)
		v->folded |= mask_verdict(c, v->verdicts[i]);
	return true;
}

/* --- what holds now ------------------------------------------------------------ */

/*
 * The first mail's results, each replaced by what a later mail showed: an
 * answer is only judged on what was asked for. The later ones name their
 * mail.
 */
static json_t *
clauses_now(const struct case_view *v)
{
	json_t *now = json_array(), *r;
	const json_t *first;
	size_t i, k;

	if (v->n_verdicts == 0)
		return now;
	first = json_object_get(v->verdicts[0], "clauses");
	json_array_foreach(first, i, r)
	{
		json_t *one = json_copy(r);
		const char *id = json_get_text(r, "id");

		for (size_t n = 1; n < v->n_verdicts; n++) {
			const json_t *later = v->verdicts[n];
			json_t *x;

			json_array_foreach(json_object_get(later, "clauses"), k,
				x) if (strcmp(json_get_text(x, "id"), id) == 0)
			{
				json_object_update(one, x);
				json_object_set(one, "mail",
					json_object_get(later, "mail"));
			}
		}
		json_array_append_new(now, one);
	}
	return now;
}

static void
letter_needs(const struct letter *l, json_t *out)
{
	switch (l->state) {
	case LETTER_HELD:
		json_array_append_new(out,
			json_sprintf("a person releases a letter: pratique "
				     "outbox approve %s",
				l->id));
		break;
	case LETTER_GIVEN_UP:
	case LETTER_BOUNCED:
		json_array_append_new(out,
			json_sprintf("a person reaches the reporter in another "
				     "way: letter %s %s",
				l->id,
				l->state == LETTER_BOUNCED ? "bounced" :
							     "was given up"));
		break;
	case LETTER_SHADOW:
	case LETTER_QUEUED:
	case LETTER_SENT:
	case LETTER_WITHDRAWN:
		break;
	}
}

/* What report management lets happen next, and what each step still needs. */
static void
next_state(const struct case_view *v, json_t *out)
{
	const struct casefile *f = v->c;

	if (casefile_link(f, "moved-to") != NULL)
		return;
	if (f->rm == RM_RECEIVED && !f->decided)
		json_array_append_new(out,
			json_sprintf(
				"a person confirms or overrules the proposal '%s': pratique case confirm %s",
				disposition_names[f->disposition], f->id));
	if (f->n_split > 1)
		json_array_append_new(out,
			json_sprintf(
				"a person makes %zu cases of it, or says that it is one: pratique case split %s",
				f->n_split, f->id));
	if (f->rm == RM_INVALID)
		json_array_append_new(out,
			json_sprintf(
				"a person's word that it is a report after all: pratique case overrule %s open --reason TEXT",
				f->id));
	if (f->rm != RM_RECEIVED) {
		for (size_t i = 0; i < f->n_letter; i++)
			letter_needs(&f->letter[i], out);
		return;
	}
	/* Asked for; a report that is set aside is not. */
	bool asked =
		f->disposition == DISP_ASK || f->disposition == DISP_ASK_PLAIN;
	for (size_t i = 0; asked && i < f->n_missing; i++)
		json_array_append_new(out,
			json_sprintf("from the reporter: %s", f->missing[i]));
	for (size_t i = 0; i < f->n_letter; i++)
		letter_needs(&f->letter[i], out);
	json_array_append_new(out,
		json_string(
			"a person's word whether the report is valid or invalid"));
}

/* --- for people ------------------------------------------------------------------ */

size_t
cli_numbered(struct arena *a, struct span text, size_t most)
{
	struct span line;
	size_t n = 0;

	if (text.p == NULL)
		(void)printf("    (erased)\n");
	while (span_line(&text, &line))
		if (++n <= most || most == SHOW_ALL_LINES)
			(void)printf("%4zu  %s\n", n,
				cli_text(a, arena_text(a, line), 500));
	return most != SHOW_ALL_LINES && n > most ? n - most : 0;
}

static void
label(const char *name)
{
	(void)printf("%-*s", LABEL, name);
}

const struct duty *
case_next_duty(const struct casefile *f)
{
	const struct duty *best = NULL;

	for (size_t i = 0; i < f->n_duties; i++)
		if (f->duties[i].state == DUTY_RUNNING &&
			(best == NULL || f->duties[i].due.ms < best->due.ms))
			best = &f->duties[i];
	return best;
}

static void
print_judged(struct cli *c, const struct case_view *v, const char *because)
{
	const struct casefile *f = v->c;

	if (f->decider != NULL) {
		label("decided");
		show_words(LABEL, LABEL,
			arena_printf(c->arena, "%s by %s%s%s",
				disposition_names[f->disposition], f->decider,
				f->clause ? ", clause " : "",
				f->clause ? f->clause : ""));
		return;
	}
	label(f->decided ? "judged" : "proposed");
	show_words(LABEL, LABEL,
		arena_printf(c->arena, "%s%s%s%s",
			disposition_names[f->disposition], because ? ": " : "",
			because ? because : "",
			f->decided ? "" :
				     "; a person decides, and until then no "
				     "clock stops"));
}

static void
print_links(const struct casefile *f)
{
	for (size_t i = 0; i < f->n_links; i++) {
		const char *id = strchr(f->links[i], ' ');

		label(i == 0 ? "linked" : "");
		(void)printf(
			"%.*s%s\n", (int)(id - f->links[i]), f->links[i], id);
	}
	if (f->lines.from > 0) {
		label("part");
		(void)printf("lines %u to %u of mail-%lld\n", f->lines.from,
			f->lines.to, (long long)f->mail);
	}
	if (f->rating != NULL) {
		label("rated");
		(void)printf("%s%s%s\n", f->rating, f->vector ? ", " : "",
			f->vector ? f->vector : "");
	}
}

/* Invalid releases nobody (vultron.md): only a written release does. */
static bool
asked_to_keep_silent(const struct case_view *v)
{
	for (size_t i = 0; i < v->policy->n_clauses; i++)
		if (v->policy->clauses[i].kind == CLAUSE_EMBARGO)
			return true;
	return false;
}

static void
print_head(struct cli *c, const struct case_view *v, instant at)
{
	const struct casefile *f = v->c;
	const struct duty *next = case_next_duty(f);
	const char *because = v->n_verdicts == 0 ?
		NULL :
		json_get_text(v->verdicts[v->n_verdicts - 1], "because");

	(void)printf("%s  ", f->id);
	show_words(strlen(f->id) + 2, strlen(f->id) + 2,
		cli_text(c->arena, f->title, 200));
	(void)putchar('\n');
	label("state");
	(void)printf("%s\n", rm_names[f->rm]);
	print_judged(c, v, because);
	print_links(f);
	label("product");
	(void)printf("%s, policy version %.12s\n", f->product, f->policy);
	label("reporter");
	(void)printf("%s\n", cli_text(c->arena, f->reporter, 120));
	label("received");
	(void)printf("%s\n", show_when(c->arena, f->received));
	if (f->opened.ms - f->received.ms >= OPENED_LATER) {
		label("opened");
		(void)printf("%s\n", show_when(c->arena, f->opened));
	}
	if (f->rm == RM_INVALID && asked_to_keep_silent(v)) {
		label("silence");
		show_words(LABEL, LABEL,
			"its reporter is still asked to keep silent until released");
	}
	if (next == NULL)
		return;
	label("next");
	(void)printf("%s by %s\n", duty_names[next->name],
		cli_due(c->arena, next, at));
}

static void
print_mails(struct cli *c, const struct case_view *v, bool all)
{
	for (size_t i = 0; i < v->n_mails; i++) {
		const struct mail *m = &v->mails[i];

		(void)printf("\nmail-%lld from %s, %s\n", (long long)m->id,
			cli_text(c->arena, m->from, 120),
			show_when(c->arena, m->received));
		(void)printf("      %s\n", cli_text(c->arena, m->subject, 200));
		size_t left = cli_numbered(c->arena, v->texts[i],
			all ? SHOW_ALL_LINES : LINES_SHOWN);
		if (left > 0)
			(void)printf(
				"      %zu more lines: pratique queue show mail-%lld\n",
				left, (long long)m->id);
	}
}

static void
print_clauses(struct cli *c, const struct case_view *v, bool all)
{
	json_t *now = clauses_now(v);

	if (json_array_size(now) > 0) {
		(void)printf("\nclauses\n");
		show_clauses(c, now, all);
	}
	json_decref(now);
}

/* Of the last judgement that had a mirror to ask. */
static void
print_evidence(struct cli *c, const struct case_view *v)
{
	for (size_t i = v->n_verdicts; i-- > 0;) {
		const json_t *ev = json_object_get(v->verdicts[i], "evidence");

		if (json_is_object(ev)) {
			show_evidence(c, ev);
			return;
		}
	}
}

static void
print_duties(struct cli *c, const struct case_view *v, instant at)
{
	static const char *const states[DUTY_STATE_COUNT] = {
		"", "kept", "kept late", "moved", "not owed since"};

	if (v->c->n_duties > 0)
		(void)printf("\npromises\n");
	for (size_t i = 0; i < v->c->n_duties; i++) {
		const struct duty *d = &v->c->duties[i];

		(void)printf("  %-11s  %-11s  ", duty_names[d->name],
			strength_names[d->strength]);
		if (d->state == DUTY_RUNNING)
			(void)printf("due %s\n", cli_due(c->arena, d, at));
		else
			(void)printf("%s %s\n", states[d->state],
				show_when(c->arena, d->kept_at));
	}
}

static void
print_letters(struct cli *c, const struct case_view *v)
{
	if (v->c->n_letter > 0)
		(void)printf("\nletters\n");
	for (size_t i = 0; i < v->c->n_letter; i++) {
		const struct letter *l = &v->c->letter[i];

		(void)printf("  %-11s  %-8s  %-18s  to %s\n", l->id,
			letter_state_names[l->state], l->template,
			cli_text(c->arena, l->to, 80));
		if (l->held_because != NULL) {
			(void)printf("%15swaits: ", "");
			show_words(22, 15,
				cli_text(c->arena, l->held_because, 200));
		}
	}
}

/* What persons did with it, and why. */
static void
print_said(struct cli *c, const struct case_view *v)
{
	bool first = true;

	for (size_t i = 0; i < v->n_events; i++) {
		const struct event *e = &v->events[i];
		const char *reason = reason_of(c->arena, e);

		if (strncmp(e->actor, "person:", 7) != 0)
			continue;
		if (first)
			(void)printf("\nwhat persons did\n");
		first = false;
		(void)printf("  %s  %s  %s\n", show_when(c->arena, e->at),
			event_kind_names[e->kind],
			cli_text(c->arena, e->actor, 60));
		if (reason != NULL) {
			(void)printf("      ");
			show_words(6, 6, cli_text(c->arena, reason, 1000));
		}
	}
}

static void
print_next(const struct case_view *v)
{
	json_t *list = json_array();
	const json_t *item;
	size_t i;

	next_state(v, list);
	if (json_array_size(list) > 0)
		(void)printf("\nto reach the next state%s\n",
			v->c->rm == RM_RECEIVED ? ", valid or invalid" : "");
	json_array_foreach(list, i, item)(void)
		printf("  %s\n", json_string_value(item));
	json_decref(list);
}

void
case_view_print(struct cli *c, const struct case_view *v, instant at, bool all)
{
	print_head(c, v, at);
	print_mails(c, v, all);
	print_clauses(c, v, all);
	print_evidence(c, v);
	print_duties(c, v, at);
	print_letters(c, v);
	print_said(c, v);
	print_next(v);
}

/* --- for programs ------------------------------------------------------------------- */

json_t *
case_view_json(struct cli *c, const struct case_view *v)
{
	json_t *out = casefile_json(v->c), *mails = json_array();
	json_t *verdicts = json_array(), *events = json_array();
	json_t *next = json_array();

	for (size_t i = 0; i < v->n_mails; i++) {
		const struct mail *m = &v->mails[i];
		struct span t = v->texts[i];

		json_array_append_new(mails,
			json_pack("{s:I,s:s,s:o,s:o,s:o,s:s,s:o,s:i}", "mail",
				(json_int_t)m->id, "received",
				cli_instant(c->arena, m->received), "from",
				json_text_or_null(m->from), "subject",
				json_text_or_null(m->subject), "message_id",
				json_text_or_null(m->message_id), "kind",
				mail_kind_names[m->kind], "text",
				t.p ? json_stringn((const char *)t.p, t.n) :
				      json_null(),
				"copies", (int)m->copies));
	}
	for (size_t i = 0; i < v->n_verdicts; i++)
		json_array_append(verdicts, v->verdicts[i]);
	for (size_t i = 0; i < v->n_events; i++)
		json_array_append_new(events,
			json_pack("{s:i,s:s,s:s,s:s,s:o,s:o}", "seq",
				(int)i + 1, "kind",
				event_kind_names[v->events[i].kind], "at",
				cli_instant(c->arena, v->events[i].at), "actor",
				v->events[i].actor, "reason",
				json_text_or_null(
					reason_of(c->arena, &v->events[i])),
				"meta",
				json_loads(v->events[i].meta, 0, NULL)));
	next_state(v, next);
	json_object_set_new(out, "folded", json_boolean(v->folded));
	json_object_set_new(out, "asked_to_keep_silent",
		json_boolean(
			v->c->rm == RM_INVALID && asked_to_keep_silent(v)));
	json_object_set_new(out, "mail_list", mails);
	json_object_set_new(out, "verdicts", verdicts);
	json_object_set_new(out, "clauses", clauses_now(v));
	json_object_set_new(out, "events", events);
	json_object_set_new(out, "next_state_needs", next);
	return out;
}
