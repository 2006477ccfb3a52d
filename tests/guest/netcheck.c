// SPDX-License-Identifier: GPL-2.0
/* Sends a pattern to a TCP echo service and compares every byte that comes back. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PROGRAM "netcheck"
#include "common.h"

#define CHUNK	0x10000UL
#define PATIENCE 60

static struct {
	const char *host, *port, *bytes, *seed;
} args = { "10.0.2.100", "7", "1048576", "1" };

static u64 bytes, seed;

static void *send_all(void *arg)
{
	static unsigned char buf[CHUNK];
	int fd = *(int *)arg;

	for (u64 pos = 0; pos < bytes; pos += CHUNK) {
		size_t len = bytes - pos < CHUNK ? bytes - pos : CHUNK;

		pattern_fill(buf, CHUNK, seed, pos);
		for (size_t done = 0; done < len; ) {
			ssize_t n = send(fd, buf + done, len - done, MSG_NOSIGNAL);

			if (n < 0)
				die("sending stopped at byte %llu: %s.", pos + done,
				    strerror(errno));
			done += n;
		}
	}
	return NULL;
}

static u64 receive_all(int fd)
{
	static unsigned char got[CHUNK], want[CHUNK];
	u64 wrong = 0;

	for (u64 pos = 0; pos < bytes; pos += CHUNK) {
		size_t len = bytes - pos < CHUNK ? bytes - pos : CHUNK;
		ssize_t n = recv(fd, got, len, MSG_WAITALL);

		if (n != (ssize_t)len)
			die("the echo stopped near byte %llu: %s.", pos,
			    n < 0 ? strerror(errno) : "too little came back");
		pattern_fill(want, CHUNK, seed, pos);
		for (size_t i = 0; i < len; i++)
			wrong += got[i] != want[i];
	}
	return wrong;
}

static int connect_to(const char *host, const char *port)
{
	struct timeval patience = { .tv_sec = PATIENCE };
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };
	int fd;

	if (inet_pton(AF_INET, host, &addr.sin_addr) != 1)
		die("--host: '%s' is not an IPv4 address.", host);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("cannot make a socket: %s.", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die("cannot reach %s port %s: %s.", host, port, strerror(errno));
	return fd;
}

static u64 number(const char *opt, const char *text)
{
	char *end;
	u64 value = strtoull(text, &end, 0);

	if (end == text || *end || *text == '-')
		die("--%s: '%s' is wrong. Use digits.", opt, text);
	return value;
}

int main(int argc, char **argv)
{
	static const struct option opts[] = {
		{ "host", 1, NULL, 0 }, { "port", 1, NULL, 0 },
		{ "bytes", 1, NULL, 0 }, { "seed", 1, NULL, 0 }, { 0 },
	};
	const char **values[] = { &args.host, &args.port, &args.bytes, &args.seed };
	pthread_t sender;
	u64 wrong;
	int c, i, fd;

	while ((c = getopt_long(argc, argv, "", opts, &i)) != -1) {
		if (c)
			exit(2);
		*values[i] = optarg;
	}
	if (optind != argc)
		die("'%s' is not an option.", argv[optind]);
	bytes = number("bytes", args.bytes);
	seed = number("seed", args.seed);

	fd = connect_to(args.host, args.port);
	if (pthread_create(&sender, NULL, send_all, &fd))
		die("cannot start the sending thread.");
	wrong = receive_all(fd);
	pthread_join(sender, NULL);
	close(fd);
	printf("bytes=%llu wrong=%llu\n", bytes, wrong);
	return wrong != 0;
}
