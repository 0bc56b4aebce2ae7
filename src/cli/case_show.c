/* case_show.c - everything about one case, gathered and laid out. */
#include "cli/case_show.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* --- gathering ----------------------------------------------------------------- */

struct gather {
	struct cli *c;
	struct case_view *v;
};

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
		if (v->n_verdicts > 0)
			memcpy(more, v->verdicts, v->n_verdicts * sizeof *more);
		more[v->n_verdicts++] = verdict;
		v->verdicts = more;
	}
	return true;
}

bool
case_view_load(struct cli *c, struct cli_desk *d, const char *id,
	struct case_view *out, struct err *err)
{
	struct store *s = d->desk.store;
	struct gather g = {c, out};
	const char *resolved;

	*out = (struct case_view){0};
	if (!store_case(s, c->arena, id, &out->c, err) ||
		!store_mail_list(s, c->arena, QUEUE_NONE, id, &out->mails,
			&out->n_mails, err) ||
		!ledger_read(s, c->arena, id, true, take_event, &g, err) ||
		!store_policy(s, c->arena, out->c->policy, &resolved, err) ||
		!policy_from_resolved(
			c->arena, span_of(resolved), &out->policy, err))
		return false;
	out->texts = ARENA_ARRAY(c->arena, out->n_mails, struct span);
	for (size_t i = 0; i < out->n_mails; i++)
		if (!store_mail_payload(s, c->arena, &out->mails[i], "text",
			    &out->texts[i], err))
			return false;
	return true;
}

/* --- for people ------------------------------------------------------------------ */

void
cli_numbered(struct arena *a, struct span text)
{
	struct span line;
	unsigned n = 0;

	if (text.p == NULL)
		(void)printf("    (erased)\n");
	while (span_line(&text, &line))
		(void)printf("%4u  %s\n", ++n,
			cli_text(a, arena_text(a, line), 500));
}

static void
print_mails(struct cli *c, const struct case_view *v)
{
	for (size_t i = 0; i < v->n_mails; i++) {
		const struct mail *m = &v->mails[i];

		(void)printf("\nmail-%lld from %s, received %s\n%s\n",
			(long long)m->id, cli_text(c->arena, m->from, 120),
			cli_instant(c->arena, m->received),
			cli_text(c->arena, m->subject, 200));
		cli_numbered(c->arena, v->texts[i]);
	}
}

static void
print_lines(const json_t *lines)
{
	const json_t *r;
	size_t i;

	json_array_foreach(lines, i, r)
	{
		json_int_t from = json_get_int(r, "line", 0);
		json_int_t to = json_get_int(r, "end", from);

		(void)printf("%s%lld", i ? "," : "  line ", (long long)from);
		if (to > from)
			(void)printf("-%lld", (long long)to);
	}
}

static void
print_clauses(struct cli *c, const struct case_view *v)
{
	const json_t *r;
	size_t i;

	if (v->n_verdicts == 0)
		return;
	(void)printf("\nclauses\n");
	json_array_foreach(json_object_get(v->verdicts[0], "clauses"), i, r)
	{
		const char *because = json_get_text(r, "because");

		(void)printf("  %-14s %-26s", json_get_text(r, "result"),
			json_get_text(r, "id"));
		print_lines(json_object_get(r, "lines"));
		(void)printf("%s%s\n", because ? "  " : "",
			because ? cli_text(c->arena, because, 300) : "");
	}
}

static void
print_duties(struct cli *c, const struct case_view *v, instant at)
{
	(void)printf("\npromises\n");
	for (size_t i = 0; i < v->c->n_duties; i++) {
		const struct duty *d = &v->c->duties[i];

		if (d->state == DUTY_RUNNING)
			(void)printf("  %-12s due %s (%s, from %s)\n",
				duty_names[d->name], cli_due(c->arena, d, at),
				d->clause, d->trigger);
		else
			(void)printf("  %-12s %s %s (%s)\n",
				duty_names[d->name], duty_state_names[d->state],
				cli_instant(c->arena, d->kept_at), d->clause);
	}
}

static void
print_letters(struct cli *c, const struct case_view *v)
{
	(void)printf("\nletters\n");
	for (size_t i = 0; i < v->c->n_letter; i++) {
		const struct letter *l = &v->c->letter[i];

		(void)printf("  %-12s %-9s %-14s to %s%s%s\n", l->id,
			letter_state_names[l->state], l->template,
			cli_text(c->arena, l->to, 80),
			l->held_because ? ": " : "",
			l->held_because ? l->held_because : "");
	}
}

/* What report management lets happen next, and what each step still needs. */
static void
next_state(const struct case_view *v, json_t *out)
{
	const struct casefile *f = v->c;

	if (f->rm != RM_RECEIVED)
		return;
	if (!f->decided)
		json_array_append_new(out,
			json_sprintf(
				"a person confirms or overrules the proposal '%s'",
				disposition_names[f->disposition]));
	for (size_t i = 0; i < f->n_missing; i++)
		json_array_append_new(
			out, json_sprintf("the reporter's %s", f->missing[i]));
	json_array_append_new(out,
		json_string(
			"a person's word whether the report is valid or invalid"));
}

static void
print_next(const struct case_view *v)
{
	json_t *list = json_array();
	const json_t *item;
	size_t i;

	next_state(v, list);
	(void)printf("\nfor the next state (valid or invalid) it needs\n");
	json_array_foreach(list, i, item)(void)
		printf("  %s\n", json_string_value(item));
	json_decref(list);
}

void
case_view_print(struct cli *c, const struct case_view *v, instant at)
{
	const struct casefile *f = v->c;

	(void)printf("%s  %s\n%s, %s%s, opened %s, policy version %.12s\n",
		f->id, cli_text(c->arena, f->title, 200), rm_names[f->rm],
		disposition_names[f->disposition],
		f->decided ? "" : " (proposed: a person decides)",
		cli_instant(c->arena, f->opened), f->policy);
	(void)printf("reporter %s\n", cli_text(c->arena, f->reporter, 120));
	print_mails(c, v);
	print_clauses(c, v);
	print_duties(c, v, at);
	print_letters(c, v);
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
			json_pack("{s:i,s:s,s:s,s:s,s:o}", "seq", (int)i + 1,
				"kind", event_kind_names[v->events[i].kind],
				"at", cli_instant(c->arena, v->events[i].at),
				"actor", v->events[i].actor, "meta",
				json_loads(v->events[i].meta, 0, NULL)));
	next_state(v, next);
	json_object_set_new(out, "mail_list", mails);
	json_object_set_new(out, "verdicts", verdicts);
	json_object_set_new(out, "clauses",
		v->n_verdicts ? json_incref(json_object_get(
					v->verdicts[0], "clauses")) :
				json_array());
	json_object_set_new(out, "events", events);
	json_object_set_new(out, "next_state_needs", next);
	return out;
}
