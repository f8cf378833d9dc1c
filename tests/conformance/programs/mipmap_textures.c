/* Textures of mipmapped arrays: which levels a kernel reads, and how much of each. */
#include "show.h"

enum { SIDE = 8, LEVELS = 3, COUNT = 16, NORMALIZED_COORDINATES = 2 /* CU_TRSF_ of cuda.h */ };

/* Thread i reads level i / 4 in the middle. */
static const char MODULE[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .entry levels(.param .u64 texture, .param .u64 out)\n"
    "{\n"
    "    .reg .b64 %t, %a, %o;\n    .reg .b32 %i;\n    .reg .f32 %x, %l, %r, %g, %b, %w;\n"
    "    ld.param.u64 %t, [texture];\n    ld.param.u64 %a, [out];\n    mov.u32 %i, %tid.x;\n"
    "    cvt.rn.f32.u32 %l, %i;\n    mul.f32 %l, %l, 0f3E800000;\n    mov.f32 %x, 0f3F000000;\n"
    "    tex.level.2d.v4.f32.f32 {%r, %g, %b, %w}, [%t, {%x, %x}], %l;\n"
    "    mul.wide.u32 %o, %i, 4;\n    add.u64 %a, %a, %o;\n    st.global.f32 [%a], %r;\n    ret;\n}\n"
    ".visible .global .texref pyramid;\n"
    ".visible .entry referred(.param .u64 out)\n"
    "{\n"
    "    .reg .b64 %a, %o;\n    .reg .b32 %i;\n    .reg .f32 %x, %l, %r, %g, %b, %w;\n"
    "    ld.param.u64 %a, [out];\n    mov.u32 %i, %tid.x;\n"
    "    cvt.rn.f32.u32 %l, %i;\n    mul.f32 %l, %l, 0f3E800000;\n    mov.f32 %x, 0f3F000000;\n"
    "    tex.level.2d.v4.f32.f32 {%r, %g, %b, %w}, [pyramid, {%x, %x}], %l;\n"
    "    mul.wide.u32 %o, %i, 4;\n    add.u64 %a, %a, %o;\n    st.global.f32 [%a], %r;\n    ret;\n}\n";

static CUmipmappedArray mipmap;
static CUfunction levels;
static CUdeviceptr out;

static CUDA_RESOURCE_DESC resource_of(CUmipmappedArray from)
{
    CUDA_RESOURCE_DESC resource = {.resType = CU_RESOURCE_TYPE_MIPMAPPED_ARRAY};
    resource.res.mipmap.hMipmappedArray = from;
    return resource;
}

static CUDA_TEXTURE_DESC sampler(CUfilter_mode filter, float bias, float least, float most)
{
    return (CUDA_TEXTURE_DESC){.flags = NORMALIZED_COORDINATES,
                               .addressMode = {CU_TR_ADDRESS_MODE_CLAMP, CU_TR_ADDRESS_MODE_CLAMP},
                               .mipmapFilterMode = filter,
                               .mipmapLevelBias = bias,
                               .minMipmapLevelClamp = least,
                               .maxMipmapLevelClamp = most};
}

/* Every texel of level n is n + 1. */
static void make(void)
{
    CUDA_ARRAY3D_DESCRIPTOR shape = {.Width = SIDE, .Height = SIDE, .Format = CU_AD_FORMAT_FLOAT, .NumChannels = 1};
    MUST(cuMipmappedArrayCreate(&mipmap, &shape, LEVELS));
    for (unsigned level = 0; level < LEVELS; level++) {
        float texels[SIDE * SIDE];
        CUDA_MEMCPY2D copy = {.srcMemoryType = CU_MEMORYTYPE_HOST, .dstMemoryType = CU_MEMORYTYPE_ARRAY};
        for (int i = 0; i < SIDE * SIDE; i++)
            texels[i] = (float)level + 1;
        copy.srcHost = texels;
        copy.Height = SIDE >> level;
        copy.WidthInBytes = copy.srcPitch = copy.Height * sizeof(float);
        MUST(cuMipmappedArrayGetLevel(&copy.dstArray, mipmap, level));
        MUST(cuMemcpy2D_v2(&copy));
    }
}

/* The level that thread i asks for, as the sampler bends it. */
static float level_of(int i, const CUDA_TEXTURE_DESC *how, unsigned count)
{
    float level = (float)i / 4 + how->mipmapLevelBias, last = (float)count - 1;
    level = level < how->minMipmapLevelClamp ? how->minMipmapLevelClamp : level;
    level = level > how->maxMipmapLevelClamp ? how->maxMipmapLevelClamp : level;
    level = level > last ? last : level < 0 ? 0 : level;
    return how->mipmapFilterMode == CU_TR_FILTER_MODE_LINEAR ? level : (float)(int)(level + 0.5f);
}

static void show_levels(const CUDA_TEXTURE_DESC *how, unsigned first, unsigned count)
{
    float values[COUNT];
    MUST(cuMemcpyDtoH_v2(values, out, sizeof values));
    for (int i = 0; i < COUNT; i++) {
        float wanted = level_of(i, how, count) + (float)first + 1;
        printf("%g%s%c", (double)values[i], values[i] == wanted ? "" : " WRONG", i + 1 < COUNT ? ' ' : '\n');
    }
}

static void look(const CUDA_TEXTURE_DESC *how, const CUDA_RESOURCE_VIEW_DESC *view)
{
    CUtexObject texture;
    CUDA_RESOURCE_DESC resource = resource_of(mipmap);
    unsigned first = view ? view->firstMipmapLevel : 0, count = view ? view->lastMipmapLevel - first + 1 : LEVELS;
    MUST(cuTexObjectCreate(&texture, &resource, how, view));
    void *arguments[] = {&texture, &out};
    MUST(cuLaunchKernel(levels, 1, 1, 1, COUNT, 1, 1, 0, NULL, arguments, NULL));
    show_levels(how, first, count);
    MUST(cuTexObjectDestroy(texture));
}

static void read_levels(void)
{
    const CUfilter_mode filters[] = {CU_TR_FILTER_MODE_POINT, CU_TR_FILTER_MODE_LINEAR};
    const CUDA_RESOURCE_VIEW_DESC upper = {.format = CU_RES_VIEW_FORMAT_FLOAT_1X32,
                                           .width = SIDE,
                                           .height = SIDE,
                                           .firstMipmapLevel = 1,
                                           .lastMipmapLevel = LEVELS - 1};
    for (int i = 0; i < 2; i++) {
        const CUDA_TEXTURE_DESC all = sampler(filters[i], 0, 0, 9), biased = sampler(filters[i], 0.5f, 0, 9),
                                clamped = sampler(filters[i], 0, 0.75f, 1.5f);
        look(&all, NULL);
        look(&biased, NULL);
        look(&clamped, NULL);
        look(&all, &upper);
    }
}

static void describe(void)
{
    CUtexObject texture;
    CUDA_RESOURCE_DESC resource = resource_of(mipmap), told, none = resource_of(NULL);
    CUDA_TEXTURE_DESC how = sampler(CU_TR_FILTER_MODE_POINT, 0, 0, 9);
    memset(&told, 0, sizeof told);
    MUST(cuTexObjectCreate(&texture, &resource, &how, NULL));
    EXPECT(CUDA_SUCCESS, cuTexObjectGetResourceDesc(&told, texture));
    EXPECT_TRUE(told.resType == resource.resType && told.res.mipmap.hMipmappedArray == mipmap);
    MUST(cuTexObjectDestroy(texture));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuTexObjectCreate(&texture, &none, &how, NULL));
    how.flags = 0;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectCreate(&texture, &resource, &how, NULL));
}

/* A level is written as a surface also if its array was not made for that. */
static void write_levels(void)
{
    CUsurfObject surface = 0;
    CUDA_RESOURCE_DESC level = {.resType = CU_RESOURCE_TYPE_ARRAY};
    MUST(cuMipmappedArrayGetLevel(&level.res.array.hArray, mipmap, 1));
    EXPECT(CUDA_SUCCESS, cuSurfObjectCreate(&surface, &level));
    EXPECT(CUDA_SUCCESS, cuSurfObjectDestroy(surface));
}

/* By a reference, which is told one by one what a texture object is told at once. */
static void refer(CUmodule module)
{
    const CUDA_TEXTURE_DESC how = sampler(CU_TR_FILTER_MODE_LINEAR, 0.25f, 0.5f, 1.75f);
    CUtexref reference;
    CUfunction referred;
    CUmipmappedArray told = NULL;
    CUarray array = NULL, level;
    CUarray_format format;
    CUdeviceptr address = 0;
    int channels;
    MUST(cuModuleGetFunction(&referred, module, "referred"));
    MUST(cuModuleGetTexRef(&reference, module, "pyramid"));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexRefGetMipmappedArray(&told, reference));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexRefSetMipmappedArray(reference, mipmap, 0));
    EXPECT(CUDA_SUCCESS, cuTexRefSetMipmappedArray(reference, mipmap, 1));
    EXPECT(CUDA_SUCCESS, cuTexRefSetFlags(reference, how.flags));
    EXPECT(CUDA_SUCCESS, cuTexRefSetMipmapFilterMode(reference, how.mipmapFilterMode));
    EXPECT(CUDA_SUCCESS, cuTexRefSetMipmapLevelBias(reference, how.mipmapLevelBias));
    EXPECT(CUDA_SUCCESS, cuTexRefSetMipmapLevelClamp(reference, how.minMipmapLevelClamp, how.maxMipmapLevelClamp));
    for (int i = 0; i < 2; i++)
        EXPECT(CUDA_SUCCESS, cuTexRefSetAddressMode(reference, i, CU_TR_ADDRESS_MODE_CLAMP));
    void *arguments[] = {&out};
    MUST(cuLaunchKernel(referred, 1, 1, 1, COUNT, 1, 1, 0, NULL, arguments, NULL));
    show_levels(&how, 0, LEVELS);
    EXPECT(CUDA_SUCCESS, cuTexRefGetMipmappedArray(&told, reference));
    EXPECT(CUDA_SUCCESS, cuTexRefGetFormat(&format, &channels, reference));
    EXPECT_TRUE(told == mipmap && format == CU_AD_FORMAT_FLOAT && channels == 1);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexRefGetArray(&array, reference));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexRefGetAddress_v2(&address, reference));
    MUST(cuMipmappedArrayGetLevel(&level, mipmap, 1));
    EXPECT(CUDA_SUCCESS, cuTexRefSetArray(reference, level, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexRefGetMipmappedArray(&told, reference));
    EXPECT(CUDA_SUCCESS, cuTexRefGetArray(&array, reference));
    EXPECT_TRUE(array == level);
}

int main(void)
{
    CUdevice device;
    CUcontext context;
    CUmodule module;
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    MUST(cuModuleLoadData(&module, MODULE));
    MUST(cuModuleGetFunction(&levels, module, "levels"));
    MUST(cuMemAlloc_v2(&out, COUNT * sizeof(float)));
    make();
    read_levels();
    describe();
    write_levels();
    refer(module);
    MUST(cuMipmappedArrayDestroy(mipmap));
    MUST(cuMemFree_v2(out));
    MUST(cuDevicePrimaryCtxRelease_v2(device));
    return 0;
}
