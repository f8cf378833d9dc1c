/* The kernels of a library: code that belongs to no context. Listed on the server where the library was loaded
 * first, asked for by name on others. */
#include "../../libcuda/generated/cuda_api.h"
#include "../state/code.h"
#include "../state/contexts.h"
#include "../state/enumerate.h"
#include "../state/kernels.h"
#include "../state/libraries.h"

static struct bf_object *new_kernel(struct bf_object *library, const char *name, const struct bf_device *device,
                                    uint64_t number, const struct bf_value *description)
{
    struct bf_code *code = bf_code_new(name, description->p, description->bytes, bf_client.server_count);
    if (!code)
        return NULL;
    code->described_device = device->ordinal;
    code->free_block = library->library.image->free_block;
    code->numbers[device->server->index] = number;
    struct bf_object *kernel =
        bf_objects_new(&(struct bf_object){.kind = BF_KERNEL, .owner = library, .function = {.code = code}});
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

static CUresult find_lister(CUlibrary handle, struct bf_lister *out)
{
    if (!bf_client_ready())
        return CUDA_ERROR_NOT_INITIALIZED;
    struct bf_object *library = bf_objects_find(handle, BF_LIBRARY);
    if (!library)
        return CUDA_ERROR_INVALID_HANDLE;
    struct bf_image *image = library->library.image;
    *out = (struct bf_lister){&image->listing, library, BF_KERNEL, image->device->server, ask_kernels, make_kernel};
    return CUDA_SUCCESS;
}

/* One that is not listed: on the device where it will likely be used. */
static CUresult ask_for(struct bf_object *library, const char *name, struct bf_object **out)
{
    const struct bf_device *device = bf_contexts_usual_device();
    uint64_t number = bf_server_number(device->server);
    struct bf_ask ask;
    CUresult result = bf_kernels_ask(library, name, device, number, &ask);
    *out = result ? NULL : new_kernel(library, name, device, number, &ask.values[0]);
    bf_stream_ask_end(&ask);
    return *out || result ? result : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult cuLibraryGetKernel(CUkernel *pKernel, CUlibrary library, const char *name)
{
    struct bf_lister lister;
    struct bf_object *kernel = NULL;
    CUresult result = find_lister(library, &lister);
    if (!result && (!pKernel || !name || strlen(name) > BF_NAME_BYTES_MAX))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        kernel = bf_enumerate_find(&lister, name, &result);
    if (!result && !kernel)
        kernel = bf_objects_child(lister.owner, BF_KERNEL, bf_enumerate_is_named, name);
    if (!result && !kernel)
        result = ask_for(lister.owner, name, &kernel);
    if (!result)
        *pKernel = (CUkernel)kernel;
    return result;
}

CUresult cuLibraryGetKernelCount(unsigned int *count, CUlibrary lib)
{
    struct bf_lister lister;
    CUresult result = find_lister(lib, &lister);
    if (!result && !count)
        result = CUDA_ERROR_INVALID_VALUE;
    return result ? result : bf_enumerate_count(&lister, count);
}

CUresult cuLibraryEnumerateKernels(CUkernel *kernels, unsigned int numKernels, CUlibrary lib)
{
    struct bf_lister lister;
    CUresult result = find_lister(lib, &lister);
    if (!result && !kernels)
        result = CUDA_ERROR_INVALID_VALUE;
    return result ? result : bf_enumerate(&lister, (void **)kernels, numKernels);
}
