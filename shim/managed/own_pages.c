/* What the system says of pages of this process. */
#include "own_pages.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

enum { PAGE = 4096 };

struct mapping {
    uintptr_t from, end;
    char access[5]; /* "rwxp", or "s" if it is shared */
    unsigned long inode;
};

/* A line of /proc/self/maps: "from-end access offset device inode  name". */
static bool read_line(FILE *maps, struct mapping *out)
{
    return fscanf(maps, "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %lu%*[^\n]", &out->from, &out->end, out->access,
                  &out->inode) == 4;
}

static bool is_private(const struct mapping *mapping)
{
    return strncmp(mapping->access, "rw", 2) == 0 && mapping->access[3] == 'p' && !mapping->inode;
}

bool bf_own_pages_are_private(const void *at, size_t bytes)
{
    uintptr_t next = (uintptr_t)at, end = next + bytes;
    FILE *maps = fopen("/proc/self/maps", "re");
    struct mapping mapping;
    if (!maps)
        return false;
    while (next < end && read_line(maps, &mapping) && mapping.from <= next) {
        if (mapping.end <= next)
            continue;
        if (!is_private(&mapping))
            break;
        next = mapping.end;
    }
    fclose(maps);
    return next >= end;
}

bool bf_own_pages_allow(uintptr_t address, bool writes)
{
    return !madvise((void *)(address / PAGE * PAGE), PAGE, writes ? MADV_POPULATE_WRITE : MADV_POPULATE_READ);
}
