/* Managed memory, for the rest of the client. */
#include "managed.h"

#include <string.h>

#include "../wire/report.h"
#include "keeper.h"
#include "move.h"
#include "trap.h"
#include "views.h"
#include "work.h"

/* Calls that run what the client cannot look into. */
static bool reaches_all(const struct bf_call *call)
{
    switch (call - bf_calls) {
    case BF_CALL_launch:
    case BF_CALL_launch_ex:
    case BF_CALL_launch_first:
    case BF_CALL_cuGraphLaunch:
    case BF_CALL_graph_launch_first: return true;
    default: return false;
    }
}

static bool is_for(const struct bf_area *area, const struct bf_stream *connection, const struct bf_progress *progress)
{
    return area->connection == connection && !area->of_host && (!area->of || area->of == progress);
}

/* What goes wrong here goes wrong in the call that follows, too, but for the room. */
static void to_device(struct bf_area *area)
{
    if (bf_move_to_device(area) == BF_MOVE_NO_ROOM)
        bf_report("managed memory at %#llx cannot be kept coherent: the process has as many mappings as "
                  "vm.max_map_count allows",
                  (unsigned long long)area->base);
}

static void reach_all(const struct bf_stream *connection, const struct bf_progress *progress)
{
    for (struct bf_area *area = bf_areas_from(0); area; area = bf_areas_from(area->base + area->bytes))
        if (area->here && is_for(area, connection, progress))
            to_device(area);
}

static void reach(const struct bf_stream *connection, uint64_t address)
{
    if (address < atomic_load(&bf_areas_lowest) || address >= atomic_load(&bf_areas_end))
        return;
    struct bf_area *area = bf_areas_at(address);
    if (area && area->connection == connection)
        to_device(area);
}

/* A word that happens to look like such an address costs a transfer. */
static void reach_named(const struct bf_stream *connection, const struct bf_call *call, const struct bf_value *args)
{
    bool has_data = call == &bf_calls[BF_CALL_copy_small] || call == &bf_calls[BF_CALL_copy_small_legacy];
    for (unsigned i = 0; i < call->arg_count; i++) {
        uint64_t word;
        if (call->args[i] != 'b')
            reach(connection, args[i].u);
        for (size_t at = 0; call->args[i] == 'b' && !has_data && at + sizeof word <= args[i].bytes; at += sizeof word) {
            memcpy(&word, (const uint8_t *)args[i].p + at, sizeof word);
            reach(connection, word);
        }
    }
}

void bf_managed_enter(struct bf_stream *connection, const struct bf_progress *progress, const struct bf_call *call,
                      const struct bf_value *args)
{
    bf_trap_set();
    pthread_mutex_lock(&bf_areas_lock);
    bf_work_begin(connection);
    if (reaches_all(call))
        reach_all(connection, progress);
    else
        reach_named(connection, call, args);
    pthread_mutex_unlock(&bf_areas_lock);
}

void bf_managed_leave(struct bf_stream *connection, struct bf_progress *progress, uint64_t number)
{
    pthread_mutex_lock(&bf_areas_lock);
    bf_work_end(connection, progress, number);
    pthread_mutex_unlock(&bf_areas_lock);
}

void bf_managed_returned(struct bf_stream *connection)
{
    struct bf_ask ask;
    uint64_t sent = atomic_load(&bf_move_counts.bytes_out);
    pthread_mutex_lock(&bf_areas_lock);
    for (struct bf_area *area = bf_areas_from(0); area; area = bf_areas_from(area->base + area->bytes))
        if (area->here && area->connection == connection && !area->of_host)
            to_device(area);
    pthread_mutex_unlock(&bf_areas_lock);
    if (sent == atomic_load(&bf_move_counts.bytes_out))
        return;
    (void)bf_stream_ask(connection, 0, &bf_calls[BF_CALL_ping], NULL, NULL, NULL, &ask);
    bf_stream_ask_end(&ask);
}

bool bf_managed_touches(const void *address, size_t bytes)
{
    uintptr_t from = (uintptr_t)address;
    if (!bf_managed_any() || from >= atomic_load(&bf_areas_end) || bytes > UINTPTR_MAX - from)
        return false;
    pthread_mutex_lock(&bf_areas_lock);
    const struct bf_area *area = bf_areas_from(from);
    bool touches = area && area->base < from + bytes;
    pthread_mutex_unlock(&bf_areas_lock);
    return touches;
}

static struct bf_area area_of(const struct bf_managed_place *place, uint64_t base, size_t bytes, uint8_t *own)
{
    return (struct bf_area){.base = base,
                            .bytes = bytes,
                            .own = own,
                            .connection = place->connection,
                            .context = place->context,
                            .stream = place->stream};
}

int bf_managed_add(const struct bf_managed_place *place, uint64_t base, size_t bytes)
{
    uint8_t *own = bf_keeper_start() ? bf_views_take(bytes) : NULL;
    if (!own)
        return BF_STREAM_NO_MEMORY;
    const struct bf_area area = area_of(place, base, bytes, own);
    pthread_mutex_lock(&bf_areas_lock);
    struct bf_area *added = bf_views_show(base, bytes, own, BF_VIEW_READ) ? bf_areas_add(&area) : NULL;
    if (added && place->parts)
        to_device(added);
    pthread_mutex_unlock(&bf_areas_lock);
    if (added)
        return 0;
    bf_views_give(base, bytes, own);
    return BF_STREAM_NO_MEMORY;
}

/* Who writes there meanwhile is caught, and goes on when all of it is seen through the view. */
static bool move_in(struct bf_area *area)
{
    void *at = (void *)(uintptr_t)area->base;
    if (!bf_views_set(area->base, area->bytes, BF_VIEW_READ))
        return false;
    memcpy(area->own, at, area->bytes);
    if (!bf_views_show(area->base, area->bytes, area->own, BF_VIEW_WRITE)) {
        (void)bf_views_set(area->base, area->bytes, BF_VIEW_WRITE);
        return false;
    }
    return bf_move_surrender(area);
}

int bf_managed_add_here(const struct bf_managed_place *place, uint64_t base, size_t bytes)
{
    uint8_t *own = bf_keeper_start() ? bf_views_take(bytes) : NULL;
    if (!own)
        return BF_STREAM_NO_MEMORY;
    struct bf_area area = area_of(place, base, bytes, own);
    area.of_host = true;
    pthread_mutex_lock(&bf_areas_lock);
    struct bf_area *added = bf_areas_add(&area);
    bool moved = added && move_in(added);
    if (added && !moved)
        bf_areas_remove(added);
    pthread_mutex_unlock(&bf_areas_lock);
    if (!moved)
        bf_views_give(0, bytes, own);
    return moved ? 0 : BF_STREAM_NO_MEMORY;
}

int bf_managed_add_part(uint64_t from, uint64_t end)
{
    bool added = true;
    pthread_mutex_lock(&bf_areas_lock);
    for (struct bf_area *area = bf_areas_from(from); area && area->base < end;
         area = bf_areas_from(area->base + area->bytes)) {
        to_device(area);
        added = bf_areas_add_part(area, (struct bf_part){from, end}) && added;
    }
    pthread_mutex_unlock(&bf_areas_lock);
    return added ? 0 : BF_STREAM_NO_MEMORY;
}

static void remove_area(struct bf_area *area)
{
    bf_views_give(area->base, area->bytes, area->own);
    bf_areas_remove(area);
}

void bf_managed_remove(uint64_t base)
{
    pthread_mutex_lock(&bf_areas_lock);
    struct bf_area *area = bf_areas_at(base);
    if (area && area->base == base)
        remove_area(area);
    pthread_mutex_unlock(&bf_areas_lock);
}

void bf_managed_give_back(uint64_t base)
{
    pthread_mutex_lock(&bf_areas_lock);
    struct bf_area *area = bf_areas_at(base);
    if (area && area->base == base) {
        if (bf_move_here(area, 0, area->count, true))
            (void)bf_move_surrender(area);
        if (bf_views_leave(base, area->bytes, area->own))
            bf_areas_remove(area);
        else
            area->of_host = true;
    }
    pthread_mutex_unlock(&bf_areas_lock);
}

void bf_managed_remove_all(uint64_t base, size_t bytes)
{
    pthread_mutex_lock(&bf_areas_lock);
    struct bf_area *area = bf_areas_from(base);
    while (area && area->base < base + bytes) {
        remove_area(area);
        area = bf_areas_from(base);
    }
    pthread_mutex_unlock(&bf_areas_lock);
}

void bf_managed_attach(uint64_t base, bool to_all, const struct bf_progress *progress)
{
    pthread_mutex_lock(&bf_areas_lock);
    struct bf_area *area = bf_areas_at(base);
    if (area) {
        area->of = to_all ? NULL : progress;
        area->of_host = !to_all && !progress;
    }
    pthread_mutex_unlock(&bf_areas_lock);
}

void bf_managed_forked(void)
{
    bf_trap_forked();
}

/* What it has cost, for who looks into it. */
__attribute__((destructor)) static void tell(void)
{
    uint64_t faults = atomic_load(&bf_move_counts.faults), in = atomic_load(&bf_move_counts.bytes_in),
             out = atomic_load(&bf_move_counts.bytes_out);
    if (bf_managed_any() || faults || in || out)
        bf_report_debug("managed memory: %llu faults, %llu pages (%llu bytes) sent, %llu pages (%llu bytes) fetched",
                        (unsigned long long)faults, (unsigned long long)atomic_load(&bf_move_counts.pages_out),
                        (unsigned long long)out, (unsigned long long)atomic_load(&bf_move_counts.pages_in),
                        (unsigned long long)in);
}
