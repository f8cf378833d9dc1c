/* Ends the process when only threads of this library are left.
 *
 * The C library ends a process with its last thread, and counts ours. So when the main thread leaves, which its
 * thread-local memory's destructor tells, a watching thread looks now and then who is left. A program whose main
 * returns never has one. */
#include "leaving.h"

#include <ctype.h>
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static atomic_int ours;
static pthread_key_t key;
static bool watches;

void lc_leaving_count(int change)
{
    atomic_fetch_add(&ours, change);
}

/* A main thread that has left stays as a zombie until the process ends. */
static bool main_is_there(void)
{
    char text[512] = "", path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)getpid());
    FILE *file = fopen(path, "re");
    size_t bytes = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    text[bytes] = 0;
    const char *name_end = strrchr(text, ')');
    return !name_end || (name_end[1] && !strchr("ZX", name_end[2]));
}

/* How many threads there are besides the main one; 0 if that cannot be told. */
static int count_threads(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *task = tasks ? readdir(tasks) : NULL; task; task = readdir(tasks))
        count += isdigit((unsigned char)task->d_name[0]) && atoi(task->d_name) != getpid();
    if (tasks)
        closedir(tasks);
    return count;
}

static void *watch(void *unused)
{
    const struct timespec look = {.tv_nsec = 50000000};
    lc_leaving_count(1);
    while (main_is_there() || count_threads() != atomic_load(&ours))
        nanosleep(&look, NULL);
    exit(0);
    return unused;
}

static void main_leaves(void *unused)
{
    pthread_t thread;
    sigset_t all, before;
    (void)unused;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, NULL, watch, NULL) == 0)
        pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

__attribute__((constructor)) static void begin(void)
{
    if (syscall(SYS_gettid) != getpid() || pthread_key_create(&key, main_leaves))
        return;
    watches = true;
    pthread_setspecific(key, &watches);
}

__attribute__((destructor)) static void end(void)
{
    if (watches)
        pthread_key_delete(key);
}
