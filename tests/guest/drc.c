// SPDX-License-Identifier: GPL-2.0
/*
 * What drmgr does for a slot before and after the kernel: takes it from the hypervisor
 * or gives it back (PAPR, "Dynamic Reconfiguration", set-indicator).
 *
 *   drc acquire|release INDEX
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PROGRAM "drc"
#include "common.h"

#define ISOLATION	9001
#define ALLOCATION	9003
#define PHYSICAL_PCI	4	/* the type in an index: a PCI slot has no allocation state */

#ifndef SYS_rtas
#define SYS_rtas	255	/* powerpc only */
#endif

/* Everything big-endian. */
struct rtas_args {
	unsigned int token, nargs, nret, args[16], *rets;
};

static unsigned int token;

static void set(unsigned int indicator, unsigned int index, unsigned int state)
{
	struct rtas_args a = {
		.token = token, .nargs = htonl(3), .nret = htonl(1),
		.args = { htonl(indicator), htonl(index), htonl(state) },
	};

	if (syscall(SYS_rtas, &a))
		die("the kernel refuses the call: %s.", strerror(errno));
	if (a.args[3])
		die("indicator %u of 0x%x: the hypervisor says %d.", indicator, index,
		    (int)ntohl(a.args[3]));
}

int main(int argc, char **argv)
{
	FILE *f = fopen("/proc/device-tree/rtas/set-indicator", "r");
	unsigned int index;
	bool logical;

	if (!f || fread(&token, sizeof(token), 1, f) != 1)
		die("this machine has no set-indicator.");
	if (argc != 3)
		die("give acquire or release, and an index.");
	index = strtoul(argv[2], NULL, 0);
	logical = index >> 28 != PHYSICAL_PCI;
	if (!strcmp(argv[1], "acquire")) {
		if (logical)
			set(ALLOCATION, index, 1);
		set(ISOLATION, index, 1);
	} else if (!strcmp(argv[1], "release")) {
		set(ISOLATION, index, 0);
		if (logical)
			set(ALLOCATION, index, 0);
	} else {
		die("'%s' is neither acquire nor release.", argv[1]);
	}
	return 0;
}
