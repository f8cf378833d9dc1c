/* Device and host memory as this process knows it. */
#include "memory.h"

#include "../wire/outstanding.h"
#include "kept_pools.h"
#include "managed_memory.h"
#include "managed_variables.h"
#include "pools.h"
#include "reserve.h"
#include "waits.h"

bool bf_memory_find(const struct bf_server *preferred, CUdeviceptr address, struct bf_place *out)
{
    for (unsigned i = 0; i <= bf_client.server_count; i++) {
        struct bf_server *server = i ? &bf_client.servers[i - 1] : NULL;
        if (!i && preferred)
            server = &bf_client.servers[preferred->index];
        if (server && bf_map_find(&server->memory, address, &out->range)) {
            out->server = server;
            return true;
        }
    }
    return false;
}

struct bf_server *bf_memory_server(struct bf_server *preferred, CUdeviceptr address, uint64_t bytes)
{
    if (preferred && bf_map_covers(&preferred->memory, address, bytes))
        return preferred;
    for (unsigned i = 0; i < bf_client.server_count; i++)
        if (&bf_client.servers[i] != preferred && bf_map_covers(&bf_client.servers[i].memory, address, bytes))
            return &bf_client.servers[i];
    return NULL;
}

CUresult bf_memory_told(struct bf_target to, CUdeviceptr address, uint64_t bytes, CUresult told)
{
    if (told || bf_map_holds(&to.server->memory, address, bytes))
        return told;
    CUresult result = bf_call_ask(bf_on(to.server), &bf_calls[BF_CALL_ping], NULL, NULL, NULL);
    return result ? result : bf_call_told(to, true);
}

CUresult bf_memory_add_of_graph(const struct bf_device *device, uint64_t base, uint64_t bytes)
{
    struct bf_range range = {
        .base = base, .bytes = bytes, .id = bf_map_new_id(), .context = device->primary, .of_graph = true};
    bf_reserve(base, bytes);
    return bf_map_add(&device->server->memory, &range) ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult bf_memory_add_global(struct bf_object *context, struct bf_object *owner, uint64_t base, uint64_t bytes,
                              bool managed)
{
    if (managed)
        return bf_managed_variables_add(context, owner, base, bytes);
    struct bf_map *map = &context->server->memory;
    struct bf_range known;
    if (bf_map_find(map, base, &known) && known.base == base && known.bytes == bytes && known.module == owner)
        return CUDA_SUCCESS;
    struct bf_range range = {.base = base, .bytes = bytes, .id = bf_map_new_id(), .module = owner, .context = context};
    return bf_map_add(map, &range) ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

void bf_memory_settle_host(const void *address, size_t bytes, const struct bf_progress *except)
{
    for (unsigned i = 0; i < bf_client.server_count; i++)
        bf_outstanding_wait(&bf_client.servers[i].stream, address, bytes, except);
}

static void end_managed(const struct bf_object *context)
{
    bf_managed_variables_end(context);
    bf_kept_pools_end_context(context);
    bf_managed_memory_end_context(context);
}

void bf_memory_end_context(const struct bf_object *context)
{
    if (bf_managed_any())
        end_managed(context);
}

CUresult bf_memory_allocate(struct bf_object *context, size_t bytes, CUdeviceptr *out)
{
    struct bf_apart wanted = bf_apart_plain(context, bytes);
    CUresult result = bf_apart_take(&wanted);
    if (!result)
        *out = wanted.range.base;
    return result;
}

/* In the order of a stream. */
struct ordered {
    struct bf_apart wanted;
    const struct bf_order *order;
    const struct bf_object *pool; /* the program's; NULL: the current one */
    size_t bytes;
};

static CUresult ask_ordered(struct bf_apart *wanted, uint64_t least, uint64_t *base)
{
    const struct ordered *of = (const struct ordered *)wanted;
    const struct bf_order *order = of->order;
    const uint64_t bytes = least ? least : of->bytes;
    struct bf_value address;
    CUresult result = of->pool ? BF_ASK(order->to, &address, cuMemAllocFromPoolAsync, bf_u(bytes),
                                        bf_u(of->pool->number), bf_u(order->stream))
                               : BF_ASK(order->to, &address, cuMemAllocAsync, bf_u(bytes), bf_u(order->stream));
    if (!result)
        *base = address.u;
    return result;
}

static void give_back_ordered(const struct bf_apart *wanted, uint64_t base, uint64_t bytes)
{
    (void)bytes;
    const struct bf_order *order = ((const struct ordered *)wanted)->order;
    (void)BF_TELL(bf_quietly(order->to), cuMemFreeAsync, bf_u(base), bf_u(order->stream));
}

/* What the stream is to free makes room, unless it waits for memory: that may be for ever. */
static CUresult allocate_kept(const struct bf_order *order, struct bf_object *pool, size_t bytes, CUdeviceptr *out)
{
    CUresult result = bf_kept_pools_allocate(order, pool, bytes, out);
    bool helps = result == CUDA_ERROR_OUT_OF_MEMORY && !atomic_load(&order->context->context.awaits);
    if (!helps || !bf_kept_pools_leaves(order) || bf_waits_for(order))
        return result;
    return bf_kept_pools_allocate(order, pool, bytes, out);
}

CUresult bf_memory_allocate_ordered(const struct bf_order *order, struct bf_object *pool, size_t bytes,
                                    CUdeviceptr *out)
{
    if (pool && pool->pool.kept)
        return allocate_kept(order, pool, bytes, out);
    struct bf_object *used = pool;
    CUresult result = pool ? CUDA_SUCCESS : bf_pools_current(order->context->context.device, &used);
    if (result)
        return result;
    /* No bytes have an address, too; a driver may also give none. */
    struct ordered of = {.wanted = {.server = order->context->server,
                                    .range = {.bytes = bytes ? bytes : 1,
                                              .id = bf_map_new_id(),
                                              .context = order->context,
                                              .pool = used},
                                    .ask = ask_ordered,
                                    .give_back = give_back_ordered},
                         .order = order,
                         .pool = pool,
                         .bytes = bytes};
    result = bf_apart_take(&of.wanted);
    if (!result)
        *out = of.wanted.range.base;
    return result;
}
