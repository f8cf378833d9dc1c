/* Two processes that take turns: the first is the parent, and each prints only while it has the turn. */
#ifndef PAIR_H
#define PAIR_H

#include <sys/wait.h>
#include <unistd.h>

#include "show.h"

static int pair_in, pair_out;

/* What both hand over; the other one waits for it. */
static inline void pair_give(const void *data, size_t bytes)
{
    if (write(pair_out, data, bytes) != (ssize_t)bytes)
        exit(4);
}

static inline void pair_take(void *data, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t got = read(pair_in, (char *)data + done, bytes - done);
        if (got <= 0)
            exit(5);
        done += (size_t)got;
    }
}

static inline void pair_turn(void)
{
    pair_give("", 1);
}

static inline void pair_wait(void)
{
    char byte;
    pair_take(&byte, 1);
}

/* Before anything of the driver's. True in the child. */
static inline int pair_split(pid_t *child)
{
    int down[2], up[2];
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (pipe(down) || pipe(up))
        exit(6);
    *child = fork();
    pair_in = *child ? up[0] : down[0];
    pair_out = *child ? down[1] : up[1];
    close(*child ? up[1] : down[1]);
    close(*child ? down[0] : up[0]);
    return !*child;
}

static inline int pair_join(pid_t child)
{
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 9;
}

#endif
