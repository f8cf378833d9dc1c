/* Who is who among the devices of several servers. */
#include "identity.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { PCI_DOMAIN_ID = 50 };   /* CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID */

bool bf_identity_parse_bus_id(const char *text, struct bf_bus_id *out)
{
    struct bf_bus_id id = {0};
    char rest;
    int fields = sscanf(text, "%x:%x:%x.%x%c", &id.domain, &id.bus, &id.device, &id.function, &rest);
    if (fields != 3 && fields != 4) {
        id = (struct bf_bus_id){0};
        fields = sscanf(text, "%x:%x.%x%c", &id.bus, &id.device, &id.function, &rest) == 3 ? 4 : 0;
    }
    if (fields)
        *out = id;
    return fields != 0;
}

bool bf_identity_same_place(const struct bf_bus_id *a, const struct bf_bus_id *b)
{
    return a->domain == b->domain && a->bus == b->bus && a->device == b->device && a->function == b->function;
}

static bool same_bus_id(const struct bf_device_facts *a, const struct bf_device_facts *b)
{
    return strcasecmp(a->pci_bus_id, b->pci_bus_id) == 0;
}

static bool same_uuid(const struct bf_device_facts *a, const struct bf_device_facts *b)
{
    return memcmp(a->uuid, b->uuid, sizeof a->uuid) == 0;
}

/* On an earlier server, or as another device of its own. */
static bool occurs(struct bf_snapshot *const *servers, unsigned server, const struct bf_device_facts *device,
                   bool (*same)(const struct bf_device_facts *, const struct bf_device_facts *))
{
    for (unsigned s = 0; s <= server; s++)
        for (unsigned d = 0; d < servers[s]->count; d++)
            if (&servers[s]->devices[d] != device && same(&servers[s]->devices[d], device))
                return true;
    return false;
}

static void make_bus_id_unique(struct bf_snapshot *const *servers, unsigned server, struct bf_device_facts *device)
{
    struct bf_bus_id id;
    if (!bf_identity_parse_bus_id(device->pci_bus_id, &id))
        return;
    for (unsigned domain = server; occurs(servers, server, device, same_bus_id); domain++) {
        snprintf(device->pci_bus_id, sizeof device->pci_bus_id, "%04x:%02x:%02x.%x", domain, id.bus & 0xff,
                 id.device & 0xff, id.function & 0xf);
        device->attributes[PCI_DOMAIN_ID] = (int)domain;
    }
}

/* Not in the last bytes: a driver that numbers its devices there would find another device's UUID. */
static void make_uuid_unique(struct bf_snapshot *const *servers, unsigned server, struct bf_device_facts *device)
{
    uint8_t original[sizeof device->uuid];
    memcpy(original, device->uuid, sizeof original);
    for (unsigned change = server; occurs(servers, server, device, same_uuid); change++) {
        device->uuid[10] = original[10] ^ (uint8_t)(change >> 8);
        device->uuid[11] = original[11] ^ (uint8_t)change;
    }
}

void bf_identity_make_unique(struct bf_snapshot *const *servers, unsigned count)
{
    for (unsigned s = 1; s < count; s++) {
        for (unsigned d = 0; d < servers[s]->count; d++) {
            make_bus_id_unique(servers, s, &servers[s]->devices[d]);
            make_uuid_unique(servers, s, &servers[s]->devices[d]);
        }
    }
}

void bf_identity_uuid_text(const uint8_t uuid[16], char out[BF_UUID_TEXT_BYTES])
{
    int at = snprintf(out, BF_UUID_TEXT_BYTES, "GPU-");
    for (int i = 0; i < 16; i++)
        at += snprintf(out + at, (size_t)(BF_UUID_TEXT_BYTES - at),
                       i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", uuid[i]);
}
