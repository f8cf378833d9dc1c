/* Life of mipmapped arrays. */
#include "mipmap.h"

#include <stdlib.h>

#include "handles.h"

static struct sg_mipmap *unused;

static struct sg_mipmap *take(void)
{
    sg_objects_lock();
    struct sg_mipmap *mipmap = unused;
    if (mipmap)
        unused = mipmap->next;
    sg_objects_unlock();
    return mipmap ? mipmap : calloc(1, sizeof *mipmap);
}

/* With the objects' lock held. */
static void retire(struct sg_mipmap *mipmap)
{
    mipmap->next = unused;
    unused = mipmap;
}

static void drop_levels(const struct sg_mipmap *mipmap)
{
    for (unsigned i = 0; i < mipmap->count; i++)
        sg_handles_drop(mipmap->levels[i].handle);
}

/* What each level is, and where it begins in the memory of all. Returns how many bytes they have. */
static CUresult describe(struct sg_mipmap *mipmap, uint64_t *bytes)
{
    *bytes = 0;
    for (unsigned i = 0; i < mipmap->count; i++) {
        struct sg_array *level = &mipmap->levels[i];
        *level = (struct sg_array){.context = mipmap->context,
                                   .mipmap = mipmap,
                                   .descriptor = lc_array_shape_level(&mipmap->descriptor, i),
                                   .address = *bytes};
        TRY(lc_array_shape_of(&level->descriptor, &level->shape));
        *bytes += sg_array_lay_out(level);
    }
    return CUDA_SUCCESS;
}

static CUresult name(struct sg_mipmap *mipmap)
{
    unsigned named = 0;
    for (; named < mipmap->count; named++) {
        struct sg_array *level = &mipmap->levels[named];
        level->address += mipmap->address;
        if (!(level->handle = sg_handles_new(SG_ARRAY, level)))
            break;
    }
    mipmap->handle = named == mipmap->count ? sg_handles_new(SG_MIPMAP, mipmap) : NULL;
    if (mipmap->handle)
        return CUDA_SUCCESS;
    while (named)
        sg_handles_drop(mipmap->levels[--named].handle);
    return CUDA_ERROR_OUT_OF_MEMORY;
}

static CUresult open(struct sg_mipmap *mipmap)
{
    uint64_t bytes;
    TRY(describe(mipmap, &bytes));
    TRY(sg_array_allocate(mipmap->context, bytes, &mipmap->address));
    CUresult result = name(mipmap);
    if (result)
        sg_memory_free(mipmap->address);
    return result;
}

static void enter(struct sg_mipmap *mipmap)
{
    struct sg_context *context = mipmap->context;
    sg_objects_lock();
    mipmap->previous = NULL;
    mipmap->next = context->mipmaps;
    if (mipmap->next)
        mipmap->next->previous = mipmap;
    context->mipmaps = mipmap;
    sg_objects_unlock();
}

CUresult sg_mipmap_create(struct sg_context *context, const CUDA_ARRAY3D_DESCRIPTOR *descriptor, unsigned count,
                          struct sg_mipmap **out)
{
    TRY(sg_array_limits_check(descriptor, context->device, true));
    struct sg_mipmap *mipmap = take();
    REQUIRE(mipmap, CUDA_ERROR_OUT_OF_MEMORY);
    *mipmap = (struct sg_mipmap){
        .context = context, .descriptor = *descriptor, .count = lc_array_shape_clamp(descriptor, count)};
    CUresult result = open(mipmap);
    if (result) {
        sg_objects_lock();
        retire(mipmap);
        sg_objects_unlock();
        return result;
    }
    enter(mipmap);
    *out = mipmap;
    return CUDA_SUCCESS;
}

/* With the objects' lock held, and the handle dropped. */
static void leave(struct sg_mipmap *mipmap)
{
    drop_levels(mipmap);
    *(mipmap->previous ? &mipmap->previous->next : &mipmap->context->mipmaps) = mipmap->next;
    if (mipmap->next)
        mipmap->next->previous = mipmap->previous;
    retire(mipmap);
}

bool sg_mipmap_destroy(struct sg_mipmap *mipmap, const void *handle)
{
    uint64_t address = mipmap->address;
    sg_objects_lock();
    bool live = sg_handles_drop(handle);
    if (live)
        leave(mipmap);
    sg_objects_unlock();
    if (live)
        sg_memory_free(address);
    return live;
}

void sg_mipmap_drop_handles(const struct sg_context *context)
{
    for (struct sg_mipmap *mipmap = context->mipmaps; mipmap; mipmap = mipmap->next) {
        sg_handles_drop(mipmap->handle);
        drop_levels(mipmap);
    }
}

void sg_mipmap_destroy_all(struct sg_context *context)
{
    sg_objects_lock();
    while (context->mipmaps) {
        sg_handles_drop(context->mipmaps->handle);
        leave(context->mipmaps);
    }
    sg_objects_unlock();
}
