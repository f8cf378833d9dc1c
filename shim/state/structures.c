/* Structures of the driver -> bytes: walks the descriptions of generated/structures.c. */
#include "structures.h"

#include <stdlib.h>
#include <string.h>

#include "blocks.h"
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

static CUresult number_of(const struct bf_member *member, const void *handle, const struct bf_object *context,
                          uint64_t *number)
{
    struct bf_object *object;
    *number = 0;
    if (!handle && member->optional)
        return CUDA_SUCCESS;
    if (member->letter == 'f')
        return bf_kernels_find((CUfunction)handle, context, &object, number);
    if (member->of == BF_KERNEL)
        return bf_objects_find(handle, BF_KERNEL) ? bf_kernels_find((CUfunction)handle, context, &object, number)
                                                  : bf_lookup_missing(BF_KERNEL);
    CUresult result = bf_lookup_find((enum bf_kind)member->of, handle, &object);
    if (!result && object->server != context->server)
        result = bf_lookup_missing((enum bf_kind)member->of);
    if (!result)
        *number = object->number;
    return result;
}

static CUresult pack_device(struct bf_packed *packed, size_t at, int ordinal, const struct bf_object *context)
{
    const struct bf_device *device = bf_client_device(ordinal);
    if (!device)
        return CUDA_ERROR_INVALID_VALUE;
    if (device->server != context->server)
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
                            const struct bf_object *context)
{
    uint8_t small[BF_SMALL_BLOCK_BYTES];
    struct bf_object *function;
    struct bf_value block;
    uint64_t number;
    size_t at;
    void *handle = load_pointer(from + member->of), **extra = load_pointer(from + member->count);
    if (!handle && member->other)
        handle = load_pointer(from + member->other);
    CUresult result = bf_kernels_find(handle, context, &function, &number);
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

static CUresult pack_all(struct bf_packed *packed, const struct bf_structure *structure, const void *from, size_t count,
                         const struct bf_object *context);
static CUresult pack_one(struct bf_packed *packed, const struct bf_structure *structure, const uint8_t *from,
                         size_t start, const struct bf_object *context);

static CUresult pack_array(struct bf_packed *packed, const struct bf_member *member, const uint8_t *from, size_t start,
                           const struct bf_object *context)
{
    const void *elements = load_pointer(from + member->offset);
    uint64_t count = load(from + member->count, member->count_bytes);
    size_t at, each = member->letter == 'a' ? bf_structures[member->of].bytes : member->of;
    if (count > PACKED_BYTES_MAX / each || (count && !elements))
        return CUDA_ERROR_INVALID_VALUE;
    store(packed, start + member->offset, count * each);
    if (member->letter == 'a')
        return pack_all(packed, &bf_structures[member->of], elements, (size_t)count, context);
    return append(packed, elements, (size_t)count * each, &at);
}

static CUresult pack_member(struct bf_packed *packed, const struct bf_member *member, const uint8_t *from, size_t start,
                            const struct bf_object *context)
{
    const uint8_t *at = from + member->offset;
    uint64_t number;
    CUresult result;
    switch (member->letter) {
    case 'h':
    case 'f':
        result = number_of(member, load_pointer(at), context, &number);
        store(packed, start + member->offset, number);
        return result;
    case 'd': return pack_device(packed, start + member->offset, (int)load(at, sizeof(int)), context);
    case 's': return pack_one(packed, &bf_structures[member->of], at, start + member->offset, context);
    case 'p': return pack_params(packed, member, from, start, context);
    case 'a':
    case 'b': return pack_array(packed, member, from, start, context);
    case 'n': store(packed, start + member->offset, 0); return CUDA_SUCCESS;
    default: return CUDA_SUCCESS;
    }
}

/* The structure itself lies at `start` already. */
static CUresult pack_one(struct bf_packed *packed, const struct bf_structure *structure, const uint8_t *from,
                         size_t start, const struct bf_object *context)
{
    CUresult result = CUDA_SUCCESS;
    for (unsigned i = 0; i < structure->member_count && !result; i++) {
        const struct bf_member *member = &structure->members[i];
        if (member->selector < 0 || (uint32_t)load(from + member->selector, sizeof(uint32_t)) == member->value)
            result = pack_member(packed, member, from, start, context);
    }
    return result;
}

static CUresult pack_all(struct bf_packed *packed, const struct bf_structure *structure, const void *from, size_t count,
                         const struct bf_object *context)
{
    size_t start;
    CUresult result = append(packed, from, count * structure->bytes, &start);
    for (size_t i = 0; i < count && !result; i++)
        result = pack_one(packed, structure, (const uint8_t *)from + i * structure->bytes, start + i * structure->bytes,
                          context);
    return result;
}

CUresult bf_structures_pack(struct bf_packed *packed, enum bf_structure_index which, const void *from, size_t count,
                            const struct bf_object *context)
{
    packed->data = packed->small;
    packed->room = sizeof packed->small;
    packed->bytes = 0;
    if (count > PACKED_BYTES_MAX / bf_structures[which].bytes)
        return CUDA_ERROR_INVALID_VALUE;
    return pack_all(packed, &bf_structures[which], from, count, context);
}

void bf_structures_end(struct bf_packed *packed)
{
    if (packed->data != packed->small)
        free(packed->data);
}
