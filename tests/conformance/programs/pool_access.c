/* Grants access to a pool by lists: all of a list is done, or nothing. argv[1]: how often each list is given. */
#include "show.h"

static int access_of(CUmemoryPool pool, int device)
{
    CUmemLocation location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device};
    CUmemAccess_flags flags = (CUmemAccess_flags)99;
    return cuMemPoolGetAccess(&flags, pool, &location) ? -1 : (int)flags;
}

static CUmemAccessDesc entry(int device, CUmemAccess_flags flags)
{
    return (CUmemAccessDesc){.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device}, .flags = flags};
}

int main(int argc, char **argv)
{
    unsigned count = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    CUmemPoolProps props = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                            .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
    CUmemAccessDesc list[64];
    CUmemoryPool pool;
    show_context();
    MUST(cuMemPoolCreate(&pool, &props));
    for (unsigned i = 0; i < count; i++)
        list[i] = entry(1, i + 1 == count ? CU_MEM_ACCESS_FLAGS_PROT_READWRITE : CU_MEM_ACCESS_FLAGS_PROT_NONE);
    EXPECT(CUDA_SUCCESS, cuMemPoolSetAccess(pool, list, count));
    EXPECT_TRUE(access_of(pool, 1) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    list[0] = entry(1, CU_MEM_ACCESS_FLAGS_PROT_NONE);
    list[1] = entry(0, CU_MEM_ACCESS_FLAGS_PROT_NONE);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolSetAccess(pool, list, 2));
    EXPECT_TRUE(access_of(pool, 1) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    list[1] = entry(2, CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolSetAccess(pool, list, 2));
    EXPECT_TRUE(access_of(pool, 1) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    EXPECT(CUDA_SUCCESS, cuMemPoolSetAccess(pool, list, 1));
    EXPECT_TRUE(access_of(pool, 1) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    MUST(cuMemPoolDestroy(pool));
    return 0;
}
