/* User objects as this process knows them. */
#include "user_objects.h"

#include "drop.h"
#include "graphs.h"

static CUresult enter(struct bf_object *object, void *data, CUhostFn destroy, unsigned count)
{
    struct bf_server *server = object->server;
    const struct bf_callback callback = {.function = destroy, .data = data, .ends = object};
    uint64_t number = bf_callbacks_enter(server, &callback);
    if (!number)
        return CUDA_ERROR_OUT_OF_MEMORY;
    CUresult result = BF_ASK(bf_on(server), NULL, user_object_create, bf_u(object->number), bf_u(number), bf_u(count));
    if (result)
        bf_callbacks_leave(server, number);
    return result;
}

CUresult bf_user_objects_create(CUuserObject *out, void *data, CUhostFn destroy, unsigned count)
{
    struct bf_server *server = bf_contexts_usual_device()->server;
    struct bf_object *object = bf_objects_new(
        &(struct bf_object){.kind = BF_USEROBJECT, .server = server, .number = bf_server_number(server)});
    if (!object)
        return CUDA_ERROR_OUT_OF_MEMORY;
    CUresult result = enter(object, data, destroy, count);
    if (result)
        bf_objects_free(object, bf_drop_object);
    else
        *out = (CUuserObject)object;
    return result;
}
