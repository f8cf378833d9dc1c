/* What a CUDA Server says about its devices at connect: everything that cannot change. Pure decoding. */
#ifndef BF_SNAPSHOT_H
#define BF_SNAPSHOT_H

#include <stdint.h>

#include "../generated/limits.h"
#include "msgpack.h"

struct bf_device_facts {
    char name[256];
    char pci_bus_id[32];
    uint8_t uuid[16];
    uint64_t total_memory;
    int attributes[BF_ATTRIBUTES_MAX];
    uint8_t has_attribute[BF_ATTRIBUTES_MAX];
    uint8_t peers[BF_DEVICES_MAX];
    int priority_least, priority_greatest;
    unsigned primary_flags;
    int primary_active;
};

struct bf_snapshot {
    int driver_version;
    unsigned count;
    struct bf_device_facts *devices;   /* malloc */
};

/* False if it is not a snapshot (nothing to free). */
bool bf_snapshot_decode(struct bf_span bytes, struct bf_snapshot *out);
void bf_snapshot_free(struct bf_snapshot *snapshot);

#endif
