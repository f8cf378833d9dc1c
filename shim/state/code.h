/* What is known about a function or kernel. */
#ifndef BF_CODE_H
#define BF_CODE_H

#include "../wire/encode.h"

/* A function or kernel: read once from its server's description. */
struct bf_param {
    uint32_t offset, bytes;
};

enum { BF_ACCEPTED_MAX = 8 };

struct bf_code {
    char *name;
    int *attributes;
    uint32_t attribute_count, param_count;
    struct bf_param *params;
    struct lc_old_launch *old;   /* what was set for launches of CUDA before 4.0, or NULL */
    uint32_t block_bytes;        /* of all parameters together */
    int described_device;        /* global ordinal that the attributes are for */
    bool free_block;             /* it certainly runs in blocks of any size that fits */
    bool overridden;             /* of a kernel: a function of it was set otherwise */
    uint64_t own;                /* of a kernel's function: a bit for each attribute that was set on it */
    _Atomic uint64_t *numbers;   /* of a kernel: by server, 0 where it is not yet */
    _Atomic uint64_t accepted[BF_ACCEPTED_MAX];   /* accepted.c */
};

/* `text` is the packed description of protocol.md (wire table, module_get_function). NULL if it is none, or memory
 * ran out. With room for a number on each of so many servers. */
struct bf_code *bf_code_new(const char *name, const void *description, size_t bytes, unsigned servers);
void bf_code_free(struct bf_code *code);

/* Free it when BF_CODE_RETIRED_MAX others have been given up after it: a call of another thread may still read it, as
 * when one thread resets a device while others launch. May be NULL. */
enum { BF_CODE_RETIRED_MAX = 1024 };
void bf_code_retire(struct bf_code *code);

/* 0 where the description has no such attribute. */
static inline int bf_code_attribute(const struct bf_code *code, unsigned attribute)
{
    return attribute < code->attribute_count ? code->attributes[attribute] : 0;
}

#endif
