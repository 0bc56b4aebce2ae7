/*
 * sock.h - listening sockets and who is at the other end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * Listen on "ADDRESS:PORT", "[IPV6]:PORT" or "unix:PATH". Port 0 takes a
 * free one; *port is the real one (0 for a path) and `address` what was
 * bound. A socket file that nobody listens on any more is replaced. The
 * descriptor is non-blocking and closed on exec.
 */
bool sock_listen(const char *where, int *fd, char *address, size_t n, int *port,
	struct err *err);

/* Who connected. `key` is what counts as one address: an IPv4 address, or
 * the 64-bit network of an IPv6 one. */
struct sock_peer {
	bool local; /* a unix socket: it has no address */
	uint64_t key;
	uint16_t port;
	char address[46];
};

/* The next connection, non-blocking, or -1 with errno as accept4() has it. */
int sock_accept(int listener, struct sock_peer *peer);
/* Has the peer sent something already? Takes nothing. */
bool sock_has_input(int fd);
