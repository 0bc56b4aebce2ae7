/*
 * edge_impl.h - the inside of the edge, shared by its files:
 *
 *	edge.c        begin and end, accepting, the role
 *	edge_conn.c   one connection: bytes in, bytes out, TLS
 *	edge_mail.c   one mail's bytes until they are in the spool
 *	edge_store.c  append, sync together, answer
 *	edge_peers.c  how many connections an address has
 *	edge_clock.c  deadlines
 */
#pragma once

#include "base/str.h"
#include "desk/edge.h"
#include "sys/sock.h"
#include "sys/spool.h"
#include "sys/tls.h"
#include "wire/smtp.h"

enum {
	EDGE_INPUT = 64 * 1024,         /* read at a time */
	EDGE_OUTPUT_MOST = 1024 * 1024, /* replies a client may leave unread */
	MAIL_FIRST = 16 * 1024,         /* buffer a mail begins with */
	MAIL_IN_MEMORY = 256 * 1024,    /* then it goes to a file */
	MAIL_SPARE = 64, /* first buffers kept for the next mail */
	ID_TEXT = 24,
};

/* The bytes of a mail under way: in memory, or in a file without name. */
struct edge_mail {
	char *bytes;
	size_t n, cap;
	int fd; /* -1: in memory */
	uint64_t written;
};

enum conn_state {
	CONN_TALKS,
	CONN_STORES, /* waits for the sync */
	CONN_SHAKES_HANDS,
	CONN_LINGERS, /* said good-bye; reads on so that it arrives */
};

struct conn {
	struct edge *edge;
	struct conn *prev, *next; /* of all */
	struct conn *waits_next;  /* of those that wait for a sync */
	int fd;
	enum conn_state state;
	unsigned watched; /* LOOP_* as the loop knows it */
	struct watch *watch;
	struct smtp_session *session;
	struct tls *tls;
	struct sock_peer peer;
	bool gone; /* the client left while its mail was stored */
	enum err_code result;
	char id[ID_TEXT];
	struct str in;  /* read, but not taken by the session yet */
	struct str out; /* not taken by the socket yet */
	struct edge_mail mail;
	/* for deadlines, in loop_now() milliseconds */
	int64_t heard;  /* last byte */
	int64_t began;  /* the connection, or after the last mail */
	int64_t window; /* the minute over which the rate is measured */
	uint64_t window_bytes;
};

struct edge_listener {
	struct edge *edge;
	int fd;
	bool lmtp;
	struct watch *watch;
};

struct edge {
	struct loop *loop;
	const struct settings *set;
	const struct text_list *known;
	const char *dir;
	void (*spooled)(void *ctx);
	void *ctx;
	struct smtp_server server;
	char hostname[256];
	struct tls_server *tls;
	struct edge_listener listeners[ROLE_MAX_LISTENERS];
	size_t n_listeners;
	struct timer *accept_again;

	struct conn *conns;
	size_t n_conns;
	struct edge_peers *peers;
	struct edge_store *store;

	unsigned char input[EDGE_INPUT]; /* for whoever reads now */
	struct str out;                  /* for whoever answers now */
	uint64_t in_memory;              /* bytes of all mails' buffers */
	char *spare[MAIL_SPARE];
	size_t n_spare;

	struct timer *tick;
	bool stopping;
	int64_t stop_by;
	void (*stopped)(void *ctx);
	void *stopped_ctx;
};

/* edge_conn.c */
void conn_new(struct edge *e, int fd, const struct sock_peer *peer, bool lmtp);
void conn_end(struct conn *c, enum smtp_why why);
void conn_free(struct conn *c);
void conn_retire(struct conn *c); /* now, or after its mail */
/* Its mail is durable, or is not: answer, and take what was held back. */
void conn_stored(struct conn *c);
/* The session's functions (struct smtp_server). */
void conn_functions(struct smtp_server *s);

/* edge_mail.c */
bool edge_mail_add(struct edge *e, struct edge_mail *m, struct span bytes);
void edge_mail_drop(struct edge *e, struct edge_mail *m);

/* edge_store.c */
bool edge_store_new(struct edge *e, struct err *err);
void edge_store_free(struct edge *e); /* answers what waits first */
/* Append the connection's mail; it is answered after the next sync. */
void edge_store_add(struct conn *c, const struct spool_mail *mail);
bool edge_store_room(struct edge *e, uint64_t size);
/* Before each sleep of the loop: begin a sync if one is due. */
void edge_store_turn(struct edge *e);

/* edge_peers.c: one more from there, and one less. False: too many. */
struct edge_peers *edge_peers_new(uint64_t most);
void edge_peers_free(struct edge_peers *p);
bool edge_peers_add(struct edge_peers *p, const struct sock_peer *peer);
void edge_peers_remove(struct edge_peers *p, const struct sock_peer *peer);

/* edge_clock.c */
void edge_clock_start(struct edge *e);
void edge_clock_stop(struct edge *e);
