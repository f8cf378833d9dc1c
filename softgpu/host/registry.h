/* Who uses this host's software GPUs: a file that every process of the user which uses softgpu maps.
 *
 * Theory of operation. The file has a header and a fixed number of slots. A process claims a slot by putting its
 * *owner* word there with one compare-and-swap: pid and start time, so that a recycled pid is not taken for the
 * process. Only the owner writes the rest of its slot, so no lock is ever held and none can be left behind by a
 * process that is killed. A slot whose owner is dead is free: readers skip it, and the next process that looks for a
 * slot takes it. `ready` repeats the owner once the slot has been emptied of what the last owner left.
 *
 * All of the file is allocated when it is made: touching a page that the file system has no room for would be a
 * signal, not an error. */
#ifndef SG_REGISTRY_H
#define SG_REGISTRY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "settings.h"

enum {
    SG_REGISTRY_SLOTS = 256,      /* processes that can be shown at a time; more go unseen */
    SG_REGISTRY_NAME = 176,
    SG_SPAN_SHIFT = 26,           /* a span is 2^26 ns, 67 ms */
    SG_SPANS = 12,                /* 0.8 s of the past */
    SG_SPAN_BUSY_BITS = 27,       /* of a span's word: the busy nanoseconds, 0 to 2^26 */
};

/* One process's use of one device. Written by its owner alone. Times are of CLOCK_MONOTONIC, in ns, exact to its
 * coarse reading: a few milliseconds. */
struct sg_device_use {
    _Atomic uint64_t bytes;             /* allocated now */
    _Atomic uint64_t contexts;          /* that exist now */
    _Atomic uint64_t busy_ns;           /* time in which at least one kernel ran, without the running one's */
    _Atomic uint64_t running_since;     /* 0: no kernel runs */
    _Atomic uint64_t
        spans[SG_SPANS];   /* the same by spans: span n is in word n % SG_SPANS, its number above its busy ns */
};

struct sg_slot {
    _Atomic uint64_t owner;       /* sg_process_owner; 0: never used */
    _Atomic uint64_t ready;
    _Atomic uint64_t stack; /* where the owner's stack begins: changes with an exec, which pid and start time outlive */
    uint64_t spare[7];
    char name[SG_REGISTRY_NAME]; /* argv[0] */
    struct sg_device_use devices[SG_DEVICES_MAX];
};

struct sg_registry {
    char magic[8];
    _Atomic uint32_t version; /* written last: not 0 means that the header is complete */
    uint32_t slot_bytes, slot_count, spare;
    char boot[40]; /* the boot that start times count from */
    _Atomic uint32_t slots_used; /* no slot from here on was ever claimed */
    _Alignas(4096) struct sg_slot slots[SG_REGISTRY_SLOTS];
};

/* The path: SOFTGPU_REGISTRY, or one of this user's below /dev/shm. */
const char *sg_registry_path(char *room, size_t bytes);

/* Map the file to read and write, made first if need be. NULL with the reason in `why` if that cannot be. The file
 * must be the user's own and closed to others. One of an older layout or boot is replaced. */
struct sg_registry *sg_registry_open(char *why, size_t bytes);

/* Map it to read, if it exists and is whole; else NULL. `inode` tells it from one that replaces it. */
const struct sg_registry *sg_registry_view(ino_t *inode);

/* What identifies the process: start time and pid. Writes where its stack begins (0: not known). 0 if it is dead. */
uint64_t sg_process_owner(pid_t pid, uint64_t *stack);
pid_t sg_process_pid(uint64_t owner);

/* Whether the slot is of a process that lives and still runs the program that claimed it. */
bool sg_process_live(const struct sg_slot *slot);

#endif
