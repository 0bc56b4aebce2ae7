/*
 * ipc.h - typed frames between our own processes, over a stream socket.
 *
 * A frame is u32 length of the body, u16 type, u16 zero, and the body
 * (base/pack.h). Reading bounds the body by `max`; a longer frame, or a
 * peer that closes, is told through the callback as type IPC_CLOSED (the
 * caller decides whether that ends the role). Writing never blocks: what
 * the kernel does not take is queued and sent when it can.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "sys/loop.h"

enum { IPC_CLOSED = 0 };

struct ipc;

/* Takes fd. `max` is the largest body accepted. */
struct ipc *ipc_new(struct loop *l, int fd, uint32_t max,
	void (*fn)(void *ctx, uint16_t type, struct span body), void *ctx);
void ipc_free(struct ipc *i); /* closes; NULL is fine */
void ipc_send(struct ipc *i, uint16_t type, struct span body);
/* With a descriptor that travels along (dup'ed by the kernel; ours stays
 * open). The receiver takes it with ipc_take_fd() inside the callback. */
void ipc_send_fd(struct ipc *i, uint16_t type, struct span body, int fd);
int ipc_take_fd(struct ipc *i);           /* -1: none came */
uint64_t ipc_queued(const struct ipc *i); /* bytes not yet taken */

/* Blocking twins for commands and for a role's first frame. */
bool ipc_put(int fd, uint16_t type, struct span body, struct err *err);
bool ipc_get(int fd, struct arena *a, uint32_t max, uint16_t *type,
	struct span *body, struct err *err);
