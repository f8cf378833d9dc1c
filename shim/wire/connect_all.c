/* Several servers at the same time: a thread for each but the first, which all have ended when this returns. */
#include "connect_all.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

enum { STACK_BYTES = 256 << 10 };

struct task {
    const struct bf_address *address;
    const struct bf_connect_times *times;
    const char *use;
    struct bf_connection *out;
    pthread_t thread;
    bool has_thread;
};

static void *run(void *argument)
{
    const struct task *task = argument;
    bf_connect(task->address, task->use, (int)task->times->connect_ms, (int)task->times->hello_ms, task->out);
    return NULL;
}

/* The application's signals are its own threads' business. */
static bool start(struct task *task)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    if (pthread_attr_init(&attributes))
        return false;
    sigfillset(&all);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&task->thread, &attributes, run, task) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return started;
}

void bf_connect_all(const struct bf_addresses *addresses, const char *use, const struct bf_connect_times *times,
                    struct bf_connection *out)
{
    struct task tasks[BF_SERVERS_MAX];
    for (size_t i = 0; i < addresses->count; i++) {
        tasks[i] = (struct task){.address = &addresses->each[i], .times = times, .use = use, .out = &out[i]};
        tasks[i].has_thread = i && start(&tasks[i]);
    }
    for (size_t i = 0; i < addresses->count; i++)
        if (!tasks[i].has_thread)
            run(&tasks[i]);
    for (size_t i = 0; i < addresses->count; i++)
        if (tasks[i].has_thread)
            pthread_join(tasks[i].thread, NULL);
}
