/* From an image of any kind to the PTX to run. Knows nothing of what the PTX says. */
#include "code.h"

#include <stdlib.h>

#include "../../../libcuda/file.h"
#include "../../../libcuda/image.h"
#include "choose.h"
#include "cubin.h"
#include "parts.h"
#include "unpack.h"

static CUresult open_image(const struct lc_image *image, struct sg_jit *jit, struct sg_code *out)
{
    struct lc_fatbin_entry best;
    switch (image->kind) {
    case LC_IMAGE_FATBIN:
        return sg_choose_ptx(image, &best) ? sg_unpack_code(&best, out) : sg_parts_choose(image, jit, out);
    case LC_IMAGE_PTX: *out = (struct sg_code){image->data, image->bytes, NULL}; return CUDA_SUCCESS;
    case LC_IMAGE_ELF:
        if (sg_cubin_is(image->data, image->bytes)) {
            *out = (struct sg_code){image->data, image->bytes, NULL};
            return CUDA_SUCCESS;
        }
        return sg_jit_refuse(
            jit, CUDA_ERROR_NO_BINARY_FOR_GPU,
            "a cubin (code for a real GPU) cannot run here, PTX can: --ptx of flexdirect local and "
            "client sets CUPY_COMPILE_WITH_PTX for CuPy, TRITON_PTXAS_PATH for Triton, the driver's linker for "
            "numba, and PTX as the cubin of what is linked with NVRTC; else ask NVRTC by nvrtcGetPTX, nvcc by -ptx");
    case LC_IMAGE_UNKNOWN: break;
    }
    return CUDA_ERROR_INVALID_IMAGE;
}

/* What the program limits goes with the text; code that was linked has its limits from there. */
static CUresult limit(const struct sg_jit *jit, struct sg_code *code)
{
    struct sg_cubin_limits limits = sg_jit_limits(jit);
    if ((!limits.registers && !limits.threads) || sg_cubin_is(code->text, code->bytes))
        return CUDA_SUCCESS;
    struct sg_source source = {
        .name = "", .text = code->text, .bytes = code->bytes, .role = SG_SOURCE_WHOLE, .used = true};
    size_t bytes;
    void *cubin = sg_cubin_build(&source, 1, limits, &bytes);
    sg_code_close(code);
    *code = (struct sg_code){cubin, bytes, cubin};
    return cubin ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult sg_code_open(const void *image, struct sg_jit *jit, struct sg_code *out)
{
    struct lc_image opened;
    REQUIRE(image, CUDA_ERROR_INVALID_VALUE);
    REQUIRE(lc_image_open(image, &opened), CUDA_ERROR_INVALID_IMAGE);
    TRY(open_image(&opened, jit, out));
    return limit(jit, out);
}

CUresult sg_code_open_file(const char *path, struct sg_jit *jit, struct sg_code *out)
{
    struct lc_image opened;
    void *data;
    size_t bytes;
    REQUIRE(path, CUDA_ERROR_INVALID_VALUE);
    TRY(lc_file_read(path, LC_IMAGE_BYTES_MAX, &data, &bytes));
    struct sg_code code = {0};
    CUresult result = lc_image_open_bytes(data, bytes, &opened) ? open_image(&opened, jit, &code)
                                                                : CUDA_ERROR_INVALID_IMAGE;
    if (result || code.owned) {
        free(data);
        data = NULL;
    }
    if (result)
        return result;
    *out = code;
    if (!code.owned)
        out->owned = data;
    return limit(jit, out);
}
