/*
 * post_test.c - letters on their way out by Maildir, SMTP and sendmail, with
 * next hops that take them, refuse them, put them off and die.
 */
#include "post/post.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/test.h"
#include "post/sink_test.h"

static const char letter[] = "From: security@example.org\r\n"
			     "To: ada@example.net\r\n"
			     "Message-ID: <1@desk.example.org>\r\n"
			     "\r\n"
			     ".a line that begins with a dot\r\n"
			     "..\r\n"
			     ".\r\n"
			     "the last line\r\n";

/* --- a desk that only posts ------------------------------------------------ */

struct outcome {
	char id[40], reply[500];
	enum post_outcome o;
};

struct desk {
	struct arena *a;
	struct loop *loop;
	struct settings set;
	struct post *post;
	char dir[64];
	struct outcome got[64];
	size_t n, awaited;
};

static void
done(void *ctx, const char *id, enum post_outcome o, const char *reply)
{
	struct desk *d = ctx;
	struct outcome *got = &d->got[d->n++];

	(void)snprintf(got->id, sizeof got->id, "%s", id);
	(void)snprintf(got->reply, sizeof got->reply, "%s", reply);
	got->o = o;
	if (d->n >= d->awaited)
		loop_stop(d->loop);
}

static int
make(void **state)
{
	struct desk *d = mem_new(sizeof *d);

	d->a = arena_new();
	d->loop = loop_new();
	(void)snprintf(d->dir, sizeof d->dir, "/tmp/post_test.XXXXXX");
	if (mkdtemp(d->dir) == NULL)
		return -1;
	d->set = *settings_default(d->a, d->dir);
	d->set.hostname = "desk.example.org";
	*state = d;
	return 0;
}

static void
remove_folder(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		char name[600];

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(name, sizeof name, "%s/%s", path, e->d_name);
		if (unlink(name) < 0)
			remove_folder(name);
	}
	if (dir != NULL)
		(void)closedir(dir);
	(void)rmdir(path);
}

static int
unmake(void **state)
{
	struct desk *d = *state;

	post_free(d->post);
	loop_free(d->loop);
	remove_folder(d->dir);
	arena_free(d->a);
	free(d);
	return 0;
}

static void
open_post(struct desk *d, const char *transport)
{
	struct err err = {0};

	d->set.transport = transport;
	if (!post_new(&d->post, d->loop, &d->set, d->dir, done, d, &err))
		fail_msg("%s", err.text);
}

static void
send_to(struct desk *d, const char *id, const char *to)
{
	post_send(d->post, id, "", to, span_of(letter));
	d->awaited++;
}

static const struct outcome *
outcome_of(const struct desk *d, const char *id)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->got[i].id, id) == 0)
			return &d->got[i];
	fail_msg("no outcome for %s", id);
	return NULL;
}

/* Sends one letter, waits, and gives what became of it. */
static const struct outcome *
one(struct desk *d, const char *id, const char *to)
{
	send_to(d, id, to);
	loop_run(d->loop);
	return outcome_of(d, id);
}

static const char *
read_text(struct desk *d, const char *path)
{
	char text[8192];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);

	assert_true(n >= 0);
	(void)close(fd);
	return arena_text(d->a, span_make(text, (size_t)n));
}

static unsigned
files_in(const char *dir, char *last, size_t size)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	unsigned n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.') {
			n++;
			(void)snprintf(last, size, "%s/%s", dir, e->d_name);
		}
	(void)closedir(d);
	return n;
}

/* --- Maildir --------------------------------------------------------------- */

static void
a_maildir_gets_one_file_however_often_it_is_sent(void **state)
{
	struct desk *d = *state;
	char path[600], moved[700], new[100];

	open_post(d, "maildir:outbox");
	(void)snprintf(new, sizeof new, "%s/outbox/new", d->dir);
	const struct outcome *got = one(d, "DAGF-1.1", "ada@example.net");
	assert_int_equal(POST_SENT, got->o);
	assert_int_equal(1, files_in(new, path, sizeof path));
	assert_string_equal(path, got->reply);
	assert_string_equal("From: security@example.org\n"
			    "To: ada@example.net\n"
			    "Message-ID: <1@desk.example.org>\n"
			    "\n"
			    ".a line that begins with a dot\n"
			    "..\n"
			    ".\n"
			    "the last line\n",
		read_text(d, path));

	d->n = d->awaited = 0;
	assert_int_equal(POST_SENT, one(d, "DAGF-1.1", "ada@example.net")->o);
	assert_int_equal(1, files_in(new, path, sizeof path));

	/* a reader has seen it */
	(void)snprintf(moved, sizeof moved, "%s/outbox/cur/%s:2,S", d->dir,
		strrchr(path, '/') + 1);
	assert_int_equal(0, rename(path, moved));
	d->n = d->awaited = 0;
	assert_int_equal(POST_SENT, one(d, "DAGF-1.1", "ada@example.net")->o);
	assert_int_equal(0, files_in(new, path, sizeof path));
}

static void
letters_with_one_id_but_other_bytes_are_two(void **state)
{
	struct desk *d = *state;
	char path[600], dir[100];

	open_post(d, "maildir:outbox");
	send_to(d, "DAGF-1.1", "ada@example.net");
	post_send(d->post, "DAGF-1.1", "", "ada@example.net",
		SPAN_LIT("Other: yes\r\n\r\n"));
	send_to(d, "../../etc/x", "ada@example.net");
	d->awaited = 3;
	loop_run(d->loop);
	(void)snprintf(dir, sizeof dir, "%s/outbox/new", d->dir);
	assert_int_equal(3, files_in(dir, path, sizeof path));
	(void)snprintf(dir, sizeof dir, "%s/outbox/tmp", d->dir);
	assert_int_equal(0, files_in(dir, path, sizeof path));
}

static void
a_maildir_that_cannot_be_written_puts_off(void **state)
{
	struct desk *d = *state;
	char from[100], to[100];

	open_post(d, "maildir:outbox");
	(void)snprintf(from, sizeof from, "%s/outbox/tmp", d->dir);
	(void)snprintf(to, sizeof to, "%s/gone", d->dir);
	assert_int_equal(0, rename(from, to));
	assert_int_equal(0, rmdir(to));
	const struct outcome *got = one(d, "DAGF-1.1", "ada@example.net");
	assert_int_equal(POST_LATER, got->o);
	assert_non_null(strstr(got->reply, "cannot write"));
}

/* --- what is never sent ---------------------------------------------------- */

static const struct {
	const char *name, *to, *sender, *bytes;
} unfit[] = {
	{"a second recipient", "a@example.net,b@example.net", "", "x\r\n"},
	{"a command in the address", "a@example.net>\r\nDATA", "", "x\r\n"},
	{"a wrong bounce address", "a@example.net", "bounce", "x\r\n"},
	{"a bare LF", "a@example.net", "", "x\r\n.\ny\r\n"},
	{"a bare CR", "a@example.net", "", "x\r.\r\n"},
	{"nothing", "a@example.net", "", ""},
};

static void
what_is_not_fit_is_refused_from_the_loop(void **state)
{
	struct desk *d = *state;

	open_post(d, "maildir:outbox");
	for (size_t i = 0; i < ARRAY_LEN(unfit); i++) {
		test_note(unfit[i].name);
		d->n = 0;
		d->awaited = 1;
		post_send(d->post, "x", unfit[i].sender, unfit[i].to,
			span_of(unfit[i].bytes));
		assert_int_equal(0, d->n);
		loop_run(d->loop);
		assert_int_equal(POST_REFUSED, d->got[0].o);
	}
}

static void
settings_that_are_wrong_are_told(void **state)
{
	static const struct {
		const char *transport, *says;
	} wrong[] = {
		{"pigeon:coop", "is none of maildir:DIR"},
		{"smtp://", "wants HOST:PORT"},
		{"smtp://user:pw@host", "wants HOST:PORT"},
		{"smtp://host/path", "wants HOST:PORT"},
		{"sendmail:sendmail", "give its full path"},
		{"sendmail:/nowhere/sendmail", "is no program"},
		{"maildir:", "wants a folder"},
		{"maildir:/nowhere/at/all", "cannot make folder"},
	};
	struct desk *d = *state;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		test_note(wrong[i].transport);
		d->set.transport = wrong[i].transport;
		assert_false(post_new(
			&d->post, d->loop, &d->set, d->dir, done, d, &err));
		assert_non_null(strstr(err.text, wrong[i].says));
		assert_null(d->post);
	}
	d->set.transport = "smtp://mail.example.org:587";
	d->set.smtp_user = "desk";
	assert_false(
		post_new(&d->post, d->loop, &d->set, d->dir, done, d, &err));
	assert_non_null(strstr(err.text, "in clear"));
}

/* --- SMTP ------------------------------------------------------------------ */

static struct sink
open_smtp(struct desk *d, unsigned flags)
{
	struct sink s = sink_start(d->dir, flags);

	open_post(d, arena_printf(d->a, "smtp://127.0.0.1:%d", s.port));
	return s;
}

static const struct {
	const char *to;
	enum post_outcome o;
	const char *reply;
} answers[] = {
	{"ok@example.net", POST_SENT, "250 2.0.0 taken as 4711"},
	{"temp@example.net", POST_LATER, "450 4.2.0 busy"},
	{"perm@example.net", POST_REFUSED, "550 5.1.1 no such user"},
	{"dot4@example.net", POST_LATER, "451 4.3.0 later, please"},
	{"dot5@example.net", POST_REFUSED,
		"554-5.7.1 this letter 554 5.7.1 is not wanted"},
	{"ok@example.net", POST_SENT, "250 2.0.0 taken as 4711"},
};

static void
a_server_s_word_decides(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, 0);

	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		test_note(answers[i].to);
		d->n = d->awaited = 0;
		const struct outcome *got = one(d, "x", answers[i].to);
		assert_int_equal(answers[i].o, got->o);
		assert_string_equal(answers[i].reply, got->reply);
	}
	sink_stop(s);
}

static void
a_letter_arrives_byte_for_byte(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, 0);
	char path[600];

	post_send(d->post, "a", "bounce+t0k@example.org", "ok@example.net",
		span_of(letter));
	d->awaited = 1;
	loop_run(d->loop);
	assert_int_equal(1, files_in(d->dir, path, sizeof path));
	const char *got = read_text(d, path);
	assert_non_null(strstr(got, "MAIL FROM:<bounce+t0k@example.org>"));
	assert_non_null(strstr(got, "RCPT TO:<ok@example.net>\r\n"));
	assert_string_equal(letter, strstr(got, "From: "));
	sink_stop(s);
}

static void
no_sender_is_the_null_path(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, 0);
	char path[600];

	one(d, "a", "ok@example.net");
	assert_int_equal(1, files_in(d->dir, path, sizeof path));
	assert_non_null(strstr(read_text(d, path), "MAIL FROM:<>\r\n"));
	sink_stop(s);
}

/* The server may have taken it: it is tried again, later and not at once. */
static void
a_connection_lost_after_the_dot_is_tried_again_later(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, 0);
	char path[600];

	const struct outcome *got = one(d, "a", "drop@example.net");
	assert_int_equal(POST_LATER, got->o);
	assert_non_null(strstr(got->reply, "may have been taken"));
	assert_int_equal(1, files_in(d->dir, path, sizeof path));
	sink_stop(s);
}

static void
a_kept_connection_that_died_is_replaced(void **state)
{
	static const char *const ends[] = {
		"once@example.net", "bye@example.net"};
	struct desk *d = *state;
	struct sink s;

	d->set.senders = 1; /* so that the connection is the same */
	s = open_smtp(d, 0);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		test_note(ends[i]);
		d->n = d->awaited = 0;
		assert_int_equal(POST_SENT, one(d, "a", ends[i])->o);
		d->n = d->awaited = 0;
		assert_int_equal(POST_SENT, one(d, "b", "ok@example.net")->o);
	}
	sink_stop(s);
}

static void
nobody_there_is_later(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, 0);

	sink_stop(s);
	const struct outcome *got = one(d, "a", "ok@example.net");
	assert_int_equal(POST_LATER, got->o);
	assert_non_null(strstr(got->reply, "127.0.0.1:"));
	assert_non_null(strstr(got->reply, "onnect"));
}

static void
a_server_that_does_not_want_us_is_later(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, SINK_REFUSES);

	const struct outcome *got = one(d, "a", "ok@example.net");
	assert_int_equal(POST_LATER, got->o);
	assert_string_equal("554 not today", got->reply);
	sink_stop(s);
}

static void
an_address_that_needs_smtputf8_is_never_downgraded(void **state)
{
	static const char to[] = "j\xc3\xbcrgen@example.net";
	struct desk *d = *state;
	struct sink with, without = open_smtp(d, 0);
	char path[600];

	assert_int_equal(POST_SENT, one(d, "a", "ok@example.net")->o);
	const struct outcome *got = one(d, "b", to);
	assert_int_equal(POST_REFUSED, got->o);
	assert_non_null(strstr(got->reply, "does not offer SMTPUTF8"));
	assert_int_equal(1, files_in(d->dir, path, sizeof path));
	sink_stop(without);
	post_free(d->post);
	d->post = NULL;
	with = open_smtp(d, SINK_SMTPUTF8);
	assert_int_equal(POST_SENT, one(d, "c", to)->o);
	assert_int_equal(2, files_in(d->dir, path, sizeof path));
	sink_stop(with);
}

static void
tls_that_is_required_is_never_left_out(void **state)
{
	struct desk *d = *state;
	char path[600];

	d->set.smtp_tls = "required";
	for (unsigned flags = 0; flags <= SINK_STARTTLS;
		flags += SINK_STARTTLS) {
		struct sink s = open_smtp(d, flags);

		d->n = d->awaited = 0;
		assert_int_equal(POST_LATER, one(d, "a", "ok@example.net")->o);
		assert_int_equal(0, files_in(d->dir, path, sizeof path));
		sink_stop(s);
		post_free(d->post);
		d->post = NULL;
	}
	d->set.smtp_tls = "opportunistic";
	struct sink s = open_smtp(d, SINK_STARTTLS);
	d->n = d->awaited = 0;
	assert_int_equal(POST_SENT, one(d, "a", "ok@example.net")->o);
	sink_stop(s);
}

/* What the settings say, what the server does, what becomes of it. */
static const struct {
	const char *name, *scheme, *tls;
	unsigned flags;
	bool trusted;
	enum post_outcome o;
	const char *reply;
} tls_cases[] = {
	{"STARTTLS, verified", "smtp", "required", SINK_TLS, true, POST_SENT,
		"250 2.0.0 taken"},
	{"STARTTLS, a certificate that nobody vouches for", "smtp", "required",
		SINK_TLS, false, POST_LATER, "certificate"},
	{"STARTTLS where offered, by whomever", "smtp", "opportunistic",
		SINK_TLS, false, POST_SENT, "250 2.0.0 taken"},
	{"TLS from the first byte, verified", "smtps", "never", SINK_IMPLICIT,
		true, POST_SENT, "250 2.0.0 taken"},
	{"TLS from the first byte, not vouched for", "smtps", "never",
		SINK_IMPLICIT, false, POST_LATER, "certificate"},
	{"TLS from the first byte, server speaks in clear", "smtps", "never", 0,
		true, POST_LATER, "127.0.0.1"},
	{"SMTPUTF8 is offered inside of TLS", "smtp", "required",
		SINK_TLS | SINK_SMTPUTF8, true, POST_SENT, "250 2.0.0 taken"},
	{"SMTPUTF8 is offered in clear and forgotten", "smtp", "required",
		SINK_TLS | SINK_CLEAR_UTF8, true, POST_REFUSED,
		"does not offer SMTPUTF8"},
};

static void
tls_is_verified_where_it_must_be(void **state)
{
	struct desk *d = *state;
	char path[600];

	for (size_t i = 0; i < ARRAY_LEN(tls_cases); i++) {
		struct sink s = sink_start(d->dir, tls_cases[i].flags);

		test_note(tls_cases[i].name);
		d->set.smtp_tls = tls_cases[i].tls;
		d->set.smtp_ca_file = tls_cases[i].trusted ?
			arena_printf(d->a, "%s/ca.pem", d->dir) :
			"/etc/ssl/certs/ca-certificates.crt";
		open_post(d,
			arena_printf(d->a, "%s://127.0.0.1:%d",
				tls_cases[i].scheme, s.port));
		d->n = d->awaited = 0;
		unsigned before = files_in(d->dir, path, sizeof path);
		bool utf8 =
			tls_cases[i].flags & (SINK_SMTPUTF8 | SINK_CLEAR_UTF8);
		const struct outcome *got = one(d, "x",
			utf8 ? "j\xc3\xbcrgen@example.net" : "ok@example.net");
		assert_int_equal(tls_cases[i].o, got->o);
		assert_non_null(strstr(got->reply, tls_cases[i].reply));
		assert_int_equal(before + (got->o == POST_SENT),
			files_in(d->dir, path, sizeof path));
		post_free(d->post);
		d->post = NULL;
		sink_stop(s);
	}
}

static void
a_password_is_read_from_its_file(void **state)
{
	static const struct {
		const char *name, *password;
		enum post_outcome o;
		const char *reply;
	} logins[] = {
		{"the first line counts", "secret\nnot this\n", POST_SENT,
			"250 2.0.0 taken"},
		{"a wrong one may be put right", "sesame\n", POST_LATER,
			"535 who?"},
	};
	struct desk *d = *state;
	const char *file = arena_printf(d->a, "%s/password", d->dir);

	d->set.smtp_user = "desk";
	d->set.smtp_password_file = file;
	for (size_t i = 0; i < ARRAY_LEN(logins); i++) {
		int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		const char *text = logins[i].password;

		test_note(logins[i].name);
		assert_true(write(fd, text, strlen(text)) > 0);
		(void)close(fd);
		struct sink s = open_smtp(d, SINK_AUTH);
		d->n = d->awaited = 0;
		const struct outcome *got = one(d, "x", "ok@example.net");
		assert_int_equal(logins[i].o, got->o);
		assert_non_null(strstr(got->reply, logins[i].reply));
		post_free(d->post);
		d->post = NULL;
		sink_stop(s);
	}
	d->set.smtp_user = "";
	struct sink s = open_smtp(d, SINK_AUTH);
	d->n = d->awaited = 0;
	/* our settings are wrong, not the letter */
	assert_int_equal(POST_LATER, one(d, "x", "ok@example.net")->o);
	sink_stop(s);
}

static void
senders_work_side_by_side(void **state)
{
	struct desk *d = *state;
	struct sink s;

	d->set.senders = 4;
	s = open_smtp(d, 0);
	int64_t start = loop_now();
	for (int i = 0; i < 4; i++)
		send_to(d, "x", "slow@example.net");
	assert_int_equal(0, post_free_slots(d->post));
	loop_run(d->loop);
	assert_true(loop_now() - start < 4000); /* one by one: 8 seconds */
	assert_int_equal(4, post_free_slots(d->post));
	sink_stop(s);
}

static void
giving_up_does_not_wait_for_the_server(void **state)
{
	struct desk *d = *state;
	struct sink s = open_smtp(d, 0);

	for (int i = 0; i < 8; i++)
		send_to(d, "x", "slow@example.net");
	int64_t start = loop_now();
	post_free(d->post);
	d->post = NULL;
	assert_true(loop_now() - start < 1900);
	assert_int_equal(0, d->n);
	sink_stop(s);
}

/* --- sendmail -------------------------------------------------------------- */

static const char *
program(struct desk *d, const char *script)
{
	const char *path = arena_printf(d->a, "%s/program", d->dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
	const char *text = arena_printf(d->a, "#!/bin/sh\n%s\n", script);

	assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	(void)close(fd);
	return arena_printf(d->a, "sendmail:%s", path);
}

static const struct {
	const char *name, *script;
	enum post_outcome o;
	const char *reply;
} programs[] = {
	{"taken", "cat >/dev/null; exit 0", POST_SENT, "program exited with 0"},
	{"no such user", "echo 'user unknown' >&2; exit 67", POST_REFUSED,
		"program exited with 67: user unknown"},
	{"later", "exit 75", POST_LATER, "program exited with 75"},
	{"wrong settings", "exit 78", POST_LATER, "program exited with 78"},
	{"killed", "kill -9 $$", POST_LATER, "was ended by signal 9"},
	{"a lot of talk", "yes | head -c 100000; exit 75", POST_LATER,
		"program exited with 75: y"},
	{"no shell", "exec /nowhere", POST_LATER, "program exited with 127"},
};

static void
a_program_s_exit_status_decides(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		test_note(programs[i].name);
		open_post(d, program(d, programs[i].script));
		d->n = d->awaited = 0;
		const struct outcome *got = one(d, "x", "ada@example.net");
		assert_int_equal(programs[i].o, got->o);
		assert_non_null(strstr(got->reply, programs[i].reply));
		post_free(d->post);
		d->post = NULL;
	}
}

static void
a_program_gets_letter_and_addresses_and_nothing_else(void **state)
{
	struct desk *d = *state;

	assert_int_equal(0, setenv("SECRET", "1", 1));
	open_post(d,
		program(d,
			arena_printf(d->a,
				"for a; do echo \"[$a]\"; done >%s/args\n"
				"cat >%s/letter\n"
				"env >%s/env; ls /proc/self/fd | wc -l "
				">%s/fds",
				d->dir, d->dir, d->dir, d->dir)));
	assert_int_equal(POST_SENT, one(d, "x", "\"a $(id)\"@example.net")->o);
	assert_string_equal("[-i]\n[-f]\n[<>]\n[--]\n"
			    "[\"a $(id)\"@example.net]\n",
		read_text(d, arena_printf(d->a, "%s/args", d->dir)));
	assert_non_null(
		strstr(read_text(d, arena_printf(d->a, "%s/letter", d->dir)),
			"\n.\nthe last line\n"));
	assert_null(strstr(
		read_text(d, arena_printf(d->a, "%s/env", d->dir)), "SECRET"));
	assert_string_equal("4\n", /* 0, 1, 2 and the folder itself */
		read_text(d, arena_printf(d->a, "%s/fds", d->dir)));
	assert_int_equal(0, unsetenv("SECRET"));
}

static void
an_address_like_an_option_is_not_handed_to_a_program(void **state)
{
	struct desk *d = *state;

	open_post(d, program(d, "exit 0"));
	assert_int_equal(POST_REFUSED, one(d, "x", "-oQ/tmp@example.net")->o);
}

static void
a_program_under_way_is_ended_with_the_role(void **state)
{
	struct desk *d = *state;

	d->set.senders = 2;
	open_post(d, program(d, "sleep 100"));
	for (int i = 0; i < 5; i++)
		send_to(d, "x", "ada@example.net");
	(void)loop_at(d->loop, loop_now() + 100, (void (*)(void *))loop_stop,
		d->loop);
	loop_run(d->loop);
	int64_t start = loop_now();
	post_free(d->post);
	d->post = NULL;
	assert_true(loop_now() - start < 1000);
}

/* --- when to try again ----------------------------------------------------- */

static void
tries_are_spaced_until_it_is_time_to_give_up(void **state)
{
	struct desk *d = *state;
	int64_t minute = 60 * INSTANT_SECOND, hour = 60 * minute;
	int64_t waits[] = {
		30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, 8 * hour};
	instant queued = {INT64_C(1795446245678)}, t = queued;
	unsigned tries = 0;

	for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
		instant next =
			post_next_try(&d->set, queued, t, (unsigned)i + 1);

		assert_int_equal(waits[i], next.ms - t.ms);
		t = next;
	}
	for (t = queued; t.ms != INT64_MAX; tries++) {
		assert_true(t.ms <= queued.ms + 120 * hour);
		t = post_next_try(&d->set, queued, t, tries + 1);
	}
	assert_int_equal(20, tries);
	t = post_next_try(&d->set, queued, queued, 4000000000u);
	assert_int_equal(8 * hour, t.ms - queued.ms);
}

#define POST_TEST(fn) cmocka_unit_test_setup_teardown(fn, make, unmake)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		POST_TEST(a_maildir_gets_one_file_however_often_it_is_sent),
		POST_TEST(letters_with_one_id_but_other_bytes_are_two),
		POST_TEST(a_maildir_that_cannot_be_written_puts_off),
		POST_TEST(what_is_not_fit_is_refused_from_the_loop),
		POST_TEST(settings_that_are_wrong_are_told),
		POST_TEST(a_server_s_word_decides),
		POST_TEST(a_letter_arrives_byte_for_byte),
		POST_TEST(no_sender_is_the_null_path),
		POST_TEST(a_connection_lost_after_the_dot_is_tried_again_later),
		POST_TEST(a_kept_connection_that_died_is_replaced),
		POST_TEST(nobody_there_is_later),
		POST_TEST(a_server_that_does_not_want_us_is_later),
		POST_TEST(an_address_that_needs_smtputf8_is_never_downgraded),
		POST_TEST(tls_that_is_required_is_never_left_out),
		POST_TEST(tls_is_verified_where_it_must_be),
		POST_TEST(a_password_is_read_from_its_file),
		POST_TEST(senders_work_side_by_side),
		POST_TEST(giving_up_does_not_wait_for_the_server),
		POST_TEST(a_program_s_exit_status_decides),
		POST_TEST(a_program_gets_letter_and_addresses_and_nothing_else),
		POST_TEST(an_address_like_an_option_is_not_handed_to_a_program),
		POST_TEST(a_program_under_way_is_ended_with_the_role),
		POST_TEST(tries_are_spaced_until_it_is_time_to_give_up),
	};

	hash_init();
	return cmocka_run_group_tests_name("post", tests, NULL, NULL);
}
