/* What OpenSSL's objects ask of the system. They were compiled elsewhere, so the linker (--wrap, see native_build.py)
 * sends their calls here.
 *
 * Calls of threads go on in the versions that older systems have: libcuda/glibc.h is in force here, and was not there.
 * What a client of TLS without sockets and files has no use for is refused, so that nothing of it can happen inside a
 * program: no library is loaded, no signal handler set, no setting read from the environment. */
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/random.h>
#include <sys/time.h>
#include <time.h>

#define OURS(result, name, parameters)                                                                                 \
    result __wrap_##name parameters;                                                                                   \
    result __wrap_##name parameters

#define FORWARD(result, name, parameters, arguments)                                                                   \
    OURS(result, name, parameters)                                                                                     \
    {                                                                                                                  \
        return name arguments;                                                                                         \
    }

FORWARD(void *, pthread_getspecific, (pthread_key_t a), (a))
FORWARD(int, pthread_key_create, (pthread_key_t * a, void (*b)(void *)), (a, b))
FORWARD(int, pthread_key_delete, (pthread_key_t a), (a))
FORWARD(int, pthread_once, (pthread_once_t * a, void (*b)(void)), (a, b))
FORWARD(int, pthread_rwlock_destroy, (pthread_rwlock_t * a), (a))
FORWARD(int, pthread_rwlock_init, (pthread_rwlock_t * a, const pthread_rwlockattr_t *b), (a, b))
FORWARD(int, pthread_rwlock_rdlock, (pthread_rwlock_t * a), (a))
FORWARD(int, pthread_rwlock_unlock, (pthread_rwlock_t * a), (a))
FORWARD(int, pthread_rwlock_wrlock, (pthread_rwlock_t * a), (a))
FORWARD(int, pthread_setspecific, (pthread_key_t a, const void *b), (a, b))

OURS(int, getentropy, (void *out, size_t bytes))
{
    return getrandom(out, bytes, 0) == (ssize_t)bytes ? 0 : -1;
}

OURS(int, gettimeofday, (struct timeval * out, void *zone))
{
    struct timespec now;
    (void)zone;
    int result = clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return result;
}

#define REFUSE(result, name, code)                                                                                     \
    OURS(result, name, (void))                                                                                         \
    {                                                                                                                  \
        errno = ENOSYS;                                                                                                \
        return code;                                                                                                   \
    }

REFUSE(int, accept, -1)
REFUSE(int, bind, -1)
REFUSE(int, dladdr, 0)
REFUSE(int, dlclose, -1)
REFUSE(char *, dlerror, NULL)
REFUSE(void *, dlopen, NULL)
REFUSE(void *, dlsym, NULL)
REFUSE(void *, fopen64, NULL)
REFUSE(int, getcontext, -1)
REFUSE(void *, gethostbyname, NULL)
REFUSE(int, getnameinfo, -1)
REFUSE(int, getsockname, -1)
REFUSE(int, ioctl, -1)
REFUSE(int, listen, -1)
REFUSE(int, makecontext, -1)
REFUSE(int, lstat, -1)
REFUSE(int, mlock, -1)
REFUSE(ssize_t, recvmsg, -1)
REFUSE(char *, secure_getenv, NULL)
REFUSE(int, select, -1)
REFUSE(ssize_t, sendfile, -1)
REFUSE(int, setcontext, -1)
REFUSE(void *, shmat, (void *)-1)
REFUSE(int, shmdt, -1)
REFUSE(int, shmget, -1)
REFUSE(void *, signal, (void *)-1)
REFUSE(unsigned, sleep, 0)
REFUSE(int, tcgetattr, -1)
REFUSE(int, tcsetattr, -1)
REFUSE(int, uname, -1)
REFUSE(int, usleep, -1)
