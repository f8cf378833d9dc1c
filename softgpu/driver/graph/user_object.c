/* User objects: references are counted, and the function is called by a thread that calls functions of the program. */
#include "user_object.h"

#include <stdlib.h>

#include "../sched/callback.h"
#include "../state/handles.h"

struct sg_user_object {
    void *handle;
    _Atomic uint64_t references;
    CUhostFn destroy;
    void *data;
};

CUresult sg_user_object_create(void *data, CUhostFn destroy, unsigned count, struct sg_user_object **out)
{
    struct sg_user_object *object = malloc(sizeof *object);
    REQUIRE(object, CUDA_ERROR_OUT_OF_MEMORY);
    *object = (struct sg_user_object){.references = count, .destroy = destroy, .data = data};
    object->handle = sg_handles_new(SG_USER_OBJECT, object);
    if (!object->handle || !sg_callback_start()) {
        if (object->handle)
            sg_handles_drop(object->handle);
        free(object);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = object;
    return CUDA_SUCCESS;
}

void *sg_user_object_handle(const struct sg_user_object *object)
{
    return object->handle;
}

CUresult sg_user_object_retain(struct sg_user_object *object, unsigned count)
{
    atomic_fetch_add(&object->references, count);
    return CUDA_SUCCESS;
}

CUresult sg_user_object_release(struct sg_user_object *object, uint64_t count)
{
    uint64_t before = atomic_load(&object->references);
    do
        REQUIRE(count <= before, CUDA_ERROR_INVALID_VALUE);
    while (!atomic_compare_exchange_weak(&object->references, &before, before - count));
    if (before != count)
        return CUDA_SUCCESS;
    sg_handles_drop(object->handle);
    sg_callback_call(object->destroy, object->data);
    free(object);
    return CUDA_SUCCESS;
}

/* ---- what graphs own */

static struct sg_share **find(struct sg_share **list, const struct sg_user_object *object)
{
    while (*list && (*list)->object != object)
        list = &(*list)->next;
    return list;
}

static CUresult add(struct sg_share **list, struct sg_user_object *object, uint64_t count)
{
    struct sg_share **place = find(list, object);
    if (!*place) {
        *place = calloc(1, sizeof **place);
        REQUIRE(*place, CUDA_ERROR_OUT_OF_MEMORY);
        (*place)->object = object;
    }
    (*place)->count += count;
    return CUDA_SUCCESS;
}

CUresult sg_user_object_give(struct sg_graph *graph, struct sg_user_object *object, unsigned count, bool move)
{
    TRY(add(&graph->shares, object, count));
    return move ? CUDA_SUCCESS : sg_user_object_retain(object, count);
}

CUresult sg_user_object_take(struct sg_graph *graph, struct sg_user_object *object, unsigned count)
{
    struct sg_share **place = find(&graph->shares, object), *share = *place;
    REQUIRE(share && count <= share->count, CUDA_ERROR_INVALID_VALUE);
    share->count -= count;
    if (!share->count) {
        *place = share->next;
        free(share);
    }
    return sg_user_object_release(object, count);
}

void sg_user_object_unshare(struct sg_share *shares)
{
    while (shares) {
        struct sg_share *share = shares;
        shares = share->next;
        /* No more than it owns. */
        (void)sg_user_object_release(share->object, share->count);
        free(share);
    }
}

void sg_user_object_join(struct sg_share **shares, struct sg_share **more)
{
    while (*shares)
        shares = &(*shares)->next;
    *shares = *more;
    *more = NULL;
}

void sg_user_object_forget(struct sg_graph *graph)
{
    sg_user_object_unshare(graph->shares);
    graph->shares = NULL;
}

static CUresult add_all(const struct sg_share *from, struct sg_share **to)
{
    for (; from; from = from->next) {
        TRY(add(to, from->object, 1));
        (void)sg_user_object_retain(from->object, 1);
    }
    return CUDA_SUCCESS;
}

CUresult sg_user_object_copy(const struct sg_graph *from, struct sg_graph *to)
{
    return add_all(from->shares, &to->shares);
}

CUresult sg_user_object_own(const struct sg_share *shares, struct sg_graph *to)
{
    return add_all(shares, &to->shares);
}

CUresult sg_user_object_share(const struct sg_graph *graph, struct sg_share **out)
{
    for (const struct sg_graph *each = graph; each; each = sg_walk_next(each, graph))
        TRY(add_all(each->shares, out));
    return CUDA_SUCCESS;
}
