/*
 * merkle.c - a perfect binary tree, folded level by level in one array.
 *
 * Since the leaves are filled up to a power of two, no node lacks a sibling,
 * and none of RFC 6962's rules for lonely ones is needed.
 */
#include "store/merkle.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/mem.h"

static struct hash
keyed(const unsigned char *secret, const char *text)
{
	struct hash h;

	crypto_generichash(h.b, sizeof h.b, (const unsigned char *)text,
		strlen(text), secret, BLIND_BYTES);
	return h;
}

struct hash
merkle_blind(const unsigned char secret[BLIND_BYTES], const char *chain)
{
	char text[256];

	(void)snprintf(text, sizeof text, "chain:%s", chain);
	return keyed(secret, text);
}

size_t
merkle_size(size_t n)
{
	size_t size = MERKLE_LEAST;

	while (size < n)
		size *= 2;
	return size;
}

static int
by_key(const void *a, const void *b)
{
	const struct merkle_leaf *x = a, *y = b;

	return memcmp(x->key.b, y->key.b, sizeof x->key.b);
}

void
merkle_fill(const unsigned char secret[BLIND_BYTES], struct merkle_leaf *leaves,
	size_t n, size_t size)
{
	char text[40];

	for (size_t i = n; i < size; i++) {
		(void)snprintf(text, sizeof text, "filler:%zu", i - n);
		leaves[i] = (struct merkle_leaf){.key = keyed(secret, text)};
	}
	qsort(leaves, size, sizeof *leaves, by_key);
}

static struct hash
leaf_hash(const struct merkle_leaf *leaf)
{
	unsigned char bytes[1 + HASH_BYTES + 8 + HASH_BYTES] = {0x00};
	uint64_t seq = (uint64_t)leaf->seq;

	memcpy(bytes + 1, leaf->key.b, HASH_BYTES);
	for (int i = 0; i < 8; i++)
		bytes[1 + HASH_BYTES + i] =
			(unsigned char)(seq >> (56 - 8 * i));
	memcpy(bytes + 1 + HASH_BYTES + 8, leaf->head.b, HASH_BYTES);
	return hash_of(span_make(bytes, sizeof bytes));
}

static struct hash
node_hash(const struct hash *left, const struct hash *right)
{
	unsigned char bytes[1 + 2 * HASH_BYTES] = {0x01};

	memcpy(bytes + 1, left->b, HASH_BYTES);
	memcpy(bytes + 1 + HASH_BYTES, right->b, HASH_BYTES);
	return hash_of(span_make(bytes, sizeof bytes));
}

static struct hash *
leaf_level(const struct merkle_leaf *leaves, size_t size)
{
	struct hash *level = mem_new(size * sizeof *level);

	assert(size > 0 && (size & (size - 1)) == 0);
	for (size_t i = 0; i < size; i++)
		level[i] = leaf_hash(&leaves[i]);
	return level;
}

static void
fold(struct hash *level, size_t n)
{
	for (size_t i = 0; i < n / 2; i++)
		level[i] = node_hash(&level[2 * i], &level[2 * i + 1]);
}

struct hash
merkle_root(const struct merkle_leaf *leaves, size_t size)
{
	struct hash *level = leaf_level(leaves, size);

	for (size_t n = size; n > 1; n /= 2)
		fold(level, n);
	struct hash root = level[0];
	free(level);
	return root;
}

bool
merkle_prove(const struct merkle_leaf *leaves, size_t size, struct hash key,
	struct merkle_proof *out)
{
	struct merkle_leaf want = {.key = key};
	const struct merkle_leaf *leaf =
		bsearch(&want, leaves, size, sizeof *leaves, by_key);

	if (!leaf)
		return false;
	struct hash *level = leaf_level(leaves, size);
	size_t at = (size_t)(leaf - leaves);
	*out = (struct merkle_proof){.leaf = *leaf, .index = at};
	for (size_t n = size; n > 1; n /= 2, at /= 2) {
		out->path[out->n++] = level[at ^ 1];
		fold(level, n);
	}
	free(level);
	return true;
}

bool
merkle_check(const struct merkle_proof *proof, struct hash root, uint64_t size)
{
	struct hash h = leaf_hash(&proof->leaf);
	uint64_t at = proof->index;

	if (proof->n > MERKLE_DEPTH_MOST || size != UINT64_C(1) << proof->n ||
		at >= size)
		return false;
	for (size_t i = 0; i < proof->n; i++, at /= 2)
		h = at & 1 ? node_hash(&proof->path[i], &h) :
			     node_hash(&h, &proof->path[i]);
	return hash_eq(h, root);
}
