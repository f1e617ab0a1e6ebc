/* causeway.c - the program that goes to production: arguments to cli/, nothing else */
#include "base/os.h"
#include "cli/cmd.h"

int main(int argc, char **argv)
{
	cw_forbid_cores();
	return cw_cli_main(argc, argv, stdout, stderr);
}
