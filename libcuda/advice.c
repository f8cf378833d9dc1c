/* What programs say of their managed memory, in pieces that are alike. */
#include "advice.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const CUmemLocation nowhere = {.type = CU_MEM_LOCATION_TYPE_INVALID, .id = 0};

enum { HOST_BIT = 63, DEVICES_MAX = 63, CPU = -1, NOWHERE = -2 };

struct piece {
    uint64_t base, end;
    bool read_mostly;
    uint64_t users;   /* a bit for each device, and one for the host */
    CUmemLocation preferred;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct piece *pieces;   /* by address */
static _Atomic size_t count;
static size_t room;

/* How many pieces end at or below `at`. */
static size_t below(uint64_t at)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (pieces[middle].end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool insert(size_t index, const struct piece *piece)
{
    if (count == room) {
        size_t more = room ? 2 * room : 64;
        struct piece *grown = realloc(pieces, more * sizeof *grown);
        if (!grown)
            return false;
        pieces = grown;
        room = more;
    }
    memmove(pieces + index + 1, pieces + index, (count - index) * sizeof *pieces);
    pieces[index] = *piece;
    count++;
    return true;
}

bool lc_advice_add(CUdeviceptr base, size_t bytes)
{
    return lc_advice_add_at(base, bytes, nowhere);
}

bool lc_advice_add_at(CUdeviceptr base, size_t bytes, CUmemLocation preferred)
{
    const struct piece piece = {.base = base, .end = base + bytes, .preferred = preferred};
    lc_advice_remove(base, bytes);
    pthread_mutex_lock(&lock);
    bool added = insert(below(base), &piece);
    pthread_mutex_unlock(&lock);
    return added;
}

void lc_advice_remove(CUdeviceptr base, size_t bytes)
{
    if (!count)
        return;
    pthread_mutex_lock(&lock);
    size_t first = below(base), end = first;
    while (end < count && pieces[end].base < base + bytes)
        end++;
    if (end > first)
        memmove(pieces + first, pieces + end, (count - end) * sizeof *pieces);
    count -= end - first;
    pthread_mutex_unlock(&lock);
}

/* A piece begins at `at`, if there is one around it. */
static bool split(uint64_t at)
{
    size_t index = below(at);
    if (index == count || pieces[index].base >= at)
        return true;
    struct piece upper = pieces[index];
    upper.base = at;
    if (!insert(index + 1, &upper))
        return false;
    pieces[index].end = at;
    return true;
}

static bool covers(uint64_t at, uint64_t bytes)
{
    uint64_t end = at + bytes;
    if (!bytes || end < at)
        return false;
    for (size_t index = below(at); at < end; at = pieces[index++].end)
        if (index == count || pieces[index].base > at)
            return false;
    return true;
}

bool lc_advice_knows(CUdeviceptr at, size_t bytes)
{
    pthread_mutex_lock(&lock);
    bool knows = covers(at, bytes);
    pthread_mutex_unlock(&lock);
    return knows;
}

CUmemLocation lc_advice_place(CUdevice device)
{
    bool host = device == CPU;
    return (CUmemLocation){.type = host ? CU_MEM_LOCATION_TYPE_HOST : CU_MEM_LOCATION_TYPE_DEVICE,
                           .id = host ? 0 : device};
}

static CUresult check_place(CUmemLocation place, unsigned devices)
{
    switch (place.type) {
    case CU_MEM_LOCATION_TYPE_DEVICE:
        return place.id >= 0 && (unsigned)place.id < devices ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
    case CU_MEM_LOCATION_TYPE_HOST:
    case CU_MEM_LOCATION_TYPE_HOST_NUMA:
    case CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT: return CUDA_SUCCESS;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
}

static uint64_t bit_of(CUmemLocation place)
{
    bool device = place.type == CU_MEM_LOCATION_TYPE_DEVICE;
    return (uint64_t)1 << (device && place.id < DEVICES_MAX ? place.id : HOST_BIT);
}

static void advise(struct piece *piece, CUmem_advise advice, CUmemLocation place)
{
    switch (advice) {
    case CU_MEM_ADVISE_SET_READ_MOSTLY: piece->read_mostly = true; return;
    case CU_MEM_ADVISE_UNSET_READ_MOSTLY: piece->read_mostly = false; return;
    case CU_MEM_ADVISE_SET_PREFERRED_LOCATION: piece->preferred = place; return;
    case CU_MEM_ADVISE_UNSET_PREFERRED_LOCATION: piece->preferred = nowhere; return;
    case CU_MEM_ADVISE_SET_ACCESSED_BY: piece->users |= bit_of(place); return;
    default: piece->users &= ~bit_of(place);
    }
}

/* Only a device that touches managed memory beside the host can be advised to. */
static bool wants_concurrent_access(CUmem_advise advice, CUmemLocation place)
{
    bool sets = advice == CU_MEM_ADVISE_SET_PREFERRED_LOCATION || advice == CU_MEM_ADVISE_SET_ACCESSED_BY;
    return sets && place.type == CU_MEM_LOCATION_TYPE_DEVICE;
}

static bool has_place(CUmem_advise advice)
{
    return advice == CU_MEM_ADVISE_SET_PREFERRED_LOCATION || advice == CU_MEM_ADVISE_SET_ACCESSED_BY ||
           advice == CU_MEM_ADVISE_UNSET_ACCESSED_BY;
}

/* The pieces of a range, made so that they end with it. With the lock held. */
static CUresult cut(uint64_t at, uint64_t bytes, size_t *first, size_t *end)
{
    if (!covers(at, bytes))
        return CUDA_ERROR_INVALID_VALUE;
    if (!split(at) || !split(at + bytes))
        return CUDA_ERROR_OUT_OF_MEMORY;
    *first = below(at);
    *end = below(at + bytes - 1) + 1;
    return CUDA_SUCCESS;
}

CUresult lc_advice_set(CUdeviceptr at, size_t bytes, CUmem_advise advice, CUmemLocation place, unsigned devices)
{
    size_t first = 0, end = 0;
    if (advice < CU_MEM_ADVISE_SET_READ_MOSTLY || advice > CU_MEM_ADVISE_UNSET_ACCESSED_BY)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = has_place(advice) ? check_place(place, devices) : CUDA_SUCCESS;
    if (!result && wants_concurrent_access(advice, place))
        result = lc_advice_knows(at, bytes) ? CUDA_ERROR_INVALID_DEVICE : CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    pthread_mutex_lock(&lock);
    result = cut(at, bytes, &first, &end);
    for (size_t i = first; i < end && !result; i++)
        advise(&pieces[i], advice, place);
    pthread_mutex_unlock(&lock);
    return result;
}

CUresult lc_advice_prefetch(CUdeviceptr at, size_t bytes, CUmemLocation place, unsigned flags, unsigned devices)
{
    CUresult result = flags ? CUDA_ERROR_INVALID_VALUE : check_place(place, devices);
    if (result)
        return result;
    return lc_advice_knows(at, bytes) ? CUDA_ERROR_INVALID_DEVICE : CUDA_ERROR_INVALID_VALUE;
}

/* ---- batches */

CUresult lc_advice_discards(const CUdeviceptr *at, const size_t *bytes, size_t ranges, unsigned long long flags,
                            CUstream stream)
{
    if (!at || !bytes || !ranges || flags || !stream || stream == CU_STREAM_LEGACY)
        return CUDA_ERROR_INVALID_VALUE;
    for (size_t i = 0; i < ranges; i++)
        if (!lc_advice_knows(at[i], bytes[i]))
            return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_NOT_SUPPORTED;
}

/* Each place is for the ranges from its first one up to that of the next place. */
static CUresult check_places(const CUmemLocation *places, const size_t *firsts, size_t locations, size_t ranges,
                             unsigned devices)
{
    if (!places || !firsts || !locations || locations > ranges || firsts[0])
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = CUDA_SUCCESS;
    for (size_t i = 0; i < locations && !result; i++) {
        bool in_order = firsts[i] < ranges && (!i || firsts[i] > firsts[i - 1]);
        result = in_order ? check_place(places[i], devices) : CUDA_ERROR_INVALID_VALUE;
    }
    return result;
}

CUresult lc_advice_prefetches(const CUdeviceptr *at, const size_t *bytes, size_t ranges, const CUmemLocation *places,
                              const size_t *firsts, size_t locations, unsigned long long flags, CUstream stream,
                              unsigned devices)
{
    CUresult result = check_places(places, firsts, locations, ranges, devices);
    return result ? result : lc_advice_discards(at, bytes, ranges, flags, stream);
}

/* ---- attributes */

static int number_of(CUmemLocation place)
{
    switch (place.type) {
    case CU_MEM_LOCATION_TYPE_DEVICE: return place.id;
    case CU_MEM_LOCATION_TYPE_INVALID: return NOWHERE;
    default: return CPU;
    }
}

static CUmemLocation both(CUmemLocation a, CUmemLocation b)
{
    return a.type == b.type && a.id == b.id ? a : nowhere;
}

/* What all of the range has in common. */
static struct piece common(uint64_t at, uint64_t bytes)
{
    struct piece all = pieces[below(at)];
    for (size_t i = below(at) + 1; i < count && pieces[i].base < at + bytes; i++) {
        all.read_mostly = all.read_mostly && pieces[i].read_mostly;
        all.users &= pieces[i].users;
        all.preferred = both(all.preferred, pieces[i].preferred);
    }
    return all;
}

static void put_users(int *out, size_t places, uint64_t users)
{
    size_t used = 0;
    for (unsigned bit = 0; bit <= HOST_BIT && used < places; bit++)
        if (users >> bit & 1)
            out[used++] = bit == HOST_BIT ? CPU : (int)bit;
    while (used < places)
        out[used++] = NOWHERE;
}

static void put(void *data, size_t bytes, CUmem_range_attribute attribute, const struct piece *all)
{
    int *out = data;
    switch (attribute) {
    case CU_MEM_RANGE_ATTRIBUTE_READ_MOSTLY: *out = all->read_mostly; return;
    case CU_MEM_RANGE_ATTRIBUTE_PREFERRED_LOCATION: *out = number_of(all->preferred); return;
    case CU_MEM_RANGE_ATTRIBUTE_ACCESSED_BY: put_users(out, bytes / sizeof *out, all->users); return;
    case CU_MEM_RANGE_ATTRIBUTE_LAST_PREFETCH_LOCATION: *out = number_of(nowhere); return;
    case CU_MEM_RANGE_ATTRIBUTE_PREFERRED_LOCATION_TYPE: *out = (int)all->preferred.type; return;
    case CU_MEM_RANGE_ATTRIBUTE_PREFERRED_LOCATION_ID: *out = all->preferred.id; return;
    case CU_MEM_RANGE_ATTRIBUTE_LAST_PREFETCH_LOCATION_TYPE: *out = (int)nowhere.type; return;
    default: *out = nowhere.id;
    }
}

static bool fits(const void *data, size_t bytes, CUmem_range_attribute attribute)
{
    bool known = attribute >= CU_MEM_RANGE_ATTRIBUTE_READ_MOSTLY &&
                 attribute <= CU_MEM_RANGE_ATTRIBUTE_LAST_PREFETCH_LOCATION_ID;
    bool list = attribute == CU_MEM_RANGE_ATTRIBUTE_ACCESSED_BY;
    return data && known && (list ? bytes && bytes % sizeof(int) == 0 : bytes == sizeof(int));
}

CUresult lc_advice_get_all(void **data, const size_t *rooms, const CUmem_range_attribute *attributes, size_t wanted,
                           CUdeviceptr at, size_t bytes)
{
    if (!data || !rooms || !attributes || !wanted)
        return CUDA_ERROR_INVALID_VALUE;
    for (size_t i = 0; i < wanted; i++)
        if (!fits(data[i], rooms[i], attributes[i]))
            return CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    bool known = covers(at, bytes);
    struct piece all = known ? common(at, bytes) : (struct piece){0};
    pthread_mutex_unlock(&lock);
    for (size_t i = 0; i < wanted && known; i++)
        put(data[i], rooms[i], attributes[i], &all);
    return known ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult lc_advice_get(void *data, size_t bytes, CUmem_range_attribute attribute, CUdeviceptr at, size_t length)
{
    return lc_advice_get_all(&data, &bytes, &attribute, 1, at, length);
}
