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
#include <sys/prctl.h>
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
kills_a_thread(void)
{
	return syscall(SYS_tgkill, getppid(), getppid(), 0) == 0;
}

static bool
makes_a_disguised_socket(void)
{
	/* the kernel looks at 32 bits, and so must the filter */
	return syscall(SYS_socket, (1UL << 32) | AF_INET,
		       SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
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
	{"a signal to another's thread", kills_a_thread, true},
	{"a socket in disguise", makes_a_disguised_socket, true},
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

/* --- the other roles ------------------------------------------------------------ */

static char data[] = "/tmp/pratique-doors.XXXXXX";

static bool
opens(const char *name, int flags)
{
	char path[200];

	(void)snprintf(path, sizeof path, "%s/%s", data, name);
	int fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

static bool
reads_the_key(void)
{
	return opens("keys/desk.sec", O_RDONLY);
}

static bool
makes_a_key(void)
{
	return opens("keys/new", O_WRONLY | O_CREAT);
}

static bool
reads_the_database(void)
{
	return opens("desk.db", O_RDONLY);
}

static bool
writes_the_database(void)
{
	return opens("desk.db", O_WRONLY) &&
		opens("desk.db-wal", O_RDWR | O_CREAT);
}

static bool
writes_the_spool(void)
{
	return opens("spool/edge/1", O_RDWR | O_CREAT) &&
		opens("spool/edge", O_RDWR | O_TMPFILE);
}

static bool
writes_a_letter(void)
{
	char from[200], to[200];

	(void)snprintf(from, sizeof from, "%s/outbox/tmp/1", data);
	(void)snprintf(to, sizeof to, "%s/outbox/new/1", data);
	return opens("outbox/tmp/1", O_WRONLY | O_CREAT) &&
		rename(from, to) == 0;
}

static bool
reads_a_mirror(void)
{
	return opens("mirrors/X.git/HEAD", O_RDONLY);
}

static bool
writes_a_mirror(void)
{
	return opens("mirrors/X.git/HEAD", O_WRONLY) &&
		opens("mirrors/new", O_WRONLY | O_CREAT);
}

/* Who can do what; anything else in the table's columns is denied. */
static const struct {
	const char *name;
	bool (*attempt)(void);
	bool edge, core, post, sign, evidence;
} roles[] = {
	{"read a file of the system", reads_a_file, .core = true},
	{"write a file elsewhere", writes_a_file, .edge = false},
	{"read the key", reads_the_key, .core = true, .sign = true},
	{"make a key", makes_a_key, .core = true},
	{"read the database", reads_the_database, .core = true},
	{"write the database", writes_the_database, .core = true},
	{"write the spool", writes_the_spool, .edge = true, .core = true},
	{"write a letter", writes_a_letter, .core = true, .post = true},
	{"read a mirror", reads_a_mirror, .core = true, .evidence = true},
	{"write a mirror", writes_a_mirror, .core = true},
	{"an internet socket", makes_a_socket, .core = true, .post = true},
	{"a socket in disguise", makes_a_disguised_socket, .core = true,
		.post = true},
	{"a local socket", makes_a_unix_socket, .core = true, .post = true},
	{"run a program", runs_a_program, .edge = false},
	{"signal another process", kills, .edge = false},
	{"signal another's thread", kills_a_thread, .edge = false},
	{"be traced", traces, .edge = false},
};

static int
tries(enum role_name role, bool (*attempt)(void), const char *transport)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct arena *a = arena_new();
		struct settings set = *settings_default(a, data);
		struct err err;

		set.transport = transport;
		if (!sandbox_enter(role, data, &set, &err))
			_exit(NO_DOORS);
		_exit(attempt() ? WORKED : FAILED);
	}
	assert_int_equal(pid, waitpid(pid, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void
each_role_opens_its_own_and_nothing_else(void **state)
{
	char command[400];

	(void)state;
	assert_non_null(mkdtemp(data));
	(void)snprintf(command, sizeof command,
		"cd %s && mkdir -p keys spool/edge outbox/new outbox/tmp mirrors/X.git && touch keys/desk.sec desk.db mirrors/X.git/HEAD",
		data);
	assert_int_equal(0, system(command));
	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		const char *box = "maildir:outbox";

		test_note(roles[i].name);
		assert_int_equal(
			roles[i].edge, tries(ROLE_EDGE, roles[i].attempt, box));
		assert_int_equal(
			roles[i].core, tries(ROLE_CORE, roles[i].attempt, box));
		assert_int_equal(
			roles[i].post, tries(ROLE_POST, roles[i].attempt, box));
		assert_int_equal(
			roles[i].sign, tries(ROLE_SIGN, roles[i].attempt, box));
		assert_int_equal(roles[i].evidence,
			tries(ROLE_EVIDENCE, roles[i].attempt, box));
	}
	/* a resolver and certificates, but nothing of the desk */
	assert_int_equal(
		WORKED, tries(ROLE_POST, reads_a_file, "smtp://127.0.0.1:25"));
	assert_int_equal(FAILED,
		tries(ROLE_POST, reads_the_database, "smtp://127.0.0.1:25"));
	(void)unlink("/tmp/pratique-sandbox-test");
	(void)snprintf(command, sizeof command, "rm -rf %s", data);
	assert_int_equal(0, system(command));
}

static bool
writes_elsewhere_in_the_mirrors(void)
{
	return opens("mirrors/old/HEAD", O_WRONLY);
}

static bool
writes_the_new_mirror(void)
{
	return opens("mirrors/X.git/pack", O_RDWR | O_CREAT);
}

static bool
reads_the_source(void)
{
	return opens("source", O_RDONLY);
}

static bool
writes_the_source(void)
{
	return opens("source", O_WRONLY);
}

/* What fetches a mirror can do, from a file and from an address. */
static const struct {
	const char *name;
	bool (*attempt)(void);
	bool file, address;
} fetches[] = {
	{"write the new mirror", writes_the_new_mirror, true, true},
	{"write the old one", writes_elsewhere_in_the_mirrors, false, false},
	{"read the source", reads_the_source, true, true},
	{"write the source", writes_the_source, false, false},
	{"read a file of the system", reads_a_file, false, true},
	{"write a file elsewhere", writes_a_file, false, false},
	{"read the database", reads_the_database, false, false},
	{"read the key", reads_the_key, false, false},
	{"make a connection", makes_a_socket, false, true},
	{"run a program", runs_a_program, false, false},
	{"signal another process", kills, false, false},
	{"be traced", traces, false, false},
};

static int
fetch_tries(bool (*attempt)(void), bool network)
{
	char new_one[100], source[100];
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		(void)snprintf(
			new_one, sizeof new_one, "%s/mirrors/X.git", data);
		(void)snprintf(source, sizeof source, "%s/source", data);
		const char *const read[] = {source};
		const struct sandbox_fetch doors = {.write = new_one,
			.read = read,
			.n_read = 1,
			.network = network,
			.memory = INT64_C(1) << 30,
			.file_max = 1 << 20};
		struct err err;

		if (!sandbox_fetch(&doors, &err))
			_exit(NO_DOORS);
		_exit(attempt() ? WORKED : FAILED);
	}
	assert_int_equal(pid, waitpid(pid, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void
what_fetches_writes_one_folder_and_runs_nothing(void **state)
{
	char command[400];

	(void)state;
	(void)snprintf(command, sizeof command,
		"mkdir -p %s && cd %s && mkdir -p keys mirrors/X.git mirrors/old && touch keys/desk.sec desk.db source mirrors/old/HEAD",
		data, data);
	assert_int_equal(0, system(command));
	for (size_t i = 0; i < ARRAY_LEN(fetches); i++) {
		test_note(fetches[i].name);
		assert_int_equal(fetches[i].file,
			fetch_tries(fetches[i].attempt, false));
		assert_int_equal(fetches[i].address,
			fetch_tries(fetches[i].attempt, true));
	}
	(void)snprintf(command, sizeof command, "rm -rf %s", data);
	assert_int_equal(0, system(command));
}

static bool
may_gain_privileges(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0;
}

static void
sendmail_keeps_its_set_group_id(void **state)
{
	(void)state;
	assert_int_equal(WORKED,
		tries(ROLE_POST, may_gain_privileges,
			"sendmail:/usr/sbin/sendmail"));
	assert_int_equal(FAILED,
		tries(ROLE_POST, may_gain_privileges, "smtp://127.0.0.1:25"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_works_from_inside_the_parser),
		cmocka_unit_test(an_honest_parser_goes_on_working),
		cmocka_unit_test(each_role_opens_its_own_and_nothing_else),
		cmocka_unit_test(
			what_fetches_writes_one_folder_and_runs_nothing),
		cmocka_unit_test(sendmail_keeps_its_set_group_id),
	};

	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
