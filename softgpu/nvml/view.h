/* The registry as NVML reads it: the processes that live, and what they use of a device. */
#ifndef SG_VIEW_H
#define SG_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "../host/registry.h"

enum { SG_VIEW_NAME = SG_REGISTRY_NAME };

/* The busy time of one process on one device by spans of 2^SG_SPAN_SHIFT ns: busy_ns[i] is of span first + i; the
 * last one is the present one and not over yet. */
struct sg_view_spans {
    uint64_t first, now_ns;
    uint64_t busy_ns[SG_SPANS];
};

struct sg_view_use {
    int pid;
    uint64_t bytes;
    struct sg_view_spans spans;
};

/* The processes with a context on the device, and of those without one, those with memory of it. Fills up to `room` and
 * returns how many there are. */
unsigned sg_view_uses(unsigned number, struct sg_view_use *out, unsigned room);

/* argv[0] of a process, whether or not it uses a device. False if there is no such process. */
bool sg_view_name(int pid, char out[SG_VIEW_NAME]);

/* Wall-clock microseconds at a time of CLOCK_MONOTONIC: what NVML's time stamps are. */
uint64_t sg_view_stamp_us(uint64_t monotonic_ns);

#endif
