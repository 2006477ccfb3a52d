// SPDX-License-Identifier: GPL-2.0
/*
 * Moves data between a block device and memory (ordinary RAM or a mapped DAX
 * device) with O_DIRECT and compares every byte by a path that does not use
 * the transfer under test: what a device wrote to memory is read by the CPU,
 * what a device read from memory is read back into other RAM.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <linux/aio_abi.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PROGRAM "iocheck"
#include "common.h"

#define SECTOR		512
#define SEGMENT		4096
#define MAX_SEGMENTS	(BOUNCE / SEGMENT)
#define BOUNCE		0x100000UL
#define HUGE_ALIGN	(2UL << 20)

enum kind { RAM, DAX, DISK };

struct end {
	const char *name;
	enum kind kind;
	int fd;
	u64 size;
	u64 align;
	u64 offset;
};

static struct {
	struct end from, to;
	struct end *disk, *mem;
	u64 bytes, block, seed, seconds, threads, show;
	bool quiet, sync, scatter;
} cfg = {
	.bytes = 1 << 20, .block = 64 << 10, .seed = 1, .threads = 1,
};

/* One thread's part of the disk and of the memory; positions count from its start. */
struct area {
	pthread_t thread;
	u64 disk_pos, mem_pos;
	unsigned char *mem, *ram, *bounce;
	aio_context_t aio;
	u64 seed;
	bool *failed;
	u64 blocks, wrong, bytes, errors, rounds;
};

static pthread_mutex_t print_lock = PTHREAD_MUTEX_INITIALIZER;
static u64 shown;
static time_t end_time;

static u64 poison(u64 seed)
{
	return ~seed;
}

static u64 least(u64 a, u64 b)
{
	return a < b ? a : b;
}

static time_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Ends ----------------------------------------------------------------- */

static bool sysfs_number(dev_t dev, const char *file, u64 *value)
{
	char path[96];
	bool ok;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/%s", major(dev), minor(dev), file);
	f = fopen(path, "r");
	if (!f)
		return false;
	ok = fscanf(f, "%llu", value) == 1;
	fclose(f);
	return ok;
}

static void open_end(struct end *e)
{
	struct stat st;

	if (!strcmp(e->name, "ram")) {
		e->kind = RAM;
		return;
	}
	if (stat(e->name, &st))
		die("%s: %s. Name a block device, a DAX device or ram.", e->name, strerror(errno));
	if (S_ISBLK(st.st_mode)) {
		e->kind = DISK;
		e->fd = open(e->name, O_RDWR | O_DIRECT | O_CLOEXEC);
		if (e->fd < 0 || ioctl(e->fd, BLKGETSIZE64, &e->size))
			die("%s: cannot open it for direct access: %s.", e->name, strerror(errno));
	} else if (S_ISCHR(st.st_mode)) {
		e->kind = DAX;
		if (!sysfs_number(st.st_rdev, "size", &e->size))
			die("%s has no size in sysfs. Name a DAX device.", e->name);
		if (!sysfs_number(st.st_rdev, "align", &e->align) || !e->align)
			e->align = HUGE_ALIGN;
		e->fd = open(e->name, O_RDWR | O_CLOEXEC);
		if (e->fd < 0)
			die("%s: cannot open it: %s.", e->name, strerror(errno));
	} else {
		die("%s is neither a block device nor a DAX device.", e->name);
	}
}

static void *new_ram(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("no memory for a buffer of %zu bytes.", len);
	return p;
}

/* All threads together see one stretch of memory that starts at @offset. */
static unsigned char *map_memory(const struct end *e, u64 len)
{
	u64 start, end;
	unsigned char *p;

	if (e->kind == RAM) {
		/* Only the place within a page can matter in anonymous memory. */
		u64 shift = e->offset % HUGE_ALIGN;

		return (unsigned char *)new_ram(shift + len) + shift;
	}
	start = e->offset - e->offset % e->align;
	end = e->offset + len;
	end += (e->align - end % e->align) % e->align;
	if (end > e->size)
		die("%s has %llu bytes, %llu are needed. Give less --bytes, --threads or offset.",
		    e->name, e->size, end);
	p = mmap(NULL, end - start, PROT_READ | PROT_WRITE, MAP_SHARED, e->fd, start);
	if (p == MAP_FAILED)
		die("%s: cannot map %llu bytes: %s.", e->name, end - start, strerror(errno));
	return p + (e->offset - start);
}

/* Transfers ------------------------------------------------------------- */

static void complain(struct area *a, bool write, u64 at, size_t len, long long result)
{
	if (a->errors++)
		return;
	if (result < 0)
		fprintf(stderr, "iocheck: %s of %zu bytes at %llu: %s.\n",
			write ? "write" : "read", len, at, strerror(-result));
	else
		fprintf(stderr, "iocheck: %s of %zu bytes at %llu moved only %lld.\n",
			write ? "write" : "read", len, at, result);
}

/*
 * Asynchronous I/O, for two reasons. The parts go to the kernel as neighbours
 * under one plug, so it joins them into one request, even where it would not
 * take such a mixture in one call. And it never finishes half a direct
 * transfer by way of the page cache, which would hide what is tested.
 */
static bool disk_iov(struct area *a, bool write, const struct iovec *iov, int n, u64 pos)
{
	struct iocb cb[MAX_SEGMENTS], *list[MAX_SEGMENTS];
	struct io_event ev[MAX_SEGMENTS];
	u64 at = a->disk_pos + pos;
	int sent = 0, done = 0;
	bool ok = true;

	memset(cb, 0, n * sizeof(*cb));
	for (int i = 0; i < n; i++) {
		list[i] = &cb[i];
		cb[i].aio_lio_opcode = write ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD;
		cb[i].aio_fildes = cfg.disk->fd;
		cb[i].aio_buf = (unsigned long)iov[i].iov_base;
		cb[i].aio_nbytes = iov[i].iov_len;
		cb[i].aio_offset = at;
		at += iov[i].iov_len;
	}
	while (sent < n) {
		long ret = syscall(SYS_io_submit, a->aio, n - sent, list + sent);

		if (ret <= 0) {
			complain(a, write, cb[sent].aio_offset, cb[sent].aio_nbytes, -errno);
			ok = false;
			break;
		}
		sent += ret;
	}
	while (done < sent) {
		long ret = syscall(SYS_io_getevents, a->aio, 1, sent - done, ev, NULL);

		if (ret < 0 && errno != EINTR)
			die("cannot wait for %s: %s.", cfg.disk->name, strerror(errno));
		for (long i = 0; i < ret; i++, done++) {
			const struct iocb *c = (void *)ev[i].obj;

			if (ev[i].res == (long long)c->aio_nbytes)
				continue;
			complain(a, write, c->aio_offset, c->aio_nbytes, ev[i].res);
			ok = false;
		}
	}
	return ok;
}

static bool disk_bounce(struct area *a, bool write, size_t len, u64 pos)
{
	struct iovec iov = { a->bounce, len };

	return disk_iov(a, write, &iov, 1, pos);
}

/* Puts the pattern on the disk from plain RAM and makes sure that it is there. */
static void prepare_disk(struct area *a, u64 seed)
{
	for (u64 pos = 0; pos < cfg.bytes; pos += BOUNCE) {
		size_t len = least(BOUNCE, cfg.bytes - pos);
		u64 at = a->disk_pos + pos;
		bool ok;

		pattern_fill(a->bounce, len, seed, at);
		ok = disk_bounce(a, true, len, pos);
		pattern_fill(a->bounce, len, poison(seed), at);
		ok = ok && disk_bounce(a, false, len, pos);
		if (ok && pattern_check(a->bounce, len, seed, at) != len)
			die("%s gives back wrong data to RAM near %llu. Check the RAM path first.",
			    cfg.disk->name, at);
	}
}

/*
 * The memory of one block as a list. In a scattered block the segments lie by
 * turns in the memory under test and in plain RAM, each at its own position in
 * either, so that the untouched places between them can be checked too.
 */
static int cut_block(const struct area *a, u64 pos, size_t len, struct iovec *iov)
{
	size_t done = 0;
	int n = 0;

	if (!cfg.scatter) {
		iov[0] = (struct iovec){ a->mem + pos, len };
		return 1;
	}
	while (done < len) {
		size_t part = SEGMENT * (1 + pattern_word(a->seed, pos + done) % 16);

		part = least(part, len - done);
		iov[n].iov_base = (n & 1 ? a->ram : a->mem) + pos + done;
		iov[n].iov_len = part;
		done += part;
		n++;
	}
	return n;
}

static void prepare_memory(struct area *a, bool with_data)
{
	struct iovec iov[MAX_SEGMENTS];

	pattern_fill(a->mem, cfg.bytes, poison(a->seed), a->disk_pos);
	if (cfg.scatter)
		pattern_fill(a->ram, cfg.bytes, poison(a->seed), a->disk_pos);
	if (!with_data)
		return;
	for (u64 pos = 0; pos < cfg.bytes; pos += cfg.block) {
		int n = cut_block(a, pos, least(cfg.block, cfg.bytes - pos), iov);
		u64 at = a->disk_pos + pos;

		for (int i = 0; i < n; i++) {
			pattern_fill(iov[i].iov_base, iov[i].iov_len, a->seed, at);
			at += iov[i].iov_len;
		}
	}
}

static void move_blocks(struct area *a, bool write)
{
	struct iovec iov[MAX_SEGMENTS];

	for (u64 pos = 0; pos < cfg.bytes; pos += cfg.block) {
		size_t len = least(cfg.block, cfg.bytes - pos);
		int n = cut_block(a, pos, len, iov);

		a->failed[pos / cfg.block] = !disk_iov(a, write, iov, n, pos);
	}
	if (write && cfg.sync && fdatasync(cfg.disk->fd) && !a->errors++)
		fprintf(stderr, "iocheck: %s: cannot flush: %s.\n", cfg.disk->name,
			strerror(errno));
}

/* Comparing ------------------------------------------------------------- */

static void print_hex(const char *what, const unsigned char *p, size_t len)
{
	printf(" %s=", what);
	for (size_t i = 0; i < len; i++)
		printf("%02x", p[i]);
}

static void show_wrong(const struct area *a, u64 pos, size_t first,
		       const unsigned char *got, size_t len, u64 seed)
{
	u64 at = a->disk_pos + pos + first;
	unsigned char want[24];
	size_t n = least(16, len);

	pthread_mutex_lock(&print_lock);
	if (shown++ < cfg.show) {
		pattern_fill(want, sizeof(want), seed, at & ~7ULL);
		printf("wrong block=%llu disk=%llu mem=%llu first=%zu",
		       pos / cfg.block, a->disk_pos + pos, a->mem_pos + pos, first);
		print_hex("expected", want + (at & 7), n);
		print_hex("got", got, n);
		putchar('\n');
	}
	pthread_mutex_unlock(&print_lock);
}

/* True if @len bytes at @p, which belong @skip into the block at @pos, are right. */
static bool right(const struct area *a, const unsigned char *p, size_t len,
		  u64 pos, size_t skip, u64 seed)
{
	size_t first = pattern_check(p, len, seed, a->disk_pos + pos + skip);

	if (first == len)
		return true;
	show_wrong(a, pos, skip + first, p + first, len - first, seed);
	return false;
}

static bool memory_block_right(const struct area *a, u64 pos, size_t len)
{
	struct iovec iov[MAX_SEGMENTS];
	int n = cut_block(a, pos, len, iov);
	size_t skip = 0;

	for (int i = 0; i < n; i++) {
		unsigned char *other = i & 1 ? a->mem : a->ram;

		if (!right(a, iov[i].iov_base, iov[i].iov_len, pos, skip, a->seed))
			return false;
		if (cfg.scatter &&
		    !right(a, other + pos + skip, iov[i].iov_len, pos, skip, poison(a->seed)))
			return false;
		skip += iov[i].iov_len;
	}
	return true;
}

static bool disk_block_right(struct area *a, u64 pos, size_t len, bool *read_failed)
{
	pattern_fill(a->bounce, len, poison(a->seed), a->disk_pos + pos);
	*read_failed = !disk_bounce(a, false, len, pos);
	return *read_failed || right(a, a->bounce, len, pos, 0, a->seed);
}

static void compare_blocks(struct area *a, bool on_disk)
{
	for (u64 pos = 0; pos < cfg.bytes; pos += cfg.block) {
		size_t len = least(cfg.block, cfg.bytes - pos);
		bool failed = a->failed[pos / cfg.block];
		bool ok = true;

		a->blocks++;
		if (!failed)
			ok = on_disk ? disk_block_right(a, pos, len, &failed) :
				       memory_block_right(a, pos, len);
		if (!failed)
			a->bytes += len;
		if (!ok)
			a->wrong++;
	}
}

static void *run_area(void *arg)
{
	bool to_disk = cfg.to.kind == DISK;
	struct area *a = arg;

	do {
		a->seed = cfg.seed + a->rounds;
		prepare_disk(a, to_disk ? poison(a->seed) : a->seed);
		prepare_memory(a, to_disk);
		move_blocks(a, to_disk);
		compare_blocks(a, to_disk);
		a->rounds++;
	} while (now() < end_time);
	return NULL;
}

/* Command line ----------------------------------------------------------- */

static u64 number(const char *opt, const char *text)
{
	static const char units[] = "kMG";
	const char *unit;
	int shift = 0;
	char *end;
	u64 value;

	errno = 0;
	value = strtoull(text, &end, 0);
	unit = *end && end != text ? strchr(units, *end) : NULL;
	if (unit) {
		shift = 10 * (unit - units + 1);
		end++;
	}
	if (end == text || *end || errno || *text == '-' || value > ULLONG_MAX >> (shift + 1))
		die("--%s: '%s' is wrong. Use digits and k, M or G.", opt, text);
	return value << shift;
}

enum value { TEXT, NUMBER, FLAG };

static const struct {
	const char *name;
	enum value value;
	void *to;
} settings[] = {
	{ "from", TEXT, &cfg.from.name },
	{ "to", TEXT, &cfg.to.name },
	{ "src-offset", NUMBER, &cfg.from.offset },
	{ "dst-offset", NUMBER, &cfg.to.offset },
	{ "bytes", NUMBER, &cfg.bytes },
	{ "block", NUMBER, &cfg.block },
	{ "seed", NUMBER, &cfg.seed },
	{ "show", NUMBER, &cfg.show },
	{ "threads", NUMBER, &cfg.threads },
	{ "seconds", NUMBER, &cfg.seconds },
	{ "quiet", FLAG, &cfg.quiet },
	{ "sync", FLAG, &cfg.sync },
	{ "scatter", FLAG, &cfg.scatter },
	{ NULL, FLAG, NULL },
};

static void parse(int argc, char **argv)
{
	struct option opts[sizeof(settings) / sizeof(*settings)] = { 0 };
	int c, i;

	for (int k = 0; settings[k].name; k++) {
		opts[k].name = settings[k].name;
		opts[k].has_arg = settings[k].value != FLAG;
	}
	while ((c = getopt_long(argc, argv, "", opts, &i)) != -1) {
		if (c)
			exit(2);
		switch (settings[i].value) {
		case TEXT:
			*(const char **)settings[i].to = optarg;
			break;
		case NUMBER:
			*(u64 *)settings[i].to = number(settings[i].name, optarg);
			break;
		case FLAG:
			*(bool *)settings[i].to = true;
			break;
		}
	}
	if (optind != argc)
		die("'%s' is not an option.", argv[optind]);
}

static void check(void)
{
	bool from_disk, to_disk;

	if (!cfg.from.name || !cfg.to.name)
		die("give --from and --to: a block device and ram or a DAX device.");
	open_end(&cfg.from);
	open_end(&cfg.to);
	from_disk = cfg.from.kind == DISK;
	to_disk = cfg.to.kind == DISK;
	if (from_disk == to_disk)
		die("exactly one of --from and --to must be a block device.");
	cfg.disk = to_disk ? &cfg.to : &cfg.from;
	cfg.mem = to_disk ? &cfg.from : &cfg.to;
	if (!cfg.bytes || !cfg.block || cfg.bytes % SECTOR || cfg.block % SECTOR ||
	    cfg.disk->offset % SECTOR)
		die("--bytes, --block and the block device's offset must be multiples of %d.",
		    SECTOR);
	if (cfg.block > BOUNCE)
		die("--block must not be greater than %luk.", BOUNCE >> 10);
	if (cfg.mem->offset % 4)
		die("the memory's offset must be a multiple of 4.");
	if (cfg.scatter && (cfg.mem->kind != DAX || cfg.block < 2 * SEGMENT))
		die("--scatter needs a DAX device on one side and a --block of %dk or more.",
		    2 * SEGMENT >> 10);
	if (cfg.threads < 1 || cfg.threads > 256)
		die("--threads must be from 1 to 256.");
	if (cfg.bytes > cfg.disk->size / cfg.threads ||
	    cfg.disk->offset > cfg.disk->size - cfg.bytes * cfg.threads)
		die("%s has only %llu bytes. Give less --bytes, --threads or offset.",
		    cfg.disk->name, cfg.disk->size);
}

int main(int argc, char **argv)
{
	u64 wrong = 0, errors = 0, blocks = 0, bytes = 0, rounds = 0;
	unsigned char *mem, *ram = NULL;
	struct area *areas;

	parse(argc, argv);
	check();
	mem = map_memory(cfg.mem, cfg.bytes * cfg.threads);
	if (cfg.scatter)
		ram = new_ram(cfg.bytes * cfg.threads);
	areas = calloc(cfg.threads, sizeof(*areas));
	if (!areas)
		die("no memory for %llu threads.", cfg.threads);

	end_time = now() + cfg.seconds;
	for (u64 t = 0; t < cfg.threads; t++) {
		struct area *a = &areas[t];
		u64 skip = t * cfg.bytes;

		a->disk_pos = cfg.disk->offset + skip;
		a->mem_pos = cfg.mem->offset + skip;
		a->mem = mem + skip;
		a->ram = ram ? ram + skip : NULL;
		a->bounce = new_ram(BOUNCE);
		if (syscall(SYS_io_setup, MAX_SEGMENTS, &a->aio))
			die("the kernel has no asynchronous I/O: %s.", strerror(errno));
		a->failed = calloc((cfg.bytes + cfg.block - 1) / cfg.block, sizeof(*a->failed));
		if (!a->failed || pthread_create(&a->thread, NULL, run_area, a))
			die("cannot start thread %llu.", t);
	}
	for (u64 t = 0; t < cfg.threads; t++) {
		struct area *a = &areas[t];

		pthread_join(a->thread, NULL);
		blocks += a->blocks;
		wrong += a->wrong;
		bytes += a->bytes;
		errors += a->errors;
		rounds += a->rounds;
	}
	if (!cfg.quiet)
		printf("blocks=%llu wrong=%llu bytes=%llu errors=%llu rounds=%llu\n",
		       blocks, wrong, bytes, errors, rounds);
	return wrong || errors;
}
