// SPDX-License-Identifier: GPL-2.0
/*
 * Takes a group of devices for user space as a virtual machine monitor would, opens one device
 * of it, and gives all back:
 *
 *	vfiocheck GROUP ADDRESS
 *
 * Without an address it only takes the group, and keeps it until its input ends.
 */
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void need(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "vfiocheck: %s: %s.\n", what, strerror(errno));
	exit(1);
}

int main(int argc, char **argv)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	struct vfio_device_info info = { .argsz = sizeof(info) };
	int container, group, device;
	char path[64], c;

	if (argc != 2 && argc != 3) {
		fprintf(stderr, "vfiocheck: give a group number, and perhaps a PCI address.\n");
		return 1;
	}
	container = open("/dev/vfio/vfio", O_RDWR);
	need(container >= 0, "/dev/vfio/vfio cannot be opened");
	snprintf(path, sizeof(path), "/dev/vfio/%s", argv[1]);
	group = open(path, O_RDWR);
	need(group >= 0, "the group cannot be opened");
	need(!ioctl(group, VFIO_GROUP_GET_STATUS, &status), "the group has no status");
	need(status.flags & VFIO_GROUP_FLAGS_VIABLE, "the group has a kernel driver");
	need(!ioctl(group, VFIO_GROUP_SET_CONTAINER, &container), "the container is refused");
	if (argc == 2) {
		puts("taken");
		fflush(stdout);
		while (read(0, &c, 1) > 0)
			;
		return 0;
	}
	need(!ioctl(container, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_v2_IOMMU) ||
	     !ioctl(container, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_IOMMU),
	     "the kernel does not let go of the IOMMU");
	device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, argv[2]);
	need(device >= 0, "the device cannot be opened");
	need(!ioctl(device, VFIO_DEVICE_GET_INFO, &info), "the device says nothing");
	printf("regions=%u\n", info.num_regions);
	close(device);
	close(group);
	close(container);
	return 0;
}
