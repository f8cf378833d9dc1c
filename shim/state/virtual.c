/* Virtual memory management.
 *
 * A reservation belongs to one server: that of the current context, or the first. Physical memory of another server
 * cannot be mapped there. Who holds a handle is counted here, and the server learns of the end: when nobody holds the
 * memory, nothing is mapped of it, and no descriptor stands for it. */
#include "virtual.h"

#include <stdlib.h>
#include <unistd.h>

#include "contexts.h"
#include "drop.h"
#include "host_space.h"
#include "pinned.h"
#include "reserve.h"
#include "structures.h"
#include "tickets.h"
#include "waits.h"

/* Serialises what is done with mappings and references. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- addresses */

struct reservation {
    struct bf_apart wanted;
    size_t align;
    CUdeviceptr wish;
};

/* A wish that led to another server's memory is not repeated. */
static CUresult ask_reserve(struct bf_apart *wanted, uint64_t least, uint64_t *base)
{
    struct reservation *of = (struct reservation *)wanted;
    struct bf_value address;
    CUresult result = BF_ASK(bf_on(wanted->server), &address, cuMemAddressReserve,
                             bf_u(least ? least : wanted->range.bytes), bf_u(of->align), bf_u(of->wish));
    of->wish = 0;
    if (!result)
        *base = address.u;
    return result;
}
static void give_back_reserved(const struct bf_apart *wanted, uint64_t base, uint64_t bytes)
{
    (void)BF_ASK(bf_on(wanted->server), NULL, cuMemAddressFree, bf_u(base), bf_u(bytes));
}

/* Page-locked memory is here, and the server may have the addresses free. What is no multiple of a page it refuses. */
static bool is_pinned(CUdeviceptr wish, size_t bytes)
{
    return wish % BF_HOST_SPACE_PAGE == 0 && bf_pinned_touches((const void *)(uintptr_t)wish, bytes);
}

CUresult bf_virtual_reserve(CUdeviceptr *ptr, size_t bytes, size_t align, CUdeviceptr wish)
{
    struct bf_object *primary = bf_contexts_usual_device()->primary;
    struct reservation of = {.wanted = {.server = primary->server,
                                        .range = {.base = 0, .bytes = bytes, .context = primary},
                                        .exact = true,
                                        .ask = ask_reserve,
                                        .give_back = give_back_reserved},
                             .align = align,
                             .wish = is_pinned(wish, bytes) ? 0 : wish};
    CUresult result = bf_apart_reserve(&of.wanted);
    if (!result)
        *ptr = of.wanted.range.base;
    return result;
}

CUresult bf_virtual_free(CUdeviceptr ptr, size_t bytes)
{
    struct bf_range range;
    if (!bf_virtual_find(ptr, &range) || range.base != ptr || range.bytes != bytes)
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = BF_ASK(bf_on(range.context->server), NULL, cuMemAddressFree, bf_u(ptr), bf_u(bytes));
    if (!result)
        bf_map_drop(&bf_apart_reserved, ptr);
    return result;
}

bool bf_virtual_find(CUdeviceptr address, struct bf_range *out)
{
    return bf_map_find(&bf_apart_reserved, address, out) && !out->managed;
}

/* ---- physical memory */

/* A descriptor is a ticket of ours where the server's driver has descriptors. */
static CUresult check(const CUmemAllocationProp *prop)
{
    const struct bf_device *device = bf_client_device(prop->location.id);
    bool shares = device &&
                  device->facts->attributes[CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED] == 1;
    return lc_allocation_check(prop, (int)bf_client.device_count,
                               shares ? CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR : 0);
}

CUresult bf_virtual_granularity(size_t *out, const CUmemAllocationProp *prop, CUmemAllocationGranularity_flags option)
{
    struct bf_packed packed;
    struct bf_value value;
    CUresult result = check(prop);
    if (result)
        return result;
    const struct bf_device *device = bf_client_device(prop->location.id);
    result = bf_structures_pack(&packed, BF_STRUCTURE_CUmemAllocationProp, prop, 1, device->primary);
    if (!result)
        result = BF_ASK(bf_on(device->server), &value, cuMemGetAllocationGranularity, bf_structures_value(&packed),
                        bf_u((uint64_t)option));
    bf_structures_end(&packed);
    if (!result)
        *out = value.u;
    return result;
}

static CUresult ask_for(uint64_t number, size_t bytes, const CUmemAllocationProp *prop, const struct bf_device *device)
{
    struct bf_packed packed;
    CUresult result = bf_structures_pack(&packed, BF_STRUCTURE_CUmemAllocationProp, prop, 1, device->primary);
    if (!result)
        result =
            BF_ASK(bf_on(device->server), NULL, cuMemCreate, bf_u(number), bf_u(bytes), bf_structures_value(&packed));
    bf_structures_end(&packed);
    return result;
}

/* Whether it is compressed, the server's driver decides; where the device cannot, it is not. */
static CUmemAllocationProp granted(const CUmemAllocationProp *prop)
{
    CUmemAllocationProp kept = *prop;
    kept.allocFlags.compressionType = CU_MEM_ALLOCATION_COMP_NONE;
    return kept;
}

static CUresult give(uint64_t number, struct bf_device *device, size_t bytes, const CUmemAllocationProp *properties,
                     CUmemGenericAllocationHandle *out)
{
    struct bf_object *made = bf_objects_new(&(struct bf_object){
        .kind = BF_MEMHANDLE,
        .server = device->server,
        .number = number,
        .memhandle = {.device = device, .bytes = bytes, .references = 1, .properties = *properties},
    });
    if (!made)
        return CUDA_ERROR_OUT_OF_MEMORY;
    *out = (CUmemGenericAllocationHandle)(uintptr_t)made;
    return CUDA_SUCCESS;
}

CUresult bf_virtual_create(CUmemGenericAllocationHandle *out, size_t bytes, const CUmemAllocationProp *prop)
{
    CUresult result = check(prop);
    if (result)
        return result;
    bf_virtual_look();
    CUmemAllocationProp kept = granted(prop);
    struct bf_device *device = bf_client_device(prop->location.id);
    uint64_t number = bf_server_number(device->server);
    result = ask_for(number, bytes, &kept, device);
    return result ? result : give(number, device, bytes, &kept, out);
}

CUresult bf_virtual_describe(const struct bf_object *physical, CUmemAllocationProp *out)
{
    if (!physical->memhandle.references)
        return CUDA_ERROR_INVALID_VALUE;
    *out = physical->memhandle.properties;
    return CUDA_SUCCESS;
}

/* With the lock held. */
static CUresult end_unused(struct bf_object *physical)
{
    if (physical->memhandle.references || physical->memhandle.mappings || physical->memhandle.descriptors)
        return CUDA_SUCCESS;
    struct bf_target to = bf_on(physical->server);
    uint64_t number = physical->number;
    bf_objects_free(physical, bf_drop_object);
    return BF_TELL(to, cuMemRelease, bf_u(number));
}

CUresult bf_virtual_release(struct bf_object *physical)
{
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    if (atomic_load(&physical->kind) == BF_MEMHANDLE && physical->memhandle.references) {
        physical->memhandle.references--;
        result = end_unused(physical);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

CUresult bf_virtual_retain(CUmemGenericAllocationHandle *out, CUdeviceptr address)
{
    struct bf_place place;
    pthread_mutex_lock(&lock);
    bool found = bf_memory_find(NULL, address, &place) && place.range.physical;
    if (found) {
        place.range.physical->memhandle.references++;
        *out = (CUmemGenericAllocationHandle)(uintptr_t)place.range.physical;
    }
    pthread_mutex_unlock(&lock);
    return found ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/* ---- descriptors */

/* Those that were given out and are not known to be closed. */
struct given {
    int watch;
    struct bf_object *physical;
};
static struct given *given;
static _Atomic unsigned given_count;
static unsigned given_room;

/* With the lock held: nobody tells when one is closed. */
static void look(void)
{
    for (unsigned i = 0; i < given_count;) {
        struct given one = given[i];
        if (bf_tickets_is_held(one.watch)) {
            i++;
            continue;
        }
        given[i] = given[--given_count];
        close(one.watch);
        one.physical->memhandle.descriptors--;
        (void)end_unused(one.physical);
    }
}

void bf_virtual_look(void)
{
    if (!given_count)
        return;
    pthread_mutex_lock(&lock);
    look();
    pthread_mutex_unlock(&lock);
}

/* With the lock held. */
static bool make_room(void)
{
    unsigned room = given_room ? 2 * given_room : 16;
    if (given_count < given_room)
        return true;
    struct given *more = realloc(given, room * sizeof *more);
    if (!more)
        return false;
    given = more;
    given_room = room;
    return true;
}

static CUresult export(struct bf_object *physical, int *out)
{
    struct bf_ask ask = {.held = NULL};
    int watch, descriptor;
    CUresult result =
        BF_ASK_HELD(bf_on(physical->server), NULL, &ask, cuMemExportToShareableHandle, bf_u(physical->number));
    if (!result && ask.values[0].bytes != BF_TICKETS_BYTES)
        result = CUDA_ERROR_UNKNOWN;
    if (!result && (!make_room() || !bf_tickets_make(ask.values[0].p, &descriptor, &watch)))
        result = CUDA_ERROR_OUT_OF_MEMORY;
    bf_stream_ask_end(&ask);
    if (result)
        return result;
    given[given_count++] = (struct given){watch, physical};
    physical->memhandle.descriptors++;
    *out = descriptor;
    return CUDA_SUCCESS;
}

CUresult bf_virtual_export(struct bf_object *physical, CUmemAllocationHandleType type, int *out)
{
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    look();
    if (atomic_load(&physical->kind) == BF_MEMHANDLE && physical->memhandle.references &&
        physical->memhandle.properties.requestedHandleTypes == type)
        result = export(physical, out);
    pthread_mutex_unlock(&lock);
    return result;
}

static CUresult enter(struct bf_server *server, uint64_t number, const struct bf_value *told,
                      CUmemGenericAllocationHandle *out)
{
    struct bf_device *device = bf_client_device_of(server, told[0].s);
    CUresult result = CUDA_ERROR_NOT_SUPPORTED;
    if (device) {
        CUmemAllocationProp properties = {
            .type = CU_MEM_ALLOCATION_TYPE_PINNED,
            .requestedHandleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
            .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device->ordinal},
        };
        result = give(number, device, told[1].u, &properties, out);
    }
    if (result)
        (void)BF_TELL(bf_on(server), cuMemRelease, bf_u(number));
    return result;
}

/* Which server a ticket is of, it does not say: to the others it is nobody's. */
CUresult bf_virtual_import(CUmemGenericAllocationHandle *out, int descriptor)
{
    unsigned char ticket[BF_TICKETS_BYTES];
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    if (!bf_tickets_read(descriptor, ticket))
        return result;
    for (unsigned i = 0; i < bf_client.server_count && result == CUDA_ERROR_INVALID_VALUE; i++) {
        struct bf_server *server = &bf_client.servers[i];
        uint64_t number = bf_server_number(server);
        struct bf_value told[2];
        result =
            BF_ASK(bf_on(server), told, cuMemImportFromShareableHandle, bf_u(number), bf_bytes(ticket, sizeof ticket));
        if (!result)
            return enter(server, number, told, out);
    }
    return result;
}

/* ---- mappings */

static CUresult map(CUdeviceptr ptr, size_t bytes, size_t offset, struct bf_object *physical)
{
    struct bf_device *device = physical->memhandle.device;
    CUresult result =
        BF_ASK(bf_on(physical->server), NULL, cuMemMap, bf_u(ptr), bf_u(bytes), bf_u(offset), bf_u(physical->number));
    if (result)
        return result;
    struct bf_range range = {
        .base = ptr, .bytes = bytes, .id = bf_map_new_id(), .context = device->primary, .physical = physical};
    if (!bf_map_add(&physical->server->memory, &range))
        return CUDA_ERROR_OUT_OF_MEMORY;
    physical->memhandle.mappings++;
    return CUDA_SUCCESS;
}

CUresult bf_virtual_map(CUdeviceptr ptr, size_t bytes, size_t offset, struct bf_object *physical)
{
    struct bf_range range;
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    if (atomic_load(&physical->kind) == BF_MEMHANDLE && physical->memhandle.references &&
        bf_virtual_find(ptr, &range) && range.context->server == physical->server)
        result = map(ptr, bytes, offset, physical);
    pthread_mutex_unlock(&lock);
    return result;
}

/* With the lock held: what begins at `ptr` and is mapped, on the server that has it reserved. */
static bool find_mapping(CUdeviceptr ptr, struct bf_place *out)
{
    struct bf_range range;
    if (!bf_virtual_find(ptr, &range))
        return false;
    out->server = range.context->server;
    return bf_map_find(&out->server->memory, ptr, &out->range) && out->range.physical && out->range.base == ptr;
}

/* Nothing may be found that is not there any more, and no copy may still be on its way. */
static void settle(void)
{
    struct bf_object *context;
    if (!bf_contexts_peek(&context) && context)
        bf_waits_settle(context);
    for (unsigned i = 0; i < bf_client.device_count; i++)
        if (bf_client.devices[i].primary != context && atomic_load(&bf_client.devices[i].primary->context.active))
            bf_waits_settle(bf_client.devices[i].primary);
}

static void forget(CUdeviceptr ptr, CUdeviceptr end)
{
    for (struct bf_place place; ptr < end && find_mapping(ptr, &place); ptr += place.range.bytes) {
        bf_map_drop(&place.server->memory, ptr);
        place.range.physical->memhandle.mappings--;
        (void)end_unused(place.range.physical);
    }
}

CUresult bf_virtual_unmap(CUdeviceptr ptr, size_t bytes)
{
    struct bf_place place;
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    settle();
    pthread_mutex_lock(&lock);
    if (find_mapping(ptr, &place))
        result = BF_ASK(bf_on(place.server), NULL, cuMemUnmap, bf_u(ptr), bf_u(bytes));
    if (!result)
        forget(ptr, ptr + bytes);
    pthread_mutex_unlock(&lock);
    return result;
}

static void set_bits(uint64_t *bits, int device, bool on)
{
    uint64_t bit = (uint64_t)1 << device;
    *bits = on ? *bits | bit : *bits & ~bit;
}

static void remember(CUdeviceptr ptr, CUdeviceptr end, const CUmemAccessDesc *desc, size_t count)
{
    for (struct bf_place place; ptr < end && find_mapping(ptr, &place); ptr += place.range.bytes) {
        for (size_t i = 0; i < count; i++) {
            set_bits(&place.range.readers, desc[i].location.id, desc[i].flags != CU_MEM_ACCESS_FLAGS_PROT_NONE);
            set_bits(&place.range.writers, desc[i].location.id, desc[i].flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        }
        (void)bf_map_add(&place.server->memory, &place.range);
    }
}

static CUresult check_access(const CUmemAccessDesc *desc, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (desc[i].flags != CU_MEM_ACCESS_FLAGS_PROT_NONE && desc[i].flags != CU_MEM_ACCESS_FLAGS_PROT_READ &&
            desc[i].flags != CU_MEM_ACCESS_FLAGS_PROT_READWRITE)
            return CUDA_ERROR_INVALID_VALUE;
        if (desc[i].location.type != CU_MEM_LOCATION_TYPE_DEVICE)
            return CUDA_ERROR_INVALID_VALUE;
        if (!bf_client_device(desc[i].location.id))
            return CUDA_ERROR_INVALID_DEVICE;
    }
    return CUDA_SUCCESS;
}

CUresult bf_virtual_set_access(CUdeviceptr ptr, size_t bytes, const CUmemAccessDesc *desc, size_t count)
{
    struct bf_packed packed = {.data = NULL};
    struct bf_place place;
    pthread_mutex_lock(&lock);
    CUresult result = find_mapping(ptr, &place) ? check_access(desc, count) : CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = bf_structures_pack(&packed, BF_STRUCTURE_CUmemAccessDesc, desc, count, place.range.context);
    if (!result)
        result =
            BF_ASK(bf_on(place.server), NULL, cuMemSetAccess, bf_u(ptr), bf_u(bytes), bf_structures_value(&packed));
    bf_structures_end(&packed);
    if (!result)
        remember(ptr, ptr + bytes, desc, count);
    pthread_mutex_unlock(&lock);
    return result;
}

CUresult bf_virtual_get_access(unsigned long long *out, int device, CUdeviceptr address)
{
    struct bf_place place;
    if (!bf_client_device(device))
        return CUDA_ERROR_INVALID_DEVICE;
    if (!bf_memory_find(NULL, address, &place) || !place.range.physical)
        return CUDA_ERROR_INVALID_VALUE;
    *out = place.range.writers >> device & 1   ? CU_MEM_ACCESS_FLAGS_PROT_READWRITE
           : place.range.readers >> device & 1 ? CU_MEM_ACCESS_FLAGS_PROT_READ
                                               : CU_MEM_ACCESS_FLAGS_PROT_NONE;
    return CUDA_SUCCESS;
}
