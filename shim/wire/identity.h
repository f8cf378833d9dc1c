/* Who is who among the devices of several servers. Two servers may have a GPU at the same place of the PCI bus, or
 * share one GPU: within one client every bus id and every UUID must name one device. Pure. */
#ifndef BF_IDENTITY_H
#define BF_IDENTITY_H

#include "snapshot.h"

/* Domain, bus, device, function of "0000:01:00.0", "0000:01:00" or "01:00.0". */
struct bf_bus_id {
    unsigned domain, bus, device, function;
};
bool bf_identity_parse_bus_id(const char *text, struct bf_bus_id *out);
bool bf_identity_same_place(const struct bf_bus_id *a, const struct bf_bus_id *b);

/* Change what occurs on an earlier server already, in the same way in every process of the client: a bus id gets the
 * index of its server as its domain, or the next one that is free; a UUID that index in its last bytes. The first
 * server stays as it is. */
void bf_identity_make_unique(struct bf_snapshot *const *servers, unsigned count);

enum { BF_UUID_TEXT_BYTES = 41 }; /* "GPU-" and 36 characters */
void bf_identity_uuid_text(const uint8_t uuid[16], char out[BF_UUID_TEXT_BYTES]);

#endif
