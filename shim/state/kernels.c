/* Kernels on the servers. */
#include "kernels.h"

#include "code.h"
#include "contexts.h"
#include "libraries.h"
#include "lookup.h"

/* Ask for a kernel on one device, to have this number there; `ask` holds its description afterwards and is to be
 * ended. */
static CUresult ask_kernel(struct bf_object *library, const char *name, const struct bf_device *device, uint64_t number,
                           struct bf_ask *ask)
{
    uint64_t library_on_server;
    *ask = (struct bf_ask){.held = NULL};
    CUresult result = bf_lookup_name(name);
    if (!result)
        result = bf_libraries_number(library, device->server, &library_on_server);
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
    CUresult result = ask_kernel(kernel->owner, code->name, &bf_client.devices[i], *number, &ask);
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
        if (function->server != context->server)
            return CUDA_ERROR_INVALID_HANDLE;
        if (!atomic_load_explicit(&function->function.loaded, memory_order_relaxed))
            function->function.loaded = true;
        return CUDA_SUCCESS;
    }
    function = bf_objects_find(handle, BF_KERNEL);
    if (!function)
        return CUDA_ERROR_INVALID_HANDLE;
    *out = function;
    *number = function->function.code->numbers[context->server->index];
    return *number ? CUDA_SUCCESS : find_number(function, context->server, number);
}

static struct bf_object *new_kernel(struct bf_object *library, const char *name, const struct bf_device *device,
                                    uint64_t number, const struct bf_value *description)
{
    struct bf_code *code = bf_code_new(name, description->p, description->bytes, bf_client.server_count);
    if (!code)
        return NULL;
    code->described_device = device->ordinal;
    code->free_block = library->library.image->free_block;
    code->numbers[device->server->index] = number;
    struct bf_object *kernel = bf_objects_new(
        &(struct bf_object){.kind = BF_KERNEL, .owner = library, .function = {.code = code, .loaded = true}});
    if (!kernel)
        bf_code_free(code);
    return kernel;
}

static CUresult ask_kernels(const struct bf_lister *lister, uint64_t first, unsigned from, struct bf_ask *ask)
{
    const struct bf_image *image = lister->owner->library.image;
    return BF_ASK_HELD(bf_on(lister->server), NULL, ask, library_kernels, bf_u(image->numbers[lister->server->index]),
                       bf_u(first), bf_u(from), bf_i(image->device->local));
}

static struct bf_object *make_kernel(const struct bf_lister *lister, uint64_t number, const struct bf_listed *entry)
{
    return new_kernel(lister->owner, entry->name, lister->owner->library.image->device, number, &entry->description);
}

/* One that is not listed: on the device where it will likely be used. */
static CUresult ask_for(struct bf_object *library, const char *name, struct bf_object **out)
{
    const struct bf_device *device = bf_contexts_usual_device();
    uint64_t number = bf_server_number(device->server);
    struct bf_ask ask;
    CUresult result = ask_kernel(library, name, device, number, &ask);
    *out = result ? NULL : new_kernel(library, name, device, number, &ask.values[0]);
    bf_stream_ask_end(&ask);
    return *out || result ? result : CUDA_ERROR_OUT_OF_MEMORY;
}

struct bf_lister bf_kernels_lister(struct bf_object *library)
{
    struct bf_image *image = library->library.image;
    return (struct bf_lister){.listing = &image->listing,
                              .owner = library,
                              .kind = BF_KERNEL,
                              .server = image->device->server,
                              .ask = ask_kernels,
                              .make = make_kernel,
                              .ask_for = ask_for};
}
