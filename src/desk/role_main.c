/* role_main.c - the one place that goes from a role's name to its code. */
#include <sysexits.h>

#include "base/log.h"
#include "desk/roles.h"

int
role_main(void)
{
	static int (*const mains[ROLE_COUNT])(struct role *) = {
		[ROLE_EDGE] = edge_main,
		[ROLE_PARSE] = parse_main,
		[ROLE_CORE] = core_main,
		[ROLE_POST] = post_main,
		[ROLE_SIGN] = sign_main,
		[ROLE_EVIDENCE] = evidence_main,
	};
	static struct role r;
	struct err err;

	if (!role_begin(&r, &err) || mains[r.name] == NULL) {
		log_event("role.broken", "error=%s", err.text);
		return EX_CONFIG;
	}
	return mains[r.name](&r);
}
