/*
 * reader.c - a mail read behind shut doors, in a child that ends with it.
 *
 * The child writes one frame into a pipe and ends. It holds what its parent
 * had open; its doors (sys/sandbox.h) let it read and write what is open, and
 * open nothing, so it is given no longer than the mail needs.
 */
#include "desk/reader.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "desk/proto.h"
#include "mime/mime.h"
#include "mirror/mirror.h"
#include "post/address.h"
#include "sys/loop.h"
#include "sys/sandbox.h"

enum { CHUNK = 64 * 1024, LOOK_LIMIT = 2000, NO_SANDBOX = 2, NOT_HEARD = 3 };

void
reader_pack(struct str *out, const struct message *m, const struct report *r)
{
	message_pack(out, m);
	report_pack(out, r);
}

unsigned
reader_lines(const struct message *m)
{
	unsigned n = 0;
	struct span rest = span_of(m->text ? m->text : ""), line;

	while (span_line(&rest, &line))
		n++;
	return n;
}

bool
reader_unpack(struct unpack *u, struct arena *a, struct message **m,
	struct report **r)
{
	struct message *message;
	struct report *report;

	if (!message_unpack(u, a, &message) ||
		!report_unpack(u, a, reader_lines(message), &report))
		return false;
	*m = message;
	*r = report;
	return true;
}

void
reader_none(struct arena *a, const struct spool_mail *mail, const char *why,
	const struct message **m, const struct report **r)
{
	struct message *none = ARENA_NEW(a, struct message);
	const char **defects = ARENA_ARRAY(a, 1, const char *);

	defects[0] = why;
	*none = (struct message){.kind = MAIL_UNREADABLE,
		.kind_because = why,
		.from = address_is_safe(mail->sender) ? mail->sender : NULL,
		.envelope_sender = mail->sender,
		.body = BODY_EMPTY,
		.text = "",
		.no_answer_because = why,
		.defects = defects,
		.n_defects = 1};
	*m = none;
	*r = report_find(a, none);
}

/* --- the child ------------------------------------------------------------------ */

static bool
shut(const char *mirror, struct err *err)
{
	if (mirror != NULL ? sandbox_looker(&mirror, 1, 0, err) :
			     sandbox_reader(0, err))
		return true;
	return getenv("PRATIQUE_NO_SANDBOX") != NULL;
}

static void
look(struct arena *a, const char *path, const struct report *r,
	struct str *frame)
{
	struct evidence *ev = NULL;
	struct mirror *m = NULL;
	struct err err;
	bool any = path != NULL && mirror_open(&m, path, &err) &&
		mirror_look(m, a, r, LOOK_LIMIT, &ev, &err);

	pack_u8(frame, any);
	if (any)
		evidence_pack(frame, ev);
	mirror_close(m);
}

static _Noreturn void
read_here(int to, const struct spool_mail *mail,
	const struct own_addresses *own, const char *mirror)
{
	struct envelope env = {mail->sender, mail->rcpts, mail->n_rcpts};
	struct arena *a = arena_new();
	struct str frame;
	struct err err;
	size_t done = 0;

	mime_init();
	if (mirror != NULL)
		mirror_start();
	if (!shut(mirror, &err))
		_exit(NO_SANDBOX);
	const struct message *m = mime_parse(a, mail->raw, &env, own);
	const struct report *r = report_find(a, m);
	str_init(&frame, PROTO_MAX_DONE + PROTO_MAX_LOOKED);
	reader_pack(&frame, m, r);
	look(a, mirror, r, &frame);
	while (done < frame.n) {
		ssize_t n = write(to, frame.text + done, frame.n - done);

		if (n < 0)
			_exit(NOT_HEARD);
		done += (size_t)n;
	}
	_exit(0);
}

/* --- the parent ------------------------------------------------------------------- */

/* All that the child says, until it closes its end. */
static bool
listen_to(int from, int64_t deadline, struct str *frame, struct err *err)
{
	for (;;) {
		struct pollfd p = {.fd = from, .events = POLLIN};
		int64_t left = deadline - loop_now();
		char chunk[CHUNK];

		if (left <= 0 || poll(&p, 1, (int)left) == 0)
			return err_set(err, ERR_BROKEN,
				"reading the mail took too long");
		ssize_t n = read(from, chunk, sizeof chunk);
		if (n == 0)
			return true;
		if (n < 0 && errno != EINTR)
			return err_set(err, ERR_BROKEN,
				"cannot hear the reader: %s", strerror(errno));
		if (n > 0)
			str_put(frame, span_make(chunk, (size_t)n));
	}
}

static bool
unpack(struct arena *a, const struct str *frame, struct message **m,
	struct report **r, struct evidence **ev)
{
	struct unpack u = {str_span(frame), false};

	*ev = NULL;
	if (!reader_unpack(&u, a, m, r))
		return false;
	if (unpack_u8(&u) != 0 && !evidence_unpack(&u, a, (*r)->n_claims, ev))
		return false;
	return unpack_end(&u);
}

static bool
ended_well(int status, struct err *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_SANDBOX)
		return err_set(err, ERR_DENIED,
			"will not read foreign mail without a sandbox (set "
			"PRATIQUE_NO_SANDBOX=1 to go on)");
	return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
		err_set(err, ERR_BROKEN,
			"the reader of this mail ended without an answer");
}

bool
reader_apart(struct arena *a, const struct spool_mail *mail,
	const struct own_addresses *own, const char *mirror, int64_t limit_ms,
	struct message **m, struct report **r, struct evidence **ev,
	struct err *err)
{
	struct str frame;
	int ends[2], status = 0;

	if (pipe(ends) != 0)
		return err_set(err, ERR_BUSY, "cannot make a pipe: %s",
			strerror(errno));
	pid_t child = fork();
	if (child == 0) {
		(void)close(ends[0]);
		read_here(ends[1], mail, own, mirror);
	}
	(void)close(ends[1]);
	if (child < 0) {
		(void)close(ends[0]);
		return err_set(err, ERR_BUSY, "cannot start a reader: %s",
			strerror(errno));
	}
	str_init(&frame, PROTO_MAX_DONE + PROTO_MAX_LOOKED);
	bool ok = listen_to(ends[0], loop_now() + limit_ms, &frame, err);
	(void)close(ends[0]);
	if (!ok)
		(void)kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	ok = ok && ended_well(status, err) &&
		(unpack(a, &frame, m, r, ev) ||
			err_set(err, ERR_BROKEN,
				"the reader's answer made no sense"));
	str_fini(&frame);
	if (ok)
		(*m)->envelope_sender = mail->sender;
	return ok;
}
