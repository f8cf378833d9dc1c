/* Descriptions of functions and kernels. */
#include "code.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../../libcuda/old_launch.h"

enum { ATTRIBUTES_MAX = 64, PARAMS_MAX = 8192 };

static uint32_t load(const uint8_t **at)
{
    uint32_t value = (uint32_t)(*at)[0] | (uint32_t)(*at)[1] << 8 | (uint32_t)(*at)[2] << 16 | (uint32_t)(*at)[3] << 24;
    *at += 4;
    return value;
}

/* True if the counts fit the length exactly and every parameter lies in a block of allowed size. */
static bool measure(const uint8_t *description, size_t bytes, uint32_t *attributes, uint32_t *params)
{
    const uint8_t *at = description;
    if (bytes < 8)
        return false;
    *attributes = load(&at);
    if (*attributes > ATTRIBUTES_MAX || bytes < 8 + 4 * (size_t)*attributes)
        return false;
    at += 4 * (size_t)*attributes;
    *params = load(&at);
    return *params <= PARAMS_MAX && bytes == 8 + 4 * (size_t)*attributes + 8 * (size_t)*params;
}

static bool read_params(const uint8_t *at, struct bf_code *code)
{
    for (uint32_t i = 0; i < code->param_count; i++) {
        code->params[i].offset = load(&at);
        code->params[i].bytes = load(&at);
        uint64_t end = (uint64_t)code->params[i].offset + code->params[i].bytes;
        if (end > BF_PARAM_BYTES_MAX)
            return false;
        code->block_bytes = end > code->block_bytes ? (uint32_t)end : code->block_bytes;
    }
    return true;
}

struct bf_code *bf_code_new(const char *name, const void *description, size_t bytes, unsigned servers)
{
    uint32_t attributes, params;
    if (!measure(description, bytes, &attributes, &params))
        return NULL;
    struct bf_code *code = calloc(1, sizeof *code);
    if (!code)
        return NULL;
    code->attribute_count = attributes;
    code->param_count = params;
    code->name = strdup(name);
    code->attributes = calloc(attributes + 1u, sizeof *code->attributes);
    code->params = calloc(params + 1u, sizeof *code->params);
    code->numbers = servers ? calloc(servers, sizeof *code->numbers) : NULL;
    bool complete = code->name && code->attributes && code->params && (code->numbers || !servers);
    const uint8_t *at = (const uint8_t *)description + 4;
    for (uint32_t i = 0; i < attributes && complete; i++)
        code->attributes[i] = (int)load(&at);
    if (!complete || !read_params(at + 4, code)) {
        bf_code_free(code);
        return NULL;
    }
    return code;
}

void bf_code_free(struct bf_code *code)
{
    if (!code)
        return;
    lc_old_launch_free(code->old);
    free(code->name);
    free(code->attributes);
    free(code->params);
    free((void *)code->numbers);
    free(code);
}

/* A ring: a slot of the table of objects waits like that, too. A launch takes no lock and no count for it, and is long
 * over by then. */
void bf_code_retire(struct bf_code *code)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static struct bf_code *retired[BF_CODE_RETIRED_MAX];
    static unsigned next;
    if (!code)
        return;
    pthread_mutex_lock(&lock);
    struct bf_code *oldest = retired[next];
    retired[next] = code;
    next = (next + 1) % BF_CODE_RETIRED_MAX;
    pthread_mutex_unlock(&lock);
    bf_code_free(oldest);
}
