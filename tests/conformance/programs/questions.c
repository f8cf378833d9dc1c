/* What only NVIDIA's driver can answer: a line for each open question about it, `name: answer`.
 *
 *     questions
 *
 * Run directly on the driver, through the wire and on softgpu, the answers are laid beside each other. */
#include "show.h"

#define MAX_THREADS_BEYOND 2048

static void say(const char *what, CUresult result)
{
    printf("%s: %d\n", what, (int)result);
}

/* Which code a launch of too many threads gives, and whether it stays. */
static void ask_launches(void)
{
    CUmodule module;
    CUfunction function;
    say("cuModuleLoadData", cuModuleLoadData(&module, SHOW_MODULE));
    if (cuModuleGetFunction(&function, module, "nothing"))
        return;
    say("a block of 2048 threads", cuLaunchKernel(function, 1, 1, 1, MAX_THREADS_BEYOND, 1, 1, 0, NULL, NULL, NULL));
    say("a block of 0 threads", cuLaunchKernel(function, 1, 1, 1, 0, 1, 1, 0, NULL, NULL, NULL));
    say("a grid of 0 blocks", cuLaunchKernel(function, 0, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
    say("a grid of 65536 blocks in y", cuLaunchKernel(function, 1, 65536, 1, 1, 1, 1, 0, NULL, NULL, NULL));
    say("1 GiB of shared memory", cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 1u << 30, NULL, NULL, NULL));
    say("synchronised afterwards", cuCtxSynchronize());
}

static void ask_limits(void)
{
    for (int limit = 0; limit < 12; limit++) {
        size_t value = 0;
        CUresult got = cuCtxGetLimit(&value, (CUlimit)limit);
        printf("limit %d: %d, value %zu, set again %d\n", limit, (int)got, value,
               (int)(got ? got : cuCtxSetLimit((CUlimit)limit, value)));
    }
}

/* The private tables that public programs ask for, by the beginning of their names. The first word of most is their
 * size in bytes. */
static void ask_tables(void)
{
    static const uint32_t tables[][4] = {
        {0xf8cff951, 0x21468b4e, 0xb9e2fb46, 0x9e7c0dd9}, {0x6bd5fb6c, 0x5bf4e74a, 0x8987d939, 0x12fd9df9},
        {0xa094798c, 0x2e742e74, 0x93f20800, 0x200c0a66}, {0x42d85a81, 0x23f6cb47, 0x8298f6e7, 0x8a3aecdc},
        {0xc693336e, 0x1121df11, 0xa8c368f3, 0x55d89593}, {0x263e8860, 0x7cd26143, 0x92f6bbd5, 0x006dfa7e},
        {0xd4082055, 0xbde6704b, 0x8d34ba12, 0x3c66e1f2}, {0x21318c60, 0x97143248, 0x8ca641ff, 0x7324c8f2},
        {0x1734dc26, 0x800d4745, 0x8726c0f1, 0xe7dd8bca}, {0x6e163fbe, 0xb958444d, 0x835ce182, 0xaff1991e},
        {0xda9151d3, 0x3ae6cc41, 0xa5c04f26, 0xd533e328}, {0x2c8e0ad8, 0x0710ab4e, 0x90dd5471, 0x9fe5f74b},
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        CUuuid id;
        for (size_t byte = 0; byte < sizeof id.bytes; byte++)   /* written from the left */
            id.bytes[byte] = (char)(tables[i][byte / 4] >> (24 - byte % 4 * 8));
        const uint64_t *table = NULL;
        CUresult result = cuGetExportTable((const void **)&table, &id);
        printf("private table %08x: %d, first word %llu\n", tables[i][0], (int)result,
               table && table[0] < 0x1000 ? (unsigned long long)table[0] : 0);
    }
}

int main(void)
{
    CUcontext context;
    int version = 0;
    ask_tables();
    say("cuInit", cuInit(0));
    say("cuDriverGetVersion", cuDriverGetVersion(&version));
    printf("version: %d\n", version);
    say("cuDevicePrimaryCtxRetain", cuDevicePrimaryCtxRetain(&context, 0));
    say("cuCtxSetCurrent", cuCtxSetCurrent(context));
    ask_limits();
    ask_launches();
    return 0;
}
