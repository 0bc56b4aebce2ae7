/* desk_fixture.c - mails made, read and taken in, one process for all. */
#include "desk/desk_fixture.h"

#include <string.h>

#include "base/hash.h"
#include "desk/rebuild.h"
#include "desk/start.h"
#include "mime/mime.h"
#include "report/report.h"

static const char complete[] =
	"dag-factory 1.0.1 expands variables of other teams while it loads a\r\n"
	"YAML file, before their permissions are checked.\r\n"
	"\r\n"
	"Steps to reproduce:\r\n"
	"1. Put a file with {{ var.value.secret }} under dags/.\r\n"
	"2. Open the log of the task that it makes.\r\n"
	"3. Read the value of the other team's variable there.\r\n";

struct sent
sent_report(const char *from, const char *id)
{
	return (struct sent){.from = from,
		.sender = from,
		.rcpt = DESK_CONTACT,
		.subject = "dag-factory: a YAML file reads foreign variables",
		.id = id,
		.body = complete};
}

static void
drop_policies(struct bench *b)
{
	for (size_t i = 0; i < b->policies.n; i++)
		bizcal_free((struct bizcal *)(uintptr_t)b->policies.calendars[i]
				    .days);
}

void
bench_policy(struct bench *b, const char *const file[1])
{
	struct str problems;

	drop_policies(b);
	b->set.policies = (struct text_list){file, 1};
	str_init(&problems, 4096);
	OK(b,
		policies_load(b->f->a, &b->set, b->f->dir, "desk.example.org",
			&b->policies, &problems, &b->err));
	str_fini(&problems);
}

void
bench_open(struct bench *b, struct fixture *f)
{
	static const char *const policy[] = {POLICIES "/dag-factory.yml"};

	*b = (struct bench){.f = f, .a = arena_new()};
	b->set = *settings_default(f->a, f->dir);
	b->set.send = "live";
	b->set.bounce_address = "bounce+@desk.example.org";
	b->at = (instant){INT64_C(1795449600000)}; /* 2026-11-23 16:00 UTC */
	mime_init();
	bench_policy(b, policy);
	b->desk = (struct desk){.store = f->s,
		.set = &b->set,
		.policies = &b->policies,
		.node = "one",
		.chain = "desk:one",
		.data = f->dir,
		.send_room = 10};
	OK(b, desk_begin(&b->desk, b->a, b->at, &b->err));
}

void
bench_close(struct bench *b)
{
	drop_policies(b);
	arena_free(b->a);
}

static void
line(struct str *out, const char *name, const char *value)
{
	if (value != NULL)
		str_printf(out, "%s: %s\r\n", name, value);
}

static struct spool_mail
write_mail(struct bench *b, const struct sent *s, struct str *raw)
{
	const char **rcpt = ARENA_NEW(b->a, const char *);

	str_init(raw, 1 << 20);
	line(raw, "From", s->from);
	line(raw, "To", DESK_CONTACT);
	line(raw, "Subject", s->subject);
	line(raw, "Message-ID", s->id);
	line(raw, "In-Reply-To", s->reply_to_id);
	if (s->headers != NULL)
		str_puts(raw, s->headers);
	else
		str_puts(raw, "Content-Type: text/plain; charset=utf-8\r\n");
	str_puts(raw, "\r\n");
	str_puts(raw, s->body);
	rcpt[0] = s->rcpt;
	return (struct spool_mail){.received = b->at,
		.sender = s->sender,
		.rcpts = rcpt,
		.n_rcpts = 1,
		.peer = "192.0.2.1",
		.protocol = "ESMTP",
		.raw = str_span(raw)};
}

static void
take(struct bench *b, const struct spool_mail *mail, const struct message *m,
	const struct report *r)
{
	struct intake in = {mail, "edge", {1, b->offset += 1000}, m, r, NULL};

	OK(b, store_begin(b->f->s, &b->err));
	OK(b, intake_mail(&b->desk, b->a, &in, b->at, &b->taken, &b->err));
	OK(b, store_commit(b->f->s, &b->err));
	b->at.ms += 1000;
}

void
bench_take(struct bench *b, const struct sent *s)
{
	struct str raw;
	struct spool_mail mail = write_mail(b, s, &raw);
	struct envelope env = {mail.sender, mail.rcpts, mail.n_rcpts};
	const struct message *m =
		mime_parse(b->a, mail.raw, &env, &b->policies.own);

	take(b, &mail, m, report_find(b->a, m));
	str_fini(&raw);
}

void
bench_take_unreadable(struct bench *b, const struct sent *s)
{
	struct str raw;
	struct spool_mail mail = write_mail(b, s, &raw);
	const struct message m = {.kind = MAIL_UNREADABLE,
		.kind_because = "it could not be read",
		.from = mail.sender,
		.envelope_sender = mail.sender,
		.body = BODY_EMPTY,
		.text = "",
		.no_answer_because = "it could not be read"};

	take(b, &mail, &m, report_find(b->a, &m));
	str_fini(&raw);
}

struct casefile *
bench_case(struct bench *b, const char *id)
{
	struct casefile *c;

	OK(b, store_case(b->f->s, b->a, id, &c, &b->err));
	return c;
}

struct letter *
bench_letter(struct bench *b, const char *id)
{
	struct letter *l;

	OK(b, store_letter(b->f->s, b->a, id, &l, &b->err));
	return l;
}

struct mail *
bench_mail(struct bench *b, int64_t id)
{
	struct mail *m;

	OK(b, store_mail(b->f->s, b->a, id, &m, &b->err));
	return m;
}

static bool
note(void *ctx, int64_t seq, const struct event *e, struct err *err)
{
	struct str *out = ctx;

	(void)err;
	str_printf(out, "%lld %s %s", (long long)seq, event_kind_names[e->kind],
		e->meta);
	for (size_t i = 0; i < e->n_payloads; i++)
		str_printf(out, " +%s", e->payloads[i].name);
	str_puts(out, "\n");
	return true;
}

const char *
bench_chain(struct bench *b, const char *chain)
{
	struct str out;

	str_init(&out, 1 << 20);
	OK(b, ledger_read(b->f->s, b->a, chain, true, note, &out, &b->err));
	const char *text = arena_text(b->a, str_span(&out));
	str_fini(&out);
	return text;
}

void
bench_proves(struct bench *b)
{
	struct rebuild r = {0};
	struct rebuild_diff diff;

	OK(b, store_begin(b->f->s, &b->err));
	OK(b, rebuild_all(b->f->s, b->a, &r, &diff, &b->err));
	if (!diff.equal) {
		print_error("stored: %s\nfolded: %s\n",
			diff.stored ? diff.stored : "-",
			diff.folded ? diff.folded : "-");
		fail();
	}
	store_rollback(b->f->s);
}
