/* The C library's own functions, also in a program that exports functions of their names.
 *
 * The dynamic linker gives such a program's `connect` or `send` to every library. NVIDIA's driver hardly notices; a
 * driver that lives on sockets would. So each function that C does not reserve for the library is found in libc
 * itself, and the linker (--wrap, see native_build.py) sends our calls of it to what libc.c defines. The heap, stdio,
 * threads and what the C standard reserves are left as they are: sanitizers and allocators take their places, and
 * must. */
#ifndef LC_LIBC_H
#define LC_LIBC_H

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Result, name, parameters, arguments. Those that take more arguments at times take the most here: what the caller
 * did not pass is handed on and not looked at. freeaddrinfo has no result, and nobody looks at that either. */
#define LC_LIBC_FUNCTIONS(F)                                                                                           \
    F(int, access, (const char *a, int b), (a, b))                                                                     \
    F(int, clock_gettime, (clockid_t a, struct timespec * b), (a, b))                                                  \
    F(int, clock_nanosleep, (clockid_t a, int b, const struct timespec *c, struct timespec *d), (a, b, c, d))          \
    F(int, close, (int a), (a))                                                                                        \
    F(int, closedir, (void *a), (a))                                                                                   \
    F(int, connect, (int a, const void *b, unsigned c), (a, b, c))                                                     \
    F(int, fallocate, (int a, int b, off_t c, off_t d), (a, b, c, d))                                                  \
    F(int, fcntl, (int a, int b, long c), (a, b, c))                                                                   \
    F(int, fileno, (void *a), (a))                                                                                     \
    F(int, flock, (int a, int b), (a, b))                                                                              \
    F(long, freeaddrinfo, (void *a), (a))                                                                              \
    F(int, fstat, (int a, struct stat *b), (a, b))                                                                     \
    F(int, ftruncate, (int a, off_t b), (a, b))                                                                        \
    F(const char *, gai_strerror, (int a), (a))                                                                        \
    F(int, getaddrinfo, (const char *a, const char *b, const void *c, void *d), (a, b, c, d))                          \
    F(char *, getenv, (const char *a), (a))                                                                            \
    F(uid_t, geteuid, (void), ())                                                                                      \
    F(int, gethostname, (char *a, size_t b), (a, b))                                                                   \
    F(int, getpeername, (int a, void *b, unsigned *c), (a, b, c))                                                      \
    F(pid_t, getpid, (void), ())                                                                                       \
    F(ssize_t, getrandom, (void *a, size_t b, unsigned c), (a, b, c))                                                  \
    F(int, getrlimit, (int a, struct rlimit *b), (a, b))                                                               \
    F(int, getsockopt, (int a, int b, int c, void *d, unsigned *e), (a, b, c, d, e))                                   \
    F(struct tm *, gmtime_r, (const time_t *a, struct tm *b), (a, b))                                                  \
    F(int, kill, (pid_t a, int b), (a, b))                                                                             \
    F(int, madvise, (void *a, size_t b, int c), (a, b, c))                                                             \
    F(int, memfd_create, (const char *a, unsigned b), (a, b))                                                          \
    F(void *, mmap, (void *a, size_t b, int c, int d, int e, off_t f), (a, b, c, d, e, f))                             \
    F(int, mprotect, (void *a, size_t b, int c), (a, b, c))                                                            \
    F(int, msync, (void *a, size_t b, int c), (a, b, c))                                                               \
    F(int, munlock, (const void *a, size_t b), (a, b))                                                                 \
    F(int, munmap, (void *a, size_t b), (a, b))                                                                        \
    F(int, nanosleep, (const struct timespec *a, struct timespec *b), (a, b))                                          \
    F(int, open, (const char *a, int b, long c), (a, b, c))                                                            \
    F(void *, opendir, (const char *a), (a))                                                                           \
    F(int, poll, (struct pollfd * a, nfds_t b, int c), (a, b, c))                                                      \
    F(int, posix_fallocate, (int a, off_t b, off_t c), (a, b, c))                                                      \
    F(int, prctl, (int a, long b, long c, long d, long e), (a, b, c, d, e))                                            \
    F(ssize_t, pread, (int a, void *b, size_t c, off_t d), (a, b, c, d))                                               \
    F(ssize_t, pwrite, (int a, const void *b, size_t c, off_t d), (a, b, c, d))                                        \
    F(long, qsort_r, (void *a, size_t b, size_t c, void *d, void *e), (a, b, c, d, e))                                 \
    F(ssize_t, read, (int a, void *b, size_t c), (a, b, c))                                                            \
    F(void *, readdir, (void *a), (a))                                                                                 \
    F(char *, realpath, (const char *a, char *b), (a, b))                                                              \
    F(ssize_t, recv, (int a, void *b, size_t c, int d), (a, b, c, d))                                                  \
    F(int, sched_getaffinity, (pid_t a, size_t b, cpu_set_t *c), (a, b, c))                                            \
    F(int, sched_yield, (void), ())                                                                                    \
    F(ssize_t, send, (int a, const void *b, size_t c, int d), (a, b, c, d))                                            \
    F(ssize_t, sendmsg, (int a, const void *b, int c), (a, b, c))                                                      \
    F(int, setsockopt, (int a, int b, int c, const void *d, unsigned e), (a, b, c, d, e))                              \
    F(int, shutdown, (int a, int b), (a, b))                                                                           \
    F(int, sigaction, (int a, const struct sigaction *b, struct sigaction *c), (a, b, c))                              \
    F(int, sigaddset, (sigset_t * a, int b), (a, b))                                                                   \
    F(int, sigemptyset, (sigset_t * a), (a))                                                                           \
    F(int, sigfillset, (sigset_t * a), (a))                                                                            \
    F(int, socket, (int a, int b, int c), (a, b, c))                                                                   \
    F(int, socketpair, (int a, int b, int c, int *d), (a, b, c, d))                                                    \
    F(int, stat, (const char *a, struct stat *b), (a, b))                                                              \
    F(int, strcasecmp, (const char *a, const char *b), (a, b))                                                         \
    F(char *, strdup, (const char *a), (a))                                                                            \
    F(int, strncasecmp, (const char *a, const char *b, size_t c), (a, b, c))                                           \
    F(size_t, strnlen, (const char *a, size_t b), (a, b))                                                              \
    F(long, sysconf, (int a), (a))                                                                                     \
    F(long, syscall, (long a, long b, long c, long d, long e, long f, long g), (a, b, c, d, e, f, g))                  \
    F(int, unlink, (const char *a), (a))                                                                               \
    F(ssize_t, write, (int a, const void *b, size_t c), (a, b, c))

#endif
