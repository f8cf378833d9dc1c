/* Bytes that were sent, in chunks that are used again. The one that was freed last is used first: it is still in the
 * processor's cache. */
#include "sent.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../generated/limits.h"

struct bf_sent_chunk {
    struct bf_sent_chunk *next;
    uint64_t begin;
    size_t used;
    const uint8_t *lent;   /* where its bytes are; NULL: in `data` */
    uint8_t data[BF_KEPT_CHUNK_BYTES];
};

static void append(struct bf_sent *kept, struct bf_sent_chunk *chunk)
{
    chunk->next = NULL;
    chunk->begin = kept->end;
    chunk->used = 0;
    chunk->lent = NULL;
    if (kept->last)
        kept->last->next = chunk;
    else
        kept->first = chunk;
    kept->last = chunk;
}

bool bf_sent_open(struct bf_sent *kept)
{
    *kept = (struct bf_sent){.spare = malloc(sizeof(struct bf_sent_chunk))};
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
    if (!chunk && kept->end - kept->begin + BF_KEPT_CHUNK_BYTES <= BF_KEPT_BYTES_MAX) {
        chunk = malloc(sizeof *chunk);
        if (chunk)
            return chunk;
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

static bool begin_chunk(struct bf_sent *kept, uint64_t taken, uint64_t pushed)
{
    forget(kept, taken);
    struct bf_sent_chunk *chunk = take(kept, pushed);
    if (chunk)
        append(kept, chunk);
    return chunk != NULL;
}

uint8_t *bf_sent_room(struct bf_sent *kept, uint64_t taken, uint64_t pushed, size_t *room)
{
    bool full = !kept->last || kept->last->used == BF_KEPT_CHUNK_BYTES;
    if (full && !begin_chunk(kept, taken, pushed))
        return NULL;
    *room = BF_KEPT_CHUNK_BYTES - kept->last->used;
    return kept->last->data + kept->last->used;
}

void bf_sent_add(struct bf_sent *kept, size_t bytes)
{
    assert(kept->last && bytes <= BF_KEPT_CHUNK_BYTES - kept->last->used);
    kept->last->used += bytes;
    kept->end += bytes;
}

bool bf_sent_lend(struct bf_sent *kept, uint64_t taken, uint64_t pushed, const uint8_t *data)
{
    if (!begin_chunk(kept, taken, pushed))
        return false;
    kept->last->lent = data;
    kept->lent = true;
    bf_sent_add(kept, BF_KEPT_CHUNK_BYTES);
    return true;
}

size_t bf_sent_settle(struct bf_sent *kept, uint64_t taken)
{
    size_t copied = 0;
    forget(kept, taken);
    for (struct bf_sent_chunk *chunk = kept->first; chunk; chunk = chunk->next) {
        if (!chunk->lent)
            continue;
        memcpy(chunk->data, chunk->lent, chunk->used);
        chunk->lent = NULL;
        copied += chunk->used;
    }
    kept->lent = false;
    return copied;
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
        const uint8_t *bytes = chunk->lent ? chunk->lent : chunk->data;
        parts[count] = (struct iovec){(void *)(uintptr_t)(bytes + skipped), chunk->used - skipped};
    }
    return count;
}
