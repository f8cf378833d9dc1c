/* The options of a module or library load. */
#include "jit.h"

#include <stdint.h>
#include <string.h>

/* The sizes are unsigned int, as cuda.h says. */
static size_t size_in(void *value)
{
    return (unsigned)(uintptr_t)value;
}

static CUresult read_option(CUjit_option option, void **value, struct lc_jit *out)
{
    switch (option) {
    case CU_JIT_INFO_LOG_BUFFER: out->info.buffer = *value; break;
    case CU_JIT_ERROR_LOG_BUFFER: out->error.buffer = *value; break;
    case CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES:
        out->info.room = size_in(*value);
        out->info.length = value;
        break;
    case CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES:
        out->error.room = size_in(*value);
        out->error.length = value;
        break;
    case CU_JIT_WALL_TIME: out->wall_time = value; break;
    case CU_JIT_LOG_VERBOSE: out->verbose = *value != NULL; break;
    case CU_JIT_MAX_REGISTERS: out->max_registers = (unsigned)size_in(*value); break;
    case CU_JIT_MAX_THREADS_PER_BLOCK: out->max_threads = (unsigned)size_in(*value); break;
    case CU_JIT_GLOBAL_SYMBOL_NAMES:
    case CU_JIT_GLOBAL_SYMBOL_ADDRESSES:
    case CU_JIT_GLOBAL_SYMBOL_COUNT: return CUDA_ERROR_NOT_SUPPORTED;
    default: return (unsigned)option < CU_JIT_NUM_OPTIONS ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

CUresult lc_jit_read(unsigned count, const CUjit_option *options, void **values, struct lc_jit *out)
{
    CUresult result = !count || (options && values) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    *out = (struct lc_jit){.wall_time = NULL};
    for (unsigned i = 0; i < count && !result; i++)
        result = read_option(options[i], &values[i], out);
    return result;
}

CUresult lc_jit_read_input(unsigned count, const CUjit_option *options, void **values)
{
    struct lc_jit jit;
    CUresult result = lc_jit_read(count, options, values, &jit);
    for (unsigned i = 0; i < count && !result; i++)
        if (options[i] == CU_JIT_WALL_TIME || options[i] == CU_JIT_INFO_LOG_BUFFER ||
            options[i] == CU_JIT_ERROR_LOG_BUFFER || options[i] == CU_JIT_TARGET_FROM_CUCONTEXT ||
            options[i] == CU_JIT_TARGET)
            result = CUDA_ERROR_INVALID_VALUE;
    return result;
}

void lc_jit_return_time(const struct lc_jit *jit, double milliseconds)
{
    float time = (float)milliseconds;
    if (!jit->wall_time)
        return;
    *jit->wall_time = NULL;
    memcpy(jit->wall_time, &time, sizeof time);
}

void lc_jit_return_log(const struct lc_jit_log *log, const char *text, size_t bytes)
{
    size_t kept = 0;
    if (log->buffer && log->room) {
        kept = bytes < log->room ? bytes : log->room - 1;
        if (kept)
            memcpy(log->buffer, text, kept);
        log->buffer[kept] = 0;
    }
    if (log->length)
        *log->length = (void *)(uintptr_t)kept;
}
