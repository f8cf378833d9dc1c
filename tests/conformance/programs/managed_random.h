/* What the players of managed_random.c have: areas of managed memory, and what a model says is in them.
 *
 * The words of an area are dealt to its players in cells that divide no page evenly: players meet in pages and never in
 * words. So each knows what its own words hold, whatever the others do meanwhile. */
#ifndef MANAGED_RANDOM_H
#define MANAGED_RANDOM_H

#include <pthread.h>
#include <stdbool.h>

#include "show.h"

enum { CELL = 24, BLOCK = 256, DEVICES_MAX = 2, PLAYERS_MAX = 8, SHARED = 6, OWN = 5, AREAS = SHARED + OWN };

enum kind { MANAGED, MAPPED, VARIABLE, OF_STREAM };

/* One player's words of it. */
struct area {
    uint32_t *data, *model;
    size_t words; /* its own: whole cells */
    unsigned players, me, device;
    enum kind kind;
};

struct device {
    CUcontext context;
    CUfunction mix;
    uint32_t *shared[SHARED];
};

struct player {
    pthread_t thread;
    unsigned number;
    uint64_t random;
    unsigned long wrong;
    CUstream streams[DEVICES_MAX][2]; /* the first is in use; each waits for the other where they change */
    CUstream apart[DEVICES_MAX]; /* has memory of its own */
    struct area areas[DEVICES_MAX][AREAS];
    uint32_t *plain;
};

/* data[w] = data[w] * 1664525 + salt, for the player's words from `first` on. */
static const char PTX[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .global .attribute(.managed) .align 4 .b8 variable[24000];\n"
    ".visible .entry mix(.param .u64 data, .param .u32 first, .param .u32 count, .param .u32 players, .param .u32 me,"
    " .param .u32 salt)\n"
    "{\n"
    "    .reg .pred %p;\n    .reg .b32 %i, %b, %n, %t, %s, %x, %q, %r, %c;\n    .reg .b64 %a, %o;\n"
    "    ld.param.u64 %a, [data];\n    ld.param.u32 %n, [count];\n    ld.param.u32 %s, [salt];\n"
    "    mov.u32 %t, %tid.x;\n    mov.u32 %b, %ctaid.x;\n    mad.lo.u32 %i, %b, 256, %t;\n"
    "    setp.ge.u32 %p, %i, %n;\n    @%p ret;\n"
    "    ld.param.u32 %x, [first];\n    add.u32 %i, %i, %x;\n"
    "    div.u32 %q, %i, 24;\n    rem.u32 %r, %i, 24;\n"
    "    ld.param.u32 %x, [players];\n    ld.param.u32 %c, [me];\n"
    "    mad.lo.u32 %q, %q, %x, %c;\n    mad.lo.u32 %i, %q, 24, %r;\n"
    "    mul.wide.u32 %o, %i, 4;\n    add.u64 %a, %a, %o;\n"
    "    ld.global.u32 %x, [%a];\n    mad.lo.u32 %x, %x, 1664525, %s;\n"
    "    st.global.u32 [%a], %x;\n    ret;\n}\n";

static inline uint32_t mixed(uint32_t word, uint32_t salt)
{
    return word * 1664525 + salt;
}

/* Where the player's word `index` is. */
static inline uint32_t *word_of(const struct area *area, size_t index)
{
    return area->data + (index / CELL * area->players + area->me) * CELL + index % CELL;
}

static inline uint32_t next(struct player *p, size_t below)
{
    p->random ^= p->random << 13;
    p->random ^= p->random >> 7;
    p->random ^= p->random << 17;
    return (uint32_t)((p->random >> 16) % below);
}

static inline CUstream stream_of(const struct player *p, const struct area *area)
{
    return area->kind == OF_STREAM ? p->apart[area->device] : p->streams[area->device][0];
}

struct range {
    size_t first, count;
};

static inline struct range some(struct player *p, const struct area *area, size_t most)
{
    size_t first = next(p, area->words), left = area->words - first;
    return (struct range){first, next(p, left < most ? left : most) + 1};
}

/* Whole cells, which lie in rows. */
static inline struct range some_cells(struct player *p, const struct area *area)
{
    size_t cells = area->words / CELL, first = next(p, cells), left = cells - first;
    return (struct range){first, next(p, left < 600 ? left : 600) + 1};
}

static inline void check(struct player *p, const struct area *area, size_t index)
{
    uint32_t is = *word_of(area, index);
    if (is == area->model[index])
        return;
    if (p->wrong++ < 5)
        fprintf(stderr, "player %u, device %u, kind %d, %zu words: word %zu at %p is %08x and not %08x\n", p->number,
                area->device, (int)area->kind, area->words, index, (void *)word_of(area, index), is,
                area->model[index]);
}

#endif
