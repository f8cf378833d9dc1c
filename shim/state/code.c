/* Descriptions of functions and kernels. */
#include "code.h"

#include <stdlib.h>

enum { ATTRIBUTES_MAX = 64, PARAMS_MAX = 8192 };

static uint32_t load(const uint8_t **at)
{
    uint32_t value = (uint32_t)(*at)[0] | (uint32_t)(*at)[1] << 8 | (uint32_t)(*at)[2] << 16 | (uint32_t)(*at)[3] << 24;
    *at += 4;
    return value;
}

/* True if the counts fit the length exactly and every parameter lies in a block of allowed size. */
static bool measure(const uint8_t *description, size_t bytes, uint32_t *attributes, uint32_t *params)
{
    const uint8_t *at = description;
    if (bytes < 8)
        return false;
    *attributes = load(&at);
    if (*attributes > ATTRIBUTES_MAX || bytes < 8 + 4 * (size_t)*attributes)
        return false;
    at += 4 * (size_t)*attributes;
    *params = load(&at);
    return *params <= PARAMS_MAX && bytes == 8 + 4 * (size_t)*attributes + 8 * (size_t)*params;
}

static bool read_params(const uint8_t *at, struct bf_code *code)
{
    for (uint32_t i = 0; i < code->param_count; i++) {
        code->params[i].offset = load(&at);
        code->params[i].bytes = load(&at);
        uint64_t end = (uint64_t)code->params[i].offset + code->params[i].bytes;
        if (end > BF_PARAM_BYTES_MAX)
            return false;
        code->block_bytes = end > code->block_bytes ? (uint32_t)end : code->block_bytes;
    }
    return true;
}

struct bf_code *bf_code_new(const char *name, const void *description, size_t bytes, bool numbered)
{
    uint32_t attributes, params;
    if (!measure(description, bytes, &attributes, &params))
        return NULL;
    struct bf_code *code = calloc(1, sizeof *code);
    if (!code)
        return NULL;
    code->attribute_count = attributes;
    code->param_count = params;
    code->name = strdup(name);
    code->attributes = calloc(attributes + 1u, sizeof *code->attributes);
    code->params = calloc(params + 1u, sizeof *code->params);
    code->numbers = numbered ? calloc(bf_client.server_count, sizeof *code->numbers) : NULL;
    bool complete = code->name && code->attributes && code->params && (code->numbers || !numbered);
    const uint8_t *at = (const uint8_t *)description + 4;
    for (uint32_t i = 0; i < attributes && complete; i++)
        code->attributes[i] = (int)load(&at);
    if (!complete || !read_params(at + 4, code)) {
        bf_code_free(code);
        return NULL;
    }
    return code;
}

void bf_code_free(struct bf_code *code)
{
    if (!code)
        return;
    free(code->name);
    free(code->attributes);
    free(code->params);
    free((void *)code->numbers);
    free(code);
}

void bf_image_free(struct bf_image *image)
{
    if (!image)
        return;
    if (image->owned)
        free((void *)(uintptr_t)image->data);
    free(image->options);
    bf_listing_close(&image->listing);
    pthread_mutex_destroy(&image->lock);
    free(image);
}

void bf_code_drop(struct bf_object *object, enum bf_kind kind)
{
    if (kind == BF_STREAM)
        bf_progress_retire(object->stream.progress);
    if (kind == BF_CONTEXT) {
        bf_progress_retire(atomic_load(&object->context.legacy));
        bf_progress_retire(atomic_load(&object->context.all));
    }
    if (kind == BF_FUNCTION || kind == BF_KERNEL)
        bf_code_free(object->function.code);
    else if (kind == BF_LIBRARY)
        bf_image_free(object->library.image);
    else if (kind == BF_MODULE)
        bf_listing_free(object->module.listing);
    /* Their global variables go with them. */
    for (unsigned i = 0; i < bf_client.server_count && (kind == BF_MODULE || kind == BF_LIBRARY); i++)
        if (!object->server || object->server == &bf_client.servers[i])
            bf_map_remove_of(&bf_client.servers[i].memory, object);
}

CUresult bf_code_find(CUfunction handle, const struct bf_object *context, struct bf_object **out, uint64_t *number)
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
    return *number ? CUDA_SUCCESS : bf_kernel_number(function, context->server, number);
}
