// SPDX-License-Identifier: GPL-2.0
/*
 * Measures system calls, without the cost of starting a program in between:
 *
 *	stopwatch write FILE TEXT...	opens FILE and writes each TEXT; a line of microseconds each
 *	stopwatch load MODULE [ARGS]	loads a kernel module
 *	stopwatch unload NAME		unloads it
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PROGRAM "stopwatch"
#include "common.h"

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e6 + ts.tv_nsec / 1e3;
}

static void report(const char *what, double start, long ret)
{
	double us = now() - start;

	if (ret < 0)
		die("%s: %s.", what, strerror(errno));
	printf("%.1f\n", us);
}

int main(int argc, char **argv)
{
	double start;
	int fd;

	if (argc < 3)
		die("name what to measure: write FILE TEXT..., load MODULE [ARGS], unload NAME.");
	if (!strcmp(argv[1], "unload")) {
		start = now();
		report(argv[2], start, syscall(SYS_delete_module, argv[2], O_NONBLOCK));
		return 0;
	}
	fd = open(argv[2], strcmp(argv[1], "load") ? O_WRONLY : O_RDONLY);
	if (fd < 0)
		die("%s: %s.", argv[2], strerror(errno));
	if (!strcmp(argv[1], "load")) {
		start = now();
		report(argv[2], start, syscall(SYS_finit_module, fd, argc > 3 ? argv[3] : "", 0));
		return 0;
	}
	for (int i = 3; i < argc; i++) {
		start = now();
		report(argv[i], start, pwrite(fd, argv[i], strlen(argv[i]), 0));
	}
	return 0;
}
