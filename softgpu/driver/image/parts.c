/* Programs built with nvcc -rdc=true: their PTX is in the fatbins from before device linking, one for each file. Where
 * nvcc was told to make nothing but PTX, CUDA's device runtime is one of them. */
#include "parts.h"

#include <stdio.h>
#include <string.h>

#include "choose.h"
#include "source.h"
#include "unpack.h"

enum { PART_NAME = 24 };

/* The texts of a program. */
struct texts {
    struct sg_code *codes;
    struct sg_source *sources;
    char (*names)[PART_NAME];
    unsigned count, with_code;
};

/* A file of host code alone, compiled with -rdc=true, has an image, too. */
static bool has_code(const struct sg_code *code)
{
    static const char *const directives[] = {".entry", ".func", ".global", ".const"};
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
        if (memmem(code->text, code->bytes, directives[i], strlen(directives[i])))
            return true;
    return false;
}

static CUresult open_texts(struct texts *texts, const struct lc_image *image)
{
    unsigned parts = 0;
    while (image->parts && image->parts[parts])
        parts++;
    texts->codes = calloc(parts + 1, sizeof *texts->codes);
    texts->sources = calloc(parts + 1, sizeof *texts->sources);
    texts->names = calloc(parts + 1, sizeof *texts->names);
    REQUIRE(texts->codes && texts->sources && texts->names, CUDA_ERROR_OUT_OF_MEMORY);
    for (unsigned i = 0; i < parts; i++) {
        struct lc_image opened;
        struct lc_fatbin_entry best;
        REQUIRE(lc_image_open(image->parts[i], &opened), CUDA_ERROR_INVALID_IMAGE);
        if (!sg_choose_ptx(&opened, &best))
            continue;
        struct sg_code *code = &texts->codes[texts->count];
        TRY(sg_unpack_code(&best, code));
        char *name = texts->names[texts->count];
        (void)snprintf(name, PART_NAME, "file %u", i + 1);
        texts->sources[texts->count++] = (struct sg_source){.name = name,
                                                            .text = code->text,
                                                            .bytes = code->bytes,
                                                            .role = sg_source_role(code->text, code->bytes, false),
                                                            .used = has_code(code)};
        texts->with_code += has_code(code);
    }
    return CUDA_SUCCESS;
}

static void close_texts(struct texts *texts)
{
    for (unsigned i = 0; i < texts->count; i++)
        sg_code_close(&texts->codes[i]);
    free(texts->codes);
    free(texts->sources);
    free(texts->names);
}

/* The only text that matters, or all that do. */
static CUresult join(struct texts *texts, struct sg_code *out)
{
    if (texts->with_code > 1) {
        size_t bytes;
        void *cubin = sg_cubin_build(texts->sources, texts->count, (struct sg_cubin_limits){0}, &bytes);
        REQUIRE(cubin, CUDA_ERROR_OUT_OF_MEMORY);
        *out = (struct sg_code){cubin, bytes, cubin};
        return CUDA_SUCCESS;
    }
    unsigned chosen = 0;
    for (unsigned i = 0; i < texts->count; i++)
        chosen = texts->sources[i].used ? i : chosen;
    *out = texts->codes[chosen];
    texts->codes[chosen].owned = NULL;
    return CUDA_SUCCESS;
}

CUresult sg_parts_choose(const struct lc_image *image, struct sg_jit *jit, struct sg_code *out)
{
    struct texts texts = {0};
    CUresult result = open_texts(&texts, image);
    if (!result && !texts.count)
        result = sg_jit_refuse(jit, CUDA_ERROR_NO_BINARY_FOR_GPU,
                               "this program carries no PTX, only code for real GPUs: build it "
                               "with PTX (nvcc's default, or -gencode arch=compute_75,code=compute_75)");
    if (!result)
        result = join(&texts, out);
    close_texts(&texts);
    return result;
}
