// SPDX-License-Identifier: GPL-2.0
/*
 * Asks the kernel to unload a module, and says what it answered.
 *
 *   unload NAME [--times N] [--uid UID] [--userns] [--page WAY]
 *
 *   --times N   ask N times (default: 1), or until the module is gone
 *   --uid UID   give up root first, and become that user
 *   --userns    then be root in a user namespace of its own; status 3 when the kernel has none
 *   --page WAY  where the name lies: "here" (default); "cold", in a page of a file that nobody has
 *               touched; "split", the same with its first letters in a page that is there;
 *               "closed", in a page that cannot be read at all (which is no name then)
 *
 * Prints "gone=N busy=N denied=N unknown=N unreadable=N other=N": how often the module was
 * unloaded, in use (EAGAIN), not for this user (EPERM), not known (ENOENT), its name not readable
 * (EFAULT).
 */
#define _GNU_SOURCE
#define PROGRAM "unload"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"

static const char file[] = "/tmp/unload-name";

/* Two pages of a file, with the name across their border or at the start of the second one. */
static char *in_file(const char *name, size_t before)
{
	size_t page = sysconf(_SC_PAGESIZE);
	int fd = open(file, O_RDWR | O_CREAT | O_TRUNC, 0644);
	char *pages;

	if (fd < 0 || ftruncate(fd, 2 * page) ||
	    pwrite(fd, name, strlen(name) + 1, page - before) != (ssize_t)strlen(name) + 1)
		die("%s: %s", file, strerror(errno));
	pages = mmap(NULL, 2 * page, PROT_READ, MAP_PRIVATE, fd, 0);
	/* Or the kernel maps the second page with the first one. */
	if (pages == MAP_FAILED || madvise(pages, 2 * page, MADV_RANDOM))
		die("mmap: %s", strerror(errno));
	close(fd);
	/* Brings the first page in. */
	if (before && pages[0])
		die("%s does not begin with a hole", file);
	return pages + page - before;
}

static char *place(const char *way, const char *name)
{
	char *at;

	if (!strcmp(way, "cold"))
		return in_file(name, 0);
	if (!strcmp(way, "split"))
		return in_file(name, strlen(name) / 2);
	at = mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		  -1, 0);
	if (at == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	memcpy(at, name, strlen(name) + 1);
	if (!strcmp(way, "closed"))
		mprotect(at, sysconf(_SC_PAGESIZE), PROT_NONE);
	else if (strcmp(way, "here"))
		die("no such way: %s", way);
	return at;
}

static void become(unsigned long uid)
{
	if (setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		die("cannot become user %lu: %s", uid, strerror(errno));
}

/* What the kernel may answer, other than that the module is gone. */
#define NR_ANSWERS 5

static const struct {
	int error;
	const char *word;
} answers[NR_ANSWERS] = {
	{ EAGAIN, "busy" }, { EPERM, "denied" }, { ENOENT, "unknown" }, { EFAULT, "unreadable" },
	{ 0, "other" },
};

static void ask(const char *name, unsigned long times)
{
	unsigned long gone = 0, count[NR_ANSWERS] = { 0 };
	unsigned int i;

	while (times-- && !gone) {
		if (!syscall(SYS_delete_module, name, O_NONBLOCK)) {
			gone++;
			continue;
		}
		for (i = 0; answers[i].error && answers[i].error != errno; i++)
			;
		count[i]++;
	}
	printf("gone=%lu", gone);
	for (i = 0; i < NR_ANSWERS; i++)
		printf(" %s=%lu", answers[i].word, count[i]);
	putchar('\n');
}

int main(int argc, char **argv)
{
	unsigned long times = 1;
	const char *way = "here";

	if (argc < 2)
		die("whose name?");
	for (int i = 2; i < argc; i++) {
		if (!strcmp(argv[i], "--userns")) {
			if (unshare(CLONE_NEWUSER)) {
				perror(PROGRAM ": no user namespace");
				return 3;
			}
		} else if (i + 1 == argc) {
			die("%s needs a value", argv[i]);
		} else if (!strcmp(argv[i], "--times")) {
			times = strtoul(argv[++i], NULL, 0);
		} else if (!strcmp(argv[i], "--uid")) {
			become(strtoul(argv[++i], NULL, 0));
		} else if (!strcmp(argv[i], "--page")) {
			way = argv[++i];
		} else {
			die("unknown argument %s", argv[i]);
		}
	}
	ask(place(way, argv[1]), times);
	return 0;
}
