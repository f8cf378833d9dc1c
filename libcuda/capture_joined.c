/* Whether all that was captured comes before the end of the stream that began: over the edges of the graph. */
#include <stdlib.h>

#include "capture_list.h"

struct node {
    CUgraphNode handle;
    bool seen;
};

struct nodes {
    struct node *at;
    size_t count;
};

static int by_handle(const void *a, const void *b)
{
    uintptr_t left = (uintptr_t)((const struct node *)a)->handle, right = (uintptr_t)((const struct node *)b)->handle;
    return left < right ? -1 : left > right;
}

/* libc.h has no other sort. */
static int in_order(const void *a, const void *b, void *unused)
{
    (void)unused;
    return by_handle(a, b);
}

static struct node *find(const struct nodes *nodes, CUgraphNode handle)
{
    const struct node wanted = {handle, false};
    return bsearch(&wanted, nodes->at, nodes->count, sizeof *nodes->at, by_handle);
}

static void mark(const struct nodes *nodes, const struct lc_frontier *frontier)
{
    for (size_t i = 0; i < frontier->count; i++) {
        struct node *node = find(nodes, frontier->nodes[i]);
        if (node)
            node->seen = true;
    }
}

static size_t put(struct nodes *nodes, const CUgraphNode *handles, size_t count)
{
    for (size_t i = 0; i < count; i++)
        nodes->at[nodes->count++].handle = handles[i];
    return nodes->count;
}

/* Edges are listed about as they were made, so from behind one or two rounds are enough. */
static void spread(const struct nodes *nodes, const struct lc_capture_edges *edges)
{
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = edges->count; i-- > 0;) {
            struct node *from = find(nodes, edges->from[i]);
            if (from->seen || !find(nodes, edges->to[i])->seen)
                continue;
            from->seen = more = true;
        }
    }
}

static size_t size_of(const struct lc_capture *capture, const struct lc_capture_edges *edges)
{
    size_t size = 2 * edges->count + capture->released.count;
    for (const struct lc_member *member = capture->members; member; member = member->next)
        size += member->frontier.count;
    return size;
}

static void collect(const struct lc_capture *capture, const struct lc_capture_edges *edges, struct nodes *nodes)
{
    put(nodes, edges->from, edges->count);
    put(nodes, edges->to, edges->count);
    put(nodes, capture->released.nodes, capture->released.count);
    for (const struct lc_member *member = capture->members; member; member = member->next)
        put(nodes, member->frontier.nodes, member->frontier.count);
    qsort_r(nodes->at, nodes->count, sizeof *nodes->at, in_order, NULL);
    size_t kept = 0;
    for (size_t i = 0; i < nodes->count; i++)
        if (!i || nodes->at[i].handle != nodes->at[kept - 1].handle)
            nodes->at[kept++] = nodes->at[i];
    nodes->count = kept;
}

static bool all_seen(const struct nodes *nodes, const struct lc_frontier *frontier)
{
    for (size_t i = 0; i < frontier->count; i++)
        if (!find(nodes, frontier->nodes[i])->seen)
            return false;
    return true;
}

CUresult lc_capture_joined_check(const struct lc_capture *capture, const struct lc_capture_edges *edges)
{
    if (!capture->members->next)
        return CUDA_SUCCESS;
    struct nodes nodes = {calloc(size_of(capture, edges) + 1, sizeof *nodes.at), 0};
    if (!nodes.at)
        return CUDA_ERROR_OUT_OF_MEMORY;
    collect(capture, edges, &nodes);
    mark(&nodes, &capture->origin->frontier);
    mark(&nodes, &capture->released);
    spread(&nodes, edges);
    CUresult result = CUDA_SUCCESS;
    for (const struct lc_member *member = capture->members; member; member = member->next)
        if (!member->excused && !all_seen(&nodes, &member->frontier))
            result = CUDA_ERROR_STREAM_CAPTURE_UNJOINED;
    free(nodes.at);
    return result;
}
