/* CUDA arrays: which can be made, what they say of themselves, and what becomes of their memory. */
#include <stdbool.h>

#include "show.h"

static CUDA_ARRAY3D_DESCRIPTOR of(CUarray_format format, unsigned channels, size_t width, size_t height, size_t depth,
                                  unsigned flags)
{
    return (CUDA_ARRAY3D_DESCRIPTOR){width, height, depth, format, channels, flags};
}

/* Made, asked what it is, and destroyed. */
static void make(const char *name, CUDA_ARRAY3D_DESCRIPTOR wanted)
{
    CUDA_ARRAY3D_DESCRIPTOR told;
    CUDA_ARRAY_DESCRIPTOR flat;
    CUarray array = NONSENSE(CUarray);
    CUresult result = cuArray3DCreate_v2(&array, &wanted);
    show(name, result);
    if (result) {
        EXPECT_TRUE(array == NONSENSE(CUarray));
        return;
    }
    memset(&told, 0xff, sizeof told);
    MUST(cuArray3DGetDescriptor_v2(&told, array));
    MUST(cuArrayGetDescriptor_v2(&flat, array));
    bool same = told.Width == wanted.Width && told.Height == wanted.Height && told.Depth == wanted.Depth &&
                told.Format == wanted.Format && told.NumChannels == wanted.NumChannels && told.Flags == wanted.Flags;
    bool flat_same = flat.Width == wanted.Width && flat.Height == wanted.Height && flat.Format == wanted.Format &&
                     flat.NumChannels == wanted.NumChannels;
    EXPECT_TRUE(same && flat_same);
    MUST(cuArrayDestroy(array));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuArrayDestroy(array));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuArray3DGetDescriptor_v2(&told, array));
}

static void geometries(void)
{
    const CUarray_format f = CU_AD_FORMAT_FLOAT;
    enum { L = CUDA_ARRAY3D_LAYERED, C = CUDA_ARRAY3D_CUBEMAP, S = CUDA_ARRAY3D_SURFACE_LDST };
    puts("# geometries");
    make("1D", of(f, 1, 100, 0, 0, 0));
    make("2D", of(f, 2, 100, 7, 0, 0));
    make("3D", of(f, 4, 10, 7, 5, 0));
    make("1D layers", of(f, 1, 100, 0, 9, L));
    make("2D layers", of(f, 1, 100, 3, 9, L));
    make("cube", of(f, 1, 16, 16, 6, C));
    make("cubes", of(f, 1, 16, 16, 18, C | L));
    make("surface", of(f, 1, 16, 16, 0, S));
    make("gather", of(f, 1, 16, 16, 0, CUDA_ARRAY3D_TEXTURE_GATHER));
    make("depth texture", of(f, 1, 16, 16, 0, CUDA_ARRAY3D_DEPTH_TEXTURE));
    make("nothing", of(f, 1, 0, 0, 0, 0));
    make("no width", of(f, 1, 0, 4, 0, 0));
    make("depth without height", of(f, 1, 16, 0, 4, 0));
    make("no layers", of(f, 1, 16, 4, 0, L));
    make("an oblong cube", of(f, 1, 16, 8, 6, C));
    make("a cube of five", of(f, 1, 16, 16, 5, C));
    make("cubes of seven", of(f, 1, 16, 16, 7, C | L));
    make("gather in space", of(f, 1, 16, 16, 4, CUDA_ARRAY3D_TEXTURE_GATHER));
    make("sparse", of(f, 1, 16, 16, 0, CUDA_ARRAY3D_SPARSE));
    make("deferred", of(f, 1, 16, 16, 0, CUDA_ARRAY3D_DEFERRED_MAPPING));
    make("unknown flag", of(f, 1, 16, 16, 0, 0x10000));
}

static size_t most(CUdevice_attribute attribute)
{
    int value = 0;
    MUST(cuDeviceGetAttribute(&value, attribute, 0));
    return (size_t)value;
}

static void extents(void)
{
    const CUarray_format f = CU_AD_FORMAT_UNSIGNED_INT8;
    size_t line = most(CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_WIDTH);
    size_t width = most(CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_WIDTH);
    size_t height = most(CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_HEIGHT);
    size_t layers = most(CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_LAYERED_LAYERS);
    size_t deep = most(CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_DEPTH_ALTERNATE);
    size_t surface = most(CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE1D_WIDTH);
    puts("# extents");
    make("widest line", of(f, 1, line, 0, 0, 0));
    make("wider line", of(f, 1, line + 1, 0, 0, 0));
    make("widest plane", of(f, 1, width, 1, 0, 0));
    make("wider plane", of(f, 1, width + 1, 1, 0, 0));
    make("highest plane", of(f, 1, 1, height, 0, 0));
    make("higher plane", of(f, 1, 1, height + 1, 0, 0));
    make("most layers", of(f, 1, 1, 0, layers, CUDA_ARRAY3D_LAYERED));
    make("more layers", of(f, 1, 1, 0, layers + 1, CUDA_ARRAY3D_LAYERED));
    make("deepest space", of(f, 1, 1, 1, deep, 0));
    make("deeper space", of(f, 1, 1, 1, deep + 1, 0));
    make("widest surface", of(f, 1, surface, 0, 0, CUDA_ARRAY3D_SURFACE_LDST));
    make("wider surface", of(f, 1, surface + 1, 0, 0, CUDA_ARRAY3D_SURFACE_LDST));
    make("endless", of(f, 1, SIZE_MAX, 0, 0, 0));
    make("endless plane", of(f, 1, SIZE_MAX, SIZE_MAX, SIZE_MAX, 0));
}

/* Every number that may be a format, with every number of channels. */
static void formats(void)
{
    puts("# formats");
    for (int format = 0; format <= 0xd0; format++) {
        printf("%#x:", (unsigned)format);
        for (unsigned channels = 0; channels <= 5; channels++) {
            const CUDA_ARRAY3D_DESCRIPTOR wanted = of((CUarray_format)format, channels, 16, 8, 0, 0);
            CUarray array;
            CUresult result = cuArray3DCreate_v2(&array, &wanted);
            printf(" %d", (int)result);
            if (!result)
                MUST(cuArrayDestroy(array));
        }
        printf("\n");
    }
}

static void memory(void)
{
    const CUDA_ARRAY3D_DESCRIPTOR large = of(CU_AD_FORMAT_FLOAT, 4, 1024, 1024, 0, 0);
    enum { SOME = 8, MANY = 4096 };
    static CUarray arrays[MANY];
    size_t before, after, total;
    unsigned made = 0;
    puts("# memory");
    MUST(cuMemGetInfo_v2(&before, &total));
    for (; made < SOME; made++)
        MUST(cuArray3DCreate_v2(&arrays[made], &large));
    MUST(cuMemGetInfo_v2(&after, &total));
    EXPECT_TRUE(before - after >= (size_t)SOME << 24);
    CUresult result = CUDA_SUCCESS;
    while (made < MANY && !(result = cuArray3DCreate_v2(&arrays[made], &large)))
        made++;
    show("one too many", result);
    printf("%s\n", made <= total >> 24 ? "never more than there is" : "WRONG: more than there is");
    while (made)
        MUST(cuArrayDestroy(arrays[--made]));
    MUST(cuMemGetInfo_v2(&after, &total));
    EXPECT_TRUE(before == after);
}

static void pointers(void)
{
    const CUDA_ARRAY_DESCRIPTOR flat = {16, 4, CU_AD_FORMAT_HALF, 2};
    CUDA_ARRAY3D_DESCRIPTOR told;
    CUarray array;
    puts("# pointers");
    TRY(cuArrayCreate_v2(NULL, &flat));
    TRY(cuArrayCreate_v2(&array, NULL));
    TRY(cuArray3DCreate_v2(NULL, NULL));
    EXPECT(CUDA_SUCCESS, cuArrayCreate_v2(&array, &flat));
    EXPECT(CUDA_SUCCESS, cuArray3DGetDescriptor_v2(&told, array));
    printf("%zu %zu %zu %d %u %u\n", told.Width, told.Height, told.Depth, (int)told.Format, told.NumChannels,
           told.Flags);
    TRY(cuArrayGetDescriptor_v2(NULL, array));
    TRY(cuArray3DGetDescriptor_v2(NULL, array));
    TRY(cuArray3DGetDescriptor_v2(&told, NULL));
    TRY(cuArrayDestroy(NULL));
    TRY(cuArrayDestroy(NONSENSE(CUarray)));
}

/* An array goes with its context, and is of no use to a later one. */
static void contexts(void)
{
    const CUDA_ARRAY_DESCRIPTOR flat = {1024, 1024, CU_AD_FORMAT_FLOAT, 4};
    CUDA_ARRAY3D_DESCRIPTOR told;
    CUcontext context;
    CUarray array;
    size_t before, after, total;
    puts("# contexts");
    MUST(cuMemGetInfo_v2(&before, &total));
    MUST(cuCtxCreate_v2(&context, 0, 0));
    MUST(cuArrayCreate_v2(&array, &flat));
    MUST(cuCtxDestroy_v2(context));
    MUST(cuMemGetInfo_v2(&after, &total));
    EXPECT_TRUE(before == after);
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuArray3DGetDescriptor_v2(&told, array));
}

int main(void)
{
    CUarray array;
    const CUDA_ARRAY_DESCRIPTOR flat = {16, 4, CU_AD_FORMAT_HALF, 2};
    TRY(cuArrayCreate_v2(&array, &flat));
    MUST(cuInit(0));
    TRY(cuArrayCreate_v2(&array, &flat));
    TRY(cuArrayDestroy(NULL));
    show_context();
    geometries();
    extents();
    formats();
    pointers();
    contexts();
    memory();
    return 0;
}
