/*
 * smtp.c - letters to the next hop, several at a time on kept connections.
 *
 * libcurl speaks SMTP, but it blocks its caller from the final dot until the
 * server's answer, in its multi interface too; on the role's loop one slow
 * server would hold up everything for minutes. So each of `senders` is a
 * thread with one easy handle, and with it one connection that is kept. A
 * thread touches its handle and its job, nothing else; jobs go in under a
 * mutex and come out through an eventfd, and the role's loop stays
 * single-threaded. What one exchange was like is smtp_try.c's.
 */
#include "post/smtp.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "post/transport.h"

struct worker {
	struct smtp *smtp;
	pthread_t thread;
	CURL *curl;
};

struct smtp {
	struct smtp_hop hop;
	int event;
	struct watch *watch;
	size_t n, wanted; /* threads that run, and that should */
	struct worker *workers;
	pthread_mutex_t lock; /* of the two lists and `stop` */
	pthread_cond_t work;
	struct job *todo, **todo_last;
	struct job *done, **done_last;
};

/* --- settings -------------------------------------------------------------- */

/* What may stand between scheme and path of the URL; no user, no path. */
static bool
is_host_port(const char *s)
{
	size_t n = strspn(s,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]");

	return n > 0 && n < 300 && s[n] == '\0';
}

static bool
is_loopback(const char *where)
{
	struct span s = span_of(where);

	return span_starts(s, "127.") || span_starts(s, "[::1]") ||
		span_is(s, "localhost") || span_starts(s, "localhost:");
}

/* The name we greet with; a URL's path, so it must be plain. */
static void
own_name(const char *wanted, char out[256])
{
	char name[256] = "";

	if (wanted[0] != '\0')
		(void)snprintf(name, sizeof name, "%s", wanted);
	else if (gethostname(name, sizeof name - 1) < 0)
		name[0] = '\0';
	bool plain = name[0] != '\0' &&
		strspn(name,
			"abcdefghijklmnopqrstuvwxyz"
			"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") ==
			strlen(name);
	(void)snprintf(out, 256, "%s", plain ? name : "localhost");
}

static bool
read_password(struct smtp_hop *hop, const char *file, struct err *err)
{
	char text[1024];
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (n < 0)
		(void)err_set(err, ERR_ABSENT, "smtp_password_file: %s: %s",
			file[0] != '\0' ? file : "(empty)", strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	if (n < 0)
		return false;
	text[n] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	hop->password = mem_strdup(text);
	explicit_bzero(text, sizeof text);
	return true;
}

static bool
configure(struct smtp_hop *hop, const struct transport_settings *t,
	bool implicit, struct err *err)
{
	const struct settings *set = t->set;
	bool required = strcmp(set->smtp_tls, "required") == 0;
	char name[256], url[640];

	if (!is_host_port(t->where))
		return err_set(err, ERR_SYNTAX,
			"wants HOST:PORT and nothing else after the //");
	own_name(set->hostname, name);
	(void)snprintf(url, sizeof url, "%s://%s/%s",
		implicit ? "smtps" : "smtp", t->where, name);
	hop->url = mem_strdup(url);
	hop->where = mem_strdup(t->where);
	hop->tls = implicit || required             ? SMTP_TLS_REQUIRED :
		strcmp(set->smtp_tls, "never") == 0 ? SMTP_TLS_NEVER :
						      SMTP_TLS_TRY;
	hop->implicit = implicit;
	if (set->smtp_ca_file[0] != '\0')
		hop->ca_file = mem_strdup(set->smtp_ca_file);
	if (set->smtp_user[0] == '\0')
		return true;
	if (hop->tls != SMTP_TLS_REQUIRED && !is_loopback(t->where))
		return err_set(err, ERR_SYNTAX,
			"a password would go out in clear: set smtp_tls: "
			"required, or use smtps://");
	hop->user = mem_strdup(set->smtp_user);
	return read_password(hop, set->smtp_password_file, err);
}

static void
hop_fini(struct smtp_hop *hop)
{
	free(hop->url);
	free(hop->where);
	free(hop->ca_file);
	free(hop->user);
	if (hop->password != NULL)
		explicit_bzero(hop->password, strlen(hop->password));
	free(hop->password);
}

/* --- threads --------------------------------------------------------------- */

static struct job *
take(struct smtp *s)
{
	(void)pthread_mutex_lock(&s->lock);
	while (s->todo == NULL && !atomic_load(&s->hop.stop))
		(void)pthread_cond_wait(&s->work, &s->lock);
	struct job *job = atomic_load(&s->hop.stop) ? NULL : s->todo;
	if (job != NULL) {
		s->todo = job->next;
		if (s->todo == NULL)
			s->todo_last = &s->todo;
	}
	(void)pthread_mutex_unlock(&s->lock);
	return job;
}

static void
give_back(struct smtp *s, struct job *job)
{
	uint64_t one = 1;

	job->next = NULL;
	(void)pthread_mutex_lock(&s->lock);
	bool first = s->done == NULL;
	*s->done_last = job;
	s->done_last = &job->next;
	(void)pthread_mutex_unlock(&s->lock);
	if (first && write(s->event, &one, sizeof one) < 0)
		abort(); /* an eventfd takes one more, or we are broken */
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct job *job;

	while ((job = take(w->smtp)) != NULL) {
		smtp_deliver(w->curl, &w->smtp->hop, job);
		give_back(w->smtp, job);
	}
	return NULL;
}

static void
told(void *ctx, unsigned events)
{
	struct smtp *s = ctx;
	uint64_t count;

	(void)events;
	if (read(s->event, &count, sizeof count) < 0)
		return;
	(void)pthread_mutex_lock(&s->lock);
	struct job *job = s->done;
	s->done = NULL;
	s->done_last = &s->done;
	(void)pthread_mutex_unlock(&s->lock);
	while (job != NULL) {
		struct job *next = job->next;

		post_job_done(job);
		job = next;
	}
}

/* --- the transport --------------------------------------------------------- */

static void
free_jobs(struct job *job)
{
	while (job != NULL) {
		struct job *next = job->next;

		job_free(job);
		job = next;
	}
}

static void
smtp_close(void *self)
{
	struct smtp *s = self;

	(void)pthread_mutex_lock(&s->lock);
	atomic_store(&s->hop.stop, true);
	(void)pthread_cond_broadcast(&s->work);
	(void)pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < s->n; i++) {
		(void)pthread_join(s->workers[i].thread, NULL);
		curl_easy_cleanup(s->workers[i].curl);
	}
	free_jobs(s->todo);
	free_jobs(s->done);
	loop_unwatch(s->watch);
	if (s->event >= 0)
		(void)close(s->event);
	(void)pthread_cond_destroy(&s->work);
	(void)pthread_mutex_destroy(&s->lock);
	free(s->workers);
	hop_fini(&s->hop);
	free(s);
}

/*
 * With the first letter, not before: a sandbox that the role has entered
 * since holds for threads made after it, not for those made before. They
 * block every signal, for signals are the loop's. Fewer than wanted will do;
 * none is why it returns an error's number.
 */
static int
start_workers(struct smtp *s)
{
	sigset_t all, old;
	int why = 0;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	while (s->n < s->wanted && why == 0) {
		struct worker *w = &s->workers[s->n];

		w->smtp = s;
		w->curl = curl_easy_init();
		why = w->curl == NULL ?
			ENOMEM :
			pthread_create(&w->thread, NULL, work, w);
		if (why == 0)
			s->n++;
		else if (w->curl != NULL)
			curl_easy_cleanup(w->curl);
	}
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	return s->n > 0 ? 0 : why;
}

static bool
smtp_start(void **out, const struct transport_settings *t, bool implicit,
	struct err *err)
{
	struct smtp *s = mem_new(sizeof *s);

	s->todo_last = &s->todo;
	s->done_last = &s->done;
	(void)pthread_mutex_init(&s->lock, NULL);
	(void)pthread_cond_init(&s->work, NULL);
	(void)curl_global_init(CURL_GLOBAL_DEFAULT);
	s->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	bool ok = s->event >= 0 ||
		err_set(err, ERR_BROKEN, "eventfd: %s", strerror(errno));
	if (!ok || !configure(&s->hop, t, implicit, err)) {
		smtp_close(s);
		return false;
	}
	s->wanted = (size_t)t->set->senders;
	s->workers = mem_new(s->wanted * sizeof *s->workers);
	s->watch = loop_watch(t->loop, s->event, LOOP_READ, told, s);
	*out = s;
	return true;
}

static bool
smtp_open(void **out, const struct transport_settings *t, struct err *err)
{
	return smtp_start(out, t, false, err);
}

static bool
smtps_open(void **out, const struct transport_settings *t, struct err *err)
{
	return smtp_start(out, t, true, err);
}

static void
smtp_send(void *self, struct job *job)
{
	struct smtp *s = self;
	int why = s->n > 0 ? 0 : start_workers(s);

	job->next = NULL;
	if (why != 0) {
		job_outcome(job, POST_LATER, "cannot start a sender: %s",
			strerror(why));
		give_back(s, job);
		return;
	}
	(void)pthread_mutex_lock(&s->lock);
	*s->todo_last = job;
	s->todo_last = &job->next;
	(void)pthread_cond_signal(&s->work);
	(void)pthread_mutex_unlock(&s->lock);
}

const struct transport smtp_transport = {
	"smtp://", smtp_open, smtp_send, smtp_close};
const struct transport smtps_transport = {
	"smtps://", smtps_open, smtp_send, smtp_close};
