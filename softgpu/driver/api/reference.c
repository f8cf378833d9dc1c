/* Entry points of texture and surface references: which there are, what they are bound to. */
#include "../state/reference.h"

#include "../state/array.h"
#include "../state/handles.h"
#include "../state/library.h"
#include "../state/mipmap.h"
#include "../state/module.h"

enum { OVERRIDE_FORMAT = 1 };

static CUresult find(const void *handle, enum sg_kind kind, struct sg_reference **out)
{
    *out = sg_handles_get(handle, kind);
    return *out ? sg_context_error((*out)->context) : sg_context_missing();
}

static CUresult of_module(CUmodule module, const char *name, bool is_surface, void **out)
{
    struct sg_module *found = sg_handles_get(module, SG_MODULE);
    struct sg_reference *reference;
    REQUIRE(found, sg_context_missing());
    TRY(sg_context_error(found->context));
    REQUIRE(out && name, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_reference_of(found, name, is_surface, &reference));
    *out = reference->handle;
    return CUDA_SUCCESS;
}

CUresult cuModuleGetTexRef(CUtexref *pTexRef, CUmodule hmod, const char *name)
{
    ENTER(cuModuleGetTexRef);
    return of_module(hmod, name, false, (void **)pTexRef);
}

CUresult cuModuleGetSurfRef(CUsurfref *pSurfRef, CUmodule hmod, const char *name)
{
    ENTER(cuModuleGetSurfRef);
    return of_module(hmod, name, true, (void **)pSurfRef);
}

CUresult cuTexRefCreate(CUtexref *pTexRef)
{
    ENTER(cuTexRefCreate);
    struct sg_context *context;
    struct sg_reference *reference;
    TRY(sg_context_current(&context));
    REQUIRE(pTexRef, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_reference_create(context, &reference));
    *pTexRef = reference->handle;
    return CUDA_SUCCESS;
}

CUresult cuTexRefDestroy(CUtexref hTexRef)
{
    ENTER(cuTexRefDestroy);
    struct sg_reference *reference;
    TRY(find(hTexRef, SG_TEXREF, &reference));
    return sg_reference_destroy(reference);
}

static CUresult bind(struct sg_reference *reference, const CUDA_RESOURCE_DESC *resource, CUarray_format format,
                     unsigned channels)
{
    struct sg_reference wanted = *reference;
    wanted.format = format;
    wanted.channels = (int)channels;
    wanted.resource = *resource;
    wanted.bound = true;
    return sg_reference_change(reference, &wanted);
}

CUresult cuTexRefSetArray(CUtexref hTexRef, CUarray hArray, unsigned int Flags)
{
    ENTER(cuTexRefSetArray);
    const CUDA_RESOURCE_DESC resource = {.resType = CU_RESOURCE_TYPE_ARRAY, .res.array.hArray = hArray};
    struct sg_reference *reference;
    TRY(find(hTexRef, SG_TEXREF, &reference));
    const struct sg_array *array = sg_handles_get(hArray, SG_ARRAY);
    REQUIRE(array, sg_context_missing());
    REQUIRE(Flags == OVERRIDE_FORMAT, CUDA_ERROR_INVALID_VALUE);
    return bind(reference, &resource, array->descriptor.Format, array->descriptor.NumChannels);
}

CUresult cuTexRefSetMipmappedArray(CUtexref hTexRef, CUmipmappedArray hMipmappedArray, unsigned int Flags)
{
    ENTER(cuTexRefSetMipmappedArray);
    const CUDA_RESOURCE_DESC resource = {.resType = CU_RESOURCE_TYPE_MIPMAPPED_ARRAY,
                                         .res.mipmap.hMipmappedArray = hMipmappedArray};
    struct sg_reference *reference;
    TRY(find(hTexRef, SG_TEXREF, &reference));
    const struct sg_mipmap *mipmap = sg_handles_get(hMipmappedArray, SG_MIPMAP);
    REQUIRE(mipmap, sg_context_missing());
    REQUIRE(Flags == OVERRIDE_FORMAT, CUDA_ERROR_INVALID_VALUE);
    const CUDA_ARRAY3D_DESCRIPTOR *descriptor = &mipmap->descriptor;
    return bind(reference, &resource, descriptor->Format, descriptor->NumChannels);
}

CUresult cuSurfRefSetArray(CUsurfref hSurfRef, CUarray hArray, unsigned int Flags)
{
    ENTER(cuSurfRefSetArray);
    const CUDA_RESOURCE_DESC resource = {.resType = CU_RESOURCE_TYPE_ARRAY, .res.array.hArray = hArray};
    struct sg_reference *reference;
    TRY(find(hSurfRef, SG_SURFREF, &reference));
    REQUIRE(sg_handles_get(hArray, SG_ARRAY), sg_context_missing());
    REQUIRE(!Flags, CUDA_ERROR_INVALID_VALUE);
    return bind(reference, &resource, reference->format, 1);
}

/* Where memory must begin: what is before it is told as an offset, which the program's kernels add. */
static uint64_t aligned_down(uint64_t address, size_t *offset)
{
    *offset = address % SG_MEMORY_ALIGN;
    return address - *offset;
}

CUresult cuTexRefSetAddress_v2(size_t *ByteOffset, CUtexref hTexRef, CUdeviceptr dptr, size_t bytes)
{
    ENTER(cuTexRefSetAddress_v2);
    CUDA_RESOURCE_DESC resource = {.resType = CU_RESOURCE_TYPE_LINEAR};
    struct sg_reference *reference;
    size_t offset;
    TRY(find(hTexRef, SG_TEXREF, &reference));
    resource.res.linear.devPtr = aligned_down(dptr, &offset);
    resource.res.linear.sizeInBytes = bytes + offset;
    REQUIRE(ByteOffset || !offset, CUDA_ERROR_INVALID_VALUE);
    TRY(bind(reference, &resource, reference->format, (unsigned)reference->channels));
    if (ByteOffset)
        *ByteOffset = offset;
    return CUDA_SUCCESS;
}

CUresult cuTexRefSetAddress2D_v3(CUtexref hTexRef, const CUDA_ARRAY_DESCRIPTOR *desc, CUdeviceptr dptr, size_t Pitch)
{
    ENTER(cuTexRefSetAddress2D_v3);
    CUDA_RESOURCE_DESC resource = {.resType = CU_RESOURCE_TYPE_PITCH2D};
    struct sg_reference *reference;
    TRY(find(hTexRef, SG_TEXREF, &reference));
    REQUIRE(desc, CUDA_ERROR_INVALID_VALUE);
    resource.res.pitch2D.devPtr = dptr;
    resource.res.pitch2D.format = desc->Format;
    resource.res.pitch2D.numChannels = desc->NumChannels;
    resource.res.pitch2D.width = desc->Width;
    resource.res.pitch2D.height = desc->Height;
    resource.res.pitch2D.pitchInBytes = Pitch;
    return bind(reference, &resource, desc->Format, desc->NumChannels);
}

static CUresult tell_array(const void *handle, enum sg_kind kind, CUarray *out)
{
    struct sg_reference *reference;
    TRY(find(handle, kind, &reference));
    REQUIRE(out && reference->bound && reference->resource.resType == CU_RESOURCE_TYPE_ARRAY, CUDA_ERROR_INVALID_VALUE);
    *out = reference->resource.res.array.hArray;
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetArray(CUarray *phArray, CUtexref hTexRef)
{
    ENTER(cuTexRefGetArray);
    return tell_array(hTexRef, SG_TEXREF, phArray);
}

CUresult cuSurfRefGetArray(CUarray *phArray, CUsurfref hSurfRef)
{
    ENTER(cuSurfRefGetArray);
    return tell_array(hSurfRef, SG_SURFREF, phArray);
}

CUresult cuTexRefGetMipmappedArray(CUmipmappedArray *phMipmappedArray, CUtexref hTexRef)
{
    ENTER(cuTexRefGetMipmappedArray);
    struct sg_reference *reference;
    TRY(find(hTexRef, SG_TEXREF, &reference));
    REQUIRE(phMipmappedArray && reference->bound && reference->resource.resType == CU_RESOURCE_TYPE_MIPMAPPED_ARRAY,
            CUDA_ERROR_INVALID_VALUE);
    *phMipmappedArray = reference->resource.res.mipmap.hMipmappedArray;
    return CUDA_SUCCESS;
}

CUresult cuTexRefGetAddress_v2(CUdeviceptr *pdptr, CUtexref hTexRef)
{
    ENTER(cuTexRefGetAddress_v2);
    struct sg_reference *reference;
    TRY(find(hTexRef, SG_TEXREF, &reference));
    REQUIRE(pdptr && reference->bound && reference->resource.resType >= CU_RESOURCE_TYPE_LINEAR,
            CUDA_ERROR_INVALID_VALUE);
    *pdptr = reference->resource.resType == CU_RESOURCE_TYPE_LINEAR ? reference->resource.res.linear.devPtr
                                                                    : reference->resource.res.pitch2D.devPtr;
    return CUDA_SUCCESS;
}

/* Every reference is a parameter of every function already: its variable is in the module. */
CUresult cuParamSetTexRef(CUfunction hfunc, int texunit, CUtexref hTexRef)
{
    ENTER(cuParamSetTexRef);
    struct sg_reference *reference;
    struct sg_function *function;
    TRY(sg_library_function_at(hfunc, &function));
    TRY(find(hTexRef, SG_TEXREF, &reference));
    REQUIRE(texunit == -1, CUDA_ERROR_INVALID_VALUE);
    return CUDA_SUCCESS;
}

CUresult cuTexRefSetAddress2D_v2(CUtexref hTexRef, const CUDA_ARRAY_DESCRIPTOR *desc, CUdeviceptr dptr, size_t Pitch)
{
    ENTER(cuTexRefSetAddress2D_v2);
    return cuTexRefSetAddress2D_v3(hTexRef, desc, dptr, Pitch);
}
