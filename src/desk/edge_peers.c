/*
 * edge_peers.c - a hash table from address to number of connections.
 *
 * Addresses are the client's choice, above all in IPv6, so the hash begins
 * with a random number; and there are never more entries than connections.
 */
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "desk/edge_impl.h"

enum { BUCKETS = 4096 };

struct entry {
	struct entry *next;
	uint64_t key, n;
};

struct edge_peers {
	uint64_t most, seed;
	struct entry *buckets[BUCKETS];
};

struct edge_peers *
edge_peers_new(uint64_t most)
{
	struct edge_peers *p = mem_new(sizeof *p);

	p->most = most;
	random_bytes(&p->seed, sizeof p->seed);
	return p;
}

void
edge_peers_free(struct edge_peers *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		while (p->buckets[i] != NULL) {
			struct entry *e = p->buckets[i];

			p->buckets[i] = e->next;
			free(e);
		}
	free(p);
}

/* Where the entry is linked, or where it would be. */
static struct entry **
place(struct edge_peers *p, uint64_t key)
{
	uint64_t h = (key ^ p->seed) * UINT64_C(0x9e3779b97f4a7c15);
	struct entry **at;

	h = (h ^ h >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	at = &p->buckets[(h ^ h >> 32) % BUCKETS];
	while (*at != NULL && (*at)->key != key)
		at = &(*at)->next;
	return at;
}

bool
edge_peers_add(struct edge_peers *p, const struct sock_peer *peer)
{
	if (peer->local) /* one mail server stands there for everyone */
		return true;
	struct entry **at = place(p, peer->key);
	if (*at == NULL) {
		*at = mem_new(sizeof **at);
		(*at)->key = peer->key;
	}
	if ((*at)->n >= p->most)
		return false;
	(*at)->n++;
	return true;
}

void
edge_peers_remove(struct edge_peers *p, const struct sock_peer *peer)
{
	if (peer->local)
		return;
	struct entry **at = place(p, peer->key), *e = *at;
	if (e != NULL && --e->n == 0) {
		*at = e->next;
		free(e);
	}
}
