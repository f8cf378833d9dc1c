/* What is allocated on a server's devices: address ranges, found by any address inside.
 *
 * A sorted array of blocks, each a sorted array of ranges, so that a look-up is two binary searches and an insertion
 * moves a few kilobytes at most. A readers-writer lock. Knows nothing of calls; the context is only carried. */
#ifndef BF_MAP_H
#define BF_MAP_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bf_object;

struct bf_range {
    uint64_t base, bytes;
    uint64_t id;                 /* one for each allocation of the process */
    struct bf_object *context;   /* in which it was made */
    struct bf_object *pool;      /* NULL: not from a pool */
    struct bf_object *module;    /* a global of this module or library: not to be freed by itself. Else NULL */
    bool of_graph;               /* a node allocates it: only the server knows whether it is there just now */
    bool managed;                /* the program may touch it, too */
    bool mapped;                 /* it is page-locked memory of the host that a device reaches */
    unsigned flags;              /* of host memory: those it was made with */
    bool placed;                 /* of host memory: a device has memory at its addresses (placed.h) */
    unsigned opened;             /* it is another process's: how often it was opened here. Not to be freed */
    struct bf_object *physical;  /* it is mapped here: not to be freed. Else NULL */
    uint64_t readers, writers;   /* of such memory: a bit for each of the process's devices that may */
};

struct bf_map_block;

struct bf_map {
    pthread_rwlock_t lock;
    struct bf_map_block **blocks;
    size_t block_count, block_room;
};

void bf_map_open(struct bf_map *map);
void bf_map_close(struct bf_map *map);

/* For bf_range.id and CU_POINTER_ATTRIBUTE_BUFFER_ID. */
uint64_t bf_map_new_id(void);

/* False if memory ran out. A range that overlaps older ones replaces them: the server knows better. */
bool bf_map_add(struct bf_map *map, const struct bf_range *range);

/* The range that holds `address`. */
bool bf_map_find(struct bf_map *map, uint64_t address, struct bf_range *out);

/* True if any of [address, address + bytes) is in a range. */
bool bf_map_touches(struct bf_map *map, uint64_t address, uint64_t bytes);

/* True if one range has all of [address, address + bytes), and is there. */
bool bf_map_holds(struct bf_map *map, uint64_t address, uint64_t bytes);

/* True if all of [address, address + bytes) is allocated (adjacent ranges count as one). */
bool bf_map_covers(struct bf_map *map, uint64_t address, uint64_t bytes);

/* Remove the range that begins at `address`; false if there is none, or it is a module's, mapped or
 * another process's. */
bool bf_map_remove(struct bf_map *map, uint64_t address, struct bf_range *out);

/* Remove the range that begins at `address`, whatever it is. */
void bf_map_drop(struct bf_map *map, uint64_t address);

/* Remove one range of a context; false if there is none. */
bool bf_map_take_of(struct bf_map *map, const struct bf_object *context, struct bf_range *out);

/* Remove all ranges of a context, or of a module: it is being destroyed. */
void bf_map_remove_of(struct bf_map *map, const struct bf_object *owner);

#endif
