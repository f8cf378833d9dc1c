/* Copies and memsets cut into pieces that workers share. Knows nothing of entry points. */
#include "copy.h"

#include <stdlib.h>
#include <string.h>

#include "../../memory/virtual.h"

/* PIECE: what one worker copies at a time. STAGED_MAX: up to here pageable memory is read at the call, so that the
 * program may change it afterwards, as the native driver does. SMALL: quicker done by the caller than by waking a
 * worker. */
enum { PIECE = 1 << 20, STAGED_MAX = 64 << 10, SMALL = 16 << 10 };

/* Mappings that lie one behind the other are one range to a copy. */
static bool is_mapped(uint64_t address, uint64_t bytes)
{
    struct sg_extent extent;
    for (uint64_t end = address + bytes;; address = extent.end) {
        if (!sg_memory_find(address, &extent) || !(extent.readers & extent.writers))
            return false;
        if (end <= extent.end)
            return true;
    }
}

enum sg_place sg_copy_place(uint64_t address, uint64_t bytes)
{
    struct sg_extent extent;
    uint64_t begin, length;
    if (!sg_memory_find(address, &extent))
        return sg_virtual_find(address, &begin, &length) ? SG_PLACE_BAD : SG_PLACE_PAGEABLE;
    if (extent.kind == SG_MEMORY_VIRTUAL)
        return is_mapped(address, bytes) ? SG_PLACE_DEVICE : SG_PLACE_BAD;
    if (bytes > extent.end - address)
        return SG_PLACE_BAD;
    return extent.kind == SG_MEMORY_DEVICE ? SG_PLACE_DEVICE : SG_PLACE_PINNED;
}

/* ---- copies */

struct copy_work {
    struct sg_copy copy;
    uint64_t rows_a_piece;        /* of a copy without rows: pieces are cut out of the one row */
    _Atomic uint32_t next;
    void *staging;
};

static void *at(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

static uint64_t row_at(const struct sg_rectangle *side, const struct sg_copy *copy, uint64_t row)
{
    if (!copy->slice_rows)
        return side->address + row * side->pitch;
    return side->address + row / copy->slice_rows * side->slice + row % copy->slice_rows * side->pitch;
}

static void copy_rows(const struct sg_copy *copy, uint64_t first, uint64_t end)
{
    for (uint64_t row = first; row < end; row++)
        memmove(at(row_at(&copy->to, copy, row)), at(row_at(&copy->from, copy, row)), copy->width);
}

static bool copy_step(struct sg_work *work, struct sg_worker *worker)
{
    (void)worker;
    struct copy_work *mine = (struct copy_work *)work->payload;
    const struct sg_copy *copy = &mine->copy;
    uint64_t piece = atomic_fetch_add(&mine->next, 1);
    if (piece >= work->width)
        return false;
    if (copy->height == 1) {
        uint64_t begin = piece * PIECE, bytes = copy->width - begin < PIECE ? copy->width - begin : PIECE;
        memmove(at(copy->to.address + begin), at(copy->from.address + begin), bytes);
    } else {
        uint64_t first = piece * mine->rows_a_piece, end = first + mine->rows_a_piece;
        copy_rows(copy, first, end < copy->height ? end : copy->height);
    }
    return true;
}

static void copy_end(struct sg_work *work)
{
    free(((struct copy_work *)work->payload)->staging);
}

static const struct sg_work_kind copy_kind = {.name = "copy", .step = copy_step, .end = copy_end};

/* Read the source now, into memory that belongs to the work. */
static bool stage(struct copy_work *mine)
{
    struct sg_copy *copy = &mine->copy;
    uint8_t *staging = malloc(copy->width * copy->height);
    if (!staging)
        return false;
    struct sg_copy now = *copy;
    now.to.address = (uint64_t)(uintptr_t)staging;
    now.to.pitch = copy->width;
    now.to.slice = copy->slice_rows * copy->width;
    copy_rows(&now, 0, copy->height);
    copy->from.address = now.to.address;
    copy->from.pitch = copy->width;
    copy->from.slice = now.to.slice;
    mine->staging = staging;
    return true;
}

struct sg_work *sg_copy_work(const struct sg_copy *copy)
{
    struct sg_work *work = sg_sched_new(&copy_kind, sizeof(struct copy_work));
    if (!work)
        return NULL;
    struct copy_work *mine = (struct copy_work *)work->payload;
    *mine = (struct copy_work){.copy = *copy, .rows_a_piece = PIECE / copy->width + 1};
    uint64_t pieces = copy->height == 1 ? (copy->width + PIECE - 1) / PIECE
                                        : (copy->height + mine->rows_a_piece - 1) / mine->rows_a_piece;
    work->width = pieces < UINT32_MAX / 2 ? (uint32_t)pieces : UINT32_MAX / 2;
    return work;
}

/* ---- pageable memory
 *
 * Only the program's SIGSEGV handler may make it accessible (lazy arrays, collectors,
 * checkpoints), or it is no memory at all. A worker takes no signals, so the thread that makes the call touches each
 * page before anything is held: there the handler may mend the page, call CUDA or leave by longjmp, and a bad
 * pointer is the program's SIGSEGV. */
static void touch_row(uint64_t begin, uint64_t bytes, bool writes)
{
    enum { PAGE = 4096 };
    for (uint64_t address = begin; address < begin + bytes; address += PAGE - address % PAGE) {
        uint8_t *byte = at(address);
        /* With what is there; another thread's write to it is not lost. */
        if (writes)
            __atomic_fetch_or(byte, 0, __ATOMIC_RELAXED);
        else
            (void)*(volatile uint8_t *)byte;
    }
}

static void touch(const struct sg_rectangle *side, const struct sg_copy *copy, bool writes)
{
    for (uint64_t row = 0; side->place == SG_PLACE_PAGEABLE && row < copy->height; row++)
        touch_row(row_at(side, copy, row), copy->width, writes);
}

CUresult sg_copy_submit(struct sg_stream *stream, const struct sg_copy *copy, bool synchronous)
{
    if (!copy->width || !copy->height)
        return CUDA_SUCCESS;
    uint64_t bytes = copy->width * copy->height;
    touch(&copy->from, copy, false);
    touch(&copy->to, copy, true);
    struct sg_work *work = sg_copy_work(copy);
    REQUIRE(work, CUDA_ERROR_OUT_OF_MEMORY);
    bool wait = synchronous || copy->to.place == SG_PLACE_PAGEABLE;
    bool idle = !wait && sg_queue_idle(stream);
    if (!wait && copy->from.place == SG_PLACE_PAGEABLE)
        wait = idle || bytes > STAGED_MAX || !stage((struct copy_work *)work->payload);
    wait = wait || (idle && bytes <= SMALL);
    struct sg_context *context = stream->context;
    uint64_t ticket = sg_workers_enqueue(stream, work, wait);
    if (wait)
        sg_workers_wait(stream, ticket);
    return wait ? (CUresult)atomic_load(&context->error) : CUDA_SUCCESS;
}

/* ---- fills */

struct fill_work {
    struct sg_fill fill;
    uint64_t rows_a_piece, elements_a_piece;
    _Atomic uint32_t next;
};

static void fill_row(uint64_t address, uint64_t elements, const struct sg_fill *fill)
{
    if (fill->element == 1) {
        memset(at(address), (int)fill->value, elements);
    } else if (fill->element == 2) {
        uint16_t *to = at(address);
        for (uint64_t i = 0; i < elements; i++)
            to[i] = (uint16_t)fill->value;
    } else {
        uint32_t *to = at(address);
        for (uint64_t i = 0; i < elements; i++)
            to[i] = fill->value;
    }
}

static bool fill_step(struct sg_work *work, struct sg_worker *worker)
{
    (void)worker;
    struct fill_work *mine = (struct fill_work *)work->payload;
    const struct sg_fill *fill = &mine->fill;
    uint64_t piece = atomic_fetch_add(&mine->next, 1);
    if (piece >= work->width)
        return false;
    if (fill->height == 1) {
        uint64_t begin = piece * mine->elements_a_piece, left = fill->width - begin;
        if (left > mine->elements_a_piece)
            left = mine->elements_a_piece;
        fill_row(fill->address + begin * fill->element, left, fill);
    } else {
        uint64_t row = piece * mine->rows_a_piece, end = row + mine->rows_a_piece;
        for (; row < end && row < fill->height; row++)
            fill_row(fill->address + row * fill->pitch, fill->width, fill);
    }
    return true;
}

static const struct sg_work_kind fill_kind = {.name = "memset", .step = fill_step};

CUresult sg_copy_check_fill(const struct sg_fill *fill)
{
    REQUIRE(fill->width && fill->height, CUDA_SUCCESS);
    REQUIRE(fill->width <= UINT64_MAX / 8 && fill->address % fill->element == 0, CUDA_ERROR_INVALID_VALUE);
    uint64_t row = fill->width * fill->element, span = row;
    if (fill->height > 1) {
        REQUIRE(fill->pitch >= row && fill->pitch % fill->element == 0, CUDA_ERROR_INVALID_VALUE);
        REQUIRE(fill->pitch <= INT32_MAX && fill->height <= UINT32_MAX, CUDA_ERROR_INVALID_VALUE);
        span = (fill->height - 1) * fill->pitch + row;
    }
    enum sg_place place = sg_copy_place(fill->address, span);
    REQUIRE(place == SG_PLACE_DEVICE || place == SG_PLACE_PINNED, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

struct sg_work *sg_copy_fill_work(const struct sg_fill *fill)
{
    struct sg_work *work = sg_sched_new(&fill_kind, sizeof(struct fill_work));
    if (!work)
        return NULL;
    struct fill_work *mine = (struct fill_work *)work->payload;
    uint64_t row = fill->width * fill->element;
    *mine =
        (struct fill_work){.fill = *fill, .rows_a_piece = PIECE / row + 1, .elements_a_piece = PIECE / fill->element};
    uint64_t pieces = fill->height == 1 ? (fill->width + mine->elements_a_piece - 1) / mine->elements_a_piece
                                        : (fill->height + mine->rows_a_piece - 1) / mine->rows_a_piece;
    work->width = pieces < UINT32_MAX / 2 ? (uint32_t)pieces : UINT32_MAX / 2;
    return work;
}

CUresult sg_copy_fill(struct sg_stream *stream, const struct sg_fill *fill)
{
    if (!fill->width || !fill->height)
        return CUDA_SUCCESS;
    struct sg_work *work = sg_copy_fill_work(fill);
    REQUIRE(work, CUDA_ERROR_OUT_OF_MEMORY);
    /* Page-locked memory the caller may read at once, so it waits, as with the native driver. */
    bool wait = sg_copy_place(fill->address, 1) == SG_PLACE_PINNED ||
                (fill->width * fill->element * fill->height <= SMALL && sg_queue_idle(stream));
    uint64_t ticket = sg_workers_enqueue(stream, work, wait);
    if (wait)
        sg_workers_wait(stream, ticket);
    return CUDA_SUCCESS;
}
