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
#include "sys/loop.h"
#include "sys/sandbox.h"

enum { CHUNK = 64 * 1024 };

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

/* --- the child ------------------------------------------------------------------ */

static void
read_here(
	int to, const struct spool_mail *mail, const struct own_addresses *own)
{
	struct envelope env = {mail->sender, mail->rcpts, mail->n_rcpts};
	struct arena *a = arena_new();
	struct str frame;
	struct err err;
	size_t done = 0;

	mime_init();
	if (!sandbox_reader(0, &err) && getenv("PRATIQUE_NO_SANDBOX") == NULL)
		_exit(2);
	const struct message *m = mime_parse(a, mail->raw, &env, own);
	str_init(&frame, PROTO_MAX_DONE);
	reader_pack(&frame, m, report_find(a, m));
	while (done < frame.n) {
		ssize_t n = write(to, frame.text + done, frame.n - done);

		if (n < 0)
			_exit(3);
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
			return err_set(err, ERR_BUSY,
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
take(struct arena *a, const struct str *frame, int status, struct message **m,
	struct report **r, struct err *err)
{
	struct unpack u = {str_span(frame), false};

	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		return err_set(err, ERR_BROKEN,
			"will not read foreign mail without a sandbox (set "
			"PRATIQUE_NO_SANDBOX=1 to go on)");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 ||
		!reader_unpack(&u, a, m, r) || !unpack_end(&u))
		return err_set(err, ERR_BROKEN,
			"the reader of this mail ended without an answer");
	return true;
}

bool
reader_apart(struct arena *a, const struct spool_mail *mail,
	const struct own_addresses *own, int64_t limit_ms, struct message **m,
	struct report **r, struct err *err)
{
	struct str frame;
	int ends[2], status = 0;

	if (pipe(ends) != 0)
		return err_set(err, ERR_BUSY, "cannot make a pipe: %s",
			strerror(errno));
	pid_t child = fork();
	if (child == 0) {
		(void)close(ends[0]);
		read_here(ends[1], mail, own);
	}
	(void)close(ends[1]);
	if (child < 0) {
		(void)close(ends[0]);
		return err_set(err, ERR_BUSY, "cannot start a reader: %s",
			strerror(errno));
	}
	str_init(&frame, PROTO_MAX_DONE);
	bool ok = listen_to(ends[0], loop_now() + limit_ms, &frame, err);
	(void)close(ends[0]);
	if (!ok)
		(void)kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	ok = ok && take(a, &frame, status, m, r, err);
	str_fini(&frame);
	if (ok)
		(*m)->envelope_sender = mail->sender;
	return ok;
}
