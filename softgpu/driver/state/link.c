/* Life of links. Inputs are read and checked when they are added; how they go together is found out at the end. */
#include "link.h"

#include <stdlib.h>
#include <string.h>

#include "../image/input.h"
#include "../image/source.h"
#include "handles.h"
#include "link_report.h"

CUresult sg_link_create(unsigned count, const CUjit_option *options, void **values, struct sg_link **out)
{
    struct sg_link *link = calloc(1, sizeof *link);
    REQUIRE(link, CUDA_ERROR_OUT_OF_MEMORY);
    CUresult result = sg_jit_begin(&link->jit, count, options, values);
    pthread_mutex_init(&link->lock, NULL);
    if (!result) {
        sg_jit_end(&link->jit, CUDA_SUCCESS);
        link->handle = sg_handles_new(SG_LINK, link);
        result = link->handle ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
    }
    if (result)
        sg_link_destroy(link);
    else
        *out = link;
    return result;
}

void sg_link_destroy(struct sg_link *link)
{
    if (link->handle)
        sg_handles_drop(link->handle);
    for (unsigned i = 0; i < link->count; i++) {
        free((void *)(uintptr_t)link->sources[i].name);
        free((void *)(uintptr_t)link->sources[i].text);
    }
    pthread_mutex_destroy(&link->lock);
    free(link->sources);
    free(link->cubin);
    free(link);
}

/* ---- Inputs ---- */

/* PTX that is wrong is refused when it is given. A library may hold what this device does not understand. */
static CUresult check(struct sg_link *link, const struct sg_source *source)
{
    struct ptx_module *module;
    if (source->role != SG_SOURCE_FILE)
        return CUDA_SUCCESS;
    TRY(sg_ptx_parse(source->text, source->bytes, &link->jit.log, &module));
    sg_ptx_free(module);
    return CUDA_SUCCESS;
}

static CUresult keep(void *user, const struct sg_source *source)
{
    struct sg_link *link = user;
    TRY(check(link, source));
    if (link->count == link->room) {
        unsigned room = link->room ? 2 * link->room : 8;
        struct sg_source *grown = realloc(link->sources, room * sizeof *grown);
        REQUIRE(grown, CUDA_ERROR_OUT_OF_MEMORY);
        link->sources = grown;
        link->room = room;
    }
    struct sg_source copy = *source;
    copy.name = strdup(source->name);
    copy.text = strndup(source->text, source->bytes);
    if (!copy.name || !copy.text) {
        free((void *)(uintptr_t)copy.name);
        free((void *)(uintptr_t)copy.text);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    link->sources[link->count++] = copy;
    return CUDA_SUCCESS;
}

CUresult sg_link_add(struct sg_link *link, CUjitInputType type, const void *data, size_t bytes, const char *name)
{
    pthread_mutex_lock(&link->lock);
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    if (!link->cubin) {
        sg_jit_again(&link->jit);
        result = sg_input_read(type, data, bytes, name, &link->jit, keep, link);
        sg_jit_end(&link->jit, result);
    }
    pthread_mutex_unlock(&link->lock);
    return result;
}

/* ---- The end ---- */

static CUresult complete(struct sg_link *link)
{
    struct ptx_module *program;
    TRY(sg_source_link(link->sources, link->count, &link->jit.log, &program));
    if (link->jit.asked.verbose)
        sg_link_report_write(program, &link->jit);
    else
        sg_ptx_free(program);
    link->cubin = sg_cubin_build(link->sources, link->count, sg_jit_limits(&link->jit), &link->cubin_bytes);
    return link->cubin ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult sg_link_complete(struct sg_link *link, void **cubin, size_t *bytes)
{
    pthread_mutex_lock(&link->lock);
    CUresult result = CUDA_SUCCESS;
    if (!link->cubin) {
        sg_jit_again(&link->jit);
        result = complete(link);
        sg_jit_end(&link->jit, result);
    }
    if (!result) {
        *cubin = link->cubin;
        if (bytes)
            *bytes = link->cubin_bytes;
    }
    pthread_mutex_unlock(&link->lock);
    return result;
}
