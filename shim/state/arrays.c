/* CUDA arrays and mipmapped arrays. */
#include "arrays.h"

#include "../../libcuda/array_shape.h"
#include "drop.h"
#include "structures.h"

CUresult bf_arrays_create(struct bf_object *context, const CUDA_ARRAY3D_DESCRIPTOR *descriptor, CUarray *out)
{
    struct bf_packed packed;
    uint64_t number = bf_server_number(context->server);
    CUresult result = bf_structures_pack(&packed, BF_STRUCTURE_CUDA_ARRAY3D_DESCRIPTOR, descriptor, 1, context);
    if (!result)
        result = BF_ASK(bf_in(context), NULL, cuArray3DCreate_v2, bf_u(number), bf_structures_value(&packed));
    bf_structures_end(&packed);
    if (result)
        return result;
    struct bf_object *array = bf_objects_new(&(struct bf_object){.kind = BF_ARRAY,
                                                                 .server = context->server,
                                                                 .number = number,
                                                                 .owner = context,
                                                                 .array = {context, *descriptor, 0}});
    if (!array) {
        (void)BF_TELL(bf_in(context), cuArrayDestroy, bf_u(number));
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = (CUarray)array;
    return CUDA_SUCCESS;
}

CUresult bf_arrays_create_flat(struct bf_object *context, const CUDA_ARRAY_DESCRIPTOR *descriptor, CUarray *out)
{
    const CUDA_ARRAY3D_DESCRIPTOR whole = {.Width = descriptor->Width,
                                           .Height = descriptor->Height,
                                           .Format = descriptor->Format,
                                           .NumChannels = descriptor->NumChannels};
    return bf_arrays_create(context, &whole, out);
}

CUresult bf_arrays_destroy(struct bf_object *array)
{
    struct bf_target to = bf_in(array->array.context);
    uint64_t number = array->number;
    if (array->owner != array->array.context)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!bf_objects_claim(array))
        return CUDA_ERROR_INVALID_HANDLE;
    bf_objects_free(array, bf_drop_object);
    return BF_TELL(to, cuArrayDestroy, bf_u(number));
}

CUresult bf_arrays_describe(const struct bf_object *array, CUDA_ARRAY3D_DESCRIPTOR *out)
{
    *out = array->array.descriptor;
    return CUDA_SUCCESS;
}

CUresult bf_arrays_describe_flat(const struct bf_object *array, CUDA_ARRAY_DESCRIPTOR *out)
{
    const CUDA_ARRAY3D_DESCRIPTOR *known = &array->array.descriptor;
    *out = (CUDA_ARRAY_DESCRIPTOR){known->Width, known->Height, known->Format, known->NumChannels};
    return CUDA_SUCCESS;
}

CUresult bf_arrays_create_mipmap(struct bf_object *context, const CUDA_ARRAY3D_DESCRIPTOR *descriptor, unsigned count,
                                 CUmipmappedArray *out)
{
    struct bf_packed packed;
    uint64_t number = bf_server_number(context->server);
    CUresult result = bf_structures_pack(&packed, BF_STRUCTURE_CUDA_ARRAY3D_DESCRIPTOR, descriptor, 1, context);
    if (!result)
        result = BF_ASK(bf_in(context), NULL, cuMipmappedArrayCreate, bf_u(number), bf_structures_value(&packed),
                        bf_u(count));
    bf_structures_end(&packed);
    if (result)
        return result;
    struct bf_object *mipmap =
        bf_objects_new(&(struct bf_object){.kind = BF_MIPMAP,
                                           .server = context->server,
                                           .number = number,
                                           .owner = context,
                                           .mipmap = {*descriptor, lc_array_shape_clamp(descriptor, count)}});
    if (!mipmap) {
        (void)BF_TELL(bf_in(context), cuMipmappedArrayDestroy, bf_u(number));
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *out = (CUmipmappedArray)mipmap;
    return CUDA_SUCCESS;
}

CUresult bf_arrays_destroy_mipmap(struct bf_object *mipmap)
{
    struct bf_target to = bf_in(mipmap->owner);
    uint64_t number = mipmap->number;
    if (!bf_objects_claim(mipmap))
        return CUDA_ERROR_INVALID_HANDLE;
    bf_objects_free(mipmap, bf_drop_object);
    return BF_TELL(to, cuMipmappedArrayDestroy, bf_u(number));
}

static bool is_level(const struct bf_object *array, const void *level)
{
    return array->array.level == *(const unsigned *)level;
}

static CUresult ask_level(struct bf_object *mipmap, unsigned level, struct bf_object **out)
{
    struct bf_object *context = mipmap->owner;
    uint64_t number = bf_server_number(context->server);
    CUresult result =
        BF_ASK(bf_in(context), NULL, cuMipmappedArrayGetLevel, bf_u(number), bf_u(mipmap->number), bf_u(level));
    if (result)
        return result;
    const CUDA_ARRAY3D_DESCRIPTOR own = lc_array_shape_level(&mipmap->mipmap.descriptor, level);
    *out = bf_objects_new(&(struct bf_object){.kind = BF_ARRAY,
                                              .server = context->server,
                                              .number = number,
                                              .owner = mipmap,
                                              .array = {context, own, level}});
    return *out ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

/* Two threads that ask for a level get one array. */
CUresult bf_arrays_level(struct bf_object *mipmap, unsigned level, CUarray *out)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    CUresult result = CUDA_SUCCESS;
    pthread_mutex_lock(&lock);
    struct bf_object *array = bf_objects_child(mipmap, BF_ARRAY, is_level, &level);
    if (!array)
        result = ask_level(mipmap, level, &array);
    pthread_mutex_unlock(&lock);
    if (!result)
        *out = (CUarray)array;
    return result;
}
