/* SOFTGPU_* of the environment, read once. */
#ifndef SG_SETTINGS_H
#define SG_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#define SG_ADDRESSES ((uint64_t)1 << 47)
#define SG_ADDRESS_STEP ((uint64_t)2 << 20)

enum { SG_DEVICES_MAX = 64, SG_THREADS_MAX = 256, SG_FAULTS_MAX = 8, SG_NAME_MAX = 64 };

/* SOFTGPU_FAULT: the nth call of entry point `name` fails with `code`. */
struct sg_fault_rule {
    char name[SG_NAME_MAX];
    unsigned nth;
    int code;
};

struct sg_settings {
    bool valid;               /* false: a value was refused and named on stderr; cuInit fails */
    unsigned devices;         /* SOFTGPU_DEVICES, 1 */
    uint64_t memory; /* SOFTGPU_MEMORY, bytes for each device; half of the machine's over all, at most 16 GiB each */
    uint64_t
        memory_shared; /* what all processes together may have of a device; 0 with SOFTGPU_MEMORY: each has its own */
    uint64_t bounds; /* SOFTGPU_BOUNDS, 1: kernels may access up to the next multiple of so many bytes */
    int cc_major, cc_minor; /* SOFTGPU_CC, 7.5 */
    int driver_version; /* SOFTGPU_DRIVER_VERSION, 13090 */
    unsigned threads; /* SOFTGPU_THREADS, the CPUs that the process may use */
    struct sg_fault_rule faults[SG_FAULTS_MAX];
    unsigned fault_count;
};

const struct sg_settings *sg_settings(void);

/* SOFTGPU_ADDRESSES, "0xBEGIN-0xEND", at the time of the call: a server that knows its client sets it after cuInit.
 * False if it is not set. */
bool sg_settings_addresses(uint64_t *begin, uint64_t *end);

#endif
