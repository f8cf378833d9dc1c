/* Managed allocations.
 *
 * The server says where memory is, and this process takes the same addresses, or asks for other memory if host memory
 * is there. Small allocations share pieces of memory, a page each at least, because a state belongs to a page. */
#include "managed_memory.h"

#include <stdlib.h>

#include "../../libcuda/advice.h"
#include "../managed/managed.h"
#include "../managed/views.h"
#include "reserve.h"

#define PIECE_BYTES ((size_t)2 << 20)
enum { PIECE_PAGES = PIECE_BYTES / BF_VIEWS_PAGE, SMALL_PAGES = PIECE_PAGES / 2 };

/* Memory of a server. Of a large allocation no page is counted. */
struct piece {
    struct piece *next;
    struct bf_object *context;
    uint64_t stream;
    uint64_t base;
    size_t bytes;
    unsigned pages; /* in use */
    bool used[PIECE_PAGES];
    bool stale[PIECE_PAGES]; /* have been used: they hold no zeros */
};

/* The stream in which pages of a context are moved: nothing else is in it, and it goes with the context. Its number and
 * that of the context are never used again. */
struct mover {
    struct mover *next;
    const struct bf_server *server;
    uint64_t context, stream;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct piece *pieces;
static struct mover *movers;

/* `ordered`: without waiting for what the device does. In the stream of pages nothing waits. */
static CUresult give_back(const struct piece *piece, bool ordered)
{
    bf_map_drop(&bf_apart_reserved, piece->base);
    if (ordered)
        return BF_TELL(bf_quietly(bf_in(piece->context)), cuMemFreeAsync, bf_u(piece->base), bf_u(piece->stream));
    return BF_TELL(bf_in(piece->context), cuMemFree_v2, bf_u(piece->base));
}

static bool is_here(const struct bf_apart *wanted)
{
    return wanted->range.base % BF_VIEWS_PAGE == 0 && bf_reserve_own(wanted->range.base, wanted->range.bytes);
}

/* Memory whose addresses are free here. */
static CUresult ask_for(struct bf_object *context, size_t bytes, uint64_t *base)
{
    struct bf_apart wanted = bf_apart_plain(context, bytes);
    wanted.range.managed = true;
    wanted.exact = true;
    wanted.fits = is_here;
    CUresult result = bf_apart_reserve(&wanted);
    *base = wanted.range.base;
    return result;
}

/* With the lock held. */
static CUresult find_stream(struct bf_object *context, uint64_t *number)
{
    struct mover *mover = movers;
    while (mover && (mover->server != context->server || mover->context != context->number))
        mover = mover->next;
    if (!mover) {
        uint64_t stream = bf_server_number(context->server);
        CUresult result = BF_TELL(bf_quietly(bf_in(context)), cuStreamCreateWithPriority, bf_u(stream),
                                  bf_u(CU_STREAM_NON_BLOCKING), bf_i(0));
        mover = result ? NULL : malloc(sizeof *mover);
        if (!mover)
            return result ? result : CUDA_ERROR_OUT_OF_MEMORY;
        *mover = (struct mover){movers, context->server, context->number, stream};
        movers = mover;
    }
    *number = mover->stream;
    return CUDA_SUCCESS;
}

CUresult bf_managed_memory_stream(struct bf_object *context, uint64_t *number)
{
    pthread_mutex_lock(&lock);
    CUresult result = find_stream(context, number);
    pthread_mutex_unlock(&lock);
    return result;
}

static CUresult make_zeros(const struct piece *piece, uint64_t base, size_t bytes)
{
    const struct bf_target to = bf_quietly(bf_in(piece->context));
    CUresult result =
        BF_TELL(to, memset, bf_u(base), bf_u(0), bf_u(0), bf_u(1), bf_u(bytes), bf_u(1), bf_u(piece->stream));
    return result ? result : BF_TELL(to, stream_settle, bf_u(piece->stream));
}

/* With the lock held. */
static CUresult add_piece(struct bf_object *context, size_t bytes, struct piece **out)
{
    struct piece *piece = calloc(1, sizeof *piece);
    CUresult result = piece ? find_stream(context, &piece->stream) : CUDA_ERROR_OUT_OF_MEMORY;
    if (!result)
        result = ask_for(context, bytes, &piece->base);
    if (result) {
        free(piece);
        return result;
    }
    piece->context = context;
    piece->bytes = bytes;
    (void)make_zeros(piece, piece->base, bytes);
    piece->next = pieces;
    pieces = *out = piece;
    return CUDA_SUCCESS;
}

/* The first of `count` free pages in a row, or PIECE_PAGES. */
static unsigned find_pages(const struct piece *piece, unsigned count)
{
    unsigned run = 0;
    for (unsigned page = 0; page < PIECE_PAGES; page++) {
        run = piece->used[page] ? 0 : run + 1;
        if (run == count)
            return page + 1 - count;
    }
    return PIECE_PAGES;
}

static void use(struct piece *piece, unsigned first, unsigned count)
{
    bool stale = false;
    for (unsigned page = first; page < first + count; page++) {
        stale = stale || piece->stale[page];
        piece->used[page] = piece->stale[page] = true;
    }
    piece->pages += count;
    if (stale)
        (void)make_zeros(piece, piece->base + (uint64_t)first * BF_VIEWS_PAGE, (size_t)count * BF_VIEWS_PAGE);
}

static void leave(struct piece *piece, unsigned first, unsigned count)
{
    for (unsigned page = first; page < first + count; page++)
        piece->used[page] = false;
    piece->pages -= count;
}

static CUresult take_pages(struct bf_object *context, unsigned count, struct piece **out, uint64_t *base)
{
    struct piece *piece = pieces;
    unsigned first = PIECE_PAGES;
    for (; piece; piece = piece->next) {
        if (piece->context == context && piece->pages && (first = find_pages(piece, count)) < PIECE_PAGES)
            break;
    }
    CUresult result = piece ? CUDA_SUCCESS : add_piece(context, PIECE_BYTES, &piece);
    if (result)
        return result;
    first = first < PIECE_PAGES ? first : 0;
    use(piece, first, count);
    *out = piece;
    *base = piece->base + (uint64_t)first * BF_VIEWS_PAGE;
    return CUDA_SUCCESS;
}

static CUresult take(struct bf_object *context, size_t pages, struct piece **out, uint64_t *base)
{
    if (pages <= SMALL_PAGES)
        return take_pages(context, (unsigned)pages, out, base);
    size_t bytes = pages < PIECE_PAGES ? PIECE_BYTES : pages * BF_VIEWS_PAGE;
    CUresult result = add_piece(context, bytes, out);
    if (!result)
        *base = (*out)->base;
    return result;
}

/* With the lock held. */
static CUresult give(uint64_t base, size_t pages, bool ordered)
{
    struct piece **link = &pieces;
    while (*link && (base < (*link)->base || base - (*link)->base >= (*link)->bytes))
        link = &(*link)->next;
    struct piece *piece = *link;
    if (!piece)
        return CUDA_SUCCESS;
    if (piece->pages)
        leave(piece, (unsigned)((base - piece->base) / BF_VIEWS_PAGE), (unsigned)pages);
    if (piece->pages)
        return CUDA_SUCCESS;
    CUresult result = give_back(piece, ordered);
    *link = piece->next;
    free(piece);
    return result;
}

static size_t pages_of(size_t bytes)
{
    return (bytes + BF_VIEWS_PAGE - 1) / BF_VIEWS_PAGE;
}

/* An area for what the range wants: it gets its place. */
static CUresult take_area(struct bf_range *range)
{
    struct bf_object *context = range->context;
    size_t pages = range->bytes > SIZE_MAX - PIECE_BYTES ? 0 : pages_of(range->bytes);
    struct piece *piece;
    uint64_t base;
    if (!pages)
        return CUDA_ERROR_OUT_OF_MEMORY;
    pthread_mutex_lock(&lock);
    CUresult result = take(context, pages, &piece, &base);
    if (!result) {
        const struct bf_managed_place place = {&context->server->stream, context->number, piece->stream, false};
        result = (CUresult)bf_managed_add(&place, base, pages * BF_VIEWS_PAGE);
        if (result)
            (void)give(base, pages, false);
    }
    pthread_mutex_unlock(&lock);
    if (result)
        return result;
    range->base = base;
    range->id = bf_map_new_id();
    range->managed = true;
    return CUDA_SUCCESS;
}

/* False if memory ran out. */
static bool show(const struct bf_range *range, CUmemLocation preferred)
{
    return (range->mapped || lc_advice_add_at(range->base, range->bytes, preferred)) &&
           bf_map_add(&range->context->server->memory, range);
}

static CUresult allocate_range(struct bf_range *range, CUmemLocation preferred)
{
    CUresult result = take_area(range);
    if (result || show(range, preferred))
        return result;
    (void)bf_managed_memory_free(&(struct bf_place){range->context->server, *range});
    return CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult allocate(struct bf_object *context, size_t bytes, bool mapped, CUdeviceptr *out)
{
    struct bf_range range = {.bytes = bytes, .context = context, .mapped = mapped};
    CUresult result = allocate_range(&range, (CUmemLocation){CU_MEM_LOCATION_TYPE_INVALID, 0});
    if (!result)
        *out = range.base;
    return result;
}

CUresult bf_managed_memory_allocate_of_pool(struct bf_range *range, const CUmemPoolProps *pool)
{
    return allocate_range(range, pool->location);
}

bool bf_managed_memory_show(const struct bf_range *range, const CUmemPoolProps *pool)
{
    bf_managed_attach(range->base, true, NULL);
    return show(range, pool->location);
}

CUresult bf_managed_memory_allocate(struct bf_object *context, size_t bytes, bool of_host, CUdeviceptr *out)
{
    CUresult result = allocate(context, bytes, false, out);
    if (!result && of_host)
        bf_managed_attach(*out, false, NULL);
    return result;
}

CUresult bf_managed_memory_allocate_mapped(struct bf_object *context, size_t bytes, CUdeviceptr *out)
{
    return allocate(context, bytes, true, out);
}

void bf_managed_memory_free_mapped(const struct bf_range *range)
{
    struct bf_place place = {.server = range->context->server};
    if (bf_map_remove(&place.server->memory, range->base, &place.range))
        (void)bf_managed_memory_free(&place);
}

static CUresult free_area(const struct bf_range *range, bool ordered)
{
    lc_advice_remove(range->base, range->bytes);
    bf_managed_remove(range->base);
    pthread_mutex_lock(&lock);
    CUresult result = give(range->base, pages_of(range->bytes), ordered);
    pthread_mutex_unlock(&lock);
    return result;
}

CUresult bf_managed_memory_free(const struct bf_place *place)
{
    return free_area(&place->range, false);
}

CUresult bf_managed_memory_free_of_pool(const struct bf_range *range)
{
    return free_area(range, true);
}

void bf_managed_memory_end_context(const struct bf_object *context)
{
    pthread_mutex_lock(&lock);
    for (struct piece **link = &pieces; *link;) {
        struct piece *piece = *link;
        if (piece->context != context) {
            link = &piece->next;
            continue;
        }
        lc_advice_remove(piece->base, piece->bytes);
        bf_managed_remove_all(piece->base, piece->bytes);
        bf_map_drop(&bf_apart_reserved, piece->base);
        *link = piece->next;
        free(piece);
    }
    pthread_mutex_unlock(&lock);
}

/* In whole allocations. What was put into streams before is the program's to wait for. */
CUresult bf_managed_memory_attach(const struct bf_order *order, CUdeviceptr at, size_t bytes, unsigned flags)
{
    struct bf_range range;
    bool known = bf_map_find(&order->to.server->memory, at, &range) && range.managed && range.base == at;
    bool single = flags == CU_MEM_ATTACH_SINGLE;
    if (!known || (bytes && bytes != range.bytes) || (single && !order->object) ||
        (!single && flags != CU_MEM_ATTACH_GLOBAL && flags != CU_MEM_ATTACH_HOST))
        return CUDA_ERROR_INVALID_VALUE;
    bf_managed_attach(at, flags == CU_MEM_ATTACH_GLOBAL, single ? order->to.progress : NULL);
    return CUDA_SUCCESS;
}
