/* Allotments: counted by nodes, actions and, while it is allocated, by the program. */
#include "allotment.h"

#include <stdlib.h>
#include <string.h>

struct sg_allotment {
    _Atomic unsigned references;
    uint64_t address, bytes;
    struct sg_pool *account;
    uint64_t owner;                  /* the graph whose node allocates it */
    bool freed_by_owner, freed_by_others;
    bool allocated;
};

struct sg_pool *sg_allotment_account(struct sg_device *device)
{
    return device->pool_graphs;
}

CUresult sg_allotment_make(struct sg_device *device, uint64_t bytes, struct sg_allotment **out)
{
    struct sg_allotment *allotment = calloc(1, sizeof *allotment);
    REQUIRE(allotment, CUDA_ERROR_OUT_OF_MEMORY);
    *allotment = (struct sg_allotment){.references = 1, .bytes = bytes, .account = device->pool_graphs};
    CUresult result =
        (CUresult)sg_memory_alloc_uncounted(device->memory, bytes, SG_MEMORY_ALIGN, allotment, &allotment->address);
    if (result) {
        free(allotment);
        return result;
    }
    sg_memory_set_tag(allotment->address, SG_TAG_GRAPH);
    *out = allotment;
    return CUDA_SUCCESS;
}

struct sg_allotment *sg_allotment_retain(struct sg_allotment *allotment)
{
    atomic_fetch_add(&allotment->references, 1);
    return allotment;
}

void sg_allotment_release(struct sg_allotment *allotment)
{
    if (atomic_fetch_sub(&allotment->references, 1) != 1)
        return;
    (void)sg_memory_free(allotment->address);
    free(allotment);
}

uint64_t sg_allotment_address(const struct sg_allotment *allotment)
{
    return allotment->address;
}

struct sg_allotment *sg_allotment_at(uint64_t address)
{
    struct sg_extent extent;
    bool found = sg_memory_find(address, &extent) && extent.begin == address && extent.tag == SG_TAG_GRAPH &&
                 extent.kind == SG_MEMORY_DEVICE;
    return found ? (struct sg_allotment *)(uintptr_t)extent.owner : NULL;
}

void sg_allotment_set_owner(struct sg_allotment *allotment, uint64_t graph)
{
    allotment->owner = graph;
}

CUresult sg_allotment_add_free(struct sg_allotment *allotment, uint64_t graph)
{
    bool own = graph == allotment->owner;
    REQUIRE(!allotment->freed_by_owner && (!own || !allotment->freed_by_others), CUDA_ERROR_INVALID_VALUE);
    *(own ? &allotment->freed_by_owner : &allotment->freed_by_others) = true;
    return CUDA_SUCCESS;
}

bool sg_allotment_can_begin(const struct sg_allotment *allotment, bool again)
{
    return !allotment->allocated || again;
}

/* Of each device: what launches have needed that free what they allocate, which it keeps for the next ones; and what the
 * launch needs that is being made. */
static uint64_t kept[SG_DEVICES_MAX], needed[SG_DEVICES_MAX];

void sg_allotment_foresee(const struct sg_allotment *allotment, bool allocates, struct sg_allotment_need *need)
{
    int i = allotment->account->device->ordinal;
    if (!need->begun)
        memcpy(need->kept, kept, sizeof kept);
    need->begun = true;
    if (!allocates && allotment->allocated) {
        need->kept[i] += allotment->bytes;
    } else if (allocates && allotment->freed_by_owner) {
        need->within[i] += allotment->bytes;
    } else if (allocates && !allotment->allocated) {
        uint64_t used_again = need->kept[i] < allotment->bytes ? need->kept[i] : allotment->bytes;
        need->kept[i] -= used_again;
        need->more[i] += allotment->bytes - used_again;
    }
}

CUresult sg_allotment_secure(struct sg_allotment_need *need)
{
    CUresult result = CUDA_SUCCESS;
    for (int i = 0; i < sg_device_count() && !result; i++) {
        need->more[i] += need->within[i] > need->kept[i] ? need->within[i] - need->kept[i] : 0;
        result = sg_pool_take(sg_device_at(i)->pool_graphs, need->more[i]);
        for (int before = 0; before < i && result; before++)
            sg_pool_give(sg_device_at(before)->pool_graphs, need->more[before]);
    }
    return result;
}

void sg_allotment_give_up(const struct sg_allotment_need *need)
{
    for (int i = 0; i < sg_device_count() && need->begun; i++)
        sg_pool_give(sg_device_at(i)->pool_graphs, need->more[i]);
}

void sg_allotment_begin(struct sg_allotment *allotment)
{
    if (allotment->freed_by_owner) {
        needed[allotment->account->device->ordinal] += allotment->bytes;
    } else if (!allotment->allocated) {
        uint64_t *free_bytes = &kept[allotment->account->device->ordinal];
        *free_bytes -= *free_bytes < allotment->bytes ? *free_bytes : allotment->bytes;
        allotment->allocated = true;
        sg_allotment_retain(allotment);
    }
}

void sg_allotment_settle(void)
{
    for (int i = 0; i < sg_device_count(); i++) {
        if (needed[i] > kept[i])
            kept[i] = needed[i];
        needed[i] = 0;
    }
}

void sg_allotment_trim(struct sg_device *device)
{
    sg_pool_give(device->pool_graphs, kept[device->ordinal]);
    kept[device->ordinal] = 0;
    sg_pool_trim(device->pool_graphs, 0);
}

bool sg_allotment_can_end(const struct sg_allotment *allotment)
{
    return allotment->allocated || allotment->freed_by_owner;
}

CUresult sg_allotment_end(struct sg_allotment *allotment)
{
    REQUIRE(allotment->allocated, CUDA_ERROR_INVALID_VALUE);
    allotment->allocated = false;
    kept[allotment->account->device->ordinal] += allotment->bytes;
    sg_allotment_release(allotment);
    return CUDA_SUCCESS;
}
