/* Bytes -> structures of the driver: walks the descriptions of generated/structures.c. */
#include "unpacked.h"

#include <stdlib.h>
#include <string.h>

#include "callbacks.h"
#include "code.h"

enum { ALIGNMENT = 8, WORDS = 6 };

/* The bytes as they came, and behind them the same put right, with room for the pointers to a kernel's parameters:
 * each has at least a byte. */
struct bf_unpacked {
    size_t bytes;
    uint8_t data[];
};

struct reading {
    uint8_t *data;
    size_t bytes, end;   /* all there are; what has been read of what follows */
    void **pointers;     /* room for more */
    struct bf_server *server;
    bool wrong;
};

static uint64_t load(const uint8_t *at, unsigned bytes)
{
    uint64_t value = 0;
    memcpy(&value, at, bytes);
    return value;
}

static void store_pointer(uint8_t *at, const void *pointer)
{
    memcpy(at, &pointer, sizeof pointer);
}

struct named {
    const struct bf_server *server;
    uint64_t number;
};

static bool is_named(const struct bf_object *object, const void *user)
{
    const struct named *named = user;
    return object->server == named->server && object->number == named->number;
}

static bool is_kernel_named(const struct bf_object *object, const void *user)
{
    const struct named *named = user;
    return object->function.code->numbers[named->server->index] == named->number;
}

struct bf_object *bf_unpacked_named(const struct bf_server *server, enum bf_kind kind, uint64_t number)
{
    struct named named = {server, number};
    return number ? bf_objects_any(kind, kind == BF_KERNEL ? is_kernel_named : is_named, &named) : NULL;
}

static void read_handle(struct reading *reading, const struct bf_member *member, uint8_t *at)
{
    uint64_t number = load(at, sizeof number);
    struct bf_object *object = bf_unpacked_named(reading->server, (enum bf_kind)member->of, number);
    if (!object && member->letter == 'f')
        object = bf_unpacked_named(reading->server, BF_KERNEL, number);
    store_pointer(at, object);
}

static void read_device(const struct reading *reading, uint8_t *at)
{
    const struct bf_device *device = bf_client_device_of(reading->server, (int)load(at, sizeof(int)));
    if (device)
        memcpy(at, &device->ordinal, sizeof(int));
}

/* The next `bytes` of what follows. */
static uint8_t *take(struct reading *reading, uint64_t bytes)
{
    size_t start = (reading->end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    reading->wrong = reading->wrong || start > reading->bytes || bytes > reading->bytes - start;
    if (reading->wrong || !bytes)
        return NULL;
    reading->end = start + (size_t)bytes;
    return reading->data + start;
}

static void read_params(struct reading *reading, const struct bf_member *member, uint8_t *at)
{
    uint64_t bytes = load(at + member->offset, sizeof bytes), count = load(at + member->count, sizeof count);
    bool in_one = count == BF_STRUCTURES_ONE_BLOCK;
    uint8_t *block = take(reading, bytes);
    const uint8_t *offsets = in_one || count > bytes ? NULL : take(reading, count * sizeof(uint32_t));
    void **pointers = reading->pointers;
    reading->wrong = reading->wrong || (!in_one && count > bytes);
    store_pointer(at + member->offset, !in_one && offsets ? pointers : NULL);
    store_pointer(at + member->count, in_one ? pointers : NULL);
    if (in_one) {
        void *words[WORDS] = {
            CU_LAUNCH_PARAM_BUFFER_POINTER, block, CU_LAUNCH_PARAM_BUFFER_SIZE, &pointers[5], CU_LAUNCH_PARAM_END,
            (void *)(uintptr_t)bytes};
        memcpy(pointers, words, sizeof words);
    }
    for (uint64_t i = 0; offsets && i < count; i++) {
        uint64_t offset = load(offsets + i * sizeof(uint32_t), sizeof(uint32_t));
        reading->wrong = reading->wrong || offset >= bytes;
        pointers[i] = block + offset;
    }
    reading->pointers += in_one ? WORDS : offsets ? count : 0;
}

static void read_function(struct reading *reading, const struct bf_member *member, uint8_t *at)
{
    struct bf_callback callback = {0};
    bool known = bf_callbacks_find(reading->server, load(at + member->count, sizeof(uint64_t)), &callback);
    reading->wrong = reading->wrong || !known;
    memcpy(at + member->offset, &callback.function, sizeof callback.function);
    store_pointer(at + member->count, callback.data);
}

/* NOLINTBEGIN(misc-no-recursion): structures are in structures, as deep as the descriptions are. */
static void read_one(struct reading *reading, const struct bf_structure *structure, uint8_t *at);

static void read_array(struct reading *reading, const struct bf_member *member, uint8_t *at)
{
    uint64_t bytes = load(at + member->offset, sizeof bytes);
    uint8_t *elements = take(reading, bytes);
    store_pointer(at + member->offset, elements);
    const struct bf_structure *each = member->letter == 'a' ? &bf_structures[member->of] : NULL;
    for (uint64_t i = 0; elements && each && (i + 1) * each->bytes <= bytes; i++)
        read_one(reading, each, elements + i * each->bytes);
}

static void read_member(struct reading *reading, const struct bf_member *member, uint8_t *at)
{
    switch (member->letter) {
    case 'h':
    case 'f': read_handle(reading, member, at + member->offset); break;
    case 'd': read_device(reading, at + member->offset); break;
    case 's': read_one(reading, &bf_structures[member->of], at + member->offset); break;
    case 'p': read_params(reading, member, at); break;
    case 'u': read_function(reading, member, at); break;
    case 'a':
    case 'b': read_array(reading, member, at); break;
    default: break;
    }
}

static void read_one(struct reading *reading, const struct bf_structure *structure, uint8_t *at)
{
    for (unsigned i = 0; i < structure->member_count; i++) {
        const struct bf_member *member = &structure->members[i];
        if (member->selector < 0 || (uint32_t)load(at + member->selector, sizeof(uint32_t)) == member->value)
            read_member(reading, member, at);
    }
}

/* NOLINTEND(misc-no-recursion) */

CUresult bf_unpacked_read(struct bf_unpacked **kept, enum bf_structure_index which, const struct bf_value *packed,
                          struct bf_server *server, void *out)
{
    const struct bf_structure *structure = &bf_structures[which];
    size_t bytes = packed->bytes, own = (bytes + 15) / 16 * 16;
    if (bytes < structure->bytes)
        return CUDA_ERROR_UNKNOWN;
    if (!*kept || (*kept)->bytes != bytes || memcmp((*kept)->data, packed->p, bytes) != 0) {
        struct bf_unpacked *made = calloc(1, sizeof *made + 2 * own + (own + WORDS) * sizeof(void *));
        if (!made)
            return CUDA_ERROR_OUT_OF_MEMORY;
        struct reading reading = {.data = made->data + own,
                                  .bytes = bytes,
                                  .end = structure->bytes,
                                  .pointers = (void **)(made->data + 2 * own),
                                  .server = server};
        made->bytes = bytes;
        memcpy(made->data, packed->p, bytes);
        memcpy(reading.data, packed->p, bytes);
        read_one(&reading, structure, reading.data);
        if (reading.wrong) {
            free(made);
            return CUDA_ERROR_UNKNOWN;
        }
        free(*kept);
        *kept = made;
    }
    memcpy(out, (*kept)->data + own, structure->bytes);
    return CUDA_SUCCESS;
}
