/*
 * fuzz.h - what every fuzzer is: one function, one input, no memory.
 *
 * With -Dfuzz=true (clang) libFuzzer calls it; else replay.c gives it a
 * main() that runs the corpus, as an ordinary test. A property that does
 * not hold is abort(), which both report with the input that did it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
