/* core_fixture.c - one core, and the test's ends of its channels. */
#include "desk/core_fixture.h"

#include <sys/socket.h>
#include <unistd.h>

#include "mime/mime.h"
#include "report/report.h"
#include "sys/files.h"
#include "sys/now.h"

static struct stage *stage;

static void
stuck(struct role *r, enum role_name who, unsigned index)
{
	(void)r;
	assert_int_equal(0, index);
	stage->whom = who;
	stage->stuck++;
}

static void
stop(void *ctx)
{
	loop_stop(ctx);
}

/* What has come is read; the time is for other processes, which there are
 * none of. */
void
stage_turn(struct stage *s)
{
	(void)loop_at(s->role.loop, loop_now() + 5, stop, s->role.loop);
	loop_run(s->role.loop);
}

void
stage_frame(struct stage *s, int fd, uint16_t want, struct span *body)
{
	uint16_t type;

	OK(&s->b, ipc_get(fd, s->b.a, PROTO_MAX_DONE, &type, body, &s->b.err));
	assert_int_equal(want, type);
}

void
stage_hire_parser(struct stage *s)
{
	struct span body;
	int fd[2];

	assert_int_equal(
		0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd));
	core_jobs_worker(&s->core, 0, fd[0]);
	s->parser = fd[1];
	stage_frame(s, s->parser, PROTO_OWN, &body);
}

void
stage_hire_post(struct stage *s)
{
	int fd[2];

	assert_int_equal(
		0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd));
	core_post_peer(&s->core, fd[0]);
	s->post = fd[1];
	OK(&s->b,
		ipc_put(s->post, PROTO_HOLDING, SPAN_LIT("\0\0\0\0"),
			&s->b.err));
	stage_turn(s);
}

void
stage_hire_evidence(struct stage *s)
{
	int fd[2];

	assert_int_equal(
		0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd));
	core_evidence_peer(&s->core, fd[0]);
	s->evidence = fd[1];
}

void
stage_open(struct stage *s, void **state)
{
	struct fixture *f = *state;
	struct spool_settings set = {1 << 20, 0};
	uint64_t torn;

	*s = (struct stage){.parser = -1, .post = -1, .evidence = -1};
	stage = s;
	bench_open(&s->b, f);
	OK(&s->b, now_init(&s->b.err));
	s->b.at = now();
	s->b.set.parsers = 1;
	s->role = (struct role){.data = f->dir,
		.node = "one",
		.set = &s->b.set,
		.arena = s->b.a,
		.loop = loop_new()};
	s->core = (struct core){.role = &s->role,
		.desk = s->b.desk,
		.policies = s->b.policies,
		.stuck = stuck,
		.arena = arena_new(),
		.spooled = true};
	s->core.outcomes_end = &s->core.outcomes;
	const char *edge = arena_printf(s->b.a, "%s/spool/edge", f->dir);
	const char *pipe = arena_printf(s->b.a, "%s/spool/pipe", f->dir);
	OK(&s->b,
		file_mkdirs(edge, 0700, &s->b.err) &&
			file_mkdirs(pipe, 0700, &s->b.err));
	OK(&s->b, core_jobs_open(&s->core, &s->b.err));
	OK(&s->b, spool_open(&s->spool, edge, &set, &torn, &s->b.err));
}

void
stage_close(struct stage *s)
{
	core_jobs_drop(&s->core);
	ipc_free(s->core.workers[0].ipc);
	ipc_free(s->core.post);
	ipc_free(s->core.evidence);
	free(s->core.workers);
	for (size_t i = 0; i < CORE_SPOOLS; i++)
		spool_reader_close(s->core.sources[i].reader);
	while (s->core.n_out > 0)
		free(s->core.out[--s->core.n_out]);
	arena_free(s->core.arena);
	spool_close(s->spool);
	loop_free(s->role.loop);
	if (s->parser >= 0)
		(void)close(s->parser);
	if (s->post >= 0)
		(void)close(s->post);
	if (s->evidence >= 0)
		(void)close(s->evidence);
	bench_close(&s->b);
}

/* A complete report, by hand: what the parser is asked to read. */
void
stage_receive(struct stage *s, const char *from)
{
	struct sent r = sent_report(from, NULL);
	const char *rcpt[] = {DESK_CONTACT};
	const char *raw = arena_printf(s->b.a,
		"From: %s\r\nSubject: %s\r\nMessage-ID: <%s>\r\n\r\n%s", from,
		r.subject, from, r.body);
	struct spool_mail mail = {.received = now(),
		.sender = from,
		.rcpts = rcpt,
		.n_rcpts = 1,
		.raw = span_of(raw)};
	struct spool_pos end;

	OK(&s->b, spool_append(s->spool, &mail, &end, &s->b.err));
	s->core.spooled = true;
}

/* Reads the next mail as an honest parser does. */
void
stage_answer(struct stage *s)
{
	struct envelope env = {0};
	struct span body;
	struct str out;

	stage_frame(s, s->parser, PROTO_READ, &body);
	struct unpack u = {body, false};
	uint32_t ticket = unpack_u32(&u, UINT32_MAX);
	env.sender = unpack_text(&u, s->b.a);
	assert_int_equal(1, unpack_u32(&u, 1));
	const char *rcpt = unpack_text(&u, s->b.a);
	env.rcpts = &rcpt;
	env.n_rcpts = 1;
	const struct message *m =
		mime_parse(s->b.a, unpack_blob(&u), &env, &s->b.policies.own);
	str_init(&out, PROTO_MAX_DONE);
	pack_u32(&out, ticket);
	message_pack(&out, m);
	report_pack(&out, report_find(s->b.a, m));
	OK(&s->b, ipc_put(s->parser, PROTO_DONE, str_span(&out), &s->b.err));
	str_fini(&out);
	stage_turn(s);
}

void
stage_parser_dies(struct stage *s)
{
	(void)close(s->parser);
	s->parser = -1;
	stage_turn(s);
}
