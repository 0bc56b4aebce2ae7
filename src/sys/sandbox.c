/*
 * sandbox.c - Landlock for files, seccomp for calls, rlimits for the rest.
 *
 * The parse row is a list of what is allowed: it reads hostile bytes with
 * large libraries, and needs memory and its one socket. The evidence row is
 * the same and may read files besides, of the mirrors. The other rows are
 * lists of what is denied, since OpenSSL, libpq and libcurl change what they
 * call from version to version and read no mail. Edge, post and sign open
 * nothing but their own files; the core, whose libraries read what a
 * connection asks for (certificates, passwords), writes nothing but its own.
 */
#include "sys/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

/* gcc and clang name it differently. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

enum files { FILES_ANY, FILES_WRITES, FILES_ALL }; /* what Landlock minds */

static const struct {
	bool only_listed; /* seccomp: all but parse_calls[] are denied */
	bool reads_files; /* file_calls[] are not */
	bool network;     /* may make sockets */
	bool exec;        /* may run programs, and end them (sendmail) */
	enum files files; /* but for the role's own, door_list() */
} rows[ROLE_COUNT] = {
	[ROLE_KEEPER] = {.network = true, .exec = true},
	[ROLE_EDGE] = {.files = FILES_ALL},
	[ROLE_PARSE] = {.only_listed = true, .files = FILES_ALL},
	[ROLE_CORE] = {.network = true, .files = FILES_WRITES},
	[ROLE_POST] = {.network = true, .files = FILES_ALL},
	[ROLE_SIGN] = {.files = FILES_ALL},
	[ROLE_EVIDENCE] = {.only_listed = true,
		.reads_files = true,
		.files = FILES_ALL},
	[ROLE_FETCH] = {.network = true, .files = FILES_ALL},
};

static const int parse_calls[] = {SCMP_SYS(read), SCMP_SYS(write),
	SCMP_SYS(recvmsg), SCMP_SYS(sendto), SCMP_SYS(recvfrom),
	SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_ctl),
	SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(lseek),
	SCMP_SYS(mmap), SCMP_SYS(mremap), SCMP_SYS(munmap), SCMP_SYS(mprotect),
	SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex),
	SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack),
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
	SCMP_SYS(sched_yield), SCMP_SYS(poll)};

static const int file_calls[] = {SCMP_SYS(open), SCMP_SYS(openat),
	SCMP_SYS(pread64), SCMP_SYS(getdents64), SCMP_SYS(access),
	SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
	SCMP_SYS(readlinkat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(statx),
	SCMP_SYS(getcwd), SCMP_SYS(fcntl)};

/* What no role needs, and what an intruder would want first. */
static const int denied_calls[] = {SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev), SCMP_SYS(mount), SCMP_SYS(umount2),
	SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(unshare),
	SCMP_SYS(setns), SCMP_SYS(bpf), SCMP_SYS(perf_event_open),
	SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key),
	SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load), SCMP_SYS(reboot), SCMP_SYS(swapon),
	SCMP_SYS(swapoff), SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup),
	SCMP_SYS(acct), SCMP_SYS(quotactl), SCMP_SYS(open_by_handle_at)};

static const int exec_calls[] = {SCMP_SYS(execve), SCMP_SYS(execveat)};
static const int kill_calls[] = {SCMP_SYS(kill), SCMP_SYS(tkill),
	SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo),
	SCMP_SYS(pidfd_send_signal)};
static const int socket_calls[] = {SCMP_SYS(socket), SCMP_SYS(connect)};

static bool
rule_all(scmp_filter_ctx f, uint32_t action, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seccomp_rule_add(f, action, calls[i], 0) != 0)
			return false;
	return true;
}

static bool
deny(scmp_filter_ctx f, const int *calls, size_t n)
{
	return rule_all(f, SCMP_ACT_ERRNO(EPERM), calls, n);
}

/* abort() signals itself, and nobody else: all roles may have one user id.
 * The kernel takes 32 bits of a process id, so no more are compared. */
static bool
rule_own_signals(scmp_filter_ctx f, bool listed)
{
	scmp_datum_t self = (scmp_datum_t)getpid();

	return listed ?
		seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
			SCMP_A0_32(SCMP_CMP_EQ, self, 0)) == 0 :
		seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tgkill), 1,
			SCMP_A0_32(SCMP_CMP_NE, self, 0)) == 0;
}

static bool
rule_denied(scmp_filter_ctx f, enum role_name role)
{
	return deny(f, denied_calls, ARRAY_LEN(denied_calls)) &&
		(rows[role].exec ||
			(deny(f, exec_calls, ARRAY_LEN(exec_calls)) &&
				deny(f, kill_calls, ARRAY_LEN(kill_calls)) &&
				rule_own_signals(f, false))) &&
		(rows[role].network ||
			deny(f, socket_calls, ARRAY_LEN(socket_calls)));
}

static bool
shut_calls(enum role_name role, struct err *err)
{
	uint32_t other =
		rows[role].only_listed ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_ALLOW;
	scmp_filter_ctx f = seccomp_init(other);
	bool ok = f != NULL &&
		(rows[role].only_listed ?
				rule_all(f, SCMP_ACT_ALLOW, parse_calls,
					ARRAY_LEN(parse_calls)) &&
					(!rows[role].reads_files ||
						rule_all(f, SCMP_ACT_ALLOW,
							file_calls,
							ARRAY_LEN(
								file_calls))) &&
					rule_own_signals(f, true) :
				rule_denied(f, role)) &&
		seccomp_load(f) == 0;

	seccomp_release(f);
	return ok ||
		err_set(err, ERR_ABSENT,
			"the kernel refuses the seccomp filter of the %s role",
			role_names[role]);
}

/* --- files ------------------------------------------------------------------- */

/* From one folder to another, as a Maildir wants; known from ABI 2 on, and
 * denied to everybody by ABI 1. */
#define MOVES (1ULL << 13)

enum {
	READS = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	WRITES = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
		LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
		LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
		LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
		LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		LANDLOCK_ACCESS_FS_MAKE_SYM,
	KEEPS = READS | LANDLOCK_ACCESS_FS_WRITE_FILE |
		LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
		LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_DIR |
		MOVES,
	OF_A_FILE =
		LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE,
	DOORS_MAX = 24,
};

static long
landlock_abi(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION);
}

struct door {
	const char *path;
	uint64_t access;
};

struct doors {
	struct door v[DOORS_MAX];
	size_t n;
};

static void
door(struct doors *d, uint64_t access, const char *path)
{
	if (path != NULL && path[0] != '\0')
		d->v[d->n++] = (struct door){path, access};
}

static const char *
in(struct arena *a, const char *folder, const char *name)
{
	return name[0] == '/' ? name : arena_printf(a, "%s/%s", folder, name);
}

/* The folder of the database's file, which SQLite puts others beside. */
static const char *
database_folder(struct arena *a, const char *data, const char *url)
{
	if (strncmp(url, "sqlite:", 7) != 0)
		return NULL;
	const char *path = in(a, data, url + 7);
	return arena_text(
		a, span_make(path, (size_t)(strrchr(path, '/') - path)));
}

/* What a name is resolved and a certificate checked with. */
static const char *const network[] = {"/etc", "/usr", "/run/systemd/resolve",
	"/run/resolvconf", "/run/NetworkManager"};

/* What a role may open after the doors are shut. */
static void
door_list(struct arena *a, enum role_name role, const char *data,
	const struct settings *set, struct doors *d)
{
#ifdef PRATIQUE_TEST_CLOCK
	/* The file is replaced while the desk runs, so its folder it must be. */
	const char *clock = getenv("PRATIQUE_CLOCK_FILE");
	const char *slash = clock ? strrchr(clock, '/') : NULL;

	if (slash != NULL)
		door(d, READS,
			arena_text(
				a, span_make(clock, (size_t)(slash - clock))));
#endif
	switch (role) {
	case ROLE_EDGE:
		door(d, KEEPS, in(a, data, "spool/edge"));
		break;
	case ROLE_CORE:
		door(d, KEEPS, data);
		door(d, KEEPS, database_folder(a, data, set->database));
		door(d, KEEPS, "/dev");
		break;
	case ROLE_POST:
		if (strncmp(set->transport, "maildir:", 8) == 0) {
			door(d, KEEPS, in(a, data, set->transport + 8));
			break;
		}
		for (size_t i = 0; i < ARRAY_LEN(network); i++)
			door(d, READS, network[i]);
		door(d, READS, set->smtp_ca_file);
		door(d, KEEPS, "/dev");
		break;
	case ROLE_SIGN:
		door(d, READS, in(a, data, "keys"));
		break;
	case ROLE_EVIDENCE:
		door(d, READS, in(a, data, "mirrors"));
		break;
	case ROLE_PARSE:
	case ROLE_KEEPER:
	case ROLE_FETCH:
		break;
	}
}

/* What is not there needs no door. */
static bool
leave_open(int ruleset, const struct door *d, uint64_t handled)
{
	int fd = open(d->path, O_PATH | O_CLOEXEC);
	struct landlock_path_beneath_attr rule = {
		.allowed_access = d->access & handled, .parent_fd = fd};
	struct stat st;

	if (fd < 0)
		return errno == ENOENT || errno == EACCES;
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= OF_A_FILE;
	/* A rule that allows nothing that is minded is refused (ENOMSG). */
	bool ok = rule.allowed_access == 0 ||
		syscall(SYS_landlock_add_rule, ruleset,
			LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	(void)close(fd);
	return ok;
}

/* No file but those may be opened, run, made or removed any more. */
static bool
shut_files(enum files files, const struct doors *doors, struct err *err)
{
	struct landlock_ruleset_attr minds = {
		.handled_access_fs = (files == FILES_ALL ? READS : 0) | WRITES |
			(landlock_abi() >= 2 ? MOVES : 0)};
	int fd = (int)syscall(
		SYS_landlock_create_ruleset, &minds, sizeof minds, 0);
	bool ok = fd >= 0;

	for (size_t i = 0; i < doors->n && ok; i++)
		ok = leave_open(fd, &doors->v[i], minds.handled_access_fs);
	if (!ok || syscall(SYS_landlock_restrict_self, fd, 0) != 0) {
		if (fd >= 0)
			(void)close(fd);
		return err_set(err, ERR_ABSENT,
			"the kernel has no Landlock: %s", strerror(errno));
	}
	(void)close(fd);
	return true;
}

static void
limit(int what, rlim_t most)
{
	struct rlimit r = {most, most};

	(void)setrlimit((__rlimit_resource_t)what, &r);
}

bool
sandbox_possible(struct err *err)
{
	if (landlock_abi() < 1)
		return err_set(err, ERR_ABSENT,
			"the kernel has no Landlock (CONFIG_SECURITY_LANDLOCK, lsm=landlock)");
	if (prctl(PR_GET_SECCOMP) < 0)
		return err_set(err, ERR_ABSENT, "the kernel has no seccomp");
	return true;
}

static bool
shut(enum role_name role, const struct doors *doors, int64_t memory,
	struct err *err)
{
	bool must = false;

#if !defined(SANITIZED)
	must = true;
	if (memory > 0)
		limit(RLIMIT_AS, (rlim_t)memory);
#else
	(void)memory;
#endif
	limit(RLIMIT_CORE, 0);
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(err, ERR_BROKEN, "cannot set no_new_privs: %s",
			strerror(errno));
	enum files files = rows[role].files;
	if (role == ROLE_POST && landlock_abi() < 2)
		files = FILES_ANY; /* a Maildir's letters move */
	if (files != FILES_ANY && !shut_files(files, doors, err))
		return false;
	/* Sanitizers call what no release does; they get the deny list. */
	return shut_calls(
		must || !rows[role].only_listed ? role : ROLE_SIGN, err);
}

/* Postfix's and others' sendmail writes by a set-group-id program, which
 * neither no_new_privs nor a filter allows. */
static bool
runs_sendmail(enum role_name role, const struct settings *set)
{
	return role == ROLE_POST &&
		strncmp(set->transport, "sendmail:", 9) == 0;
}

bool
sandbox_enter(enum role_name role, const char *data, const struct settings *set,
	struct err *err)
{
	AUTO(arena_auto) struct arena *a = arena_new();
	struct doors doors = {0};

	if (runs_sendmail(role, set)) {
		limit(RLIMIT_CORE, 0);
		(void)prctl(PR_SET_DUMPABLE, 0);
		return true;
	}
	door_list(a, role, data, set, &doors);
	return shut(role, &doors,
		rows[role].only_listed ? set->parse_memory : 0, err);
}

bool
sandbox_reader(int64_t memory, struct err *err)
{
	return shut(ROLE_PARSE, &(struct doors){0}, memory, err);
}

bool
sandbox_looker(
	const char *const *read, size_t n, int64_t memory, struct err *err)
{
	struct doors doors = {0};

	for (size_t i = 0; i < n && i < DOORS_MAX; i++)
		door(&doors, READS, read[i]);
	return shut(ROLE_EVIDENCE, &doors, memory, err);
}

/* Without connections, besides what ROLE_FETCH is denied. */
static bool
shut_network(struct err *err)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	bool ok = f != NULL && deny(f, socket_calls, ARRAY_LEN(socket_calls)) &&
		seccomp_load(f) == 0;

	seccomp_release(f);
	return ok ||
		err_set(err, ERR_ABSENT, "the kernel refuses a seccomp filter");
}

bool
sandbox_fetch(const struct sandbox_fetch *fetch, struct err *err)
{
	struct doors doors = {0};

	door(&doors, KEEPS | LANDLOCK_ACCESS_FS_REMOVE_DIR, fetch->write);
	door(&doors, KEEPS, "/dev/null");
	for (size_t i = 0; i < fetch->n_read && doors.n < DOORS_MAX; i++)
		door(&doors, READS, fetch->read[i]);
	for (size_t i = 0;
		i < ARRAY_LEN(network) && fetch->network && doors.n < DOORS_MAX;
		i++)
		door(&doors, READS, network[i]);
	if (fetch->file_max > 0) {
		(void)signal(SIGXFSZ, SIG_IGN);
		limit(RLIMIT_FSIZE, (rlim_t)fetch->file_max);
	}
	return shut(ROLE_FETCH, &doors, fetch->memory, err) &&
		(fetch->network || shut_network(err));
}
