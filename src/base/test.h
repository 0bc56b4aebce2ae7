/*
 * test.h - what every unit test includes: cmocka, and a note that names the
 * row of a table when an assertion in its loop fails.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"

/* Shown before the next failure; TAP takes lines with '#' as comments. */
#define test_note(name) ((void)printf("# %s\n", (name)))
/* The test's name as a sentence, where a C identifier will not do. */
#define TEST(sentence, fn)                                                     \
	{                                                                      \
		(sentence), (fn), NULL, NULL, NULL                             \
	}
