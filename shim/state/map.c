/* What is allocated on a server's devices. */
#include "map.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_RANGES = 128 };

struct bf_map_block {
    size_t count;
    struct bf_range ranges[BLOCK_RANGES];
};

uint64_t bf_map_new_id(void)
{
    static _Atomic uint64_t ids = 1;
    return atomic_fetch_add(&ids, 1);
}

void bf_map_open(struct bf_map *map)
{
    *map = (struct bf_map){.blocks = NULL};
    pthread_rwlock_init(&map->lock, NULL);
}

void bf_map_close(struct bf_map *map)
{
    for (size_t i = 0; i < map->block_count; i++)
        free(map->blocks[i]);
    free(map->blocks);
    pthread_rwlock_destroy(&map->lock);
}

/* Index of the last block that begins at or below `address`; 0 if none does. */
static size_t find_block(const struct bf_map *map, uint64_t address)
{
    size_t low = 0, high = map->block_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (map->blocks[middle]->ranges[0].base <= address)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* How many ranges of the block begin at or below `address`. */
static size_t count_up_to(const struct bf_map_block *block, uint64_t address)
{
    size_t low = 0, high = block->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (block->ranges[middle].base <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct bf_range *find(const struct bf_map *map, uint64_t address)
{
    if (!map->block_count)
        return NULL;
    struct bf_map_block *block = map->blocks[find_block(map, address)];
    size_t index = count_up_to(block, address);
    struct bf_range *range = index ? &block->ranges[index - 1] : NULL;
    return range && address - range->base < range->bytes ? range : NULL;
}

static bool insert_block(struct bf_map *map, size_t index)
{
    if (map->block_count == map->block_room) {
        size_t room = map->block_room ? 2 * map->block_room : 16;
        struct bf_map_block **grown = realloc(map->blocks, room * sizeof(struct bf_map_block *));
        if (!grown)
            return false;
        map->blocks = grown;
        map->block_room = room;
    }
    struct bf_map_block *block = malloc(sizeof *block);
    if (!block)
        return false;
    block->count = 0;
    memmove(map->blocks + index + 1, map->blocks + index, (map->block_count - index) * sizeof *map->blocks);
    map->blocks[index] = block;
    map->block_count++;
    return true;
}

/* Move the upper half of a full block into a new one behind it. */
static bool split(struct bf_map *map, size_t index)
{
    if (!insert_block(map, index + 1))
        return false;
    struct bf_map_block *low = map->blocks[index], *high = map->blocks[index + 1];
    size_t keep = BLOCK_RANGES / 2;
    high->count = low->count - keep;
    memcpy(high->ranges, low->ranges + keep, high->count * sizeof *low->ranges);
    low->count = keep;
    return true;
}

static void remove_at(struct bf_map *map, size_t block_index, size_t index)
{
    struct bf_map_block *block = map->blocks[block_index];
    assert(block_index < map->block_count && index < block->count);
    block->count--;
    memmove(block->ranges + index, block->ranges + index + 1, (block->count - index) * sizeof *block->ranges);
    if (block->count)
        return;
    free(block);
    map->block_count--;
    memmove(map->blocks + block_index, map->blocks + block_index + 1,
            (map->block_count - block_index) * sizeof *map->blocks);
}

static void remove_range(struct bf_map *map, const struct bf_range *range)
{
    size_t block_index = find_block(map, range->base);
    remove_at(map, block_index, (size_t)(range - map->blocks[block_index]->ranges));
}

/* The first range that overlaps [base, base + bytes), or NULL. */
static struct bf_range *find_overlap(const struct bf_map *map, uint64_t base, uint64_t bytes)
{
    if (!map->block_count)
        return NULL;
    struct bf_range *last = find(map, base);
    if (last)
        return last;
    size_t block_index = find_block(map, base + bytes - 1);
    struct bf_map_block *block = map->blocks[block_index];
    size_t index = count_up_to(block, base + bytes - 1);
    last = index ? &block->ranges[index - 1] : NULL;
    return last && last->base >= base ? last : NULL;
}

static bool add(struct bf_map *map, const struct bf_range *range)
{
    if (!map->block_count && !insert_block(map, 0))
        return false;
    size_t block_index = find_block(map, range->base);
    if (map->blocks[block_index]->count == BLOCK_RANGES) {
        if (!split(map, block_index))
            return false;
        block_index = find_block(map, range->base);
    }
    struct bf_map_block *block = map->blocks[block_index];
    size_t index = count_up_to(block, range->base);
    assert(block->count < BLOCK_RANGES &&
           (!index || block->ranges[index - 1].base + block->ranges[index - 1].bytes <= range->base));
    memmove(block->ranges + index + 1, block->ranges + index, (block->count - index) * sizeof *block->ranges);
    block->ranges[index] = *range;
    block->count++;
    return true;
}

bool bf_map_add(struct bf_map *map, const struct bf_range *range)
{
    if (!range->bytes)
        return true;
    pthread_rwlock_wrlock(&map->lock);
    struct bf_range *old;
    while ((old = find_overlap(map, range->base, range->bytes)))
        remove_range(map, old);
    bool added = add(map, range);
    pthread_rwlock_unlock(&map->lock);
    return added;
}

bool bf_map_find(struct bf_map *map, uint64_t address, struct bf_range *out)
{
    pthread_rwlock_rdlock(&map->lock);
    const struct bf_range *range = find(map, address);
    if (range)
        *out = *range;
    pthread_rwlock_unlock(&map->lock);
    return range != NULL;
}

bool bf_map_touches(struct bf_map *map, uint64_t address, uint64_t bytes)
{
    pthread_rwlock_rdlock(&map->lock);
    bool touches = find_overlap(map, address, bytes) != NULL;
    pthread_rwlock_unlock(&map->lock);
    return touches;
}

bool bf_map_holds(struct bf_map *map, uint64_t address, uint64_t bytes)
{
    pthread_rwlock_rdlock(&map->lock);
    const struct bf_range *range = find(map, address);
    bool holds = range && !range->of_graph && (!range->physical || range->writers) &&
                 bytes <= range->bytes - (address - range->base);
    pthread_rwlock_unlock(&map->lock);
    return holds;
}

bool bf_map_covers(struct bf_map *map, uint64_t address, uint64_t bytes)
{
    pthread_rwlock_rdlock(&map->lock);
    const struct bf_range *range = find(map, address);
    while (range && bytes > range->bytes - (address - range->base)) {
        bytes -= range->bytes - (address - range->base);
        address = range->base + range->bytes;
        range = find(map, address);
    }
    pthread_rwlock_unlock(&map->lock);
    return range != NULL;
}

bool bf_map_remove(struct bf_map *map, uint64_t address, struct bf_range *out)
{
    pthread_rwlock_wrlock(&map->lock);
    const struct bf_range *range = find(map, address);
    bool found = range && range->base == address && !range->module && !range->physical && !range->opened;
    if (found) {
        *out = *range;
        remove_range(map, range);
    }
    pthread_rwlock_unlock(&map->lock);
    return found;
}

void bf_map_drop(struct bf_map *map, uint64_t address)
{
    pthread_rwlock_wrlock(&map->lock);
    const struct bf_range *range = find(map, address);
    if (range && range->base == address)
        remove_range(map, range);
    pthread_rwlock_unlock(&map->lock);
}

bool bf_map_take_of(struct bf_map *map, const struct bf_object *context, struct bf_range *out)
{
    bool found = false;
    pthread_rwlock_wrlock(&map->lock);
    for (size_t b = 0; b < map->block_count && !found; b++) {
        const struct bf_map_block *block = map->blocks[b];
        size_t i = 0;
        while (i < block->count && block->ranges[i].context != context)
            i++;
        found = i < block->count;
        if (found) {
            *out = block->ranges[i];
            remove_at(map, b, i);
        }
    }
    pthread_rwlock_unlock(&map->lock);
    return found;
}

void bf_map_remove_of(struct bf_map *map, const struct bf_object *owner)
{
    pthread_rwlock_wrlock(&map->lock);
    for (size_t b = map->block_count; b-- > 0;) {
        for (size_t i = map->blocks[b]->count; i-- > 0;) {
            const struct bf_range *range = &map->blocks[b]->ranges[i];
            bool last = map->blocks[b]->count == 1;
            if (range->context == owner || range->module == owner)
                remove_at(map, b, i);
            if (last)
                break;
        }
    }
    pthread_rwlock_unlock(&map->lock);
}
