/* Code on the server: modules, libraries, and the functions and kernels in them with what is known about each. */
#ifndef BF_CODE_H
#define BF_CODE_H

#include "call.h"
#include "listing.h"

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
    uint32_t block_bytes;        /* of all parameters together */
    int described_device;        /* global ordinal that the attributes are for */
    bool free_block;             /* it certainly runs in blocks of any size that fits */
    bool overridden;             /* of a kernel: a function of it was set otherwise */
    uint64_t own;                /* of a kernel's function: a bit for each attribute that was set on it */
    _Atomic uint64_t *numbers;   /* of a kernel: by server, 0 where it is not yet */
    _Atomic uint64_t accepted[BF_ACCEPTED_MAX];   /* accepted.c */
};

/* `text` is the packed description of protocol.md (wire table, module_get_function). NULL if it is none, or memory
 * ran out. `numbered` asks for room for a number for each server. */
struct bf_code *bf_code_new(const char *name, const void *description, size_t bytes, bool numbered);
void bf_code_free(struct bf_code *code);

/* What hangs on an object that bf_objects_free frees. */
void bf_code_drop(struct bf_object *object, enum bf_kind kind);

/* 0 where the description has no such attribute. */
static inline int bf_code_attribute(const struct bf_code *code, unsigned attribute)
{
    return attribute < code->attribute_count ? code->attributes[attribute] : 0;
}

/* The image of a library, kept because every server that is used needs it. */
struct bf_image {
    const void *data;
    size_t bytes;
    bool owned;
    uint8_t *options;
    size_t option_bytes;
    int preserved;
    bool free_block;             /* no kernel in it fixes the size of its blocks */
    struct bf_device *device;    /* on whose server it was loaded first, and that its kernels are listed for */
    struct bf_listing listing;
    pthread_mutex_t lock;        /* while it is loaded on a further server */
    uint64_t numbers[];          /* by server; 0 where it is not loaded */
};
void bf_image_free(struct bf_image *image);

/* The function or kernel that the handle names; its number where `context` is, loading it there if need be. */
CUresult bf_code_find(CUfunction handle, const struct bf_object *context, struct bf_object **out, uint64_t *number);
/* The same for a library. */
CUresult bf_library_number(struct bf_object *library, struct bf_server *server, uint64_t *number);
CUresult bf_kernel_number(struct bf_object *kernel, struct bf_server *server, uint64_t *number);

#endif
