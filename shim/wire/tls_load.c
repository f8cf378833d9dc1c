/* libbftls.so lies beside the library that this is part of, and nowhere else. */
#include "tls_load.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_rwlock_t users;
static const struct bf_tls_library *library;
static char failure[PATH_MAX + 256];

static void before_fork(void)
{
    pthread_rwlock_wrlock(&users);
}

static void after_fork(void)
{
    pthread_rwlock_unlock(&users);
}

/* A fork is not to wait for ever for threads that take turns in reading. */
static void prefer_forks(void)
{
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&users, &attributes);
    pthread_rwlockattr_destroy(&attributes);
}

static void after_fork_in_child(void)
{
    prefer_forks();
}

/* Beside the file itself: a program may have been given a link to it. */
static bool find(char path[PATH_MAX])
{
    Dl_info self;
    char real[PATH_MAX];
    if (!dladdr(&once, &self) || !self.dli_fname || !realpath(self.dli_fname, real))
        return false;
    char *slash = strrchr(real, '/');
    *slash = 0;
    return snprintf(path, PATH_MAX, "%s/libbftls.so", real) < PATH_MAX;
}

static void load(void)
{
    char path[PATH_MAX] = "libbftls.so";
    prefer_forks();
    void *handle = find(path) ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    const struct bf_tls_library *found = handle ? dlsym(handle, BF_TLS_LIBRARY_NAME) : NULL;
    if (!found) {
        const char *why = dlerror();
        snprintf(
            failure, sizeof failure,
            "is named with tls://, and this installation has no TLS: %s; install the wheel, or libssl-dev and then "
            "the package again",
            why ? why : "its libraries are not where they were");
        return;
    }
    if (found->version != BF_TLS_LIBRARY_VERSION || pthread_atfork(before_fork, after_fork, after_fork_in_child)) {
        snprintf(failure, sizeof failure, "cannot be spoken to with TLS: %s is of another release; install again",
                 path);
        return;
    }
    library = found;
}

const struct bf_tls_library *bf_tls_load(char *problem, size_t room)
{
    pthread_once(&once, load);
    if (!library)
        snprintf(problem, room, "%s", failure);
    return library;
}

void bf_tls_load_enter(void)
{
    pthread_rwlock_rdlock(&users);
}

void bf_tls_load_leave(void)
{
    pthread_rwlock_unlock(&users);
}
