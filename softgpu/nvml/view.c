/* Reading the registry, or without one the slot of this process. */
#include "view.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../host/use.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct sg_registry *registry;
static ino_t inode;

/* A child is forked while nobody holds the lock: it may use NVML, and nobody there would give it back. */
static void take_lock(void)
{
    pthread_mutex_lock(&lock);
}

static void give_lock(void)
{
    pthread_mutex_unlock(&lock);
}

static void care_for_children(void)
{
    pthread_atfork(take_lock, give_lock, give_lock);
}

static void enter(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, care_for_children);
    take_lock();
}

/* With the lock held: the registry of now. It may be made, or replaced by one of another layout, at any time. */
static void look_again(void)
{
    struct stat status;
    char room[64];
    bool there = stat(sg_registry_path(room, sizeof room), &status) == 0;
    if (registry && there && status.st_ino == inode)
        return;
    if (registry)
        munmap((void *)(uintptr_t)registry, sizeof *registry);
    registry = there ? sg_registry_view(&inode) : NULL;
}

/* The slot of a softgpu libcuda in this process: it has none in the registry if that could not be made. */
static const struct sg_slot *own_slot(void)
{
    void *driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
    if (!driver)
        return NULL;
    int (*get)(const void **, const void *);
    *(void **)&get = dlsym(driver, "cuGetExportTable");
    const void *table = NULL;
    bool found = get && get(&table, sg_use_table_id) == 0 && table;
    dlclose(driver);
    return found ? ((const struct sg_slot *const *)table)[1] : NULL;
}

/* ---- one process */

/* Spans are summed from what has ended and from the kernel that runs; the owner may be writing between the two. */
static void read_spans(const struct sg_device_use *use, uint64_t now, struct sg_view_spans *out)
{
    const uint64_t length = (uint64_t)1 << SG_SPAN_SHIFT, mask = ((uint64_t)1 << SG_SPAN_BUSY_BITS) - 1;
    uint64_t last = now >> SG_SPAN_SHIFT, since = atomic_load_explicit(&use->running_since, memory_order_relaxed);
    out->first = last - SG_SPANS + 1;
    out->now_ns = now;
    for (unsigned i = 0; i < SG_SPANS; i++) {
        uint64_t number = out->first + i, begin = number << SG_SPAN_SHIFT, end = begin + length, busy = 0;
        uint64_t word = atomic_load_explicit(&use->spans[number % SG_SPANS], memory_order_relaxed);
        if (word >> SG_SPAN_BUSY_BITS == number)
            busy = word & mask;
        if (end > now)
            end = now;
        if (since && since < end)
            busy += end - (since > begin ? since : begin);
        out->busy_ns[i] = busy < end - begin ? busy : end - begin;
    }
}

/* True if the slot is of a live process that uses the device. */
static bool read_slot(const struct sg_slot *slot, unsigned number, struct sg_view_use *out)
{
    uint64_t owner = atomic_load_explicit(&slot->owner, memory_order_acquire);
    if (!sg_process_live(slot))
        return false;
    const struct sg_device_use *use = &slot->devices[number];
    uint64_t contexts = atomic_load_explicit(&use->contexts, memory_order_relaxed);
    out->pid = sg_process_pid(owner);
    out->bytes = atomic_load_explicit(&use->bytes, memory_order_relaxed);
    read_spans(use, sg_use_now(), &out->spans);
    /* What was read is of one owner only if that has not changed. */
    return (contexts || out->bytes) && atomic_load_explicit(&slot->ready, memory_order_acquire) == owner;
}

/* ---- all */

static uint32_t slots_used(void)
{
    uint32_t used = registry ? atomic_load_explicit(&registry->slots_used, memory_order_acquire) : 0;
    return used < SG_REGISTRY_SLOTS ? used : SG_REGISTRY_SLOTS;
}

unsigned sg_view_uses(unsigned number, struct sg_view_use *out, unsigned room)
{
    struct sg_view_use use;
    unsigned count = 0;
    bool own_seen = false;
    enter();
    look_again();
    for (uint32_t i = 0; i < slots_used(); i++) {
        const struct sg_slot *slot = &registry->slots[i];
        own_seen |= sg_process_pid(atomic_load(&slot->owner)) == getpid();
        if (!read_slot(slot, number, &use))
            continue;
        if (count < room)
            out[count] = use;
        count++;
    }
    give_lock();
    const struct sg_slot *own = own_seen ? NULL : own_slot();
    if (own && read_slot(own, number, &use)) {
        if (count < room)
            out[count] = use;
        count++;
    }
    return count;
}

/* A process that softgpu knows has its name in the registry, which others may read that cannot read its /proc. */
static bool registered_name(int pid, char out[SG_VIEW_NAME])
{
    bool found = false;
    enter();
    look_again();
    for (uint32_t i = 0; i < slots_used() && !found; i++) {
        const struct sg_slot *slot = &registry->slots[i];
        found = sg_process_pid(atomic_load(&slot->owner)) == pid && sg_process_live(slot);
        if (found)
            memcpy(out, slot->name, SG_VIEW_NAME);
    }
    give_lock();
    out[SG_VIEW_NAME - 1] = 0;
    return found;
}

bool sg_view_name(int pid, char out[SG_VIEW_NAME])
{
    char path[32];
    if (registered_name(pid, out))
        return true;
    snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    ssize_t got = read(file, out, SG_VIEW_NAME - 1);
    close(file);
    out[got > 0 ? got : 0] = 0;
    return got > 0;
}

uint64_t sg_view_stamp_us(uint64_t monotonic_ns)
{
    struct timespec wall, steady;
    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_MONOTONIC, &steady);
    int64_t wall_us = (int64_t)wall.tv_sec * 1000000 + wall.tv_nsec / 1000;
    int64_t steady_us = (int64_t)steady.tv_sec * 1000000 + steady.tv_nsec / 1000;
    return (uint64_t)(wall_us - steady_us + (int64_t)(monotonic_ns / 1000));
}
