/* causeway.c - the program that goes to production: arguments to cli/, nothing else */
#include "cli/cmd.h"

int main(int argc, char **argv)
{
	return cw_cli_main(argc, argv, stdout, stderr);
}
