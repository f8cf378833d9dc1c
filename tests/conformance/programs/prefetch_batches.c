/* Batches of prefetches and discards: what is wrong with one is found before it is said that no device here may have
 * them. */
#include "show.h"

enum { RANGES = 4, BYTES = 65536 };

static CUdeviceptr at[RANGES];
static size_t bytes[RANGES], firsts[RANGES];
static CUmemLocation places[RANGES];
static CUstream stream;

/* The three calls alike, but that discards have no places. */
static void answer(const char *what, size_t count, size_t place_count)
{
    printf("%s: %d %d %d\n", what,
           (int)cuMemPrefetchBatchAsync(at, bytes, count, places, firsts, place_count, 0, stream),
           (int)cuMemDiscardAndPrefetchBatchAsync(at, bytes, count, places, firsts, place_count, 0, stream),
           (int)cuMemDiscardBatchAsync(at, bytes, count, 0, stream));
}

static void places_of(size_t second, size_t third)
{
    firsts[1] = second;
    firsts[2] = third;
}

int main(void)
{
    CUdeviceptr managed, plain;
    show_context();
    MUST(cuMemAllocManaged(&managed, RANGES * BYTES, CU_MEM_ATTACH_GLOBAL));
    MUST(cuMemAlloc_v2(&plain, BYTES));
    MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    for (int i = 0; i < RANGES; i++) {
        at[i] = managed + (CUdeviceptr)i * BYTES;
        bytes[i] = BYTES;
        places[i] = (CUmemLocation){i % 2 ? CU_MEM_LOCATION_TYPE_HOST : CU_MEM_LOCATION_TYPE_DEVICE, 0};
    }
    places_of(2, 3);
    answer("right", RANGES, 3);
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuMemDiscardBatchAsync(at, bytes, RANGES, 0, stream));
    answer("nothing", 0, 0);
    answer("no place", RANGES, 0);
    answer("more places than ranges", 2, 3);
    places_of(2, 2);
    answer("places not in order", RANGES, 3);
    places_of(2, RANGES);
    answer("a place of no range", RANGES, 3);
    places_of(1, 2);
    firsts[0] = 1;
    answer("a range without a place", RANGES, 1);
    firsts[0] = 0;
    places[1].type = (CUmemLocationType)9;
    answer("no such place", RANGES, 2);
    places[1] = (CUmemLocation){CU_MEM_LOCATION_TYPE_DEVICE, 7};
    answer("no such device", RANGES, 2);
    places[1].id = 1;
    at[3] = plain;
    answer("not managed", RANGES, 2);
    at[3] = managed + 3 * BYTES;
    bytes[3] = BYTES + 1;
    answer("beyond its end", RANGES, 2);
    bytes[3] = BYTES;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemDiscardBatchAsync(at, bytes, RANGES, 1, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemDiscardBatchAsync(NULL, bytes, RANGES, 0, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemDiscardBatchAsync(at, NULL, RANGES, 0, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemDiscardBatchAsync(at, bytes, RANGES, 0, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemDiscardBatchAsync(at, bytes, RANGES, 0, CU_STREAM_LEGACY));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuMemDiscardBatchAsync(at, bytes, RANGES, 0, NONSENSE(CUstream)));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPrefetchBatchAsync(at, bytes, RANGES, NULL, firsts, 2, 0, stream));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemPrefetchBatchAsync(at, bytes, RANGES, places, NULL, 2, 0, stream));
    EXPECT(CUDA_ERROR_NOT_SUPPORTED,
           cuMemPrefetchBatchAsync(at, bytes, RANGES, places, firsts, 2, 0, CU_STREAM_PER_THREAD));
    return 0;
}
