/* Life of CUDA arrays. */
#include "array.h"

#include <stdlib.h>

#include "handles.h"
#include "pool.h"

/* Rows and slices begin where a wide access of an element is aligned. */
enum { PITCH_ALIGN = 64, ARRAY_ALIGN = 512 };

static struct sg_array *unused;

static struct sg_array *take(void)
{
    sg_objects_lock();
    struct sg_array *array = unused;
    if (array)
        unused = array->next;
    sg_objects_unlock();
    return array ? array : calloc(1, sizeof *array);
}

/* With the objects' lock held. */
static void retire(struct sg_array *array)
{
    array->next = unused;
    unused = array;
}

uint64_t sg_array_lay_out(struct sg_array *array)
{
    const struct lc_array_shape *shape = &array->shape;
    array->pitch = (shape->columns * shape->element + PITCH_ALIGN - 1) / PITCH_ALIGN * PITCH_ALIGN;
    array->slice = array->pitch * shape->rows;
    return (array->slice * shape->slices + ARRAY_ALIGN - 1) / ARRAY_ALIGN * ARRAY_ALIGN;
}

CUresult sg_array_allocate(struct sg_context *context, uint64_t bytes, uint64_t *address)
{
    TRY(sg_pool_outside(context->device, bytes, ARRAY_ALIGN, context, address));
    sg_memory_set_tag(*address, SG_TAG_ARRAY);
    return CUDA_SUCCESS;
}

static void enter(struct sg_array *array)
{
    struct sg_context *context = array->context;
    sg_objects_lock();
    array->previous = NULL;
    array->next = context->arrays;
    if (array->next)
        array->next->previous = array;
    context->arrays = array;
    sg_objects_unlock();
}

static CUresult open(struct sg_array *array)
{
    TRY(lc_array_shape_of(&array->descriptor, &array->shape));
    TRY(sg_array_allocate(array->context, sg_array_lay_out(array), &array->address));
    array->handle = sg_handles_new(SG_ARRAY, array);
    if (array->handle)
        return CUDA_SUCCESS;
    sg_memory_free(array->address);
    return CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult sg_array_create(struct sg_context *context, const CUDA_ARRAY3D_DESCRIPTOR *descriptor, struct sg_array **out)
{
    TRY(sg_array_limits_check(descriptor, context->device, false));
    struct sg_array *array = take();
    REQUIRE(array, CUDA_ERROR_OUT_OF_MEMORY);
    *array = (struct sg_array){.context = context, .descriptor = *descriptor};
    CUresult result = open(array);
    if (result) {
        sg_objects_lock();
        retire(array);
        sg_objects_unlock();
        return result;
    }
    enter(array);
    *out = array;
    return CUDA_SUCCESS;
}

/* With the objects' lock held, and the handle dropped. */
static void leave(struct sg_array *array)
{
    *(array->previous ? &array->previous->next : &array->context->arrays) = array->next;
    if (array->next)
        array->next->previous = array->previous;
    retire(array);
}

bool sg_array_destroy(struct sg_array *array, const void *handle)
{
    uint64_t address = array->address;
    sg_objects_lock();
    bool live = sg_handles_drop(handle);
    if (live)
        leave(array);
    sg_objects_unlock();
    if (live)
        sg_memory_free(address);
    return live;
}

void sg_array_drop_handles(const struct sg_context *context)
{
    for (struct sg_array *array = context->arrays; array; array = array->next)
        sg_handles_drop(array->handle);
}

void sg_array_destroy_all(struct sg_context *context)
{
    sg_objects_lock();
    while (context->arrays) {
        sg_handles_drop(context->arrays->handle);
        leave(context->arrays);
    }
    sg_objects_unlock();
}
