/* Mipmapped arrays: what they are made as, their levels as arrays, and what becomes of their memory; and what no array
 * of these devices has. */
#include <stdbool.h>

#include "show.h"

enum { L = CUDA_ARRAY3D_LAYERED, C = CUDA_ARRAY3D_CUBEMAP };

static CUDA_ARRAY3D_DESCRIPTOR of(unsigned channels, size_t width, size_t height, size_t depth, unsigned flags)
{
    return (CUDA_ARRAY3D_DESCRIPTOR){width, height, depth, CU_AD_FORMAT_UNSIGNED_INT8, channels, flags};
}

/* How many levels there are, and what each of them is. */
static void make(const char *name, CUDA_ARRAY3D_DESCRIPTOR wanted, unsigned levels)
{
    CUmipmappedArray mipmap = NONSENSE(CUmipmappedArray);
    CUDA_ARRAY3D_DESCRIPTOR told;
    CUarray array, again;
    unsigned count = 0;
    CUresult result = cuMipmappedArrayCreate(&mipmap, &wanted, levels);
    show(name, result);
    if (result) {
        EXPECT_TRUE(mipmap == NONSENSE(CUmipmappedArray));
        return;
    }
    while (!(result = cuMipmappedArrayGetLevel(&array, mipmap, count))) {
        MUST(cuMipmappedArrayGetLevel(&again, mipmap, count));
        MUST(cuArray3DGetDescriptor_v2(&told, array));
        printf("level %u%s: %zu x %zu x %zu, %d %u %#x\n", count, array == again ? "" : " WRONG: twice", told.Width,
               told.Height, told.Depth, (int)told.Format, told.NumChannels, told.Flags);
        count++;
    }
    show("one level more", result);
    if (count)
        MUST(cuMipmappedArrayGetLevel(&array, mipmap, count - 1));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuArrayDestroy(array));
    MUST(cuMipmappedArrayDestroy(mipmap));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuMipmappedArrayDestroy(mipmap));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuMipmappedArrayGetLevel(&array, mipmap, 0));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuArray3DGetDescriptor_v2(&told, array));
}

static void geometries(void)
{
    puts("# geometries");
    make("line", of(1, 100, 0, 0, 0), 100);
    make("plane", of(2, 37, 100, 0, 0), 100);
    make("space", of(4, 12, 5, 40, 0), 100);
    make("layers", of(1, 12, 5, 40, L), 100);
    make("cube", of(1, 16, 16, 6, C), 100);
    make("some", of(1, 64, 64, 0, 0), 3);
    make("none", of(1, 64, 64, 0, 0), 0);
    make("nothing", of(1, 0, 0, 0, 0), 1);
    make("three channels", of(3, 16, 16, 0, 0), 1);
    make("wide", of(1, 32768, 1, 0, 0), 1);
    make("wider", of(1, 32769, 1, 0, 0), 1);
    make("wide line", of(1, 32769, 0, 0, 0), 1);
}

/* A level is an array: bytes come back from where they went. */
static void contents(void)
{
    const CUDA_ARRAY3D_DESCRIPTOR wanted = of(4, 64, 32, 0, 0);
    static uint8_t given[6][32 * 64 * 4], taken[32 * 64 * 4];
    CUmipmappedArray mipmap;
    CUarray level;
    puts("# contents");
    MUST(cuMipmappedArrayCreate(&mipmap, &wanted, 6));
    for (unsigned pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < 6; i++) {
            size_t width = (size_t)256 >> i, height = (size_t)32 >> i;
            MUST(cuMipmappedArrayGetLevel(&level, mipmap, i));
            CUDA_MEMCPY2D copy = {.srcMemoryType = pass ? CU_MEMORYTYPE_ARRAY : CU_MEMORYTYPE_HOST,
                                  .srcHost = given[i],
                                  .srcArray = level,
                                  .dstMemoryType = pass ? CU_MEMORYTYPE_HOST : CU_MEMORYTYPE_ARRAY,
                                  .dstHost = taken,
                                  .dstArray = level,
                                  .WidthInBytes = width,
                                  .Height = height};
            for (size_t at = 0; !pass && at < width * height; at++)
                given[i][at] = (uint8_t)(at * 31 + i * 77);
            EXPECT(CUDA_SUCCESS, cuMemcpy2D_v2(&copy));
            if (pass)
                EXPECT_TRUE(memcmp(given[i], taken, width * height) == 0);
            copy.WidthInBytes = width + 4;
            EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemcpy2D_v2(&copy));
        }
    MUST(cuMipmappedArrayDestroy(mipmap));
}

static void memory(void)
{
    const CUDA_ARRAY3D_DESCRIPTOR large = {2048, 2048, 0, CU_AD_FORMAT_FLOAT, 4, 0};
    enum { MANY = 1024 };
    static CUmipmappedArray mipmaps[MANY];
    size_t before, after, total;
    unsigned made = 0;
    CUresult result;
    puts("# memory");
    MUST(cuMemGetInfo_v2(&before, &total));
    MUST(cuMipmappedArrayCreate(&mipmaps[made++], &large, 2));
    MUST(cuMemGetInfo_v2(&after, &total));
    EXPECT_TRUE(before - after >= ((size_t)5 << 24));
    while (!(result = cuMipmappedArrayCreate(&mipmaps[made], &large, 2)) && made < MANY)
        made++;
    show("one too many", result);
    EXPECT_TRUE(made <= total / ((size_t)5 << 24));
    while (made)
        MUST(cuMipmappedArrayDestroy(mipmaps[--made]));
    MUST(cuMemGetInfo_v2(&after, &total));
    EXPECT_TRUE(before == after);
}

static void wrong(void)
{
    const CUDA_ARRAY3D_DESCRIPTOR wanted = of(1, 16, 16, 0, 0);
    CUDA_ARRAY_SPARSE_PROPERTIES sparse;
    CUDA_ARRAY_MEMORY_REQUIREMENTS needs;
    CUmipmappedArray mipmap;
    CUarray array, plane;
    size_t width = 0;
    puts("# wrong");
    TRY(cuMipmappedArrayCreate(NULL, &wanted, 1));
    TRY(cuMipmappedArrayCreate(&mipmap, NULL, 1));
    MUST(cuMipmappedArrayCreate(&mipmap, &wanted, 1));
    TRY(cuMipmappedArrayGetLevel(NULL, mipmap, 0));
    TRY(cuMipmappedArrayGetLevel(&array, NULL, 0));
    TRY(cuMipmappedArrayDestroy(NULL));
    MUST(cuMipmappedArrayGetLevel(&array, mipmap, 0));
    TRY(cuArrayGetPlane(&plane, array, 0));
    TRY(cuArrayGetSparseProperties(&sparse, array));
    TRY(cuMipmappedArrayGetSparseProperties(&sparse, mipmap));
    TRY(cuArrayGetMemoryRequirements(&needs, array, 0));
    TRY(cuMipmappedArrayGetMemoryRequirements(&needs, mipmap, 0));
    TRY(cuArrayGetMemoryRequirements(&needs, array, 99));
    EXPECT(CUDA_SUCCESS, cuDeviceGetTexture1DLinearMaxWidth(&width, CU_AD_FORMAT_FLOAT, 4, 0));
    EXPECT_TRUE(width >= 1 << 27);
    TRY(cuDeviceGetTexture1DLinearMaxWidth(&width, CU_AD_FORMAT_FLOAT, 3, 0));
    TRY(cuDeviceGetTexture1DLinearMaxWidth(NULL, CU_AD_FORMAT_FLOAT, 4, 0));
    MUST(cuMipmappedArrayDestroy(mipmap));
}

int main(void)
{
    show_context();
    geometries();
    contents();
    wrong();
    memory();
    return 0;
}
