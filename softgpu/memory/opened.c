/* Opened memory in a list; each has a row that the shadow table names, in pages of that table. */
#include "opened.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "block.h"
#include "shadow.h"

enum { INVALID = 1, NO_MEMORY = 2, PAGE = 4096 };

struct opened {
    struct opened *next;
    struct sg_exported_handle handle;
    const void *owner;
    uint64_t address, base, span;    /* base, span: whole pages of the shadow table */
    uint32_t row;
    unsigned references;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct opened *list;

static uint64_t in_pages(uint64_t bytes, uint64_t page)
{
    return (bytes + page - 1) & ~(page - 1);
}

/* Addresses of whole pages of the shadow table. */
static bool reserve(struct opened *opened, uint64_t bytes)
{
    uint64_t span = in_pages(bytes, SG_SHADOW_PAGE), room = span + SG_SHADOW_PAGE;
    void *made = mmap(NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (made == MAP_FAILED)
        return false;
    uint64_t at = (uint64_t)(uintptr_t)made, base = in_pages(at, SG_SHADOW_PAGE);
    if (base > at)
        munmap(made, base - at);
    if (at + room > base + span)
        munmap((void *)(uintptr_t)(base + span), at + room - (base + span));
    opened->base = base;
    opened->span = span;
    return true;
}

static bool map(struct opened *opened, int file, const struct sg_exported_row *exported)
{
    uint64_t page = PAGE, first = exported->begin & ~(page - 1), offset = exported->begin - first;
    uint64_t bytes = in_pages(offset + exported->bytes, page);
    if (!reserve(opened, bytes))
        return false;
    opened->address = opened->base + offset;
    if (mmap((void *)(uintptr_t)opened->base, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file,
             (off_t)first) != MAP_FAILED)
        return true;
    munmap((void *)(uintptr_t)opened->base, opened->span);
    return false;
}

static bool enter(struct opened *opened, const struct sg_opened_place *place, uint64_t bytes)
{
    sg_block_lock();
    opened->row = sg_block_take();
    if (opened->row) {
        struct sg_block_row *row = &sg_block_rows[opened->row];
        row->id = sg_block_new_id();
        row->owner = place->owner;
        row->tag = place->tag;
        row->at = opened->address;
        row->granules = 0;
        row->kind = SG_MEMORY_DEVICE;
        row->memory = (uint32_t)(place->memory - sg_block_memories);
        atomic_store(&row->begin, opened->address);
        atomic_store(&row->end, opened->address + bytes);
        sg_shadow_set(opened->base, opened->span, opened->row);
    }
    sg_block_unlock();
    if (!opened->row)
        munmap((void *)(uintptr_t)opened->base, opened->span);
    return opened->row;
}

static void leave(struct opened *opened)
{
    struct sg_block_row *row = &sg_block_rows[opened->row];
    sg_block_lock();
    sg_shadow_set(opened->base, opened->span, 0);
    atomic_store(&row->end, 0);
    atomic_store(&row->begin, UINT64_MAX);
    sg_block_give(opened->row);
    sg_block_unlock();
    munmap((void *)(uintptr_t)opened->base, opened->span);
}

static struct opened *find(const struct sg_exported_handle *handle, const void *owner)
{
    struct opened *opened = list;
    while (opened && (opened->owner != owner || memcmp(&opened->handle, handle, sizeof *handle) != 0))
        opened = opened->next;
    return opened;
}

static int open_new(const struct sg_exported_handle *handle, const struct sg_opened_place *place, int file,
                    const struct sg_exported_row *exported, struct opened **out)
{
    struct opened *made = calloc(1, sizeof *made);
    if (!made)
        return NO_MEMORY;
    made->handle = *handle;
    made->owner = place->owner;
    if (!map(made, file, exported) || !enter(made, place, exported->bytes)) {
        free(made);
        return NO_MEMORY;
    }
    made->next = list;
    list = made;
    *out = made;
    return 0;
}

int sg_opened_open(const struct sg_exported_handle *handle, sg_opened_chooser *choose, struct sg_opened_place *place,
                   uint64_t *address)
{
    struct sg_exported_row exported;
    int file = sg_exported_open(handle, &exported), result = INVALID;
    if (file < 0)
        return INVALID;
    pthread_mutex_lock(&lock);
    struct opened *opened = place->apart ? NULL : find(handle, place->owner);
    if (opened)
        result = 0;
    else if (choose(exported.device, place))
        result = open_new(handle, place, file, &exported, &opened);
    if (!result) {
        opened->references++;
        *address = opened->address;
    }
    pthread_mutex_unlock(&lock);
    close(file);
    return result;
}

static void end(struct opened **at)
{
    struct opened *gone = *at;
    *at = gone->next;
    leave(gone);
    free(gone);
}

int sg_opened_close(uint64_t address)
{
    int result = INVALID;
    pthread_mutex_lock(&lock);
    struct opened **at = &list;
    while (*at && (*at)->address != address)
        at = &(*at)->next;
    if (*at) {
        result = 0;
        if (!--(*at)->references)
            end(at);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

void sg_opened_close_owned(const void *owner)
{
    pthread_mutex_lock(&lock);
    for (struct opened **at = &list; *at;)
        if ((*at)->owner == owner)
            end(at);
        else
            at = &(*at)->next;
    pthread_mutex_unlock(&lock);
}
