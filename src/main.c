/*
 * main.c - the only file that knows every row: which command, with which
 * words.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/hash.h"
#include "base/mem.h"
#include "cli/commands.h"

static const struct command commands[] = {
	{"serve", "run the desk", cmd_serve},
	{"intake", "take one mail from standard input", cmd_intake},
	{"read", "say what a mail holds", cmd_read},
	{"judge", "hold a mail against a policy", cmd_judge},
	{"case", "list, show and decide cases", cmd_case},
	{"decide", "what waits for a person's word", cmd_decide},
	{"queue", "list and show mails that opened no case", cmd_queue},
	{"due", "what has been promised, most urgent first", cmd_due},
	{"outbox", "list, show, approve and retry letters", cmd_outbox},
	{"policy", "check and show policies", cmd_policy},
	{"mirror", "keep the products' repositories, to look claims up in",
		cmd_mirror},
	{"ledger", "verify the ledger, sign a checkpoint", cmd_ledger},
	{"rebuild", "fold the events again and prove the state equal",
		cmd_rebuild},
	{"backup", "write everything that is true to one stream", cmd_backup},
	{"restore", "read such a stream into an empty desk", cmd_restore},
};

int
main(int argc, char **argv)
{
	hash_init();
	(void)umask(027); /* reports are nobody else's to read */
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		(void)printf("pratique %s\n", PRATIQUE_VERSION);
		return EX_OK;
	}
	return cli_sub(NULL, commands, ARRAY_LEN(commands), argc - 1, argv + 1);
}
