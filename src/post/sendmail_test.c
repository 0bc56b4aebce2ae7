/* sendmail_test.c - letters handed to programs of all manners. */
#include "post/desk_test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
		const struct outcome *got = one(d, "x", "ada@example.net");
		assert_int_equal(programs[i].o, got->o);
		assert_non_null(strstr(got->reply, programs[i].reply));
		close_post(d);
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
	close_post(d);
	assert_true(loop_now() - start < 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		POST_TEST(a_program_s_exit_status_decides),
		POST_TEST(a_program_gets_letter_and_addresses_and_nothing_else),
		POST_TEST(an_address_like_an_option_is_not_handed_to_a_program),
		POST_TEST(a_program_under_way_is_ended_with_the_role),
	};

	hash_init();
	return cmocka_run_group_tests_name("post sendmail", tests, NULL, NULL);
}
