/* cwe_table.h - lists/cwe*.csv as tools/cwe_table.py makes it. */
#pragma once

#include <stddef.h>

#include "report/report.h"

struct cwe_row {
	unsigned short id;
	unsigned char status;   /* enum cwe_status */
	unsigned char n_better; /* how many ... */
	unsigned short better;  /* ... from here in cwe_better */
};

extern const char cwe_version[];
extern const size_t n_cwe_table;
extern const struct cwe_row cwe_table[]; /* by id */
extern const unsigned short cwe_better[];
