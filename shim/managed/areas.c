/* Areas, in the order of their addresses. */
#include "areas.h"

#include <stdlib.h>
#include <string.h>

#include "views.h"

pthread_mutex_t bf_areas_lock = PTHREAD_MUTEX_INITIALIZER;
_Atomic size_t bf_areas_count;
_Atomic uintptr_t bf_areas_lowest = UINTPTR_MAX, bf_areas_end;

static struct bf_area **areas;
static size_t room;

/* How many areas end at or below `address`. */
static size_t below(uint64_t address)
{
    size_t low = 0, high = atomic_load_explicit(&bf_areas_count, memory_order_relaxed);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (areas[middle]->base + areas[middle]->bytes <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct bf_area *bf_areas_from(uint64_t address)
{
    size_t index = below(address);
    return index < atomic_load_explicit(&bf_areas_count, memory_order_relaxed) ? areas[index] : NULL;
}

struct bf_area *bf_areas_at(uint64_t address)
{
    struct bf_area *area = bf_areas_from(address);
    return area && area->base <= address ? area : NULL;
}

static bool make_room(size_t count)
{
    if (count < room)
        return true;
    size_t more = room ? 2 * room : 64;
    struct bf_area **grown = realloc(areas, more * sizeof(struct bf_area *));
    if (!grown)
        return false;
    areas = grown;
    room = more;
    return true;
}

static void widen(uint64_t from, uint64_t end)
{
    if (from < atomic_load(&bf_areas_lowest))
        atomic_store(&bf_areas_lowest, from);
    if (end > atomic_load(&bf_areas_end))
        atomic_store(&bf_areas_end, end);
}

struct bf_area *bf_areas_add(const struct bf_area *like)
{
    size_t block = BF_VIEWS_PAGE, total = atomic_load(&bf_areas_count);
    while (like->bytes / block > BF_MANAGED_BLOCKS_MAX)
        block *= 2;
    size_t count = (like->bytes + block - 1) / block;
    struct bf_area *area = make_room(total) ? calloc(1, sizeof *area + count) : NULL;
    if (!area)
        return NULL;
    *area = *like;
    area->block_bytes = (unsigned)block;
    area->count = area->here = count;
    size_t index = below(like->base);
    memmove(areas + index + 1, areas + index, (total - index) * sizeof *areas);
    areas[index] = area;
    widen(like->base, like->base + like->bytes);
    atomic_store(&bf_areas_count, total + 1);
    return area;
}

void bf_areas_remove(struct bf_area *area)
{
    size_t index = below(area->base), total = atomic_load(&bf_areas_count);
    atomic_store(&bf_areas_count, total - 1);
    memmove(areas + index, areas + index + 1, (total - 1 - index) * sizeof *areas);
    free(area->parts);
    free(area);
}

bool bf_areas_add_part(struct bf_area *area, struct bf_part part)
{
    struct bf_part *grown = realloc(area->parts, (area->part_count + 1) * sizeof *grown);
    if (!grown)
        return false;
    area->parts = grown;
    area->parts[area->part_count++] = part;
    return true;
}
