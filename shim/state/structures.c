/* Structures of the driver -> bytes: walks the descriptions of generated/structures.c. */
#include "structures.h"

#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "callbacks.h"
#include "kernels.h"
#include "lookup.h"

enum { ALIGNMENT = 8, PACKED_BYTES_MAX = BF_PARAM_BYTES_MAX };

static uint64_t load(const uint8_t *at, unsigned bytes)
{
    uint64_t value = 0;
    memcpy(&value, at, bytes);
    return value;
}

static void *load_pointer(const uint8_t *at)
{
    void *pointer;
    memcpy(&pointer, at, sizeof pointer);
    return pointer;
}

static void store(struct bf_packed *packed, size_t at, uint64_t value)
{
    memcpy(packed->data + at, &value, sizeof value);
}

/* Behind what is there, aligned; `start`: where. */
static CUresult append(struct bf_packed *packed, const void *data, size_t bytes, size_t *start)
{
    size_t at = (packed->bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (bytes > PACKED_BYTES_MAX || at + bytes > PACKED_BYTES_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    if (at + bytes > packed->room) {
        size_t room = at + bytes > 2 * packed->room ? at + bytes : 2 * packed->room;
        uint8_t *larger = malloc(room);
        if (!larger)
            return CUDA_ERROR_OUT_OF_MEMORY;
        memcpy(larger, packed->data, packed->bytes);
        bf_structures_end(packed);
        packed->data = larger;
        packed->room = room;
    }
    memset(packed->data + packed->bytes, 0, at - packed->bytes);
    if (data && bytes)
        memcpy(packed->data + at, data, bytes);
    packed->bytes = at + bytes;
    *start = at;
    return CUDA_SUCCESS;
}

/* A context is to be usable, too. */
static CUresult find(const struct bf_member *member, const void *handle, const struct bf_object *there,
                     uint64_t *number)
{
    struct bf_object *object;
    if (member->letter == 'f' || (member->of == BF_KERNEL && bf_objects_find(handle, BF_KERNEL)))
        return bf_kernels_find((CUfunction)handle, there, &object, number);
    CUresult result = member->of == BF_CONTEXT ? bf_contexts_find((CUcontext)handle, &object)
                                               : bf_lookup_find((enum bf_kind)member->of, handle, &object);
    if (!result && object->server != there->server)
        result = bf_lookup_missing((enum bf_kind)member->of);
    if (!result)
        *number = object->number;
    return result;
}

static CUresult number_of(const struct bf_member *member, void *handle, const struct bf_object *there, uint64_t *number)
{
    *number = 0;
    if (!handle && member->optional)
        return CUDA_SUCCESS;
    if (!handle && member->of == BF_CONTEXT)
        return CUDA_ERROR_INVALID_CONTEXT;
    CUresult result = find(member, handle, there, number);
    return result && member->code ? member->code : result;
}

static CUresult pack_device(struct bf_packed *packed, size_t at, int ordinal, const struct bf_object *there)
{
    const struct bf_device *device = bf_client_device(ordinal);
    if (!device)
        return CUDA_ERROR_INVALID_VALUE;
    if (device->server != there->server)
        return CUDA_ERROR_INVALID_DEVICE;
    int local = (int)device->local;
    memcpy(packed->data + at, &local, sizeof local);
    return CUDA_SUCCESS;
}

/* Where each parameter is in the block, for who gave them one by one. */
static CUresult pack_offsets(struct bf_packed *packed, const struct bf_code *code)
{
    size_t at;
    CUresult result = append(packed, NULL, code->param_count * sizeof(uint32_t), &at);
    for (uint32_t i = 0; i < code->param_count && !result; i++)
        memcpy(packed->data + at + i * sizeof(uint32_t), &code->params[i].offset, sizeof(uint32_t));
    return result;
}

/* The parameters of the kernel that the structure is about. */
static CUresult pack_params(struct bf_packed *packed, const struct bf_member *member, const uint8_t *from, size_t start,
                            const struct bf_object *there)
{
    uint8_t small[BF_SMALL_BLOCK_BYTES];
    struct bf_object *function;
    struct bf_value block;
    uint64_t number;
    size_t at;
    void *handle = load_pointer(from + member->of), **extra = load_pointer(from + member->count);
    if (!handle && member->other)
        handle = load_pointer(from + member->other);
    CUresult result = handle ? bf_kernels_find(handle, there, &function, &number) : CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    const struct bf_code *code = function->function.code;
    result = bf_blocks_gather(code, load_pointer(from + member->offset), extra, small, &block);
    if (!result)
        result = append(packed, block.p, block.bytes, &at);
    if (!result && !extra)
        result = pack_offsets(packed, code);
    if (result)
        return result;
    store(packed, start + member->offset, block.bytes);
    store(packed, start + member->count, extra ? BF_STRUCTURES_ONE_BLOCK : code->param_count);
    return CUDA_SUCCESS;
}

/* The server may have it called for as long as what is made of the structure lives, so its number stays. */
static CUresult pack_function(struct bf_packed *packed, const struct bf_member *member, const uint8_t *from,
                              size_t start, const struct bf_object *there)
{
    CUhostFn function;
    memcpy(&function, from + member->offset, sizeof function);
    if (!function)
        return CUDA_ERROR_INVALID_VALUE;
    const struct bf_callback callback = {
        .function = function, .data = load_pointer(from + member->count), .lasts = true};
    uint64_t number = bf_callbacks_enter(there->server, &callback);
    store(packed, start + member->offset, 0);
    store(packed, start + member->count, number);
    return number ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

/* NOLINTBEGIN(misc-no-recursion): structures are in structures, as deep as the descriptions are. */
static CUresult pack_all(struct bf_packed *packed, const struct bf_structure *structure, const void *from, size_t count,
                         const struct bf_object *there);
static CUresult pack_one(struct bf_packed *packed, const struct bf_structure *structure, const uint8_t *from,
                         size_t start, const struct bf_object *there);

static CUresult pack_array(struct bf_packed *packed, const struct bf_member *member, const uint8_t *from, size_t start,
                           const struct bf_object *there)
{
    const void *elements = load_pointer(from + member->offset);
    uint64_t count = load(from + member->count, member->count_bytes);
    size_t at, each = member->letter == 'a' ? bf_structures[member->of].bytes : member->of;
    if (count > PACKED_BYTES_MAX / each || (count && !elements))
        return CUDA_ERROR_INVALID_VALUE;
    store(packed, start + member->offset, count * each);
    if (member->letter == 'a')
        return pack_all(packed, &bf_structures[member->of], elements, (size_t)count, there);
    return append(packed, elements, (size_t)count * each, &at);
}

static CUresult pack_member(struct bf_packed *packed, const struct bf_member *member, const uint8_t *from, size_t start,
                            const struct bf_object *there)
{
    const uint8_t *at = from + member->offset;
    uint64_t number;
    CUresult result;
    switch (member->letter) {
    case 'h':
    case 'f':
        result = number_of(member, load_pointer(at), there, &number);
        store(packed, start + member->offset, number);
        return result;
    case 'd': return pack_device(packed, start + member->offset, (int)load(at, sizeof(int)), there);
    case 's': return pack_one(packed, &bf_structures[member->of], at, start + member->offset, there);
    case 'p': return pack_params(packed, member, from, start, there);
    case 'u': return pack_function(packed, member, from, start, there);
    case 'a':
    case 'b': return pack_array(packed, member, from, start, there);
    case 'n': store(packed, start + member->offset, 0); return CUDA_SUCCESS;
    default: return CUDA_SUCCESS;
    }
}

/* The structure itself lies at `start` already. */
static CUresult pack_one(struct bf_packed *packed, const struct bf_structure *structure, const uint8_t *from,
                         size_t start, const struct bf_object *there)
{
    CUresult result = CUDA_SUCCESS;
    for (unsigned i = 0; i < structure->member_count && !result; i++) {
        const struct bf_member *member = &structure->members[i];
        if (member->selector < 0 || (uint32_t)load(from + member->selector, sizeof(uint32_t)) == member->value)
            result = pack_member(packed, member, from, start, there);
    }
    return result;
}

static CUresult pack_all(struct bf_packed *packed, const struct bf_structure *structure, const void *from, size_t count,
                         const struct bf_object *there)
{
    size_t start;
    CUresult result = append(packed, from, count * structure->bytes, &start);
    for (size_t i = 0; i < count && !result; i++)
        result = pack_one(packed, structure, (const uint8_t *)from + i * structure->bytes, start + i * structure->bytes,
                          there);
    return result;
}

/* NOLINTEND(misc-no-recursion) */

CUresult bf_structures_pack(struct bf_packed *packed, enum bf_structure_index which, const void *from, size_t count,
                            const struct bf_object *there)
{
    packed->data = packed->small;
    packed->room = sizeof packed->small;
    packed->bytes = 0;
    if (count > PACKED_BYTES_MAX / bf_structures[which].bytes)
        return CUDA_ERROR_INVALID_VALUE;
    return pack_all(packed, &bf_structures[which], from, count, there);
}

void bf_structures_end(struct bf_packed *packed)
{
    if (packed->data != packed->small)
        free(packed->data);
}
