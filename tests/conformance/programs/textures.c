/* Texture and surface objects: what can be made, what kernels read through them, how a wrong use ends. */
#include "show.h"

enum { WIDTH = 8, HEIGHT = 4, PITCH = 64, COUNT = 16 };

static const char MODULE[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .entry line(.param .u64 texture, .param .u64 out)\n"
    "{\n"
    "    .reg .b64 %t, %a, %o;\n    .reg .b32 %i;\n    .reg .f32 %r, %g, %b, %w;\n"
    "    ld.param.u64 %t, [texture];\n    ld.param.u64 %a, [out];\n    mov.u32 %i, %tid.x;\n"
    "    tex.1d.v4.f32.s32 {%r, %g, %b, %w}, [%t, {%i}];\n"
    "    mul.wide.u32 %o, %i, 4;\n    add.u64 %a, %a, %o;\n    st.global.f32 [%a], %r;\n    ret;\n}\n"
    ".visible .entry plane(.param .u64 texture, .param .u64 out)\n"
    "{\n"
    "    .reg .b64 %t, %a, %o;\n    .reg .b32 %i;\n    .reg .f32 %x, %y, %r, %g, %b, %w;\n"
    "    ld.param.u64 %t, [texture];\n    ld.param.u64 %a, [out];\n    mov.u32 %i, %tid.x;\n"
    "    cvt.rn.f32.u32 %x, %i;\n    mul.f32 %x, %x, 0f3F000000;\n    mov.f32 %y, 0f3FC00000;\n"
    "    tex.2d.v4.f32.f32 {%r, %g, %b, %w}, [%t, {%x, %y}];\n"
    "    mul.wide.u32 %o, %i, 4;\n    add.u64 %a, %a, %o;\n    st.global.f32 [%a], %r;\n    ret;\n}\n"
    ".visible .entry write(.param .u64 surface, .param .u64 out)\n"
    "{\n"
    "    .reg .b64 %t;\n    .reg .b32 %x, %y, %v;\n"
    "    ld.param.u64 %t, [surface];\n    mov.u32 %x, %tid.x;\n    mov.u32 %y, %tid.y;\n"
    "    mad.lo.u32 %v, %y, 100, %x;\n    shl.b32 %x, %x, 2;\n"
    "    sust.b.2d.b32.zero [%t, {%x, %y}], %v;\n    ret;\n}\n"
    ".visible .entry read(.param .u64 surface, .param .u64 out)\n"
    "{\n"
    "    .reg .b64 %t, %a, %o;\n    .reg .b32 %i, %x, %v;\n"
    "    ld.param.u64 %t, [surface];\n    ld.param.u64 %a, [out];\n    mov.u32 %i, %tid.x;\n    shl.b32 %x, %i, 2;\n"
    "    suld.b.2d.b32.clamp %v, [%t, {%x, 2}];\n"
    "    mul.wide.u32 %o, %i, 4;\n    add.u64 %a, %a, %o;\n    st.global.u32 [%a], %v;\n    ret;\n}\n"
    ".visible .entry beyond(.param .u64 surface, .param .u64 out)\n"
    "{\n"
    "    .reg .b64 %t;\n    .reg .b32 %v;\n"
    "    ld.param.u64 %t, [surface];\n    suld.b.2d.b32.trap %v, [%t, {4096, 0}];\n    ret;\n}\n";

static CUmodule module;
static CUdeviceptr memory, out;

static void run(const char *name, unsigned long long object, unsigned width, unsigned height)
{
    CUfunction function;
    void *arguments[] = {&object, &out};
    MUST(cuModuleGetFunction(&function, module, name));
    MUST(cuLaunchKernel(function, 1, 1, 1, width, height, 1, 0, NULL, arguments, NULL));
}

static void print_floats(void)
{
    float values[COUNT];
    MUST(cuMemcpyDtoH_v2(values, out, sizeof values));
    for (int i = 0; i < COUNT; i++)
        printf("%g%c", (double)values[i], i + 1 < COUNT ? ' ' : '\n');
}

static CUDA_RESOURCE_DESC line_of(size_t texels)
{
    CUDA_RESOURCE_DESC resource = {.resType = CU_RESOURCE_TYPE_LINEAR};
    resource.res.linear.devPtr = memory;
    resource.res.linear.format = CU_AD_FORMAT_FLOAT;
    resource.res.linear.numChannels = 1;
    resource.res.linear.sizeInBytes = texels * sizeof(float);
    return resource;
}

static CUDA_RESOURCE_DESC plane(void)
{
    CUDA_RESOURCE_DESC resource = {.resType = CU_RESOURCE_TYPE_PITCH2D};
    resource.res.pitch2D.devPtr = memory;
    resource.res.pitch2D.format = CU_AD_FORMAT_FLOAT;
    resource.res.pitch2D.numChannels = 1;
    resource.res.pitch2D.width = WIDTH;
    resource.res.pitch2D.height = HEIGHT;
    resource.res.pitch2D.pitchInBytes = PITCH;
    return resource;
}

static CUDA_TEXTURE_DESC sampler(CUaddress_mode address, CUfilter_mode filter)
{
    return (CUDA_TEXTURE_DESC){.addressMode = {address, address, address}, .filterMode = filter, .borderColor = {-1}};
}

static void fill(void)
{
    float texels[HEIGHT * PITCH / sizeof(float)];
    for (size_t i = 0; i < sizeof texels / sizeof *texels; i++)
        texels[i] = (float)i;
    MUST(cuMemcpyHtoD_v2(memory, texels, sizeof texels));
}

static void read_memory(void)
{
    CUtexObject texture;
    CUDA_RESOURCE_DESC resource = line_of(10);
    CUDA_TEXTURE_DESC point = sampler(CU_TR_ADDRESS_MODE_CLAMP, CU_TR_FILTER_MODE_POINT);
    puts("# memory");
    MUST(cuTexObjectCreate(&texture, &resource, &point, NULL));
    run("line", texture, COUNT, 1);
    print_floats();
    MUST(cuTexObjectDestroy(texture));
    resource = line_of(1 << 20); /* more than there is */
    EXPECT(CUDA_SUCCESS, cuTexObjectCreate(&texture, &resource, &point, NULL));
    run("line", texture, COUNT, 1);
    print_floats();
    MUST(cuTexObjectDestroy(texture));
    resource = plane();
    for (int mode = 0; mode < 4; mode++)
        for (int filter = 0; filter < 2; filter++) {
            CUDA_TEXTURE_DESC wanted = sampler((CUaddress_mode)mode, (CUfilter_mode)filter);
            MUST(cuTexObjectCreate(&texture, &resource, &wanted, NULL));
            run("plane", texture, COUNT, 1);
            print_floats();
            MUST(cuTexObjectDestroy(texture));
        }
}

static void descriptions(void)
{
    CUtexObject texture = 5, other;
    CUDA_RESOURCE_DESC resource = plane(), told;
    CUDA_TEXTURE_DESC wanted = sampler(CU_TR_ADDRESS_MODE_MIRROR, CU_TR_FILTER_MODE_LINEAR), sampling;
    CUDA_RESOURCE_VIEW_DESC view;
    memset(&told, 0, sizeof told);
    puts("# descriptions");
    EXPECT(CUDA_SUCCESS, cuTexObjectCreate(&texture, &resource, &wanted, NULL));
    EXPECT(CUDA_SUCCESS, cuTexObjectGetResourceDesc(&told, texture));
    EXPECT_TRUE(told.resType == resource.resType && told.res.pitch2D.devPtr == memory);
    EXPECT(CUDA_SUCCESS, cuTexObjectGetTextureDesc(&sampling, texture));
    EXPECT_TRUE(!memcmp(&sampling, &wanted, sizeof wanted));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectGetResourceViewDesc(&view, texture));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuSurfObjectGetResourceDesc(&told, texture));
    MUST(cuTexObjectCreate(&other, &resource, &wanted, NULL));
    EXPECT_TRUE(other != texture && other && texture);
    EXPECT(CUDA_SUCCESS, cuTexObjectDestroy(texture));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectDestroy(texture));
    EXPECT(CUDA_SUCCESS, cuTexObjectDestroy(0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectGetTextureDesc(&sampling, texture));
    MUST(cuTexObjectDestroy(other));
}

#define REFUSED(code, change)                                                                                          \
    do {                                                                                                               \
        CUDA_RESOURCE_DESC resource = plane();                                                                         \
        CUDA_TEXTURE_DESC wanted = sampler(CU_TR_ADDRESS_MODE_CLAMP, CU_TR_FILTER_MODE_POINT);                         \
        CUDA_RESOURCE_VIEW_DESC some = {.format = CU_RES_VIEW_FORMAT_FLOAT_1X32}, *view = NULL;                        \
        CUtexObject texture = 7;                                                                                       \
        change;                                                                                                        \
        (void)some;                                                                                                    \
        show_expected(code, #change, cuTexObjectCreate(&texture, &resource, &wanted, view));                           \
        EXPECT_TRUE(texture == 7);                                                                                     \
    } while (0)

static void refusals(void)
{
    puts("# refusals");
    REFUSED(CUDA_ERROR_INVALID_VALUE, resource.flags = 1);
    REFUSED(CUDA_ERROR_INVALID_VALUE, resource.resType = (CUresourcetype)9);
    REFUSED(CUDA_ERROR_INVALID_VALUE, resource.res.pitch2D.devPtr += 16);
    REFUSED(CUDA_ERROR_INVALID_VALUE, resource.res.pitch2D.devPtr = 512);
    REFUSED(CUDA_ERROR_INVALID_VALUE, resource.res.pitch2D.numChannels = 3);
    REFUSED(CUDA_ERROR_INVALID_VALUE, resource.res.pitch2D.format = (CUarray_format)77);
    REFUSED(CUDA_ERROR_INVALID_VALUE, resource.res.pitch2D.pitchInBytes = 40);
    REFUSED(CUDA_ERROR_INVALID_VALUE, resource.res.pitch2D.pitchInBytes = 0);
    REFUSED(CUDA_ERROR_INVALID_VALUE, resource.res.pitch2D.width = 0);
    REFUSED(CUDA_ERROR_INVALID_VALUE, resource.res.pitch2D.height = 1 << 20);
    REFUSED(CUDA_ERROR_INVALID_VALUE, wanted.addressMode[1] = (CUaddress_mode)4);
    REFUSED(CUDA_ERROR_INVALID_VALUE, wanted.filterMode = (CUfilter_mode)2);
    REFUSED(CUDA_ERROR_INVALID_VALUE, wanted.flags = 0x1000);
    REFUSED(CUDA_ERROR_INVALID_VALUE, view = &some);
    REFUSED(CUDA_ERROR_INVALID_HANDLE, resource.resType = CU_RESOURCE_TYPE_ARRAY;
            resource.res.array.hArray = NONSENSE(CUarray));
    REFUSED(CUDA_ERROR_INVALID_HANDLE, resource.resType = CU_RESOURCE_TYPE_ARRAY; resource.res.array.hArray = NULL);
}

static CUDA_RESOURCE_DESC array_of(unsigned flags)
{
    CUDA_ARRAY3D_DESCRIPTOR wanted = {WIDTH, HEIGHT, 0, CU_AD_FORMAT_UNSIGNED_INT32, 1, flags};
    CUDA_RESOURCE_DESC resource = {.resType = CU_RESOURCE_TYPE_ARRAY};
    MUST(cuArray3DCreate_v2(&resource.res.array.hArray, &wanted));
    return resource;
}

static void surfaces(void)
{
    unsigned values[COUNT];
    CUsurfObject surface = 7;
    CUDA_RESOURCE_DESC plain = array_of(0), resource = array_of(CUDA_ARRAY3D_SURFACE_LDST), told = plane();
    puts("# surfaces");
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuSurfObjectCreate(&surface, &plain));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuSurfObjectCreate(&surface, &told));
    EXPECT_TRUE(surface == 7);
    EXPECT(CUDA_SUCCESS, cuSurfObjectCreate(&surface, &resource));
    EXPECT(CUDA_SUCCESS, cuSurfObjectGetResourceDesc(&told, surface));
    EXPECT_TRUE(told.res.array.hArray == resource.res.array.hArray);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectDestroy(surface));
    EXPECT(CUDA_SUCCESS, cuSurfObjectDestroy(0));
    run("write", surface, COUNT, COUNT);
    run("read", surface, COUNT, 1);
    MUST(cuMemcpyDtoH_v2(values, out, sizeof values));
    for (int i = 0; i < COUNT; i++)
        printf("%u%c", values[i], i + 1 < COUNT ? ' ' : '\n');
    run("beyond", surface, 1, 1);
    EXPECT(CUDA_ERROR_LAUNCH_FAILED, cuCtxSynchronize());
    EXPECT(CUDA_ERROR_LAUNCH_FAILED, cuSurfObjectDestroy(surface));
}

/* Objects end with their context, and a kernel that is given a number of nothing ends its own. */
static void ends(void)
{
    CUcontext first, context;
    CUtexObject texture;
    CUDA_TEXTURE_DESC point = sampler(CU_TR_ADDRESS_MODE_CLAMP, CU_TR_FILTER_MODE_POINT);
    puts("# ends");
    MUST(cuCtxGetCurrent(&first));
    MUST(cuCtxCreate_v2(&context, 0, 0));
    MUST(cuMemAlloc_v2(&memory, 4096));
    CUDA_RESOURCE_DESC resource = line_of(4);
    MUST(cuTexObjectCreate(&texture, &resource, &point, NULL));
    MUST(cuCtxDestroy_v2(context));
    MUST(cuCtxSetCurrent(first));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectDestroy(texture));
    run("line", texture, 1, 1);
    EXPECT(CUDA_ERROR_LAUNCH_FAILED, cuCtxSynchronize());
}

static void open_memory(void)
{
    MUST(cuModuleLoadData(&module, MODULE));
    MUST(cuMemAlloc_v2(&memory, HEIGHT * PITCH));
    MUST(cuMemAlloc_v2(&out, COUNT * 4));
}

int main(void)
{
    CUcontext fresh;
    CUtexObject texture;
    CUDA_TEXTURE_DESC point = sampler(CU_TR_ADDRESS_MODE_CLAMP, CU_TR_FILTER_MODE_POINT);
    show_context();
    open_memory();
    CUDA_RESOURCE_DESC resource = plane();
    fill();
    read_memory();
    descriptions();
    refusals();
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectCreate(NULL, &resource, &point, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectCreate(&texture, NULL, &point, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexObjectCreate(&texture, &resource, NULL, NULL));
    ends();
    MUST(cuCtxCreate_v2(&fresh, 0, 0));
    open_memory();
    surfaces();
    return 0;
}
