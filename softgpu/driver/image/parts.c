/* Programs built with nvcc -rdc=true: their PTX is in the fatbins from before device linking, one for each file. */
#include "parts.h"

#include <string.h>

#include "choose.h"
#include "unpack.h"

/* A file of host code alone, compiled with -rdc=true, has an image, too. */
static bool has_code(const struct sg_code *code)
{
    static const char *const directives[] = {".entry", ".func", ".global", ".const"};
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
        if (memmem(code->text, code->bytes, directives[i], strlen(directives[i])))
            return true;
    return false;
}

CUresult sg_parts_choose(const struct lc_image *image, struct sg_jit *jit, struct sg_code *out)
{
    struct sg_code chosen = {0};
    unsigned count = 0;
    CUresult result = CUDA_SUCCESS;
    for (const void *const *part = image->parts; part && *part && !result; part++) {
        struct lc_image opened;
        struct lc_fatbin_entry best;
        struct sg_code code;
        if (!lc_image_open(*part, &opened))
            result = CUDA_ERROR_INVALID_IMAGE;
        if (result || !sg_choose_ptx(&opened, &best) || (result = sg_unpack_code(&best, &code)) != CUDA_SUCCESS)
            continue;
        bool counts = has_code(&code), wanted = !chosen.text || (counts && !count);
        sg_code_close(wanted ? &chosen : &code);
        chosen = wanted ? code : chosen;
        count += counts;
    }
    if (!result && count > 1)
        result = sg_jit_refuse(jit, CUDA_ERROR_NOT_SUPPORTED,
                               "this program consists of %u separately compiled files of device code "
                               "(nvcc -rdc=true): linking them is not implemented",
                               count);
    else if (!result && !chosen.text)
        result = sg_jit_refuse(jit, CUDA_ERROR_NO_BINARY_FOR_GPU,
                               "this program carries no PTX, only code for real GPUs: build it "
                               "with PTX (nvcc's default, or -gencode arch=compute_75,code=compute_75)");
    if (result)
        sg_code_close(&chosen);
    else
        *out = chosen;
    return result;
}
