/* The parameter block of a kernel, as its description says. */
#include "blocks.h"

#include <string.h>

#include "../../libcuda/launch_check.h"
#include "../../libcuda/thread.h"
#include "../wire/pages.h"

static CUresult take_extra(const struct bf_code *code, void **extra, struct bf_value *out)
{
    const void *data;
    CUresult result = lc_launch_check_extra(extra, code->block_bytes, &data);
    if (result)
        return result;
    /* A structure may be padded at its end: what is beyond the last parameter is not sent. */
    struct bf_rows block = bf_rows_plain(data, code->block_bytes);
    bf_pages_read(&block);
    *out = (struct bf_value){.p = data, .bytes = code->block_bytes};
    return CUDA_SUCCESS;
}

CUresult bf_blocks_gather(const struct bf_code *code, void **params, void **extra, uint8_t small[BF_SMALL_BLOCK_BYTES],
                          struct bf_value *out)
{
    uint8_t *block = small;
    if (extra)
        return params ? CUDA_ERROR_INVALID_VALUE : take_extra(code, extra, out);
    *out = (struct bf_value){.p = block};
    if (!code->param_count)
        return CUDA_SUCCESS;
    if (!params)
        return CUDA_ERROR_INVALID_VALUE;
    if (code->block_bytes > BF_SMALL_BLOCK_BYTES && !(block = lc_thread_scratch()))
        return CUDA_ERROR_OUT_OF_MEMORY;
    size_t end = 0;
    for (uint32_t i = 0; i < code->param_count; i++) {
        const struct bf_param *param = &code->params[i];
        if (!params[i])
            return CUDA_ERROR_INVALID_VALUE;
        if (param->offset > end)
            memset(block + end, 0, param->offset - end);
        memcpy(block + param->offset, params[i], param->bytes);
        end = param->offset + param->bytes;
    }
    *out = (struct bf_value){.p = block, .bytes = code->block_bytes};
    return CUDA_SUCCESS;
}
