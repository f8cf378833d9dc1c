/* The page of an event that processes share. */
#include "event_shared.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../../host/registry.h"

enum { PLACES = 64, LOOKS = 1024, NAP_MIN_NS = 10 * 1000, NAP_MAX_NS = 1000 * 1000 };

struct place {
    _Atomic uint64_t record;     /* twice its number, and 1 once it is reached */
    _Atomic uint64_t process;    /* whose it is */
};

struct page {
    _Atomic uint64_t newest;
    struct place places[PLACES];
};
_Static_assert(sizeof(struct page) <= SG_EXPORTED_PAGE, "it is a page");

struct sg_event_shared {
    struct page *page;
    struct sg_exported_handle handle;
    bool opened;
    _Atomic unsigned references;
    _Atomic unsigned looks;      /* at a record that was not reached */
};

static struct sg_event_shared *make(struct page *page, bool opened)
{
    struct sg_event_shared *shared = page ? calloc(1, sizeof *shared) : NULL;
    if (shared) {
        shared->page = page;
        shared->opened = opened;
        shared->references = 1;
    }
    return shared;
}

struct sg_event_shared *sg_event_shared_new(void)
{
    struct sg_exported_handle handle;
    void *page = sg_exported_make_page(&handle);
    struct sg_event_shared *shared = make(page, false);
    if (shared)
        shared->handle = handle;
    else if (page)
        sg_exported_end_page(page, &handle);
    return shared;
}

struct sg_event_shared *sg_event_shared_open(const struct sg_exported_handle *handle)
{
    void *page = sg_exported_open_page(handle);
    struct sg_event_shared *shared = make(page, true);
    if (!shared && page)
        munmap(page, SG_EXPORTED_PAGE);
    return shared;
}

struct sg_event_shared *sg_event_shared_keep(struct sg_event_shared *shared)
{
    if (shared)
        atomic_fetch_add(&shared->references, 1);
    return shared;
}

void sg_event_shared_drop(struct sg_event_shared *shared)
{
    if (!shared || atomic_fetch_sub(&shared->references, 1) > 1)
        return;
    if (shared->opened)
        munmap(shared->page, SG_EXPORTED_PAGE);
    else
        sg_exported_end_page(shared->page, &shared->handle);
    free(shared);
}

bool sg_event_shared_handle(const struct sg_event_shared *shared, struct sg_exported_handle *out)
{
    *out = shared->handle;
    return !shared->opened;
}

/* ---- records */

static struct place *place_of(struct sg_event_shared *shared, uint64_t number)
{
    return &shared->page->places[number % PLACES];
}

uint64_t sg_event_shared_record(struct sg_event_shared *shared)
{
    uint64_t stack, process = sg_process_owner(getpid(), &stack);
    uint64_t number = atomic_fetch_add(&shared->page->newest, 1) + 1;
    struct place *place = place_of(shared, number);
    atomic_store(&place->process, process);
    atomic_store(&place->record, 2 * number);
    return number;
}

void sg_event_shared_reach(struct sg_event_shared *shared, uint64_t number)
{
    uint64_t pending = 2 * number;
    atomic_compare_exchange_strong(&place_of(shared, number)->record, &pending, 2 * number + 1);
}

uint64_t sg_event_shared_newest(const struct sg_event_shared *shared)
{
    return atomic_load(&shared->page->newest);
}

/* Now and then, as it takes a look at /proc. */
static bool is_left(struct sg_event_shared *shared, const struct place *place)
{
    uint64_t stack, process = atomic_load(&place->process);
    if (atomic_fetch_add(&shared->looks, 1) % LOOKS != LOOKS - 1 || !process)
        return false;
    return sg_process_owner(sg_process_pid(process), &stack) != process;
}

/* A place that a later record has taken is of one that is long past. */
bool sg_event_shared_is_reached(struct sg_event_shared *shared, uint64_t number)
{
    const struct place *place = place_of(shared, number);
    uint64_t record = atomic_load(&place->record);
    if (!number || record > 2 * number || sg_event_shared_newest(shared) < number)
        return true;
    if (record != 2 * number || !is_left(shared, place))
        return false;
    sg_event_shared_reach(shared, number);
    return true;
}

void sg_event_shared_wait(struct sg_event_shared *shared, uint64_t number)
{
    for (long nap = NAP_MIN_NS; !sg_event_shared_is_reached(shared, number);) {
        nanosleep(&(struct timespec){.tv_nsec = nap}, NULL);
        nap = nap < NAP_MAX_NS / 2 ? nap * 2 : NAP_MAX_NS;
    }
}
