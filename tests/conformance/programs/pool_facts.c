/* What a pool was made as, told by the attributes that came after CUDA 13.0. */
#include "show.h"

enum { ALLOCATION_TYPE = 9, EXPORT_HANDLE_TYPES, LOCATION_ID, LOCATION_TYPE, MAX_SIZE, HW_DECOMPRESS, LOCALITY_DOMAIN };

static void tell(CUmemoryPool pool)
{
    for (int attribute = ALLOCATION_TYPE; attribute <= LOCALITY_DOMAIN + 1; attribute++) {
        long long value = 0;
        int *narrow = (int *)&value;
        CUresult result = cuMemPoolGetAttribute(pool, (CUmemPool_attribute)attribute, &value);
        printf("%d: %d, %lld\n", attribute, (int)result, attribute == MAX_SIZE ? value : *narrow);
        EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPoolSetAttribute(pool, (CUmemPool_attribute)attribute, &value));
    }
}

int main(void)
{
    CUmemPoolProps props = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
                            .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = 1},
                            .maxSize = 64 << 20};
    CUmemoryPool pool;
    show_context();
    MUST(cuDeviceGetDefaultMemPool(&pool, 1));
    tell(pool);
    MUST(cuMemPoolCreate(&pool, &props));
    tell(pool);
    MUST(cuMemPoolDestroy(pool));
    return 0;
}
