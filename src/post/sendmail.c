/*
 * sendmail.c - a letter handed to a local program, no shell in between.
 *
 * The program is run as PROGRAM -i -f SENDER -- RECIPIENT, so that nothing in
 * an address can be an option; it gets the letter from an unnamed file
 * (nothing to write while it reads, so nothing to block on) and an empty
 * environment but for PATH. Its exit status is read as sysexits.h has it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "post/transport.h"

enum { GIVE_UP_AFTER = 10 * 60 * 1000 };

struct run {
	struct sendmail *s;
	struct job *job;
	pid_t pid;
	int pidfd, said; /* its output, non-blocking */
	struct watch *ended, *says;
	struct timer *late;
	bool killed;
	struct run *next, **at;
};

struct sendmail {
	struct loop *loop;
	char *program;
	unsigned most, busy;
	struct job *first, **last; /* that wait for their turn */
	struct run *runs;
	struct timer *timer;
};

static bool
sendmail_open(void **out, const struct transport_settings *t, struct err *err)
{
	if (t->where[0] != '/' || access(t->where, X_OK) != 0)
		return err_set(err, ERR_ABSENT,
			"'%s' is no program: give its full path, "
			"sendmail:/usr/sbin/sendmail",
			t->where);
	struct sendmail *s = mem_new(sizeof *s);
	*s = (struct sendmail){.loop = t->loop,
		.program = mem_strdup(t->where),
		.most = (unsigned)t->set->senders};
	s->last = &s->first;
	*out = s;
	return true;
}

static void
run_free(struct run *r)
{
	loop_unwatch(r->ended);
	loop_unwatch(r->says);
	loop_cancel(r->late);
	(void)close(r->pidfd);
	(void)close(r->said);
	*r->at = r->next;
	if (r->next != NULL)
		r->next->at = r->at;
	r->s->busy--;
	free(r);
}

static void
sendmail_close(void *self)
{
	struct sendmail *s = self;

	loop_cancel(s->timer);
	while (s->runs != NULL) {
		struct run *r = s->runs;

		(void)kill(-r->pid, SIGKILL);
		(void)waitpid(r->pid, NULL, 0);
		job_free(r->job);
		run_free(r);
	}
	while (s->first != NULL) {
		struct job *job = s->first;

		s->first = job->next;
		job_free(job);
	}
	free(s->program);
	free(s);
}

/* --- starting -------------------------------------------------------------- */

/* The letter at offset 0 of a file without a name; -1 and errno. */
static int
letter_file(const struct job *job)
{
	size_t n;
	unsigned char *lf = job_lf(job, &n);
	int fd = memfd_create("letter", MFD_CLOEXEC);
	bool ok = fd >= 0 && write(fd, lf, n) == (ssize_t)n &&
		lseek(fd, 0, SEEK_SET) == 0;

	free(lf);
	if (!ok && fd >= 0) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

/* 0, or the error's number. */
static int
spawn(const char *program, const struct job *job, int in, int out, pid_t *pid)
{
	char *const env[] = {
		mem_strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), NULL};
	char *const argv[] = {mem_strdup(program), mem_strdup("-i"),
		mem_strdup("-f"),
		mem_strdup(job->sender[0] != '\0' ? job->sender : "<>"),
		mem_strdup("--"), mem_strdup(job->to), NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	(void)posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	(void)posix_spawn_file_actions_adddup2(&files, out, STDERR_FILENO);
	(void)posix_spawn_file_actions_addclosefrom_np(&files, 3);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	(void)posix_spawnattr_setsigdefault(&attr, &all);
	(void)posix_spawnattr_setpgroup(&attr, 0);
	(void)posix_spawnattr_setflags(&attr,
		POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
			POSIX_SPAWN_SETPGROUP);
	int why = posix_spawn(pid, program, &files, &attr, argv, env);

	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&files);
	for (size_t i = 0; argv[i] != NULL; i++)
		free(argv[i]);
	free(env[0]);
	return why;
}

/* --- ending ---------------------------------------------------------------- */

static void start_next(void *ctx);

static void
listen_to(void *ctx, unsigned events)
{
	struct run *r = ctx;
	char said[512];
	ssize_t n;

	(void)events;
	while ((n = read(r->said, said, sizeof said)) > 0)
		str_put(&r->job->reply, span_make(said, (size_t)n));
	if (n == 0 || errno != EAGAIN) {
		loop_unwatch(r->says);
		r->says = NULL;
	}
}

/* What the sender can do nothing about, against what a later try may cure. */
static enum post_outcome
outcome_of(int status)
{
	switch (status) {
	case EX_OK:
		return POST_SENT;
	case EX_DATAERR:
	case EX_NOUSER:
	case EX_NOHOST:
	case EX_UNAVAILABLE:
	case EX_NOPERM:
		return POST_REFUSED;
	default:
		return POST_LATER;
	}
}

static void
judge_end(struct run *r, const siginfo_t *how)
{
	struct span said = span_trim(str_span(&r->job->reply));
	char text[REPLY_MAX / 2];

	(void)snprintf(text, sizeof text, "%.*s", SPAN_FMT(said));
	const char *colon = said.n > 0 ? ": " : "";
	if (r->killed)
		job_outcome(r->job, POST_LATER,
			"%.100s did not end within %d s and was killed%s%s",
			r->s->program, GIVE_UP_AFTER / 1000, colon, text);
	else if (how->si_code != CLD_EXITED)
		job_outcome(r->job, POST_LATER,
			"%.100s was ended by signal %d%s%s", r->s->program,
			how->si_status, colon, text);
	else
		job_outcome(r->job, outcome_of(how->si_status),
			"%.100s exited with %d%s%s", r->s->program,
			how->si_status, colon, text);
}

static void
has_ended(void *ctx, unsigned events)
{
	struct run *r = ctx;
	struct sendmail *s = r->s;
	struct job *job = r->job;
	siginfo_t how = {0};

	(void)events;
	if (waitid(P_PIDFD, (id_t)r->pidfd, &how, WEXITED | WNOHANG) < 0 ||
		how.si_pid == 0)
		return;
	if (r->says != NULL)
		listen_to(r, 0);
	judge_end(r, &how);
	run_free(r);
	if (s->first != NULL && s->timer == NULL)
		s->timer = loop_at(s->loop, loop_now(), start_next, s);
	post_job_done(job);
}

static void
is_late(void *ctx)
{
	struct run *r = ctx;

	r->late = NULL;
	r->killed = true;
	(void)kill(-r->pid, SIGKILL);
}

/* --- the queue ------------------------------------------------------------- */

static bool
start(struct sendmail *s, struct job *job)
{
	if (job->to[0] == '-' || job->sender[0] == '-') {
		job_outcome(job, POST_REFUSED,
			"not sent: an address that begins with '-' could be "
			"read as an option");
		return false;
	}
	int out[2] = {-1, -1}, in = letter_file(job), why = 0, pidfd = -1;
	pid_t pid = 0;

	if (in < 0 || pipe2(out, O_CLOEXEC | O_NONBLOCK) < 0)
		why = errno;
	/* the program's end blocks, as programs expect */
	if (why == 0 && fcntl(out[1], F_SETFL, 0) < 0)
		why = errno;
	if (why == 0)
		why = spawn(s->program, job, in, out[1], &pid);
	if (why == 0 && (pidfd = pidfd_open(pid, 0)) < 0) {
		why = errno;
		(void)kill(-pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	}
	if (in >= 0)
		(void)close(in);
	if (out[1] >= 0)
		(void)close(out[1]);
	if (why != 0) {
		if (out[0] >= 0)
			(void)close(out[0]);
		job_outcome(job, POST_LATER, "cannot run %.200s: %s",
			s->program, strerror(why));
		return false;
	}

	struct run *r = mem_new(sizeof *r);
	*r = (struct run){.s = s,
		.job = job,
		.pid = pid,
		.pidfd = pidfd,
		.said = out[0],
		.next = s->runs,
		.at = &s->runs};
	if (s->runs != NULL)
		s->runs->at = &r->next;
	s->runs = r;
	s->busy++;
	r->ended = loop_watch(s->loop, pidfd, LOOP_READ, has_ended, r);
	r->says = loop_watch(s->loop, r->said, LOOP_READ, listen_to, r);
	r->late = loop_at(s->loop, loop_now() + GIVE_UP_AFTER, is_late, r);
	return true;
}

static void
start_next(void *ctx)
{
	struct sendmail *s = ctx;

	s->timer = NULL;
	while (s->first != NULL && s->busy < s->most) {
		struct job *job = s->first;

		s->first = job->next;
		if (s->first == NULL)
			s->last = &s->first;
		if (!start(s, job))
			post_job_done(job);
	}
}

static void
sendmail_send(void *self, struct job *job)
{
	struct sendmail *s = self;

	*s->last = job;
	s->last = &job->next;
	if (s->timer == NULL)
		s->timer = loop_at(s->loop, loop_now(), start_next, s);
}

const struct transport sendmail_transport = {
	"sendmail:", sendmail_open, sendmail_send, sendmail_close};
