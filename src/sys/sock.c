/* sock.c - addresses are read by getaddrinfo() with numbers only: no DNS. */
#include "sys/sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/span.h"

enum { BACKLOG = 1024 };

static bool
bound(int fd, const struct sockaddr *sa, socklen_t n, int *out, struct err *err)
{
	if (bind(fd, sa, n) == 0 && listen(fd, BACKLOG) == 0) {
		*out = fd;
		return true;
	}
	(void)err_set(err, errno == EACCES ? ERR_DENIED : ERR_BUSY, "%s",
		strerror(errno));
	(void)close(fd);
	return false;
}

/* A socket file outlives its process; one that answers is not ours. */
static bool
unlink_stale(const struct sockaddr_un *sun, struct err *err)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat st;
	bool answers = fd >= 0 &&
		connect(fd, (const struct sockaddr *)sun, sizeof *sun) == 0;

	if (fd >= 0)
		(void)close(fd);
	if (answers)
		return err_set(err, ERR_BUSY, "another process listens on %s",
			sun->sun_path);
	if (lstat(sun->sun_path, &st) == 0 && S_ISSOCK(st.st_mode))
		(void)unlink(sun->sun_path);
	return true;
}

static bool
listen_unix(
	const char *path, int *out, char *address, size_t n, struct err *err)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof sun.sun_path)
		return err_set(err, ERR_LIMIT,
			"the path %s is longer than %zu bytes", path,
			sizeof sun.sun_path - 1);
	(void)snprintf(sun.sun_path, sizeof sun.sun_path, "%s", path);
	if (!unlink_stale(&sun, err))
		return false;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_set(err, ERR_BUSY, "%s", strerror(errno));
	if (!bound(fd, (struct sockaddr *)&sun, sizeof sun, out, err))
		return false;
	(void)snprintf(address, n, "unix:%s", path);
	return true;
}

static int
port_of(const struct sockaddr_storage *ss)
{
	union {
		const struct sockaddr_storage *any;
		const struct sockaddr_in *v4;
		const struct sockaddr_in6 *v6;
	} sa = {.any = ss};

	return ntohs(
		ss->ss_family == AF_INET ? sa.v4->sin_port : sa.v6->sin6_port);
}

static bool
listen_inet(const struct addrinfo *ai, int *out, int *port, struct err *err)
{
	struct sockaddr_storage ss = {.ss_family = AF_UNSPEC};
	socklen_t n = sizeof ss;
	int fd = socket(
		ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	static const int yes = 1;

	if (fd < 0)
		return err_set(err, ERR_BUSY, "%s", strerror(errno));
	/* what is accepted inherits NODELAY: replies are whole when written */
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
	if (ai->ai_family == AF_INET6)
		(void)setsockopt(
			fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
	if (!bound(fd, ai->ai_addr, ai->ai_addrlen, out, err))
		return false;
	(void)getsockname(*out, (struct sockaddr *)&ss, &n);
	*port = port_of(&ss);
	return true;
}

bool
sock_listen(const char *where, int *fd, char *address, size_t n, int *port,
	struct err *err)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
	const char *colon = strrchr(where, ':');
	struct addrinfo *ai;
	char host[64];

	if (strncmp(where, "unix:", 5) == 0 && where[5] != '\0') {
		*port = 0;
		return listen_unix(where + 5, fd, address, n, err);
	}
	if (colon == NULL || (size_t)(colon - where) >= sizeof host)
		return err_set(err, ERR_SYNTAX,
			"'%s' is no ADDRESS:PORT and no unix:PATH", where);
	const char *from = where;
	size_t len = (size_t)(colon - where);
	if (len > 2 && from[0] == '[' && from[len - 1] == ']') {
		from++;
		len -= 2;
	}
	(void)snprintf(host, sizeof host, "%.*s", (int)len, from);
	int why = getaddrinfo(host[0] ? host : NULL, colon + 1, &hints, &ai);
	if (why != 0)
		return err_set(err, ERR_SYNTAX,
			"'%s' is no numeric ADDRESS:PORT: %s", where,
			gai_strerror(why));
	bool ok = listen_inet(ai, fd, port, err);
	freeaddrinfo(ai);
	if (ok)
		(void)snprintf(address, n, "%s", host);
	return ok;
}

static void
describe(const struct sockaddr_storage *ss, struct sock_peer *p)
{
	union {
		const struct sockaddr_storage *any;
		const struct sockaddr_in *v4;
		const struct sockaddr_in6 *v6;
	} sa = {.any = ss};

	if (ss->ss_family == AF_INET) {
		p->key = ntohl(sa.v4->sin_addr.s_addr);
		(void)inet_ntop(AF_INET, &sa.v4->sin_addr, p->address,
			sizeof p->address);
	} else if (ss->ss_family == AF_INET6) {
		memcpy(&p->key, &sa.v6->sin6_addr, sizeof p->key);
		p->key |= UINT64_C(1) << 63; /* apart from any IPv4 address */
		(void)inet_ntop(AF_INET6, &sa.v6->sin6_addr, p->address,
			sizeof p->address);
	} else {
		p->local = true;
		return;
	}
	p->port = (uint16_t)port_of(ss);
}

int
sock_accept(int listener, struct sock_peer *peer)
{
	struct sockaddr_storage ss = {.ss_family = AF_UNSPEC};
	socklen_t n = sizeof ss;
	int fd = accept4(listener, (struct sockaddr *)&ss, &n,
		SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0) {
		*peer = (struct sock_peer){.local = false};
		describe(&ss, peer);
	}
	return fd;
}

bool
sock_has_input(int fd)
{
	char c;

	return recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}
