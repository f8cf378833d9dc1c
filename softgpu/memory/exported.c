/* The process's file of exported memory: pages moved into it, and the table behind them. */
#include "exported.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "../host/registry.h"
#include "block.h"
#include "shadow.h"

enum { INVALID = 1, NO_MEMORY = 2, PAGE = 4096, PIECE = 64 << 10, ROWS_MAX = 1 << 16 };

static const char MAGIC[8] = "softgpu\2";
/* The table lies behind all addresses, and behind it pages that are no memory of a device. */
#define TABLE_AT ((off_t)SG_SHADOW_ADDRESSES)
#define PAGES_AT (SG_SHADOW_ADDRESSES + ((uint64_t)1 << 30))

/* All of it under the lock of block.h. */
struct span {
    uint64_t begin, end;
};

static int file = -1;
static struct sg_exported_row *table;
static uint32_t rows_used;
static struct span *spans;              /* pages that are in the file, in no order */
static uint32_t span_count, span_room;
static uint64_t pages_used;

/* ---- the file */

static bool make_file(void)
{
    size_t bytes = ROWS_MAX * sizeof *table;
    if (table)
        return true;
    file = memfd_create("softgpu-exported", MFD_CLOEXEC);
    if (file >= 0 && !ftruncate(file, (off_t)(2 * SG_SHADOW_ADDRESSES))) {
        void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, TABLE_AT);
        table = mapped == MAP_FAILED ? NULL : mapped;
    }
    if (!table && file >= 0)
        close(file);
    return table;
}

static void punch(uint64_t begin, uint64_t end)
{
    (void)fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)begin, (off_t)(end - begin));
}

/* ---- which pages are in it */

static bool add_span(uint64_t begin, uint64_t end)
{
    if (span_count == span_room) {
        uint32_t room = span_room ? 2 * span_room : 64;
        struct span *more = realloc(spans, room * sizeof *spans);
        if (!more)
            return false;
        spans = more;
        span_room = room;
    }
    spans[span_count++] = (struct span){begin, end};
    return true;
}

/* The first pages at or behind `at` that are in the file already: [end, end) if none are. */
static struct span first_span(uint64_t at, uint64_t end)
{
    struct span found = {end, end};
    for (uint32_t i = 0; i < span_count; i++)
        if (spans[i].end > at && spans[i].begin < found.begin)
            found = spans[i];
    return found;
}

static bool remove_pages(uint64_t begin, uint64_t end)
{
    for (uint32_t i = 0; i < span_count; i++) {
        struct span old = spans[i];
        if (old.end <= begin || old.begin >= end)
            continue;
        if (old.begin < begin && old.end > end) {
            spans[i].end = begin;
            if (add_span(end, old.end))
                return true;
            spans[i].end = old.end;
            return false;
        }
        if (old.begin < begin)
            spans[i].end = begin;
        else if (old.end > end)
            spans[i].begin = end;
        else
            spans[i--] = spans[--span_count];
    }
    return true;
}

/* ---- moving */

/* What was never written is no page of the file, either. */
static bool write_out(uint64_t begin, uint64_t end)
{
    static const unsigned char zeroes[PAGE];
    for (uint64_t at = begin, count; at < end; at += count) {
        const unsigned char *from = (const unsigned char *)(uintptr_t)at;
        count = PAGE;
        if (memcmp(from, zeroes, PAGE) == 0)
            continue;
        while (count < PIECE && at + count < end && memcmp(from + count, zeroes, PAGE) != 0)
            count += PAGE;
        for (uint64_t done = 0; done < count;) {
            ssize_t written = pwrite(file, from + done, count - done, (off_t)(at + done));
            if (written <= 0)
                return false;
            done += (uint64_t)written;
        }
    }
    return true;
}

static bool move_in(uint64_t begin, uint64_t end)
{
    void *at = (void *)(uintptr_t)begin;
    if (!add_span(begin, end))
        return false;
    if (write_out(begin, end) &&
        mmap(at, end - begin, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, (off_t)begin) != MAP_FAILED)
        return true;
    span_count--;
    punch(begin, end);
    return false;
}

static bool share(uint64_t begin, uint64_t end)
{
    while (begin < end) {
        struct span next = first_span(begin, end);
        if (next.begin > begin && !move_in(begin, next.begin < end ? next.begin : end))
            return false;
        begin = next.end;
    }
    return true;
}

/* ---- the table */

static bool is_used(const struct sg_exported_row *row)
{
    static const unsigned char none[SG_EXPORTED_KEY];
    return memcmp(row->key, none, sizeof none) != 0;
}

static struct sg_exported_row *find_row(uint64_t begin)
{
    for (uint32_t i = 0; i < rows_used; i++)
        if (is_used(&table[i]) && table[i].begin == begin)
            return &table[i];
    return NULL;
}

/* The key comes last: before that it is nobody's row. */
static struct sg_exported_row *take_row(uint64_t begin, uint64_t bytes, const unsigned char *device)
{
    unsigned char key[SG_EXPORTED_KEY];
    uint32_t i = 0;
    while (i < rows_used && is_used(&table[i]))
        i++;
    if (i == ROWS_MAX || getrandom(key, sizeof key, 0) != sizeof key)
        return NULL;
    struct sg_exported_row *row = &table[i];
    rows_used += i == rows_used;
    row->begin = begin;
    row->bytes = bytes;
    memcpy(row->device, device, sizeof row->device);
    atomic_thread_fence(memory_order_release);
    memcpy(row->key, key, sizeof key);
    return row;
}

static void describe(const struct sg_exported_row *row, struct sg_exported_handle *out)
{
    uint64_t stack;
    *out = (struct sg_exported_handle){.file = (uint32_t)file, .row = (uint32_t)(row - table)};
    memcpy(out->magic, MAGIC, sizeof MAGIC);
    memcpy(out->key, row->key, sizeof out->key);
    out->process = sg_process_owner(getpid(), &stack);
}

/* The allocation that has this address; NULL if none has. */
static const struct sg_block_row *block_of(uint64_t address)
{
    const struct sg_block_row *block = &sg_block_rows[sg_shadow_get(address)];
    return block != sg_block_rows && address >= block->begin && address < block->end ? block : NULL;
}

static struct sg_exported_row *export(const struct sg_block_row *block, const unsigned char *device)
{
    uint64_t begin = block->begin, bytes = block->end - begin, page = PAGE;
    struct sg_exported_row *row = find_row(begin);
    if (!row && share(begin & ~(page - 1), (block->end + page - 1) & ~(page - 1)))
        row = take_row(begin, bytes, device);
    return row;
}

bool sg_exported_find(uint64_t address, struct sg_exported_handle *out)
{
    sg_block_lock();
    const struct sg_block_row *block = table ? block_of(address) : NULL;
    const struct sg_exported_row *row = block ? find_row(block->begin) : NULL;
    if (row)
        describe(row, out);
    sg_block_unlock();
    return row;
}

int sg_exported_make(uint64_t address, const unsigned char device[SG_EXPORTED_UUID], struct sg_exported_handle *out)
{
    sg_block_lock();
    const struct sg_block_row *block = block_of(address);
    int result = block ? NO_MEMORY : INVALID;
    if (block && make_file()) {
        const struct sg_exported_row *row = export(block, device);
        if (row) {
            describe(row, out);
            result = 0;
        }
    }
    sg_block_unlock();
    return result;
}

void sg_exported_end(uint64_t begin, uint64_t bytes)
{
    struct sg_exported_row *row = table ? find_row(begin) : NULL;
    uint64_t page = PAGE, first = (begin + page - 1) & ~(page - 1), end = (begin + bytes) & ~(page - 1);
    if (!row)
        return;
    memset(row->key, 0, sizeof row->key);
    /* Where another allocation lies, too, the page stays in the file. */
    if (first >= end || mmap((void *)(uintptr_t)first, end - first, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
        return;
    (void)munlock((void *)(uintptr_t)first, end - first);
    if (remove_pages(first, end))
        punch(first, end);
}

/* ---- of another process */

bool sg_exported_is_own(const struct sg_exported_handle *handle)
{
    uint64_t stack;
    return handle->process == sg_process_owner(getpid(), &stack);
}

/* Its row has the key before and after the rest was read. */
static bool read_row(int other, const struct sg_exported_handle *handle, struct sg_exported_row *row)
{
    off_t at = TABLE_AT + (off_t)(handle->row * sizeof *row);
    unsigned char key[SG_EXPORTED_KEY];
    return handle->row < ROWS_MAX && pread(other, row, sizeof *row, at) == sizeof *row &&
           memcmp(row->key, handle->key, sizeof row->key) == 0 && is_used(row) &&
           pread(other, key, sizeof key, at) == sizeof key && memcmp(key, handle->key, sizeof key) == 0 && row->bytes &&
           row->bytes < SG_SHADOW_ADDRESSES;
}

static bool is_page(const struct sg_exported_row *row)
{
    return row->begin >= PAGES_AT && row->bytes == PAGE;
}

static int open_any(const struct sg_exported_handle *handle, struct sg_exported_row *row)
{
    char path[48];
    uint64_t stack;
    pid_t pid = sg_process_pid(handle->process);
    if (memcmp(handle->magic, MAGIC, sizeof MAGIC) != 0 || sg_process_owner(pid, &stack) != handle->process)
        return -1;
    snprintf(path, sizeof path, "/proc/%d/fd/%u", (int)pid, handle->file);
    int other = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (other >= 0 && read_row(other, handle, row))
        return other;
    if (other >= 0)
        close(other);
    return -1;
}

int sg_exported_open(const struct sg_exported_handle *handle, struct sg_exported_row *row)
{
    int other = open_any(handle, row);
    if (other < 0 || row->begin < SG_SHADOW_ADDRESSES - row->bytes)
        return other;
    close(other);
    return -1;
}

/* ---- pages */

static void *map_page(int from, uint64_t offset)
{
    void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, from, (off_t)offset);
    return page == MAP_FAILED ? NULL : page;
}

/* Offsets are never used again: another process may still have the page of an earlier one. */
void *sg_exported_make_page(struct sg_exported_handle *out)
{
    static const unsigned char no_device[SG_EXPORTED_UUID];
    void *page = NULL;
    sg_block_lock();
    uint64_t offset = PAGES_AT + pages_used;
    if (make_file() && (page = map_page(file, offset)) != NULL) {
        const struct sg_exported_row *row = take_row(offset, PAGE, no_device);
        pages_used += PAGE;
        if (row) {
            describe(row, out);
        } else {
            munmap(page, PAGE);
            page = NULL;
        }
    }
    sg_block_unlock();
    return page;
}

void sg_exported_end_page(void *page, const struct sg_exported_handle *handle)
{
    sg_block_lock();
    struct sg_exported_row *row = &table[handle->row];
    uint64_t offset = row->begin;
    memset(row->key, 0, sizeof row->key);
    punch(offset, offset + PAGE);
    munmap(page, PAGE);
    sg_block_unlock();
}

void *sg_exported_open_page(const struct sg_exported_handle *handle)
{
    struct sg_exported_row row;
    int other = open_any(handle, &row);
    void *page = other >= 0 && is_page(&row) ? map_page(other, row.begin) : NULL;
    if (other >= 0)
        close(other);
    return page;
}
