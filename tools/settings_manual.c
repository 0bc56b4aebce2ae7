/* settings_manual.c - the settings as mdoc, for tools/manual. */
#include <stdio.h>

#include "base/str.h"
#include "conf/settings.h"

int
main(void)
{
	struct str out;

	str_init(&out, 256 * 1024);
	settings_manual(&out);
	(void)fputs(out.text, stdout);
	str_fini(&out);
	return 0;
}
