/*
 * rank.h - who goes first when roles want the processor at the same time.
 *
 * Only an order among equals: nothing here needs a privilege, nothing
 * starves, and where the kernel knows less of it, less is won. Threads and
 * what is executed later inherit it.
 */
#pragma once

enum rank {
	RANK_PROMPT, /* somebody waits for each of its answers */
	RANK_USUAL,
	RANK_BEHIND, /* its work is on disk and can wait */
};

void rank_take(enum rank rank);
