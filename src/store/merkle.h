/*
 * merkle.h - one hash over the heads of all chains, and proof of one.
 *
 * A leaf is a chain's blinded name, its last sequence and its last hash.
 * Leaves are sorted by their blinded names and filled up with leaves that
 * only look like chains, to the next power of two and at least 1,024: so
 * the root tells neither which cases there are nor, within a factor of two,
 * how many. Hashes are BLAKE2b-256, with the prefix bytes of RFC 6962
 * section 2.1 (0x00 a leaf, 0x01 a node). Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

enum { MERKLE_LEAST = 1024, MERKLE_DEPTH_MOST = 40, BLIND_BYTES = 32 };

struct merkle_leaf {
	struct hash key; /* the blinded name */
	int64_t seq;
	struct hash head;
};

struct merkle_proof {
	struct merkle_leaf leaf;
	uint64_t index;                      /* of the leaf, from 0 */
	size_t n;                            /* the tree's depth */
	struct hash path[MERKLE_DEPTH_MOST]; /* siblings, from the leaf up */
};

/* BLAKE2b-256 keyed with the database's secret over "chain:NAME". */
struct hash merkle_blind(
	const unsigned char secret[BLIND_BYTES], const char *chain);
/* How many leaves n chains need. */
size_t merkle_size(size_t n);
/* Fills leaves [n, size) and sorts all of them. */
void merkle_fill(const unsigned char secret[BLIND_BYTES],
	struct merkle_leaf *leaves, size_t n, size_t size);
/* Of filled leaves. */
struct hash merkle_root(const struct merkle_leaf *leaves, size_t size);
/* False when no leaf has that key. */
bool merkle_prove(const struct merkle_leaf *leaves, size_t size,
	struct hash key, struct merkle_proof *out);
/* Does the proof lead to the root of a tree of `size` leaves? */
bool merkle_check(
	const struct merkle_proof *proof, struct hash root, uint64_t size);
