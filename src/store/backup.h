/*
 * backup.h - the truth as one file that either engine can be made from.
 *
 * Lines of JSON, zstd-compressed: policies, every chain with its entries and
 * payloads, spool positions, mails that were accepted and not yet read, and
 * keys where the caller hands them in. The last line has the number of the
 * lines before it and their hash; a file without it is not a backup.
 * docs/backup.md has the lines. Derived rows are not in it: rebuild makes
 * them. An erased payload is in it as erased.
 *
 * Private keys are only in it when backup_key() was called, encrypted with
 * a passphrase (Argon2id, XChaCha20-Poly1305).
 */
#pragma once

#include "store/store.h"

struct backup;

/* Writes to fd, which stays the caller's (to fsync and to rename). */
bool backup_begin(struct backup **out, int fd, instant at, const char *desk,
	struct err *err);
/* One state of the store: its policies, chains and positions. Best on a
 * store opened to read. `progress` may be NULL. */
bool backup_store(struct backup *b, struct store *s,
	void (*progress)(void *ctx, int64_t done, int64_t of), void *ctx,
	struct err *err);
/* A mail that stands in the spool after the position that is in the backup;
 * so read the spools after backup_store(). */
bool backup_mail(struct backup *b, const char *spool,
	const struct spool_mail *mail, struct err *err);
bool backup_key(struct backup *b, const char *name, struct span secret,
	const char *passphrase, struct err *err);
/* The last line; *lines (may be NULL) counts those before it. */
bool backup_end(struct backup *b, int64_t *lines, struct err *err);
void backup_free(struct backup *b); /* NULL is fine */

struct restore_into {
	/* All may be NULL: then such lines are checked and passed over. */
	bool (*mail)(void *ctx, const char *spool,
		const struct spool_mail *mail, struct err *err);
	bool (*key)(void *ctx, const char *name, struct span secret,
		struct err *err);
	/* Was it erased after the backup was made? Then it is not restored. */
	bool (*erased)(
		void *ctx, const char *chain, int64_t seq, const char *payload);
	void (*progress)(void *ctx, int64_t lines, int64_t of);
	void *ctx;
	const char *passphrase; /* needed when `key` is there */
};

struct restore_report {
	int64_t lines, policies, chains, events, payloads, erased, mails, keys;
	instant at;
	const char *desk;
};

/*
 * Reads all of fd (a file: it is read twice) and only then writes, in one
 * transaction, into a database without any events: ERR_CONFLICT otherwise.
 * ERR_SYNTAX when the file is cut short or changed, or an entry's hash does
 * not follow. Derived rows are then to be made by rebuild.
 */
bool restore(struct store *s, struct arena *a, int fd,
	const struct restore_into *into, struct restore_report *out,
	struct err *err);
/* Only the check: is it whole, and whose? */
bool restore_check(
	struct arena *a, int fd, struct restore_report *out, struct err *err);
