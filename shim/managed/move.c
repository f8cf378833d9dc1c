/* Moves blocks between here and the device. */
#include "move.h"

#include "views.h"

struct bf_moved bf_move_counts;

struct span {
    uint64_t address;
    size_t bytes;
    uint8_t *own;
};

static struct span span_of(const struct bf_area *area, size_t first, size_t count)
{
    size_t from = first * area->block_bytes, end = (first + count) * area->block_bytes;
    end = end < area->bytes ? end : area->bytes;
    return (struct span){area->base + from, end - from, area->own + from};
}

static void count_moved(_Atomic uint64_t *pages, _Atomic uint64_t *bytes, size_t moved)
{
    atomic_fetch_add_explicit(pages, moved / BF_VIEWS_PAGE, memory_order_relaxed);
    atomic_fetch_add_explicit(bytes, moved, memory_order_relaxed);
}

/* How many blocks from `first` on, at most up to `end`, have the state of the first. */
static size_t alike(const struct bf_area *area, size_t first, size_t end)
{
    size_t at = first + 1;
    while (at < end && area->states[at] == area->states[first])
        at++;
    return at - first;
}

static void set(struct bf_area *area, size_t first, size_t count, enum bf_block state)
{
    for (size_t i = first; i < first + count; i++) {
        area->here += (state != BF_BLOCK_DEVICE) - (size_t)(area->states[i] != BF_BLOCK_DEVICE);
        area->written += (state == BF_BLOCK_HOST) - (size_t)(area->states[i] == BF_BLOCK_HOST);
        area->states[i] = (uint8_t)state;
    }
}

/* What of a span the device has as its part `index`. */
static struct span part_of(const struct bf_area *area, struct span span, size_t index)
{
    if (!area->parts)
        return span;
    uint64_t from = area->parts[index].from, end = area->parts[index].end, after = span.address + span.bytes;
    from = from > span.address ? from : span.address;
    end = end < after ? end : after;
    return (struct span){from, end > from ? end - from : 0, area->own + (from - area->base)};
}

static int send_span(const struct bf_area *area, struct span span)
{
    const struct bf_value args[] = {{.u = span.address}, {.u = span.bytes}, {.u = area->stream}};
    struct bf_rows bulk = bf_rows_plain(span.own, span.bytes);
    return bf_stream_tell(area->connection, area->context, &bf_calls[BF_CALL_copy_htod], args, &bulk);
}

static int fetch_span(const struct bf_area *area, struct span span)
{
    const struct bf_value args[] = {{.u = span.address}, {.u = span.bytes}, {.u = area->stream}};
    struct bf_rows into = bf_rows_plain(span.own, span.bytes);
    struct bf_ask ask;
    int result = bf_stream_ask(area->connection, area->context, &bf_calls[BF_CALL_copy_dtoh], args, NULL, &into, &ask);
    bf_stream_ask_end(&ask);
    return result;
}

/* For the reports of its server. What goes wrong here goes wrong in the next call, too. */
static void tell_moved(const struct bf_area *area, size_t sent, size_t fetched)
{
    const struct bf_value args[] = {{.u = sent / BF_VIEWS_PAGE}, {.u = fetched / BF_VIEWS_PAGE}};
    (void)bf_stream_tell(area->connection, area->context, &bf_calls[BF_CALL_pages_moved], args, NULL);
}

static int move(const struct bf_area *area, size_t first, size_t count, bool out)
{
    struct span whole = span_of(area, first, count);
    int result = 0;
    for (size_t i = 0; !result && i < (area->parts ? area->part_count : 1); i++) {
        struct span part = part_of(area, whole, i);
        if (part.bytes)
            result = out ? send_span(area, part) : fetch_span(area, part);
    }
    if (out)
        count_moved(&bf_move_counts.pages_out, &bf_move_counts.bytes_out, whole.bytes);
    else
        count_moved(&bf_move_counts.pages_in, &bf_move_counts.bytes_in, whole.bytes);
    tell_moved(area, out ? whole.bytes : 0, out ? 0 : whole.bytes);
    return result;
}

/* What was sent is there before any later call begins. */
static int settle(struct bf_area *area)
{
    const struct bf_value stream = {.u = area->stream};
    return bf_stream_tell(area->connection, area->context, &bf_calls[BF_CALL_stream_settle], &stream, NULL);
}

static int send_all(struct bf_area *area)
{
    bool sends = area->written;
    int result = bf_views_set(area->base, area->bytes, BF_VIEW_NONE) ? 0 : BF_MOVE_NO_ROOM;
    for (size_t at = 0, count; at < area->count && area->written && !result; at += count) {
        count = alike(area, at, area->count);
        if (area->states[at] != BF_BLOCK_HOST)
            continue;
        result = move(area, at, count, true);
        set(area, at, count, BF_BLOCK_EQUAL);
    }
    return result || !sends ? result : settle(area);
}

int bf_move_to_device(struct bf_area *area)
{
    int result = area->here ? send_all(area) : 0;
    if (!result)
        set(area, 0, area->count, BF_BLOCK_DEVICE);
    return result;
}

int bf_move_here(struct bf_area *area, size_t first, size_t count, bool writes)
{
    enum bf_block becomes = writes ? BF_BLOCK_HOST : BF_BLOCK_EQUAL;
    int result = 0;
    for (size_t at = first, alone; at < first + count && !result; at += alone) {
        alone = alike(area, at, first + count);
        enum bf_block state = area->states[at];
        struct span span = span_of(area, at, alone);
        if (state == BF_BLOCK_HOST || state == becomes)
            continue;
        if (state == BF_BLOCK_DEVICE)
            result = move(area, at, alone, false);
        if (!result && !bf_views_set(span.address, span.bytes, writes ? BF_VIEW_WRITE : BF_VIEW_READ))
            result = BF_MOVE_NO_ROOM;
        if (!result)
            set(area, at, alone, becomes);
    }
    return result;
}

bool bf_move_is_open(const struct bf_area *area, uint64_t address, bool writes)
{
    uint8_t state = area->states[(address - area->base) / area->block_bytes];
    return state == BF_BLOCK_HOST || (state == BF_BLOCK_EQUAL && !writes);
}

bool bf_move_surrender(struct bf_area *area)
{
    set(area, 0, area->count, BF_BLOCK_HOST);
    return bf_views_set(area->base, area->bytes, BF_VIEW_WRITE);
}

/* As much again as before, if the program goes straight on. */
static size_t run_from(struct bf_area *area, size_t first, bool writes)
{
    size_t most = (writes ? BF_MANAGED_WRITE_AHEAD_BYTES : BF_MANAGED_READ_AHEAD_BYTES) / area->block_bytes;
    area->run = first == area->next && area->run ? 2 * area->run : 1;
    if (area->run > most)
        area->run = most ? most : 1;
    return area->run;
}

size_t bf_move_ahead(struct bf_area *area, size_t first, bool writes)
{
    if (area->bytes <= BF_MANAGED_WHOLE_BYTES)
        return area->count - first;
    size_t run = run_from(area, first, writes);
    size_t count = alike(area, first, run < area->count - first ? first + run : area->count);
    area->next = first + count;
    return count;
}
