/* From the inputs of a link to the PTX in them. Knows nothing of what the PTX says. */
#include "input.h"

#include <stdio.h>
#include <string.h>

#include "choose.h"
#include "object.h"
#include "source.h"
#include "unpack.h"

struct reading {
    const char *name;
    struct sg_jit *jit;
    sg_input_fn *found;
    void *user;
    bool is_member;
};

static CUresult give(const struct reading *r, const char *text, size_t bytes)
{
    return r->found(
        r->user, &(struct sg_source){
                     .name = r->name, .text = text, .bytes = bytes, .role = sg_source_role(text, bytes, r->is_member)});
}

/* A member of a library that has no PTX is as if it were not there: whoever needs it will be told. */
static CUresult refuse(const struct reading *r, const char *why)
{
    return r->is_member ? CUDA_SUCCESS : sg_jit_refuse(r->jit, CUDA_ERROR_NO_BINARY_FOR_GPU, "%s: %s", r->name, why);
}

static CUresult read_cubin(const struct reading *r, const void *data, size_t bytes)
{
    struct sg_source source;
    unsigned at = 0;
    REQUIRE(bytes >= 4 && memcmp(data, "\177ELF", 4) == 0, CUDA_ERROR_INVALID_IMAGE);
    if (!sg_cubin_is(data, bytes))
        return refuse(r, "a cubin (code for a real GPU) cannot be linked here: give PTX instead");
    while (sg_cubin_next(data, bytes, &at, &source))
        TRY(r->found(r->user, &source));
    return CUDA_SUCCESS;
}

static CUresult read_fatbin(const struct reading *r, const struct lc_image *fatbin)
{
    struct lc_fatbin_entry best;
    struct sg_code code;
    if (!sg_choose_ptx(fatbin, &best))
        return refuse(r, "it carries no PTX, only code for real GPUs or LTO-IR");
    TRY(sg_unpack_code(&best, &code));
    CUresult result = give(r, code.text, code.bytes);
    sg_code_close(&code);
    return result;
}

/* An object without device code adds nothing. */
static CUresult read_object(const struct reading *r, const void *data, size_t bytes)
{
    struct lc_image fatbin;
    size_t at = 0;
    REQUIRE(sg_object_is(data, bytes), CUDA_ERROR_INVALID_IMAGE);
    while (sg_object_next(data, bytes, &at, &fatbin))
        TRY(read_fatbin(r, &fatbin));
    return CUDA_SUCCESS;
}

static CUresult read_library(const struct reading *r, const void *data, size_t bytes)
{
    struct sg_member member;
    size_t at = 0;
    REQUIRE(sg_object_is_archive(data, bytes), CUDA_ERROR_INVALID_IMAGE);
    while (sg_object_next_member(data, bytes, &at, &member)) {
        char name[256];
        struct lc_image image;
        struct reading inside = *r;
        (void)snprintf(name, sizeof name, "%s:%s", r->name, member.name);
        inside.name = name;
        inside.is_member = true;
        if (sg_cubin_is(member.data, member.bytes))
            TRY(read_cubin(&inside, member.data, member.bytes));
        else if (sg_object_is(member.data, member.bytes))
            TRY(read_object(&inside, member.data, member.bytes));
        else if (lc_image_open_bytes(member.data, member.bytes, &image) && image.kind == LC_IMAGE_FATBIN)
            TRY(read_fatbin(&inside, &image));
        else if (lc_image_open_bytes(member.data, member.bytes, &image) && image.kind == LC_IMAGE_PTX)
            TRY(give(&inside, image.data, image.bytes));
    }
    return CUDA_SUCCESS;
}

CUresult sg_input_read(CUjitInputType type, const void *data, size_t bytes, const char *name, struct sg_jit *jit,
                       sg_input_fn *found, void *user)
{
    struct reading r = {.name = name, .jit = jit, .found = found, .user = user};
    struct lc_image image;
    switch (type) {
    case CU_JIT_INPUT_PTX: return give(&r, data, strnlen(data, bytes));
    case CU_JIT_INPUT_CUBIN: return read_cubin(&r, data, bytes);
    case CU_JIT_INPUT_FATBINARY:
        REQUIRE(lc_image_open_bytes(data, bytes, &image) && image.kind == LC_IMAGE_FATBIN, CUDA_ERROR_INVALID_IMAGE);
        return read_fatbin(&r, &image);
    case CU_JIT_INPUT_OBJECT: return read_object(&r, data, bytes);
    case CU_JIT_INPUT_LIBRARY: return read_library(&r, data, bytes);
    case CU_JIT_INPUT_NVVM: return refuse(&r, "LTO-IR cannot be linked here: give PTX instead");
    default: return CUDA_ERROR_INVALID_VALUE;
    }
}
