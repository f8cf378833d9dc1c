/* Kernels on the servers. */
#include "kernels.h"

#include "code.h"
#include "libraries.h"

CUresult bf_kernels_ask(struct bf_object *library, const char *name, const struct bf_device *device, uint64_t number,
                        struct bf_ask *ask)
{
    uint64_t library_on_server;
    *ask = (struct bf_ask){.held = NULL};
    CUresult result = bf_libraries_number(library, device->server, &library_on_server);
    if (result)
        return result;
    return BF_ASK_HELD(bf_on(device->server), NULL, ask, library_get_kernel, bf_u(number), bf_u(library_on_server),
                       bf_text(name), bf_i(device->local));
}

static CUresult find_number(struct bf_object *kernel, struct bf_server *server, uint64_t *number)
{
    struct bf_code *code = kernel->function.code;
    struct bf_ask ask;
    unsigned i = 0;
    while (i + 1 < bf_client.device_count && bf_client.devices[i].server != server)
        i++;
    *number = bf_server_number(server);
    CUresult result = bf_kernels_ask(kernel->owner, code->name, &bf_client.devices[i], *number, &ask);
    bf_stream_ask_end(&ask);
    if (!result)
        code->numbers[server->index] = *number;
    return result;
}

CUresult bf_kernels_find(CUfunction handle, const struct bf_object *context, struct bf_object **out, uint64_t *number)
{
    struct bf_object *function = bf_objects_find(handle, BF_FUNCTION);
    if (function) {
        *out = function;
        *number = function->number;
        return function->server == context->server ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
    }
    function = bf_objects_find(handle, BF_KERNEL);
    if (!function)
        return CUDA_ERROR_INVALID_HANDLE;
    *out = function;
    *number = function->function.code->numbers[context->server->index];
    return *number ? CUDA_SUCCESS : find_number(function, context->server, number);
}
