/* JIT options and logs. */
#include "jit.h"

#include <string.h>

#include "../wire/report.h"

static void pack(struct bf_jit *jit, uint32_t option, uint64_t value)
{
    uint8_t *at = jit->packed + jit->bytes;
    for (int i = 0; i < 4; i++)
        *at++ = (uint8_t)(option >> (8 * i));
    for (int i = 0; i < 8; i++)
        *at++ = (uint8_t)(value >> (8 * i));
    jit->bytes += BF_JIT_OPTION_BYTES;
}

/* Options whose value is an address here mean nothing there. */
static CUresult take(struct bf_jit *jit, CUjit_option option, void **value)
{
    switch (option) {
    case CU_JIT_INFO_LOG_BUFFER: jit->info.buffer = *value; return CUDA_SUCCESS;
    case CU_JIT_ERROR_LOG_BUFFER: jit->error.buffer = *value; return CUDA_SUCCESS;
    case CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES:
        jit->info.room = (unsigned)(uintptr_t)*value;
        jit->info.size_value = value;
        break;
    case CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES:
        jit->error.room = (unsigned)(uintptr_t)*value;
        jit->error.size_value = value;
        break;
    case CU_JIT_GLOBAL_SYMBOL_NAMES:
    case CU_JIT_GLOBAL_SYMBOL_ADDRESSES:
    case CU_JIT_GLOBAL_SYMBOL_COUNT:
    case CU_JIT_REFERENCED_KERNEL_NAMES:
    case CU_JIT_REFERENCED_KERNEL_COUNT:
    case CU_JIT_REFERENCED_VARIABLE_NAMES:
    case CU_JIT_REFERENCED_VARIABLE_COUNT: return CUDA_ERROR_NOT_SUPPORTED;
    default:
        if ((unsigned)option >= CU_JIT_NUM_OPTIONS)
            return CUDA_ERROR_INVALID_VALUE;
    }
    pack(jit, (uint32_t)option, (uint64_t)(uintptr_t)*value);
    return CUDA_SUCCESS;
}

CUresult bf_jit_pack(unsigned count, const CUjit_option *options, void **values, struct bf_jit *out)
{
    out->bytes = 0;
    out->info = out->error = (struct bf_jit_log){NULL, 0, NULL};
    if (count > BF_JIT_OPTIONS_MAX || (count && (!options || !values)))
        return CUDA_ERROR_INVALID_VALUE;
    CUresult result = CUDA_SUCCESS;
    for (unsigned i = 0; i < count && !result; i++)
        result = take(out, options[i], &values[i]);
    return result;
}

static void return_log(const struct bf_jit_log *log, const struct bf_value *text)
{
    size_t bytes = 0;
    if (log->buffer && log->room) {
        bytes = text->bytes < log->room ? text->bytes : log->room - 1;
        if (bytes)
            memcpy(log->buffer, text->p, bytes);
        log->buffer[bytes] = 0;
    }
    if (log->size_value)
        *log->size_value = (void *)(uintptr_t)bytes;
}

void bf_jit_return_logs(const struct bf_jit *jit, const struct bf_value *info, const struct bf_value *error)
{
    if (error->bytes && !jit->error.buffer)
        bf_report_debug("the compiler of the server says: %.*s", (int)error->bytes, (const char *)error->p);
    return_log(&jit->info, info);
    return_log(&jit->error, error);
}
