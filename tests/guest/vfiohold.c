// SPDX-License-Identifier: GPL-2.0
/*
 * Takes an IOMMU group for user space, as a virtual machine would, and keeps it until
 * its input ends: vfiohold GROUP
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PROGRAM "vfiohold"
#include "common.h"

int main(int argc, char **argv)
{
	char path[64], c;
	int container, group;

	if (argc != 2)
		die("give the number of a group.");
	snprintf(path, sizeof(path), "/dev/vfio/%s", argv[1]);
	container = open("/dev/vfio/vfio", O_RDWR);
	group = open(path, O_RDWR);
	if (container < 0 || group < 0)
		die("cannot open /dev/vfio/vfio and %s: %s.", path, strerror(errno));
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container))
		die("cannot take group %s: %s.", argv[1], strerror(errno));
	puts("taken");
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
	return 0;
}
