/* What atomic operations devices can do on each other's memory. */
#include "show.h"

int main(void)
{
    CUatomicOperation operations[CU_ATOMIC_OPERATION_MAX], unknown = CU_ATOMIC_OPERATION_MAX;
    unsigned capabilities[CU_ATOMIC_OPERATION_MAX] = {0};
    MUST(cuInit(0));
    for (int i = 0; i < CU_ATOMIC_OPERATION_MAX; i++)
        operations[i] = (CUatomicOperation)i;
    EXPECT(CUDA_SUCCESS, cuDeviceGetP2PAtomicCapabilities(capabilities, operations, CU_ATOMIC_OPERATION_MAX, 0, 1));
    for (int i = 0; i < CU_ATOMIC_OPERATION_MAX; i++)
        printf("operation %d: %#x\n", i, capabilities[i]);
    EXPECT(CUDA_ERROR_INVALID_DEVICE, cuDeviceGetP2PAtomicCapabilities(capabilities, operations, 1, 0, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDeviceGetP2PAtomicCapabilities(capabilities, &unknown, 1, 0, 1));
    EXPECT(CUDA_SUCCESS, cuDeviceGetHostAtomicCapabilities(capabilities, operations, 1, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuDeviceGetHostAtomicCapabilities(capabilities, operations, 0, 0));
    return 0;
}
