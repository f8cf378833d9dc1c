/* Reading the options of a module load and answering in them. Knows nothing of PTX. */
#include "jit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../../host/log.h"

static size_t size_of(void *const *slot)
{
    return slot ? (size_t)(uintptr_t)*slot : 0;
}

CUresult sg_jit_begin(struct sg_jit *jit, unsigned count, const CUjit_option *options, void **values)
{
    char *error = NULL;
    *jit = (struct sg_jit){0};
    clock_gettime(CLOCK_MONOTONIC, &jit->begin);
    REQUIRE(!count || (options && values), CUDA_ERROR_INVALID_VALUE);
    for (unsigned i = 0; i < count; i++) {
        REQUIRE((unsigned)options[i] < CU_JIT_NUM_OPTIONS, CUDA_ERROR_INVALID_VALUE);
        switch (options[i]) {
        case CU_JIT_ERROR_LOG_BUFFER: error = values[i]; break;
        case CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES: jit->error_size = &values[i]; break;
        case CU_JIT_INFO_LOG_BUFFER: jit->info = values[i]; break;
        case CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES: jit->info_size = &values[i]; break;
        case CU_JIT_WALL_TIME: jit->wall_time = &values[i]; break;
        default: break;
        }
    }
    bool given = error && size_of(jit->error_size);
    jit->log.text = given ? error : jit->own;
    jit->log.size = given ? size_of(jit->error_size) : sizeof jit->own;
    jit->log.text[0] = 0;
    jit->info_bytes = size_of(jit->info_size);
    if (jit->info && jit->info_bytes)
        jit->info[0] = 0;
    return CUDA_SUCCESS;
}

void sg_jit_end(struct sg_jit *jit, CUresult result)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (jit->wall_time) {
        float milliseconds =
            (float)((double)(now.tv_sec - jit->begin.tv_sec) * 1e3 + (double)(now.tv_nsec - jit->begin.tv_nsec) * 1e-6);
        *jit->wall_time = NULL;
        memcpy(jit->wall_time, &milliseconds, sizeof milliseconds);
    }
    /* The sizes come back as the number of bytes written. */
    if (jit->error_size)
        *jit->error_size = (void *)(uintptr_t)(jit->log.text == jit->own ? 0 : jit->log.used);
    if (jit->info_size)
        *jit->info_size = NULL;
    if (result && jit->log.text == jit->own && jit->own[0])
        sg_log_line("module load fails with %d: %s", (int)result, jit->own);
}

CUresult sg_jit_refuse(struct sg_jit *jit, CUresult result, const char *format, ...)
{
    char text[256];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (jit->log.text != jit->own)
        sg_ptx_log_say(&jit->log, text);
    sg_log_line("%s", text);
    return result;
}
