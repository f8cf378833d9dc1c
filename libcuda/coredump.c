/* What programs set about core dumps. The environment of cuda-gdb comes first and cannot be overruled. Two attributes
 * are older names of flags: LIGHTWEIGHT of several, TRIGGER_HOST of SKIP_ABORT, upside down. */
#include "coredump.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "environment.h"
#include "storage.h"

enum { STRING_BYTES = 1024, FLAGS_ALL = CU_COREDUMP_LIGHTWEIGHT_FLAGS | CU_COREDUMP_SKIP_ABORT };

/* `set`: a bit for each attribute that is not as it is elsewhere. */
struct settings {
    unsigned set, flags;
    bool enabled, triggered;
    char file[STRING_BYTES], pipe[STRING_BYTES];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct settings global;
static unsigned fixed;   /* a bit for each attribute that the environment has */
static bool is_read;
static char key;         /* its address names the settings of a context in its storage */

/* ---- the environment */

static const char *const variables[CU_COREDUMP_MAX] = {
    [CU_COREDUMP_ENABLE_ON_EXCEPTION] = "CUDA_ENABLE_COREDUMP_ON_EXCEPTION",
    [CU_COREDUMP_TRIGGER_HOST] = "CUDA_ENABLE_CPU_COREDUMP_ON_EXCEPTION",
    [CU_COREDUMP_LIGHTWEIGHT] = "CUDA_ENABLE_LIGHTWEIGHT_COREDUMP",
    [CU_COREDUMP_ENABLE_USER_TRIGGER] = "CUDA_ENABLE_USER_TRIGGERED_COREDUMP",
    [CU_COREDUMP_FILE] = "CUDA_COREDUMP_FILE",
    [CU_COREDUMP_PIPE] = "CUDA_COREDUMP_PIPE",
};

/* The attribute that holds what this one sets. */
static unsigned holder(CUcoredumpSettings attribute)
{
    bool is_flag = attribute == CU_COREDUMP_TRIGGER_HOST || attribute == CU_COREDUMP_LIGHTWEIGHT;
    return 1u << (is_flag ? CU_COREDUMP_GENERATION_FLAGS : attribute);
}

static void set_flag(struct settings *settings, unsigned flags, bool on)
{
    settings->flags = on ? settings->flags | flags : settings->flags & ~flags;
}

static void write_value(struct settings *settings, CUcoredumpSettings attribute, const void *value, size_t bytes)
{
    const bool on = *(const unsigned char *)value;
    settings->set |= holder(attribute);
    switch (attribute) {
    case CU_COREDUMP_ENABLE_ON_EXCEPTION: settings->enabled = on; break;
    case CU_COREDUMP_TRIGGER_HOST: set_flag(settings, CU_COREDUMP_SKIP_ABORT, !on); break;
    case CU_COREDUMP_LIGHTWEIGHT: set_flag(settings, CU_COREDUMP_LIGHTWEIGHT_FLAGS, on); break;
    case CU_COREDUMP_ENABLE_USER_TRIGGER: settings->triggered = on; break;
    case CU_COREDUMP_FILE: snprintf(settings->file, STRING_BYTES, "%.*s", (int)bytes, (const char *)value); break;
    case CU_COREDUMP_PIPE: snprintf(settings->pipe, STRING_BYTES, "%.*s", (int)bytes, (const char *)value); break;
    default: memcpy(&settings->flags, value, sizeof settings->flags);
    }
}

static bool is_text(CUcoredumpSettings attribute)
{
    return attribute == CU_COREDUMP_FILE || attribute == CU_COREDUMP_PIPE;
}

/* With the lock held. */
static void read_environment(void)
{
    char host[256] = "localhost";
    if (is_read)
        return;
    is_read = true;
    gethostname(host, sizeof host - 1);
    snprintf(global.file, STRING_BYTES, "core.cuda.%s.%d", host, (int)getpid());
    snprintf(global.pipe, STRING_BYTES, "corepipe.cuda.%s.%d", host, (int)getpid());
    for (CUcoredumpSettings i = CU_COREDUMP_ENABLE_ON_EXCEPTION; i < CU_COREDUMP_MAX; i++) {
        const char *text = variables[i] ? lc_environment_get(variables[i]) : NULL;
        if (!text)
            continue;
        bool on = text[0] == '1';
        write_value(&global, i, is_text(i) ? (const void *)text : &on, is_text(i) ? STRING_BYTES - 1 : sizeof on);
        fixed |= 1u << i;
    }
}

/* ---- values */

static size_t bytes_of(CUcoredumpSettings attribute)
{
    return is_text(attribute)                          ? STRING_BYTES
           : attribute == CU_COREDUMP_GENERATION_FLAGS ? sizeof(unsigned)
                                                       : sizeof(bool);
}

/* 0, or what is wrong. `*done`: the size was all that was asked for. */
static CUresult check(CUcoredumpSettings attribute, const void *value, size_t *size, bool *done)
{
    bool known = attribute >= CU_COREDUMP_ENABLE_ON_EXCEPTION && attribute < CU_COREDUMP_MAX;
    *done = false;
    if (!known || !size)
        return CUDA_ERROR_INVALID_VALUE;
    if (!value) {
        *size = bytes_of(attribute);
        *done = true;
    }
    return CUDA_SUCCESS;
}

static CUresult read_value(const struct settings *from, CUcoredumpSettings attribute, void *value, size_t room)
{
    const char *text = attribute == CU_COREDUMP_FILE ? from->file : from->pipe;
    bool on = false;
    if (room < (is_text(attribute) ? strlen(text) + 1 : bytes_of(attribute)))
        return CUDA_ERROR_INVALID_VALUE;
    switch (attribute) {
    case CU_COREDUMP_FILE:
    case CU_COREDUMP_PIPE: memcpy(value, text, strlen(text) + 1); return CUDA_SUCCESS;
    case CU_COREDUMP_GENERATION_FLAGS: memcpy(value, &from->flags, sizeof from->flags); return CUDA_SUCCESS;
    case CU_COREDUMP_ENABLE_ON_EXCEPTION: on = from->enabled; break;
    case CU_COREDUMP_TRIGGER_HOST: on = !(from->flags & CU_COREDUMP_SKIP_ABORT); break;
    case CU_COREDUMP_ENABLE_USER_TRIGGER: on = from->triggered; break;
    default: on = (from->flags & CU_COREDUMP_LIGHTWEIGHT_FLAGS) == CU_COREDUMP_LIGHTWEIGHT_FLAGS;
    }
    memcpy(value, &on, sizeof on);
    return CUDA_SUCCESS;
}

/* Text may end with its size instead of a NUL. */
static CUresult check_new(CUcoredumpSettings attribute, const void *value, size_t bytes)
{
    unsigned flags = 0;
    if (is_text(attribute))
        return strnlen(value, bytes) < STRING_BYTES ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
    if (bytes < bytes_of(attribute))
        return CUDA_ERROR_INVALID_VALUE;
    if (attribute == CU_COREDUMP_GENERATION_FLAGS)
        memcpy(&flags, value, sizeof flags);
    return flags & ~(unsigned)FLAGS_ALL ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

/* ---- for all contexts */

CUresult lc_coredump_get_global(CUcoredumpSettings attribute, void *value, size_t *size)
{
    bool done;
    CUresult result = check(attribute, value, size, &done);
    if (result || done)
        return result;
    pthread_mutex_lock(&lock);
    read_environment();
    result = read_value(&global, attribute, value, *size);
    pthread_mutex_unlock(&lock);
    return result;
}

CUresult lc_coredump_set_global(CUcoredumpSettings attribute, const void *value, size_t *size)
{
    bool done;
    CUresult result = check(attribute, value, size, &done);
    if (!result && !done)
        result = check_new(attribute, value, *size);
    if (result || done)
        return result;
    pthread_mutex_lock(&lock);
    read_environment();
    if (fixed & 1u << attribute)
        result = CUDA_ERROR_NOT_PERMITTED;
    else
        write_value(&global, attribute, value, *size);
    pthread_mutex_unlock(&lock);
    return result;
}

/* ---- for one */

static void drop(CUcontext context, void *of, void *value)
{
    (void)context, (void)of;
    free(value);
}

/* With the lock held: those of the context, or NULL. */
static struct settings *own_of(CUcontext context)
{
    void *found = NULL;
    return lc_storage_get(&found, context, &key) ? NULL : found;
}

CUresult lc_coredump_get(CUcontext context, unsigned flags, CUcoredumpSettings attribute, void *value, size_t *size)
{
    bool done;
    CUresult result = check(attribute, value, size, &done);
    if (result || done)
        return result;
    pthread_mutex_lock(&lock);
    read_environment();
    const struct settings *own = own_of(context);
    struct settings all = global;
    all.enabled |= (flags & CU_CTX_COREDUMP_ENABLE) != 0;
    all.triggered |= (flags & CU_CTX_USER_COREDUMP_ENABLE) != 0;
    result = read_value(own && own->set & holder(attribute) ? own : &all, attribute, value, *size);
    pthread_mutex_unlock(&lock);
    return result;
}

/* With the lock held. */
static CUresult set_own(CUcontext context, CUcoredumpSettings attribute, const void *value, size_t bytes)
{
    struct settings *own = own_of(context);
    if (!own) {
        own = calloc(1, sizeof *own);
        if (!own || lc_storage_put(context, &key, own, drop)) {
            free(own);
            return CUDA_ERROR_OUT_OF_MEMORY;
        }
    }
    if (!(own->set & 1u << CU_COREDUMP_GENERATION_FLAGS))
        own->flags = global.flags;
    write_value(own, attribute, value, bytes);
    return CUDA_SUCCESS;
}

CUresult lc_coredump_set(CUcontext context, CUcoredumpSettings attribute, const void *value, size_t *size)
{
    bool done;
    CUresult result = check(attribute, value, size, &done);
    if (!result && !done)
        result = check_new(attribute, value, *size);
    if (result || done)
        return result;
    pthread_mutex_lock(&lock);
    read_environment();
    bool of_all = attribute == CU_COREDUMP_ENABLE_USER_TRIGGER || attribute == CU_COREDUMP_PIPE;
    result = of_all || fixed & 1u << attribute ? CUDA_ERROR_NOT_PERMITTED : set_own(context, attribute, value, *size);
    pthread_mutex_unlock(&lock);
    return result;
}
