/* Libraries: code that belongs to no context. Loaded on the first server at once and on further ones when a kernel
 * (kernels.c) is first used there. */
#include <stdlib.h>

#include "../../libcuda/block_need.h"
#include "../../libcuda/generated/cuda_api.h"
#include "../../libcuda/library_options.h"
#include "../state/contexts.h"
#include "../state/drop.h"
#include "../state/images.h"
#include "../state/jit.h"
#include "../state/libraries.h"
#include "../state/lookup.h"
#include "../state/managed_variables.h"
#include "../state/memory.h"

/* The image must outlive the load if another server may need it: then it is copied, unless the application promised to
 * keep it. */
static struct bf_image *new_image(struct bf_bytes *bytes, const struct bf_jit *jit, bool preserved)
{
    struct bf_image *image = calloc(1, sizeof *image + bf_client.server_count * sizeof image->numbers[0]);
    if (!image)
        return NULL;
    pthread_mutex_init(&image->lock, NULL);
    bf_listing_open(&image->listing);
    image->device = bf_contexts_usual_device();
    image->data = bytes->data;
    image->bytes = bytes->bytes;
    image->owned = bytes->owned;
    image->preserved = preserved;
    image->free_block = lc_block_need_none(bytes->data, bytes->bytes);
    image->options = malloc(jit->bytes + 1);
    image->option_bytes = jit->bytes;
    void *copy = NULL;
    bool copies = !bytes->owned && !preserved && bf_client.server_count > 1;
    if (copies)
        copy = malloc(bytes->bytes);
    if (!image->options || (copies && !copy)) {
        image->owned = false;
        free(copy);
        bf_libraries_free_image(image);
        return NULL;
    }
    memcpy(image->options, jit->packed, jit->bytes);
    if (copies) {
        image->data = memcpy(copy, bytes->data, bytes->bytes);
        image->owned = true;
    }
    bytes->owned = false;
    return image;
}

static CUresult load(CUlibrary *out, struct bf_bytes *bytes, const struct bf_jit *jit, bool preserved)
{
    struct bf_image *image = new_image(bytes, jit, preserved);
    CUresult result = image ? bf_libraries_load_on(image, image->device->server, jit) : CUDA_ERROR_OUT_OF_MEMORY;
    struct bf_object *library = NULL;
    if (!result)
        library = bf_objects_new(&(struct bf_object){.kind = BF_LIBRARY, .library = {.image = image}});
    if (!library) {
        bf_libraries_free_image(image);
        return result ? result : CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = (CUlibrary)library;
    return CUDA_SUCCESS;
}

/* Where a library's code comes from: one of the two is set. */
struct source {
    const void *code;
    const char *file;
};

struct options {
    CUjit_option *jit;
    void **jit_values;
    unsigned jit_count;
    CUlibraryOption *library;
    void **library_values;
    unsigned library_count;
};

static CUresult load_from(CUlibrary *out, const struct source *source, const struct options *options)
{
    struct bf_bytes bytes;
    struct bf_jit jit;
    bool preserved = false;
    CUresult result = bf_client_ready() ? CUDA_SUCCESS : bf_client_refusal();
    if (!result && !out)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = lc_library_options_read(options->library_count, options->library, options->library_values, &preserved);
    if (!result)
        result = bf_jit_pack(options->jit_count, options->jit, options->jit_values, &jit);
    if (!result)
        result = source->file ? bf_images_from_file(source->file, &bytes) : bf_images_from_memory(source->code, &bytes);
    if (result)
        return result;
    result = load(out, &bytes, &jit, preserved);
    bf_images_release(&bytes);
    return result;
}

CUresult cuLibraryLoadData(CUlibrary *library, const void *code, CUjit_option *jitOptions, void **jitOptionsValues,
                           unsigned int numJitOptions, CUlibraryOption *libraryOptions, void **libraryOptionValues,
                           unsigned int numLibraryOptions)
{
    struct options options = {jitOptions,     jitOptionsValues,    numJitOptions,
                              libraryOptions, libraryOptionValues, numLibraryOptions};
    return load_from(library, &(struct source){.code = code}, &options);
}

CUresult cuLibraryLoadFromFile(CUlibrary *library, const char *fileName, CUjit_option *jitOptions,
                               void **jitOptionsValues, unsigned int numJitOptions, CUlibraryOption *libraryOptions,
                               void **libraryOptionValues, unsigned int numLibraryOptions)
{
    struct options options = {jitOptions,     jitOptionsValues,    numJitOptions,
                              libraryOptions, libraryOptionValues, numLibraryOptions};
    if (!fileName)
        return bf_client_ready() ? CUDA_ERROR_INVALID_VALUE : bf_client_refusal();
    return load_from(library, &(struct source){.file = fileName}, &options);
}

static CUresult find(CUlibrary handle, struct bf_object **out)
{
    if (!bf_client_ready())
        return bf_client_refusal();
    *out = bf_objects_find(handle, BF_LIBRARY);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult cuLibraryUnload(CUlibrary library)
{
    struct bf_object *object;
    CUresult result = find(library, &object);
    if (!result)
        result = lc_capture_rules_unsafe();
    if (!result && !bf_objects_claim(object))
        result = CUDA_ERROR_INVALID_HANDLE;
    if (result)
        return result;
    struct bf_image *image = object->library.image;
    for (unsigned i = 0; i < bf_client.server_count; i++) {
        if (!image->numbers[i])
            continue;
        CUresult told = BF_TELL(bf_on(&bf_client.servers[i]), cuLibraryUnload, bf_u(image->numbers[i]));
        result = result ? result : told;
    }
    bf_objects_free(object, bf_drop_object);
    return result;
}

CUresult cuLibraryGetGlobal(CUdeviceptr *dptr, size_t *bytes, CUlibrary library, const char *name)
{
    struct bf_object *object, *context;
    struct bf_value out[3];
    uint64_t number;
    CUresult result = find(library, &object);
    if (!result)
        result = bf_contexts_current(&context);
    if (!result && ((!dptr && !bytes) || !name))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = bf_lookup_name(name);
    if (!result)
        result = bf_libraries_number(object, context->server, &number);
    if (!result)
        result = BF_ASK(bf_in(context), out, cuLibraryGetGlobal, bf_u(number), bf_text(name));
    if (!result)
        result = bf_memory_add_global(context, object, out[0].u, out[1].u, out[2].s != 0);
    if (result)
        return result;
    if (dptr)
        *dptr = out[0].u;
    if (bytes)
        *bytes = out[1].u;
    return CUDA_SUCCESS;
}

/* Where a managed variable is: in the current context or, for a program that has none yet, in the first device's primary
 * one, which is there from now on. */
static CUresult home_of_managed(struct bf_object **out)
{
    CUcontext primary;
    CUresult result = bf_contexts_peek(out);
    if (result || *out)
        return result;
    result = cuDevicePrimaryCtxRetain(&primary, 0);
    return result ? result : bf_contexts_find(primary, out);
}

CUresult cuLibraryGetManaged(CUdeviceptr *dptr, size_t *bytes, CUlibrary library, const char *name)
{
    struct bf_object *object, *context;
    struct bf_value out[2];
    uint64_t number;
    CUresult result = find(library, &object);
    if (!result && ((!dptr && !bytes) || !name))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = bf_lookup_name(name);
    if (!result)
        result = home_of_managed(&context);
    if (!result)
        result = bf_libraries_number(object, context->server, &number);
    if (!result)
        result = BF_ASK(bf_in(context), out, cuLibraryGetManaged, bf_u(number), bf_text(name));
    if (!result)
        result = bf_managed_variables_add(context, object, out[0].u, out[1].u);
    if (result)
        return result;
    if (dptr)
        *dptr = out[0].u;
    if (bytes)
        *bytes = out[1].u;
    return CUDA_SUCCESS;
}

CUresult cuLibraryGetModule(CUmodule *pMod, CUlibrary library)
{
    struct bf_object *object, *context, *module;
    CUresult result = find(library, &object);
    if (!result)
        result = bf_contexts_current(&context);
    if (!result && !pMod)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    result = bf_libraries_module(object, context, &module);
    if (!result)
        *pMod = (CUmodule)module;
    return result;
}
