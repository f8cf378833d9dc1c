/* Processors from the scheduler, memory nodes from sysfs. */
#include "affinity.h"

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BITS (8 * sizeof(unsigned long))

nvmlReturn_t ln_affinity_cpus(unsigned words, unsigned long *set)
{
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof usable, &usable))
        return NVML_ERROR_UNKNOWN;
    size_t room = words * sizeof *set;
    memset(set, 0, room);
    memcpy(set, &usable, room < sizeof usable ? room : sizeof usable);
    return NVML_SUCCESS;
}

static void put(unsigned words, unsigned long *set, unsigned long first, unsigned long last)
{
    for (unsigned long bit = first; bit <= last && bit < words * BITS; bit++)
        set[bit / BITS] |= 1ul << bit % BITS;
}

/* "0-1,3" */
static void put_list(unsigned words, unsigned long *set, const char *at)
{
    char *end;
    for (;; at = end + 1) {
        unsigned long first = strtoul(at, &end, 10), last = first;
        if (end == at)
            return;
        if (*end == '-')
            last = strtoul(end + 1, &end, 10);
        put(words, set, first, last);
        if (*end != ',')
            return;
    }
}

/* A kernel without such nodes has one. */
nvmlReturn_t ln_affinity_nodes(unsigned words, unsigned long *set)
{
    char text[1024];
    int file = open("/sys/devices/system/node/online", O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? 0 : read(file, text, sizeof text - 1);
    if (file >= 0)
        close(file);
    memset(set, 0, words * sizeof *set);
    text[got > 0 ? got : 0] = 0;
    if (got > 0)
        put_list(words, set, text);
    else
        put(words, set, 0, 0);
    return NVML_SUCCESS;
}
