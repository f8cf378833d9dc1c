/* The floor under every remote call: bare TCP on this machine, no protocol.
 *
 *   floor serve                 prints its port; serves connections one after another until killed
 *   floor ping PORT COUNT [IP]  µs of each of COUNT round trips of 64 bytes, one a line
 *   floor push PORT BYTES REPS  seconds of each transfer of BYTES to the server and a one-byte answer
 *   floor pull PORT BYTES REPS  seconds of each transfer of BYTES from the server
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PING_BYTES = 64 };

/* What the client asks for first: 'p' ping-pong, 'w' it sends `bytes`, 'r' it wants `bytes`. */
struct request {
    uint64_t mode, bytes;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int read_all(int fd, char *to, size_t bytes)
{
    while (bytes) {
        ssize_t n = recv(fd, to, bytes, 0);
        if (n <= 0)
            return 0;
        to += n;
        bytes -= (size_t)n;
    }
    return 1;
}

static void write_all(int fd, const char *from, size_t bytes)
{
    while (bytes) {
        ssize_t n = send(fd, from, bytes, MSG_NOSIGNAL);
        if (n <= 0)
            die("send");
        from += n;
        bytes -= (size_t)n;
    }
}

static void no_delay(int fd)
{
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void serve_one(int fd, char *buffer, size_t size)
{
    struct request r;
    while (read_all(fd, (char *)&r, sizeof r)) {
        if (r.mode == 'p') {
            while (read_all(fd, buffer, PING_BYTES))
                write_all(fd, buffer, PING_BYTES);
        } else if (r.bytes <= size && r.mode == 'w') {
            if (!read_all(fd, buffer, r.bytes))
                return;
            write_all(fd, buffer, 1);
        } else if (r.bytes <= size) {
            write_all(fd, buffer, r.bytes);
        }
    }
}

static _Noreturn void serve(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 8))
        die("listen");
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    size_t bytes = (size_t)256 << 20;
    char *buffer = malloc(bytes);
    if (!buffer)
        die("malloc");
    memset(buffer, 1, bytes);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            die("accept");
        no_delay(fd);
        serve_one(fd, buffer, bytes);
        close(fd);
    }
}

static int dial(int port, const char *ip)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, ip, &address.sin_addr) != 1)
        die(ip);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address))
        die("connect");
    no_delay(fd);
    return fd;
}

static int ping(int fd, long count)
{
    char message[PING_BYTES] = {0};
    struct request r = {'p', 0};
    write_all(fd, (char *)&r, sizeof r);
    for (long i = 0; i < count; i++) {
        double start = now();
        write_all(fd, message, sizeof message);
        if (!read_all(fd, message, sizeof message))
            die("recv");
        printf("%.3f\n", (now() - start) * 1e6);
    }
    return 0;
}

static int transfer(int fd, uint64_t mode, size_t bytes, long reps)
{
    char *buffer = malloc(bytes);
    if (!buffer)
        die("malloc");
    memset(buffer, 2, bytes);
    for (long i = 0; i < reps; i++) {
        struct request r = {mode, bytes};
        double start = now();
        write_all(fd, (char *)&r, sizeof r);
        if (mode == 'w')
            write_all(fd, buffer, bytes);
        if (!read_all(fd, buffer, mode == 'w' ? 1 : bytes))
            die("recv");
        printf("%.6f\n", now() - start);
    }
    free(buffer);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "serve"))
        serve();
    if (argc < 4) {
        fprintf(stderr, "usage: floor serve | ping PORT COUNT [IP] | push PORT BYTES REPS | pull PORT BYTES REPS\n");
        return 2;
    }
    int pings = !strcmp(argv[1], "ping");
    int fd = dial(atoi(argv[2]), pings && argc > 4 ? argv[4] : "127.0.0.1");
    if (pings)
        return ping(fd, atol(argv[3]));
    return transfer(fd, !strcmp(argv[1], "push") ? 'w' : 'r', (size_t)atoll(argv[3]), argc > 4 ? atol(argv[4]) : 1);
}
