/* Reading the options of a module load and answering in them. Knows nothing of PTX. */
#include "jit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../../host/log.h"

CUresult sg_jit_begin(struct sg_jit *jit, unsigned count, const CUjit_option *options, void **values)
{
    *jit = (struct sg_jit){0};
    clock_gettime(CLOCK_MONOTONIC, &jit->begin);
    TRY(lc_jit_read(count, options, values, &jit->asked));
    const struct lc_jit_log *error = &jit->asked.error, *info = &jit->asked.info;
    bool given = error->buffer && error->room;
    jit->log.text = given ? error->buffer : jit->own;
    jit->log.size = given ? error->room : sizeof jit->own;
    jit->log.text[0] = 0;
    if (info->buffer && info->room)
        info->buffer[0] = 0;
    return CUDA_SUCCESS;
}

struct sg_cubin_limits sg_jit_limits(const struct sg_jit *jit)
{
    return (struct sg_cubin_limits){jit->asked.max_registers, jit->asked.max_threads};
}

void sg_jit_inform(struct sg_jit *jit, const char *text)
{
    const struct lc_jit_log *log = &jit->asked.info;
    size_t bytes = strlen(text);
    if (!log->buffer || jit->informed + 1 >= log->room)
        return;
    size_t room = log->room - jit->informed - 1, kept = bytes < room ? bytes : room;
    memcpy(log->buffer + jit->informed, text, kept);
    jit->informed += kept;
    log->buffer[jit->informed] = 0;
}

void sg_jit_again(struct sg_jit *jit)
{
    clock_gettime(CLOCK_MONOTONIC, &jit->begin);
}

void sg_jit_end(struct sg_jit *jit, CUresult result)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    jit->spent_ms += (double)(now.tv_sec - jit->begin.tv_sec) * 1e3 + (double)(now.tv_nsec - jit->begin.tv_nsec) * 1e-6;
    lc_jit_return_time(&jit->asked, jit->spent_ms);
    /* The sizes come back as the number of bytes written. */
    if (jit->asked.error.length)
        *jit->asked.error.length = (void *)(uintptr_t)(jit->log.text == jit->own ? 0 : jit->log.used);
    if (jit->asked.info.length)
        *jit->asked.info.length = (void *)(uintptr_t)jit->informed;
    if (result && jit->log.text == jit->own && jit->own[0]) {
        sg_log_line("module load fails with %d: %s", (int)result, jit->own);
        jit->log.used = 0;
    }
}

CUresult sg_jit_refuse(struct sg_jit *jit, CUresult result, const char *format, ...)
{
    char text[512];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (jit->log.text != jit->own)
        sg_ptx_log_say(&jit->log, text);
    sg_log_line("%s", text);
    return result;
}
