/*
 * sandbox_test.c - what an intruder in the parser would try, tried.
 *
 * Each attempt runs in a child that has shut its doors as the parser does;
 * its exit status says whether the attempt failed (0) or worked (1). A
 * control without the doors shows that the attempt would have worked.
 */
#include "sys/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"

enum { FAILED = 0, WORKED = 1, NO_DOORS = 2 };

static bool
reads_a_file(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool
writes_a_file(void)
{
	return open("/tmp/pratique-sandbox-test",
		       O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

static bool
makes_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool
makes_a_unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool
runs_a_program(void)
{
	(void)execl("/bin/true", "true", (char *)NULL);
	return false; /* after execl() only failure is left */
}

static bool
forks(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool
kills(void)
{
	return kill(getppid(), 0) == 0;
}

static bool
traces(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static bool
takes_ten_gigabytes(void)
{
	return mmap(NULL, (size_t)10 << 30, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		       0) != MAP_FAILED;
}

static bool
reads_another_process(void)
{
	char byte;
	struct iovec here = {&byte, 1}, there = {&byte, 1};

	return syscall(SYS_process_vm_readv, getppid(), &here, 1, &there, 1,
		       0) == 1;
}

static bool
lists_a_folder(void)
{
	return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0;
}

static bool
removes_a_file(void)
{
	return unlink("/tmp/pratique-sandbox-victim") == 0;
}

static bool
lifts_its_memory_limit(void)
{
	struct rlimit r = {RLIM_INFINITY, RLIM_INFINITY};

	return setrlimit(RLIMIT_AS, &r) == 0;
}

static const struct {
	const char *name;
	bool (*attempt)(void);
	bool control; /* works without the doors */
} attempts[] = {
	{"reading a file", reads_a_file, true},
	{"writing a file", writes_a_file, true},
	{"listing a folder", lists_a_folder, true},
	{"removing a file", removes_a_file, true},
	{"an internet socket", makes_a_socket, true},
	{"a local socket", makes_a_unix_socket, true},
	/* execl() that works never comes back, so it has no control here */
	{"running a program", runs_a_program, false},
	{"a new process", forks, true},
	{"a signal to another process", kills, true},
	{"being traced", traces, true},
	{"reading another process", reads_another_process, false},
	{"ten gigabytes", takes_ten_gigabytes, true},
	{"lifting the memory limit", lifts_its_memory_limit, false},
};

static int
outcome(bool (*attempt)(void), bool shut)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct err err;

		if (shut && !sandbox_reader(INT64_C(1) << 30, &err))
			_exit(NO_DOORS);
		_exit(attempt() ? WORKED : FAILED);
	}
	assert_true(pid > 0);
	assert_int_equal(pid, waitpid(pid, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void
nothing_works_from_inside_the_parser(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(attempts); i++) {
		test_note(attempts[i].name);
		int fd = open("/tmp/pratique-sandbox-victim",
			O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		(void)close(fd);
		if (attempts[i].control)
			assert_int_equal(
				WORKED, outcome(attempts[i].attempt, false));
		fd = open("/tmp/pratique-sandbox-victim",
			O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		(void)close(fd);
		assert_int_equal(FAILED, outcome(attempts[i].attempt, true));
		(void)unlink("/tmp/pratique-sandbox-victim");
		(void)unlink("/tmp/pratique-sandbox-test");
	}
}

static bool
goes_on_working(void)
{
	unsigned char *p = malloc(50 * 1024 * 1024);

	if (p == NULL)
		return false;
	memset(p, 7, 50 * 1024 * 1024);
	bool ok = p[12345] == 7 && write(STDERR_FILENO, "", 0) == 0;
	free(p);
	return ok;
}

static void
an_honest_parser_goes_on_working(void **state)
{
	(void)state;
	assert_int_equal(WORKED, outcome(goes_on_working, true));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_works_from_inside_the_parser),
		cmocka_unit_test(an_honest_parser_goes_on_working),
	};

	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
