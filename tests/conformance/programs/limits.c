/* Every limit of a context: what it is, what it may be set to, and what it is then. Contexts have their own. */
#include "show.h"

static void set(CUlimit limit, size_t value)
{
    size_t now = 0;
    CUresult result = cuCtxSetLimit(limit, value);
    CUresult got = cuCtxGetLimit(&now, limit);
    printf("limit %d to %zu: %d, %d %zu\n", (int)limit, value, (int)result, (int)got, now);
}

int main(void)
{
    static const size_t values[] = {0, 1, 2, 24, 25, 64, 128, 129, 4096, 1 << 20, (size_t)32 << 20};
    CUcontext first, second;
    size_t now = 0;
    MUST(cuInit(0));
    EXPECT(CUDA_ERROR_INVALID_CONTEXT, cuCtxGetLimit(&now, CU_LIMIT_STACK_SIZE));
    MUST(cuCtxCreate_v2(&first, 0, 0));
    MUST(cuCtxCreate_v2(&second, 0, 0));
    for (int limit = 0; limit < CU_LIMIT_MAX; limit++)
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
            set((CUlimit)limit, values[i]);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuCtxSetLimit(CU_LIMIT_MAX, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuCtxGetLimit(&now, CU_LIMIT_MAX));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuCtxGetLimit(NULL, CU_LIMIT_STACK_SIZE));
    MUST(cuCtxSetCurrent(first));
    puts("# the other context");
    for (int limit = 0; limit < CU_LIMIT_MAX; limit++) {
        MUST(cuCtxGetLimit(&now, (CUlimit)limit));
        printf("limit %d: %zu\n", limit, now);
    }
    MUST(cuCtxDestroy_v2(second));
    MUST(cuCtxDestroy_v2(first));
    return 0;
}
