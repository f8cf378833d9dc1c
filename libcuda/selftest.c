/* HMAC (RFC 2104, 16-byte blocks) over MD2 of the facts, for versions that end in 2 or more; two fixed answers else. */
#include "selftest.h"

#include <string.h>

#include "md2.h"

enum { BLOCK = 16 };

static const uint8_t key[BLOCK] = {
    0x14, 0x6A, 0xDD, 0xAE, 0x53, 0xA9, 0xA7, 0x52, 0xAA, 0x08, 0x41, 0x36, 0x0B, 0xF5, 0x5A, 0x9F,
};

/* Numbers enter the digest least significant byte first, whatever the machine. */
static void add_number(struct lc_md2 *md2, uint64_t value, size_t bytes)
{
    uint8_t packed[8];
    for (size_t i = 0; i < bytes; i++)
        packed[i] = (uint8_t)(value >> (8 * i));
    lc_md2_add(md2, packed, bytes);
}

static void begin_keyed(struct lc_md2 *md2, uint8_t pad)
{
    uint8_t block[BLOCK];
    for (size_t i = 0; i < BLOCK; i++)
        block[i] = key[i] ^ pad;
    lc_md2_begin(md2);
    lc_md2_add(md2, block, BLOCK);
}

static void add_facts(struct lc_md2 *md2, const struct lc_selftest *facts)
{
    add_number(md2, facts->driver_version, 4);
    add_number(md2, facts->version, 4);
    add_number(md2, facts->process, 4);
    add_number(md2, facts->thread, 4);
    add_number(md2, facts->table_cudart, 8);
    add_number(md2, facts->table_check, 8);
    add_number(md2, facts->function, 8);
    add_number(md2, facts->unix_seconds, 8);
    for (size_t i = 0; i < facts->device_count; i++) {
        const struct lc_selftest_device *device = &facts->devices[i];
        lc_md2_add(md2, device->uuid, sizeof device->uuid);
        add_number(md2, (uint32_t)device->pci_domain, 4);
        add_number(md2, (uint32_t)device->pci_bus, 4);
        add_number(md2, (uint32_t)device->pci_device, 4);
    }
}

static void store_pair(uint8_t out[16], uint64_t first, uint64_t second)
{
    for (size_t i = 0; i < 8; i++) {
        out[i] = (uint8_t)(first >> (8 * i));
        out[8 + i] = (uint8_t)(second >> (8 * i));
    }
}

void lc_selftest_answer(const struct lc_selftest *facts, uint8_t out[16])
{
    if (facts->version % 10 < 2) {
        store_pair(out, facts->version % 10 ? 0x1841181C03CB675C : 0x3341181C03CB675C, 0x8ED383AA1F4CD1E8);
        return;
    }
    struct lc_md2 md2;
    uint8_t inner[LC_MD2_BYTES];
    begin_keyed(&md2, 0x36);
    add_facts(&md2, facts);
    lc_md2_end(&md2, inner);
    begin_keyed(&md2, 0x5C);
    lc_md2_add(&md2, inner, sizeof inner);
    lc_md2_end(&md2, out);
}
