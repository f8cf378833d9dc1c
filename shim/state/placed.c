/* Memory at addresses that are asked for, by virtual memory management: in pieces, of which a range has one or more. */
#include "placed.h"

#include <stdlib.h>

#include "contexts.h"
#include "structures.h"

static CUresult reserve(struct bf_server *server, uint64_t base, uint64_t bytes)
{
    struct bf_value address;
    CUresult result = BF_ASK(bf_on(server), &address, cuMemAddressReserve, bf_u(bytes), bf_u(0), bf_u(base));
    if (result || address.u == base)
        return result;
    (void)BF_ASK(bf_on(server), NULL, cuMemAddressFree, bf_u(address.u), bf_u(bytes));
    return CUDA_ERROR_NOT_SUPPORTED;
}

static CUresult create(const struct bf_device *device, uint64_t bytes, uint64_t number)
{
    const CUmemAllocationProp wanted = {.type = CU_MEM_ALLOCATION_TYPE_PINNED,
                                        .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device->ordinal}};
    struct bf_packed packed;
    CUresult result = bf_structures_pack(&packed, BF_STRUCTURE_CUmemAllocationProp, &wanted, 1, device->primary);
    if (!result)
        result =
            BF_ASK(bf_on(device->server), NULL, cuMemCreate, bf_u(number), bf_u(bytes), bf_structures_value(&packed));
    bf_structures_end(&packed);
    return result;
}

static CUresult open_to(const struct bf_device *device, uint64_t base, uint64_t bytes)
{
    const CUmemAccessDesc access = {.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device->ordinal},
                                    .flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
    struct bf_packed packed;
    CUresult result = bf_structures_pack(&packed, BF_STRUCTURE_CUmemAccessDesc, &access, 1, device->primary);
    if (!result)
        result =
            BF_ASK(bf_on(device->server), NULL, cuMemSetAccess, bf_u(base), bf_u(bytes), bf_structures_value(&packed));
    bf_structures_end(&packed);
    return result;
}

/* A device that does not reach the other's memory does not reach this. */
static CUresult open_to_all(const struct bf_device *device, uint64_t base, uint64_t bytes)
{
    for (unsigned i = 0; i < bf_client.device_count; i++)
        if (bf_client.devices[i].server == device->server && &bf_client.devices[i] != device)
            (void)open_to(&bf_client.devices[i], base, bytes);
    return open_to(device, base, bytes);
}

/* ---- pieces */

#define PAGE ((uint64_t)2 << 20)

struct piece {
    struct piece *next;
    struct bf_server *server;
    uint64_t base, bytes, number;
    unsigned users; /* ranges that have some of it */
};
static struct piece *pieces;

static void end(struct bf_server *server, uint64_t base, uint64_t bytes, uint64_t number)
{
    (void)BF_ASK(bf_on(server), NULL, cuMemUnmap, bf_u(base), bf_u(bytes));
    (void)BF_TELL(bf_on(server), cuMemRelease, bf_u(number));
    (void)BF_ASK(bf_on(server), NULL, cuMemAddressFree, bf_u(base), bf_u(bytes));
}

static CUresult make(const struct bf_device *device, uint64_t base, uint64_t bytes, uint64_t number)
{
    struct bf_server *server = device->server;
    CUresult result = reserve(server, base, bytes);
    if (result)
        return result;
    result = create(device, bytes, number);
    if (result) {
        (void)BF_ASK(bf_on(server), NULL, cuMemAddressFree, bf_u(base), bf_u(bytes));
        return result;
    }
    result = BF_ASK(bf_on(server), NULL, cuMemMap, bf_u(base), bf_u(bytes), bf_u(0), bf_u(number));
    if (!result)
        result = open_to_all(device, base, bytes);
    if (result)
        end(server, base, bytes, number);
    return result;
}

/* The piece that has `at`, or where the next one begins, `until` at most. */
static struct piece *find(const struct bf_server *server, uint64_t at, uint64_t *until)
{
    for (struct piece *piece = pieces; piece; piece = piece->next) {
        if (piece->server != server)
            continue;
        if (piece->base <= at && at - piece->base < piece->bytes)
            return piece;
        if (piece->base > at && piece->base < *until)
            *until = piece->base;
    }
    return NULL;
}

/* One that ends at `until` at the latest. */
static CUresult add(const struct bf_device *device, uint64_t at, uint64_t until, struct piece **out)
{
    struct piece *piece = malloc(sizeof *piece);
    if (!piece)
        return CUDA_ERROR_OUT_OF_MEMORY;
    *piece = (struct piece){pieces, device->server, at, until - at, bf_server_number(device->server), 0};
    CUresult result = make(device, at, piece->bytes, piece->number);
    if (result)
        free(piece);
    else
        pieces = *out = piece;
    return result;
}

static uint64_t down(uint64_t address)
{
    return address / PAGE * PAGE;
}

static uint64_t up(uint64_t address)
{
    return down(address + PAGE - 1);
}

CUresult bf_placed_hold(const struct bf_device *device, uint64_t base, uint64_t bytes)
{
    uint64_t at = down(base), limit = up(base + bytes);
    CUresult result = CUDA_SUCCESS;
    while (at < limit && !result) {
        uint64_t until = limit;
        struct piece *piece = find(device->server, at, &until);
        if (!piece)
            result = add(device, at, until, &piece);
        if (result)
            break;
        piece->users++;
        at = piece->base + piece->bytes;
    }
    if (result && at > down(base))
        bf_placed_leave(device->server, base, at - base);
    return result;
}

void bf_placed_leave(struct bf_server *server, uint64_t base, uint64_t bytes)
{
    for (struct piece **link = &pieces; *link;) {
        struct piece *piece = *link;
        bool has = piece->server == server && piece->base < base + bytes && base < piece->base + piece->bytes;
        if (!has || --piece->users) {
            link = &piece->next;
            continue;
        }
        *link = piece->next;
        end(server, piece->base, piece->bytes, piece->number);
        free(piece);
    }
}
