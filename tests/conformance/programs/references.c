/* Texture and surface references of a module: bound to arrays and memory, changed, asked, and read by kernels. */
#include "show.h"

enum { WIDTH = 8, HEIGHT = 4, PITCH = 64, COUNT = 16 };

static const char MODULE[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".global .texref line;\n.global .texref plane;\n.global .surfref sheet;\n.visible .global .align 4 .u32 table[4];\n"
    ".visible .entry of_line(.param .u64 out)\n"
    "{\n"
    "    .reg .b64 %a, %o;\n    .reg .b32 %i;\n    .reg .f32 %r, %g, %b, %w;\n"
    "    ld.param.u64 %a, [out];\n    mov.u32 %i, %tid.x;\n"
    "    tex.1d.v4.f32.s32 {%r, %g, %b, %w}, [line, {%i}];\n"
    "    mul.wide.u32 %o, %i, 4;\n    add.u64 %a, %a, %o;\n    st.global.f32 [%a], %r;\n    ret;\n}\n"
    ".visible .entry of_plane(.param .u64 out)\n"
    "{\n"
    "    .reg .b64 %a, %o, %t;\n    .reg .b32 %i;\n    .reg .f32 %x, %y, %r, %g, %b, %w;\n"
    "    ld.param.u64 %a, [out];\n    mov.u32 %i, %tid.x;\n    mov.u64 %t, plane;\n"
    "    cvt.rn.f32.u32 %x, %i;\n    mul.f32 %x, %x, 0f3F000000;\n    mov.f32 %y, 0f3FC00000;\n"
    "    tex.2d.v4.f32.f32 {%r, %g, %b, %w}, [%t, {%x, %y}];\n"
    "    mul.wide.u32 %o, %i, 4;\n    add.u64 %a, %a, %o;\n    st.global.f32 [%a], %r;\n    ret;\n}\n"
    ".visible .entry write(.param .u64 out)\n"
    "{\n"
    "    .reg .b32 %x, %y;\n    .reg .f32 %v, %w;\n"
    "    mov.u32 %x, %tid.x;\n    mov.u32 %y, %tid.y;\n    cvt.rn.f32.u32 %v, %x;\n    cvt.rn.f32.u32 %w, %y;\n"
    "    fma.rn.f32 %v, %w, 0f41200000, %v;\n    shl.b32 %x, %x, 2;\n"
    "    sust.b.2d.b32.trap [sheet, {%x, %y}], %v;\n    ret;\n}\n";

static CUmodule module;
static CUdeviceptr memory, out;

static void run(const char *name, unsigned width, unsigned height)
{
    CUfunction function;
    float values[COUNT];
    void *arguments[] = {&out};
    MUST(cuModuleGetFunction(&function, module, name));
    EXPECT(CUDA_SUCCESS, cuLaunchKernel(function, 1, 1, 1, width, height, 1, 0, NULL, arguments, NULL));
    MUST(cuMemcpyDtoH_v2(values, out, sizeof values));
    for (int i = 0; i < COUNT; i++)
        printf("%g%c", (double)values[i], i + 1 < COUNT ? ' ' : '\n');
}

static void fill(void)
{
    float texels[HEIGHT * PITCH / sizeof(float)];
    for (size_t i = 0; i < sizeof texels / sizeof *texels; i++)
        texels[i] = (float)i;
    MUST(cuMemcpyHtoD_v2(memory, texels, sizeof texels));
}

static void names(void)
{
    CUtexref line = NULL, again = NULL, none = NONSENSE(CUtexref);
    CUsurfref sheet = NULL;
    CUdeviceptr address = 0;
    size_t bytes = 0;
    puts("# names");
    EXPECT(CUDA_SUCCESS, cuModuleGetTexRef(&line, module, "line"));
    EXPECT(CUDA_SUCCESS, cuModuleGetTexRef(&again, module, "line"));
    EXPECT_TRUE(line && line == again);
    EXPECT(CUDA_ERROR_NOT_FOUND, cuModuleGetTexRef(&none, module, "sheet"));
    EXPECT(CUDA_ERROR_NOT_FOUND, cuModuleGetTexRef(&none, module, "table"));
    EXPECT(CUDA_ERROR_NOT_FOUND, cuModuleGetTexRef(&none, module, "nothing"));
    EXPECT_TRUE(none == NONSENSE(CUtexref));
    EXPECT(CUDA_SUCCESS, cuModuleGetSurfRef(&sheet, module, "sheet"));
    EXPECT(CUDA_ERROR_NOT_FOUND, cuModuleGetSurfRef(&sheet, module, "line"));
    EXPECT(CUDA_ERROR_NOT_FOUND, cuModuleGetGlobal_v2(&address, &bytes, module, "line"));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexRefDestroy(line));
}

static void lines(void)
{
    CUtexref line;
    CUdeviceptr told = 0;
    CUarray array = NULL;
    size_t offset = 99;
    puts("# lines");
    MUST(cuModuleGetTexRef(&line, module, "line"));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexRefGetAddress_v2(&told, line));
    EXPECT(CUDA_SUCCESS, cuTexRefSetFormat(line, CU_AD_FORMAT_FLOAT, 1));
    EXPECT(CUDA_SUCCESS, cuTexRefSetAddress_v2(&offset, line, memory, 10 * sizeof(float)));
    EXPECT_TRUE(offset == 0);
    run("of_line", COUNT, 1);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexRefSetAddress_v2(NULL, line, memory + 16, 40));
    EXPECT(CUDA_SUCCESS, cuTexRefSetAddress_v2(&offset, line, memory + 16, 40));
    EXPECT_TRUE(offset == 16);
    EXPECT(CUDA_SUCCESS, cuTexRefGetAddress_v2(&told, line));
    EXPECT_TRUE(told == memory);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexRefGetArray(&array, line));
    run("of_line", COUNT, 1);
}

static void planes(void)
{
    static float color[4] = {-7, 1, 2, 3}, seen[4];
    CUtexref plane;
    CUsurfref sheet;
    CUarray array, told = NULL;
    CUDA_ARRAY_DESCRIPTOR flat = {WIDTH, HEIGHT, CU_AD_FORMAT_FLOAT, 1};
    CUDA_ARRAY3D_DESCRIPTOR wanted = {WIDTH, HEIGHT, 0, CU_AD_FORMAT_FLOAT, 1, CUDA_ARRAY3D_SURFACE_LDST};
    puts("# planes");
    MUST(cuModuleGetTexRef(&plane, module, "plane"));
    MUST(cuModuleGetSurfRef(&sheet, module, "sheet"));
    EXPECT(CUDA_SUCCESS, cuTexRefSetAddress2D_v3(plane, &flat, memory, PITCH));
    run("of_plane", COUNT, 1);
    EXPECT(CUDA_SUCCESS, cuTexRefSetFilterMode(plane, CU_TR_FILTER_MODE_LINEAR));
    EXPECT(CUDA_SUCCESS, cuTexRefSetAddressMode(plane, 0, CU_TR_ADDRESS_MODE_BORDER));
    EXPECT(CUDA_SUCCESS, cuTexRefSetBorderColor(plane, color));
    EXPECT(CUDA_SUCCESS, cuTexRefGetBorderColor(seen, plane));
    EXPECT_TRUE(!memcmp(color, seen, sizeof seen));
    run("of_plane", COUNT, 1);
    MUST(cuArray3DCreate_v2(&array, &wanted));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexRefSetArray(plane, array, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuSurfRefGetArray(&told, sheet));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuSurfRefSetArray(sheet, array, 1));
    EXPECT(CUDA_SUCCESS, cuSurfRefSetArray(sheet, array, 0));
    EXPECT(CUDA_SUCCESS, cuSurfRefGetArray(&told, sheet));
    EXPECT_TRUE(told == array);
    run("write", WIDTH, HEIGHT);
    EXPECT(CUDA_SUCCESS, cuTexRefSetArray(plane, array, 1));
    EXPECT(CUDA_SUCCESS, cuTexRefGetArray(&told, plane));
    EXPECT_TRUE(told == array);
    run("of_plane", COUNT, 1);
    EXPECT(CUDA_SUCCESS, cuTexRefSetFlags(plane, 2));
    EXPECT(CUDA_SUCCESS, cuTexRefSetAddressMode(plane, 0, CU_TR_ADDRESS_MODE_MIRROR));
    run("of_plane", COUNT, 1);
}

/* One that is in no module keeps what is set. */
static void settings(void)
{
    CUtexref own = NULL;
    CUarray_format format;
    CUfunction function;
    int channels = 0, anisotropy = 0;
    unsigned flags = 0;
    float bias = 0, low = 0, high = 0;
    CUaddress_mode address = CU_TR_ADDRESS_MODE_WRAP;
    CUfilter_mode filter = CU_TR_FILTER_MODE_POINT;
    puts("# settings");
    EXPECT(CUDA_SUCCESS, cuTexRefCreate(&own));
    EXPECT(CUDA_SUCCESS, cuTexRefSetFormat(own, CU_AD_FORMAT_HALF, 4));
    EXPECT(CUDA_SUCCESS, cuTexRefGetFormat(&format, &channels, own));
    EXPECT_TRUE(format == CU_AD_FORMAT_HALF && channels == 4);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexRefSetFormat(own, CU_AD_FORMAT_HALF, 3));
    EXPECT(CUDA_SUCCESS, cuTexRefSetAddressMode(own, 2, CU_TR_ADDRESS_MODE_CLAMP));
    EXPECT(CUDA_SUCCESS, cuTexRefGetAddressMode(&address, own, 2));
    EXPECT_TRUE(address == CU_TR_ADDRESS_MODE_CLAMP);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuTexRefSetAddressMode(own, 3, CU_TR_ADDRESS_MODE_CLAMP));
    EXPECT(CUDA_SUCCESS, cuTexRefSetMipmapFilterMode(own, CU_TR_FILTER_MODE_LINEAR));
    EXPECT(CUDA_SUCCESS, cuTexRefGetMipmapFilterMode(&filter, own));
    EXPECT_TRUE(filter == CU_TR_FILTER_MODE_LINEAR);
    EXPECT(CUDA_SUCCESS, cuTexRefGetFilterMode(&filter, own));
    EXPECT_TRUE(filter == CU_TR_FILTER_MODE_POINT);
    EXPECT(CUDA_SUCCESS, cuTexRefSetMipmapLevelBias(own, 0.5f));
    EXPECT(CUDA_SUCCESS, cuTexRefGetMipmapLevelBias(&bias, own));
    EXPECT(CUDA_SUCCESS, cuTexRefSetMipmapLevelClamp(own, 1, 3));
    EXPECT(CUDA_SUCCESS, cuTexRefGetMipmapLevelClamp(&low, &high, own));
    printf("%g %g %g\n", (double)bias, (double)low, (double)high);
    EXPECT(CUDA_SUCCESS, cuTexRefSetMaxAnisotropy(own, 99));
    EXPECT(CUDA_SUCCESS, cuTexRefGetMaxAnisotropy(&anisotropy, own));
    EXPECT(CUDA_SUCCESS, cuTexRefSetFlags(own, 1));
    EXPECT(CUDA_SUCCESS, cuTexRefGetFlags(&flags, own));
    printf("%d %u\n", anisotropy, flags);
    MUST(cuModuleGetFunction(&function, module, "write"));
    EXPECT(CUDA_SUCCESS, cuParamSetTexRef(function, -1, own));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuParamSetTexRef(function, 0, own));
    EXPECT(CUDA_SUCCESS, cuTexRefDestroy(own));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuTexRefDestroy(own));
}

/* A module's end with it, and what is bound to nothing cannot be read. */
static void ends(void)
{
    CUtexref line;
    unsigned flags;
    CUfunction function;
    void *arguments[] = {&out};
    puts("# ends");
    MUST(cuModuleGetTexRef(&line, module, "line"));
    EXPECT(CUDA_SUCCESS, cuModuleUnload(module));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuTexRefGetFlags(&flags, line));
    MUST(cuModuleLoadData(&module, MODULE));
    MUST(cuModuleGetFunction(&function, module, "of_line"));
    MUST(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, NULL, arguments, NULL));
    EXPECT(CUDA_ERROR_LAUNCH_FAILED, cuCtxSynchronize());
}

int main(void)
{
    show_context();
    MUST(cuModuleLoadData(&module, MODULE));
    MUST(cuMemAlloc_v2(&memory, HEIGHT * PITCH));
    MUST(cuMemAlloc_v2(&out, COUNT * 4));
    MUST(cuMemsetD8_v2(out, 0, COUNT * 4));
    fill();
    names();
    lines();
    planes();
    settings();
    ends();
    return 0;
}
