/* causeway.c - the program that goes to production: arguments to cli/, nothing else */
#include "base/os.h"
#include "cli/cmd.h"

#include <signal.h>

int main(int argc, char **argv)
{
	cw_forbid_cores();
	(void)signal(SIGCHLD, SIG_DFL); /* who starts us may ignore it, and we would not learn how tasks end */
	return cw_cli_main(argc, argv, stdout, stderr);
}
