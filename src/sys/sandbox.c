/*
 * sandbox.c - Landlock for files, seccomp for calls, rlimits for the rest.
 *
 * The parse row is a list of what is allowed: it reads hostile bytes with
 * large libraries, and needs memory and its one socket. The other rows are
 * lists of what is denied, since OpenSSL, libpq and libcurl change what they
 * call from version to version and read no mail.
 */
#include "sys/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
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

static const struct {
	bool only_listed; /* seccomp: all but parse_calls[] are denied */
	bool network;     /* may make sockets */
	bool exec;        /* may run programs (sendmail) */
	bool files;       /* Landlock: nothing below "/" at all if false */
} rows[ROLE_COUNT] = {
	[ROLE_KEEPER] = {.network = true, .exec = true, .files = true},
	[ROLE_EDGE] = {.files = true},
	[ROLE_PARSE] = {.only_listed = true},
	[ROLE_CORE] = {.network = true, .files = true},
	[ROLE_POST] = {.network = true, .exec = true, .files = true},
	[ROLE_SIGN] = {.files = true},
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
	SCMP_SYS(tgkill), SCMP_SYS(exit), SCMP_SYS(exit_group),
	SCMP_SYS(restart_syscall), SCMP_SYS(sched_yield), SCMP_SYS(poll)};

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

static bool
shut_calls(enum role_name role, struct err *err)
{
	static const int sockets[] = {AF_INET, AF_INET6, AF_NETLINK, AF_PACKET};
	uint32_t other =
		rows[role].only_listed ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_ALLOW;
	scmp_filter_ctx f = seccomp_init(other);
	bool ok = f != NULL;

	if (ok && rows[role].only_listed)
		ok = rule_all(
			f, SCMP_ACT_ALLOW, parse_calls, ARRAY_LEN(parse_calls));
	if (ok && !rows[role].only_listed) {
		ok = deny(f, denied_calls, ARRAY_LEN(denied_calls));
		if (ok && !rows[role].exec)
			ok = deny(f, exec_calls, ARRAY_LEN(exec_calls));
		for (size_t i = 0;
			ok && !rows[role].network && i < ARRAY_LEN(sockets);
			i++)
			ok = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM),
				     SCMP_SYS(socket), 1,
				     SCMP_A0(SCMP_CMP_EQ,
					     (scmp_datum_t)sockets[i])) == 0;
	}
	if (ok)
		ok = seccomp_load(f) == 0;
	seccomp_release(f);
	return ok ||
		err_set(err, ERR_ABSENT,
			"the kernel refuses the seccomp filter of the %s role",
			role_names[role]);
}

/* No file below "/" may be opened, run, made or removed any more. */
static bool
shut_files(struct err *err)
{
	struct landlock_ruleset_attr all = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE |
			LANDLOCK_ACCESS_FS_WRITE_FILE |
			LANDLOCK_ACCESS_FS_READ_FILE |
			LANDLOCK_ACCESS_FS_READ_DIR |
			LANDLOCK_ACCESS_FS_REMOVE_DIR |
			LANDLOCK_ACCESS_FS_REMOVE_FILE |
			LANDLOCK_ACCESS_FS_MAKE_CHAR |
			LANDLOCK_ACCESS_FS_MAKE_DIR |
			LANDLOCK_ACCESS_FS_MAKE_REG |
			LANDLOCK_ACCESS_FS_MAKE_SOCK |
			LANDLOCK_ACCESS_FS_MAKE_FIFO |
			LANDLOCK_ACCESS_FS_MAKE_BLOCK |
			LANDLOCK_ACCESS_FS_MAKE_SYM};
	int fd = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);

	if (fd < 0 || syscall(SYS_landlock_restrict_self, fd, 0) != 0) {
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
	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		    LANDLOCK_CREATE_RULESET_VERSION) < 1)
		return err_set(err, ERR_ABSENT,
			"the kernel has no Landlock (CONFIG_SECURITY_LANDLOCK, lsm=landlock)");
	if (prctl(PR_GET_SECCOMP) < 0)
		return err_set(err, ERR_ABSENT, "the kernel has no seccomp");
	return true;
}

static bool
shut(enum role_name role, int64_t memory, struct err *err)
{
	bool must = false;

#if !defined(SANITIZED)
	must = true;
	if (memory > 0)
		limit(RLIMIT_AS, (rlim_t)memory);
#endif
	limit(RLIMIT_CORE, 0);
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(err, ERR_BROKEN, "cannot set no_new_privs: %s",
			strerror(errno));
	if (!rows[role].files && !shut_files(err))
		return false;
	/* Sanitizers call what no release does; they get the deny list. */
	return shut_calls(
		must || !rows[role].only_listed ? role : ROLE_SIGN, err);
}

bool
sandbox_enter(enum role_name role, const char *data, const struct settings *set,
	struct err *err)
{
	(void)data;
	return shut(role, role == ROLE_PARSE ? set->parse_memory : 0, err);
}

bool
sandbox_reader(int64_t memory, struct err *err)
{
	return shut(ROLE_PARSE, memory, err);
}
