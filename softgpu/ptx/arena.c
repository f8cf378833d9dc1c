/* Memory of a module; see arena.h. Knows nothing of PTX. */
#include "arena.h"

#include <stdlib.h>
#include <string.h>

struct chunk {
    struct chunk *next;
    size_t used, size;
};

struct ptx_arena {
    struct chunk *chunks;
    size_t left, next_size;
};

enum { CHUNK_FIRST = 4096, CHUNK_MAX = 1 << 20, ALIGN = 16, HEADER = 32 };

struct ptx_arena *sg_arena_create(size_t limit)
{
    struct ptx_arena *arena = calloc(1, sizeof *arena);

    if (arena) {
        arena->left = limit;
        arena->next_size = CHUNK_FIRST;
    }
    return arena;
}

void sg_arena_destroy(struct ptx_arena *arena)
{
    struct chunk *chunk = arena ? arena->chunks : NULL;

    while (chunk) {
        struct chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(arena);
}

/* Chunks double up to a megabyte; what is larger gets a chunk of its own size. */
static struct chunk *add_chunk(struct ptx_arena *arena, size_t bytes)
{
    size_t size = bytes > arena->next_size ? bytes : arena->next_size;

    if (size > arena->left)
        size = bytes;
    if (size > arena->left)
        return NULL;
    struct chunk *chunk = calloc(1, HEADER + size);
    if (!chunk)
        return NULL;
    chunk->size = size;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->left -= size;
    if (arena->next_size < CHUNK_MAX)
        arena->next_size *= 2;
    return chunk;
}

void *sg_arena_alloc(struct ptx_arena *arena, size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        return NULL;
    size_t rounded = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    struct chunk *chunk = arena->chunks;
    if (!chunk || chunk->size - chunk->used < rounded)
        chunk = add_chunk(arena, rounded);
    if (!chunk)
        return NULL;
    void *memory = (unsigned char *)chunk + HEADER + chunk->used;
    chunk->used += rounded;
    return memory;
}

void *sg_arena_copy(struct ptx_arena *arena, const void *from, size_t bytes)
{
    void *memory = sg_arena_alloc(arena, bytes);

    if (memory && bytes)
        memcpy(memory, from, bytes);
    return memory;
}

const char *sg_arena_text(struct ptx_arena *arena, const char *text, size_t length)
{
    char *copy = sg_arena_alloc(arena, length + 1);

    if (copy)
        memcpy(copy, text, length);
    return copy;
}

void sg_arena_join(struct ptx_arena *arena, struct ptx_arena *other)
{
    struct chunk **end = &arena->chunks;

    while (*end)
        end = &(*end)->next;
    *end = other->chunks;
    free(other);
}
