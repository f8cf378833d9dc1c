/* What the conformance programs share: a call printed with its result, a current context, a small module.
 * Their output must be the same on a driver directly and through the wire; no address and no time is ever printed. */
#ifndef SHOW_H
#define SHOW_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cuda_api.h"

static inline void show(const char *call, CUresult result)
{
    const char *name = NULL;
    if (cuGetErrorName(result, &name) || !name)
        name = "(no name)";
    printf("%-90s %d %s\n", call, (int)result, name);
}

/* Prints the call as it is written, and its result. */
#define TRY(call) show(#call, (call))

/* The same where the right result is known: a line with WRONG in it fails the test. */
static inline void show_expected(CUresult expected, const char *call, CUresult result)
{
    show(call, result);
    if (result != expected)
        printf("WRONG: %d was expected\n", (int)expected);
}

#define EXPECT(expected, call) show_expected((CUresult)(expected), #call, (call))

/* As EXPECT, of something that must be true. */
#define EXPECT_TRUE(condition) printf("%s%s\n", (condition) ? "" : "WRONG: ", #condition)

/* For the calls that have to work before there is anything to test. */
#define MUST(call)                                                                                                     \
    do {                                                                                                               \
        CUresult must_result = (call);                                                                                 \
        if (must_result) {                                                                                             \
            show("cannot go on: " #call, must_result);                                                                 \
            exit(3);                                                                                                   \
        }                                                                                                              \
    } while (0)

/* A handle that no driver gave. */
#define NONSENSE(type) ((type)(uintptr_t)0x1234560)

static const char SHOW_MODULE[] =
    ".version 6.0\n.target sm_50\n.address_size 64\n"
    ".visible .global .align 4 .u32 table[4] = {10, 20, 30, 40};\n"
    ".visible .entry fill(.param .u64 out, .param .u32 count, .param .u32 value)\n"
    "{\n"
    "    .reg .pred %p;\n    .reg .b32 %i, %n, %v, %c, %w;\n    .reg .b64 %a, %o;\n"
    "    ld.param.u64 %a, [out];\n    ld.param.u32 %n, [count];\n    ld.param.u32 %v, [value];\n"
    "    mov.u32 %c, %ctaid.x;\n    mov.u32 %w, %ntid.x;\n    mov.u32 %i, %tid.x;\n    mad.lo.u32 %i, %c, %w, %i;\n"
    "    setp.ge.u32 %p, %i, %n;\n    @%p bra END;\n"
    "    cvta.to.global.u64 %a, %a;\n    mul.wide.u32 %o, %i, 4;\n    add.u64 %a, %a, %o;\n    add.u32 %v, %v, %i;\n"
    "    st.global.u32 [%a], %v;\nEND:\n    ret;\n}\n"
    ".visible .entry total(.param .u64 out)\n"
    "{\n"
    "    .reg .b32 %x, %s;\n    .reg .b64 %a, %t;\n"
    "    ld.param.u64 %a, [out];\n    cvta.to.global.u64 %a, %a;\n    mov.u64 %t, table;\n    mov.u32 %s, 0;\n"
    "    ld.global.u32 %x, [%t];\n    add.u32 %s, %s, %x;\n    ld.global.u32 %x, [%t+4];\n    add.u32 %s, %s, %x;\n"
    "    ld.global.u32 %x, [%t+8];\n    add.u32 %s, %s, %x;\n    ld.global.u32 %x, [%t+12];\n    add.u32 %s, %s, %x;\n"
    "    st.global.u32 [%a], %s;\n    ret;\n}\n"
    ".visible .entry nothing()\n{\n    ret;\n}\n";

/* The primary context of device 0, current. */
static inline CUcontext show_context(void)
{
    CUcontext context;
    CUdevice device;
    MUST(cuInit(0));
    MUST(cuDeviceGet(&device, 0));
    MUST(cuDevicePrimaryCtxRetain(&context, device));
    MUST(cuCtxSetCurrent(context));
    return context;
}

#endif
