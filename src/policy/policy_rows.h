/* policy_rows.h - how the rows of policy_kinds.c and policy_keys.c are
 * written. */
#pragma once

#include "base/mem.h"
#include "policy/policy.h"
#include "policy/policy_forms.h"

/* Where a member lies in its struct, and how large it is. */
#define AT(type, member)                                                       \
	.at = offsetof(struct type, member),                                   \
	.size = sizeof(((struct type *)NULL)->member)
/* A list is two members: where its items are, and how many. */
#define AT_LIST(type, member, number)                                          \
	.at = offsetof(struct type, member),                                   \
	.count_at = offsetof(struct type, number)
#define WORDS(list) .words = (list), .n_words = ARRAY_LEN(list)
#define FIELDS(list)                                                           \
	{                                                                      \
		(list), ARRAY_LEN(list)                                        \
	}
