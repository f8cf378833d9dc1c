/* A device heap: first fit over a list of pieces in the order of their addresses.
 *
 * The list is kept outside the heap, so a kernel that writes where it should not cannot lead the host astray. */
#include "heap.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define ALIGN 16u

struct piece {
    uint64_t at, bytes;
    bool taken;
};

struct sg_heap {
    pthread_mutex_t lock;
    struct piece *pieces;
    size_t count, room, lowest_free;     /* no piece before lowest_free is free */
};

struct sg_heap *sg_heap_create(uint64_t base, uint64_t bytes)
{
    struct sg_heap *heap = calloc(1, sizeof *heap);
    if (!heap)
        return NULL;
    heap->room = 64;
    heap->pieces = malloc(heap->room * sizeof *heap->pieces);
    if (!heap->pieces) {
        free(heap);
        return NULL;
    }
    heap->pieces[0] = (struct piece){base, bytes, false};
    heap->count = 1;
    (void)pthread_mutex_init(&heap->lock, NULL);
    return heap;
}

void sg_heap_destroy(struct sg_heap *heap)
{
    if (!heap)
        return;
    (void)pthread_mutex_destroy(&heap->lock);
    free(heap->pieces);
    free(heap);
}

static bool make_room(struct sg_heap *heap)
{
    if (heap->count < heap->room)
        return true;
    struct piece *pieces = realloc(heap->pieces, heap->room * 2 * sizeof *pieces);
    if (!pieces)
        return false;
    heap->pieces = pieces;
    heap->room *= 2;
    return true;
}

/* Takes the front of piece i; the rest becomes a piece of its own. */
static uint64_t cut(struct sg_heap *heap, size_t i, uint64_t bytes)
{
    struct piece *piece = &heap->pieces[i];
    if (piece->bytes > bytes) {
        memmove(piece + 2, piece + 1, (heap->count - i - 1) * sizeof *piece);
        piece[1] = (struct piece){piece->at + bytes, piece->bytes - bytes, false};
        heap->count++;
    }
    piece->bytes = bytes;
    piece->taken = true;
    return piece->at;
}

uint64_t sg_heap_take(struct sg_heap *heap, uint64_t bytes)
{
    uint64_t address = 0;
    if (bytes == 0 || bytes > UINT64_MAX - ALIGN)
        return 0;
    bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    pthread_mutex_lock(&heap->lock);
    while (heap->lowest_free < heap->count && heap->pieces[heap->lowest_free].taken)
        heap->lowest_free++;
    for (size_t i = heap->lowest_free; i < heap->count && !address && make_room(heap); i++)
        if (!heap->pieces[i].taken && heap->pieces[i].bytes >= bytes)
            address = cut(heap, i, bytes);
    pthread_mutex_unlock(&heap->lock);
    return address;
}

/* The piece that begins at `address`, or count. */
static size_t find(const struct sg_heap *heap, uint64_t address)
{
    size_t low = 0, high = heap->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (heap->pieces[middle].at < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < heap->count && heap->pieces[low].at == address ? low : heap->count;
}

/* Joins piece i with the next one if both are free. */
static void join(struct sg_heap *heap, size_t i)
{
    struct piece *piece = &heap->pieces[i];
    if (i + 1 >= heap->count || piece[0].taken || piece[1].taken)
        return;
    piece->bytes += piece[1].bytes;
    memmove(piece + 1, piece + 2, (heap->count - i - 2) * sizeof *piece);
    heap->count--;
}

bool sg_heap_give(struct sg_heap *heap, uint64_t address)
{
    pthread_mutex_lock(&heap->lock);
    size_t i = find(heap, address);
    bool found = i < heap->count && heap->pieces[i].taken;
    if (found) {
        heap->pieces[i].taken = false;
        join(heap, i);
        if (i > 0)
            join(heap, --i);
        if (i < heap->lowest_free)
            heap->lowest_free = i;
    }
    pthread_mutex_unlock(&heap->lock);
    return found;
}
