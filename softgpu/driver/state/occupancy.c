/* How many blocks fit a multiprocessor of the reported architecture: by threads, registers and shared memory. */
#include "occupancy.h"

#include "../../../libcuda/occupancy.h"

/* Hardware hands out shared memory to blocks in units of 256 (1 KiB more a block from 8.0 on). */
enum { SHARED_UNIT = 256 };

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int blocks_by_registers(const struct sg_function *function, int warps)
{
    unsigned registers = (unsigned)sg_function_registers(function->info);
    return SG_SM_REGISTERS / (int)lc_occupancy_warp_registers(registers) / warps;
}

static int blocks_by_shared(const struct sg_function *function, size_t dynamic)
{
    const struct sg_architecture *arch = sg_attributes_architecture();
    int bytes = (int)function->info->shared_bytes + (int)dynamic + arch->block_shared_reserved;
    bytes = (bytes + SHARED_UNIT - 1) / SHARED_UNIT * SHARED_UNIT;
    return bytes ? arch->sm_shared / bytes : arch->sm_blocks;
}

int sg_occupancy_blocks(const struct sg_function *function, int threads, size_t dynamic)
{
    const struct sg_architecture *arch = sg_attributes_architecture();
    if (threads > (int)function->info->max_threads || threads > SG_BLOCK_THREADS_MAX ||
        dynamic > (size_t)arch->block_shared_optin)
        return 0;
    int warps = (threads + SG_WARP_THREADS - 1) / SG_WARP_THREADS;
    int count = smaller(arch->sm_blocks, arch->sm_threads / SG_WARP_THREADS / warps);
    count = smaller(count, blocks_by_registers(function, warps));
    return smaller(count, blocks_by_shared(function, dynamic));
}

uint64_t sg_occupancy_grid(const struct sg_function *function, unsigned threads, size_t dynamic)
{
    int sms = 0;
    sg_attributes_read(function->module->context->device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, &sms);
    return (uint64_t)sms * (uint64_t)sg_occupancy_blocks(function, (int)threads, dynamic);
}

size_t sg_occupancy_shared(const struct sg_function *function, int blocks)
{
    const struct sg_architecture *arch = sg_attributes_architecture();
    int share = arch->sm_shared / blocks / SHARED_UNIT * SHARED_UNIT - arch->block_shared_reserved;
    int room = smaller(share, arch->block_shared_optin) - (int)function->info->shared_bytes;
    room = smaller(room, sg_function_shared_max(function->info, &function->settings));
    return room > 0 ? (size_t)room : 0;
}
