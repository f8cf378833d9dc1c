/* Entry points of user objects. */
#include "../graph/user_object.h"

#include "../state/handles.h"

static CUresult find(CUuserObject handle, struct sg_user_object **out)
{
    *out = sg_handles_get(handle, SG_USER_OBJECT);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

static bool is_count(unsigned count)
{
    return count && count <= INT32_MAX;
}

CUresult cuUserObjectCreate(CUuserObject *object_out, void *ptr, CUhostFn destroy, unsigned int initialRefcount,
                            unsigned int flags)
{
    ENTER(cuUserObjectCreate);
    struct sg_user_object *object;
    REQUIRE(object_out && destroy && is_count(initialRefcount), CUDA_ERROR_INVALID_VALUE);
    /* That the function is not synchronised with anything is to be said, and nothing else. */
    REQUIRE(flags == CU_USER_OBJECT_NO_DESTRUCTOR_SYNC, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_user_object_create(ptr, destroy, initialRefcount, &object));
    *object_out = (CUuserObject)sg_user_object_handle(object);
    return CUDA_SUCCESS;
}

static CUresult retain(CUuserObject handle, unsigned count)
{
    struct sg_user_object *object;
    TRY(find(handle, &object));
    return sg_user_object_retain(object, count);
}

CUresult cuUserObjectRetain(CUuserObject object, unsigned int count)
{
    ENTER(cuUserObjectRetain);
    REQUIRE(is_count(count), CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(retain(object, count));
}

static CUresult release(CUuserObject handle, unsigned count)
{
    struct sg_user_object *object;
    TRY(find(handle, &object));
    return sg_user_object_release(object, count);
}

CUresult cuUserObjectRelease(CUuserObject object, unsigned int count)
{
    ENTER(cuUserObjectRelease);
    REQUIRE(is_count(count), CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(release(object, count));
}

static CUresult give(CUgraph graph, CUuserObject object, unsigned count, bool move)
{
    struct sg_graph *to;
    struct sg_user_object *found;
    TRY(sg_graph_find(graph, &to));
    TRY(find(object, &found));
    return sg_user_object_give(to, found, count, move);
}

CUresult cuGraphRetainUserObject(CUgraph graph, CUuserObject object, unsigned int count, unsigned int flags)
{
    ENTER(cuGraphRetainUserObject);
    REQUIRE(is_count(count) && !(flags & ~(unsigned)CU_GRAPH_USER_OBJECT_MOVE), CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(give(graph, object, count, flags));
}

static CUresult take(CUgraph graph, CUuserObject object, unsigned count)
{
    struct sg_graph *from;
    struct sg_user_object *found;
    TRY(sg_graph_find(graph, &from));
    TRY(find(object, &found));
    return sg_user_object_take(from, found, count);
}

CUresult cuGraphReleaseUserObject(CUgraph graph, CUuserObject object, unsigned int count)
{
    ENTER(cuGraphReleaseUserObject);
    REQUIRE(is_count(count), CUDA_ERROR_INVALID_VALUE);
    sg_graph_lock();
    return sg_graph_unlock(take(graph, object, count));
}
