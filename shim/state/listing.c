/* Listings of functions and kernels: taken apart, kept, searched. */
#include "listing.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_UNKNOWN UINT32_MAX

struct bf_listing_part {
    struct bf_listing_part *next;
    uint8_t bytes[];
};

void bf_listing_open(struct bf_listing *listing)
{
    *listing = (struct bf_listing){.count = -1};
    pthread_mutex_init(&listing->lock, NULL);
}

void bf_listing_close(struct bf_listing *listing)
{
    while (listing->parts) {
        struct bf_listing_part *part = listing->parts;
        listing->parts = part->next;
        free(part);
    }
    free(listing->entries);
    pthread_mutex_destroy(&listing->lock);
}

struct bf_listing *bf_listing_new(void)
{
    struct bf_listing *listing = malloc(sizeof *listing);
    if (listing)
        bf_listing_open(listing);
    return listing;
}

void bf_listing_free(struct bf_listing *listing)
{
    if (listing)
        bf_listing_close(listing);
    free(listing);
}

static bool get_u32(const uint8_t **at, const uint8_t *end, uint32_t *value)
{
    if (end - *at < 4)
        return false;
    *value = (uint32_t)(*at)[0] | (uint32_t)(*at)[1] << 8 | (uint32_t)(*at)[2] << 16 | (uint32_t)(*at)[3] << 24;
    *at += 4;
    return true;
}

static bool get_entry(const uint8_t **at, const uint8_t *end, struct bf_listed *out)
{
    uint32_t bytes;
    const uint8_t *name = *at, *stop = memchr(name, 0, (size_t)(end - name));
    if (!stop)
        return false;
    *at = stop + 1;
    if (!get_u32(at, end, &bytes) || bytes > (size_t)(end - *at))
        return false;
    *out = (struct bf_listed){.name = (const char *)name, .description = {.p = *at, .bytes = bytes}};
    *at += bytes;
    return true;
}

/* How many entries are from `at` to `end`; -1 if that is none of the protocol. */
static int64_t count_entries(const uint8_t *at, const uint8_t *end)
{
    int64_t count = 0;
    struct bf_listed ignored;
    for (; at < end; count++)
        if (!get_entry(&at, end, &ignored))
            return -1;
    return count;
}

/* Room for `more` entries behind those that are here. */
static bool reserve(struct bf_listing *listing, size_t more)
{
    struct bf_listed *entries = realloc(listing->entries, (listing->listed + more + 1) * sizeof *entries);
    listing->entries = entries ? entries : listing->entries;
    return entries != NULL;
}

bool bf_listing_add(struct bf_listing *listing, const struct bf_value *part)
{
    uint32_t all;
    const uint8_t *start = part->p, *at = start, *end = start + part->bytes;
    if (!part->bytes || !get_u32(&at, end, &all))
        return false;
    int64_t more = count_entries(at, end);
    if (more < 0 || (uint64_t)more + listing->listed > all || !reserve(listing, (size_t)more))
        return false;
    struct bf_listing_part *kept = malloc(sizeof *kept + part->bytes);
    if (!kept)
        return false;
    memcpy(kept->bytes, part->p, part->bytes);
    kept->next = listing->parts;
    listing->parts = kept;
    listing->count = all == COUNT_UNKNOWN ? -1 : (int64_t)all;
    at = kept->bytes + (at - start);
    for (end = kept->bytes + part->bytes; at < end; listing->listed++)
        get_entry(&at, end, &listing->entries[listing->listed]);
    return true;
}

struct bf_listed *bf_listing_find(struct bf_listing *listing, const char *name)
{
    for (size_t i = 0; i < listing->listed; i++)
        if (strcmp(listing->entries[i].name, name) == 0)
            return &listing->entries[i];
    return NULL;
}
