/*
 * desk_fixture.h - a desk for tests: a real store, the shipped policy, and
 * real mails that are parsed, searched and taken in as the roles would do
 * it, without the processes around it.
 */
#pragma once

#include "desk/intake.h"
#include "store/store_fixture.h"

#define DESK_CONTACT "oss_security@astronomer.io"

struct bench {
	struct fixture *f;
	struct settings set;
	struct policies policies;
	struct desk desk;
	struct arena *a;
	struct err err;
	instant at;
	uint64_t offset; /* the spool position of the last mail */
	struct taken taken;
};

/* One mail as its sender would write it; NULL leaves a line out. */
struct sent {
	const char *from, *sender, *rcpt;
	const char *subject, *id, *reply_to_id, *headers, *body;
};

/* A complete report by `from`. */
struct sent sent_report(const char *from, const char *id);

void bench_open(struct bench *b, struct fixture *f);
void bench_close(struct bench *b);
/* The desk works by that one file from now on. */
void bench_policy(struct bench *b, const char *const file[1]);
/* In a transaction of its own; fails the test if it cannot be taken. */
void bench_take(struct bench *b, const struct sent *s);
/* The same for a mail that no parser could read. */
void bench_take_unreadable(struct bench *b, const struct sent *s);

struct casefile *bench_case(struct bench *b, const char *id);
struct letter *bench_letter(struct bench *b, const char *id);
struct mail *bench_mail(struct bench *b, int64_t id);
/* All events of a chain, metadata and payload names, a line each. */
const char *bench_chain(struct bench *b, const char *chain);
/* Folds everything again; fails the test with the rows that differ. */
void bench_proves(struct bench *b);
