/*
 * desk_test.h - a desk that does nothing but post, for the tests beside it.
 */
#pragma once

#include "base/arena.h"
#include "base/hash.h"
#include "base/test.h"
#include "post/post.h"

struct outcome {
	char id[40], reply[500];
	enum post_outcome o;
};

struct desk {
	struct arena *a;
	struct loop *loop;
	struct settings set;
	struct post *post;
	char dir[64]; /* is the data folder, and goes with the desk */
	struct outcome got[64];
	size_t n, awaited;
};

/* The letter that send_to() sends; it has lines that begin with dots. */
extern const char desk_letter[];

int desk_make(void **state);
int desk_unmake(void **state);
#define POST_TEST(fn)                                                          \
	cmocka_unit_test_setup_teardown(fn, desk_make, desk_unmake)

void open_post(struct desk *d, const char *transport);
/* What has come is forgotten, too. */
void close_post(struct desk *d);
void send_to(struct desk *d, const char *id, const char *to);
const struct outcome *outcome_of(const struct desk *d, const char *id);
/* Forgets what came before, sends one letter, waits, and gives what became
 * of it. */
const struct outcome *one(struct desk *d, const char *id, const char *to);
void done(void *ctx, const char *id, enum post_outcome o, const char *reply);

const char *read_text(struct desk *d, const char *path);
/* How many files the folder has, and the path of one of them. */
unsigned files_in(const char *dir, char *last, size_t size);
