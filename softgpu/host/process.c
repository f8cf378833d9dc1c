/* Which process is which, and whether it lives: /proc/PID/stat. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "registry.h"

/* The kernel's own bound on pids is 2^22; the rest of a word counts clock ticks for longer than any boot lasts. */
enum { PID_BITS = 22, STATE = 3, START_TIME = 22, STACK = 28 };

/* The fields of the line from the third on; NULL if there is no such process. Its name, the second, may hold
 * anything. */
static const char *read_stat(pid_t pid, char *room, size_t bytes)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return NULL;
    ssize_t got = read(file, room, bytes - 1);
    close(file);
    if (got <= 0)
        return NULL;
    room[got] = 0;
    const char *name_end = strrchr(room, ')');
    return name_end && name_end[1] == ' ' ? name_end + 2 : NULL;
}

static uint64_t field(const char *fields, int number)
{
    for (int i = STATE; i < number && fields; i++) {
        fields = strchr(fields, ' ');
        fields = fields ? fields + 1 : NULL;
    }
    return fields ? strtoull(fields, NULL, 10) : 0;
}

uint64_t sg_process_owner(pid_t pid, uint64_t *stack)
{
    char room[1024];
    const char *fields = read_stat(pid, room, sizeof room);
    /* A zombie has ended; only its parent has not looked yet. */
    if (!fields || *fields == 'Z' || *fields == 'X')
        return 0;
    *stack = field(fields, STACK);
    return field(fields, START_TIME) << PID_BITS | (uint64_t)pid;
}

pid_t sg_process_pid(uint64_t owner)
{
    return (pid_t)(owner & ((1u << PID_BITS) - 1));
}

bool sg_process_live(const struct sg_slot *slot)
{
    uint64_t owner = atomic_load_explicit(&slot->owner, memory_order_acquire), now_stack;
    if (!owner || owner != atomic_load_explicit(&slot->ready, memory_order_acquire))
        return false;
    uint64_t stack = atomic_load_explicit(&slot->stack, memory_order_relaxed);
    if (sg_process_owner(sg_process_pid(owner), &now_stack) != owner)
        return false;
    return !stack || !now_stack || stack == now_stack;
}
