/* Claiming a slot; counting the time in which kernels run. */
#include "use.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

static struct sg_registry *registry;
static struct sg_slot private_slot;
static struct sg_slot *slot = &private_slot;

/* ---- claiming */

static void write_name(char out[SG_REGISTRY_NAME])
{
    memset(out, 0, SG_REGISTRY_NAME);
    int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    if (read(file, out, SG_REGISTRY_NAME - 1) < 0)
        out[0] = 0;
    close(file);
    /* The rest are the arguments. */
    size_t length = strlen(out);
    memset(out + length, 0, SG_REGISTRY_NAME - length);
}

/* A slot that this process has just claimed, or had before an exec: empty it, then let readers see it. */
static void settle(struct sg_slot *mine, uint64_t owner, uint64_t stack)
{
    atomic_store(&mine->ready, 0);
    memset((void *)mine->devices, 0, sizeof mine->devices);
    write_name(mine->name);
    atomic_store(&mine->stack, stack);
    atomic_store_explicit(&mine->ready, owner, memory_order_release);
}

static bool take(struct sg_slot *candidate, uint64_t owner)
{
    uint64_t before = atomic_load(&candidate->owner), unused;
    if (before && sg_process_owner(sg_process_pid(before), &unused) == before)
        return false;
    return atomic_compare_exchange_strong(&candidate->owner, &before, owner);
}

static struct sg_slot *claim(uint64_t owner)
{
    uint32_t used = atomic_load(&registry->slots_used);
    for (uint32_t i = 0; i < used && i < SG_REGISTRY_SLOTS; i++)
        if (atomic_load(&registry->slots[i].owner) == owner)
            return &registry->slots[i];
    for (uint32_t i = 0; i < SG_REGISTRY_SLOTS; i++) {
        if (!take(&registry->slots[i], owner))
            continue;
        while (used <= i && !atomic_compare_exchange_weak(&registry->slots_used, &used, i + 1))
            ;
        return &registry->slots[i];
    }
    return NULL;
}

/* The child's copy of the mapping becomes memory of its own: every pointer into the slot stays good, and nothing that
 * is written through one reaches the parent's slot. */
static void in_forked_child(void)
{
    /* NOLINTNEXTLINE(bugprone-unused-return-value): without memory a child has nobody to tell. */
    mmap(registry, sizeof *registry, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static void report(const char *why)
{
    char room[64];
    const char *path = sg_registry_path(room, sizeof room);
    static const char format[] = "the registry %s cannot be used: %s; NVML in other processes will not show this one";
    /* One that the user has named is one that the user wants. */
    if (path != room)
        sg_log_line(format, path, why);
    else
        sg_log_debug(format, path, why);
}

void sg_use_begin(void)
{
    char why[128];
    uint64_t stack, owner = sg_process_owner(getpid(), &stack);
    settle(&private_slot, owner, stack);
    if (owner)
        atomic_store(&private_slot.owner, owner);
    registry = owner ? sg_registry_open(why, sizeof why) : NULL;
    if (!registry) {
        report(owner ? why : "/proc does not show this process");
        return;
    }
    struct sg_slot *mine = claim(owner);
    if (!mine) {
        report("all its places are taken");
        return;
    }
    settle(mine, owner, stack);
    slot = mine;
    pthread_atfork(NULL, NULL, in_forked_child);
}

struct sg_device_use *sg_use_device(unsigned number)
{
    return &slot->devices[number];
}

static bool is_there(const struct sg_slot *other, enum sg_use_care care)
{
    if (care != SG_USE_LIVE)
        return care == SG_USE_AT_MOST || sg_process_live(other);
    uint64_t owner = atomic_load_explicit(&other->owner, memory_order_relaxed);
    return owner && (kill(sg_process_pid(owner), 0) == 0 || errno != ESRCH);
}

uint64_t sg_use_others(unsigned number, enum sg_use_care care)
{
    uint64_t sum = 0;
    uint32_t used = registry ? atomic_load_explicit(&registry->slots_used, memory_order_relaxed) : 0;
    for (uint32_t i = 0; i < used && i < SG_REGISTRY_SLOTS; i++) {
        const struct sg_slot *other = &registry->slots[i];
        uint64_t bytes = atomic_load_explicit(&other->devices[number].bytes, memory_order_relaxed);
        if (bytes && other != slot && is_there(other, care))
            sum += bytes;
    }
    return sum;
}

/* ---- numbers */

void sg_use_context(struct sg_device_use *use, int change)
{
    atomic_fetch_add_explicit(&use->contexts, (uint64_t)(int64_t)change, memory_order_relaxed);
}

/* An empty kernel takes 200 ns: two readings of the exact clock would be a fifth of it. The coarse one advances
 * every few milliseconds and costs a tenth of that. A kernel shorter than a tick mostly counts as nothing and now
 * and then, as probable as it is long, as a whole tick: the sum is right, as it is for a sampled clock. */
uint64_t sg_use_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void sg_use_busy(struct sg_device_use *use)
{
    atomic_store_explicit(&use->running_since, sg_use_now(), memory_order_relaxed);
}

static void add_to_span(struct sg_device_use *use, uint64_t number, uint64_t busy)
{
    const uint64_t mask = ((uint64_t)1 << SG_SPAN_BUSY_BITS) - 1;
    _Atomic uint64_t *span = &use->spans[number % SG_SPANS];
    uint64_t word = atomic_load_explicit(span, memory_order_relaxed);
    if (word >> SG_SPAN_BUSY_BITS == number)
        busy += word & mask;
    atomic_store_explicit(span, number << SG_SPAN_BUSY_BITS | busy, memory_order_relaxed);
}

void sg_use_idle(struct sg_device_use *use)
{
    const uint64_t span = (uint64_t)1 << SG_SPAN_SHIFT;
    uint64_t now = sg_use_now(), from = atomic_load_explicit(&use->running_since, memory_order_relaxed);
    atomic_store_explicit(&use->running_since, 0, memory_order_relaxed);
    if (now == from)
        return;
    uint64_t busy = atomic_load_explicit(&use->busy_ns, memory_order_relaxed) + (now - from);
    atomic_store_explicit(&use->busy_ns, busy, memory_order_relaxed);
    /* Of a long kernel, only what is still remembered. */
    uint64_t last = now >> SG_SPAN_SHIFT, first = from >> SG_SPAN_SHIFT;
    if (last - first >= SG_SPANS) {
        first = last - SG_SPANS + 1;
        from = first << SG_SPAN_SHIFT;
    }
    for (uint64_t number = first; number < last; number++) {
        uint64_t end = (number << SG_SPAN_SHIFT) + span;
        add_to_span(use, number, end - from);
        from = end;
    }
    add_to_span(use, last, now - from);
}

/* ---- within the process */

const unsigned char sg_use_table_id[16] = {'s', 'o', 'f', 't', 'g', 'p', 0x80, 1, 0x80, 'u', 's', 'e', 0, 0, 0, 1};

const void *sg_use_table(const void *id)
{
    static const void *table[2];
    if (!id || memcmp(id, sg_use_table_id, sizeof sg_use_table_id) != 0)
        return NULL;
    table[0] = (const void *)(uintptr_t)sizeof table;
    table[1] = slot;
    return table;
}
