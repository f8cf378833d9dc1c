/* Bytes that were sent, in chunks that are used again. The one that was freed last is used first: it is still in the
 * processor's cache. */
#include "sent.h"

#include <assert.h>
#include <stdlib.h>

#include "../generated/limits.h"

struct bf_sent_chunk {
    struct bf_sent_chunk *next;
    uint64_t begin;
    size_t used;
    uint8_t data[BF_KEPT_CHUNK_BYTES];
};

static void append(struct bf_sent *kept, struct bf_sent_chunk *chunk)
{
    chunk->next = NULL;
    chunk->begin = kept->end;
    chunk->used = 0;
    if (kept->last)
        kept->last->next = chunk;
    else
        kept->first = chunk;
    kept->last = chunk;
}

bool bf_sent_open(struct bf_sent *kept)
{
    *kept = (struct bf_sent){.spare = malloc(sizeof(struct bf_sent_chunk)), .chunks = 1};
    if (kept->spare)
        kept->spare->next = NULL;
    return kept->spare != NULL;
}

static void free_all(struct bf_sent_chunk *chunk)
{
    while (chunk) {
        struct bf_sent_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}

void bf_sent_close(struct bf_sent *kept)
{
    free_all(kept->first);
    free_all(kept->spare);
    *kept = (struct bf_sent){0};
}

/* The first chunk is free. */
static void release(struct bf_sent *kept)
{
    struct bf_sent_chunk *chunk = kept->first;
    kept->first = chunk->next;
    if (!kept->first)
        kept->last = NULL;
    chunk->next = kept->spare;
    kept->spare = chunk;
}

static void forget(struct bf_sent *kept, uint64_t taken)
{
    while (kept->first && kept->first->begin + kept->first->used <= taken)
        release(kept);
    if (taken > kept->begin && taken <= kept->end)
        kept->begin = taken;
}

/* A free chunk, by whatever means; NULL if there is none. */
static struct bf_sent_chunk *take(struct bf_sent *kept, uint64_t pushed)
{
    struct bf_sent_chunk *chunk = kept->spare;
    if (!chunk && kept->chunks < BF_KEPT_BYTES_MAX / BF_KEPT_CHUNK_BYTES) {
        chunk = malloc(sizeof *chunk);
        if (chunk) {
            kept->chunks++;
            return chunk;
        }
    }
    if (!chunk) {
        if (kept->first->begin + kept->first->used > pushed)
            return NULL;
        kept->begin = kept->first->begin + kept->first->used;
        release(kept);
        chunk = kept->spare;
    }
    kept->spare = chunk->next;
    return chunk;
}

uint8_t *bf_sent_room(struct bf_sent *kept, uint64_t taken, uint64_t pushed, size_t *room)
{
    if (!kept->last || kept->last->used == BF_KEPT_CHUNK_BYTES) {
        forget(kept, taken);
        struct bf_sent_chunk *chunk = take(kept, pushed);
        if (!chunk)
            return NULL;
        append(kept, chunk);
    }
    *room = BF_KEPT_CHUNK_BYTES - kept->last->used;
    return kept->last->data + kept->last->used;
}

void bf_sent_add(struct bf_sent *kept, size_t bytes)
{
    assert(kept->last && bytes <= BF_KEPT_CHUNK_BYTES - kept->last->used);
    kept->last->used += bytes;
    kept->end += bytes;
}

int bf_sent_parts(const struct bf_sent *kept, uint64_t at, struct iovec *parts, int most)
{
    int count = 0;
    struct bf_sent_chunk *chunk = kept->first;
    assert(bf_sent_reaches(kept, at));
    while (chunk && chunk->begin + chunk->used <= at)
        chunk = chunk->next;
    for (; chunk && count < most; chunk = chunk->next, count++) {
        size_t skipped = at > chunk->begin ? (size_t)(at - chunk->begin) : 0;
        parts[count] = (struct iovec){chunk->data + skipped, chunk->used - skipped};
    }
    return count;
}
