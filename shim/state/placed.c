/* Memory at addresses that are asked for, by virtual memory management. */
#include "placed.h"

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

CUresult bf_placed_make(const struct bf_device *device, uint64_t base, uint64_t bytes, uint64_t *number)
{
    struct bf_server *server = device->server;
    *number = bf_server_number(server);
    CUresult result = reserve(server, base, bytes);
    if (result)
        return result;
    result = create(device, bytes, *number);
    if (result) {
        (void)BF_ASK(bf_on(server), NULL, cuMemAddressFree, bf_u(base), bf_u(bytes));
        return result;
    }
    result = BF_ASK(bf_on(server), NULL, cuMemMap, bf_u(base), bf_u(bytes), bf_u(0), bf_u(*number));
    if (!result)
        result = open_to_all(device, base, bytes);
    if (result)
        bf_placed_end(server, base, bytes, *number);
    return result;
}

void bf_placed_end(struct bf_server *server, uint64_t base, uint64_t bytes, uint64_t number)
{
    (void)BF_ASK(bf_on(server), NULL, cuMemUnmap, bf_u(base), bf_u(bytes));
    (void)BF_TELL(bf_on(server), cuMemRelease, bf_u(number));
    (void)BF_ASK(bf_on(server), NULL, cuMemAddressFree, bf_u(base), bf_u(bytes));
}
