/* Special registers that change while a kernel runs. PTX ISA 10. The clock is the processor's time stamp counter: it
 * runs at a constant rate, as the manual asks of differences; the global timer is nanoseconds since 1970. */
#include "clock.h"

#include <time.h>

static uint64_t clock_now(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#else
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
#endif
}

static uint64_t timer_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* One reading for all lanes: imm 0 is the clock, 1 the timer; aux is the shift. */
static uint64_t reading(const struct sg_op *op)
{
    return (op->imm ? timer_now() : clock_now()) >> op->aux;
}

SG_FORM(time32_full)
{
    uint32_t *d = SG_COL(uint32_t, g, op, 0), now = (uint32_t)reading(op);
    SG_FULL_WARPS(g, w) SG_EACH(l) d[w + l] = now;
}

SG_FORM(time32_part)
{
    time32_full_body(g, op);      /* a temporary: lanes that are not active do not mind */
}
SG_CODE(time32);

SG_FORM(time64_full)
{
    uint64_t *d = SG_COL(uint64_t, g, op, 0), now = reading(op);
    SG_FULL_WARPS(g, w) SG_EACH(l) d[w + l] = now;
}

SG_FORM(time64_part)
{
    time64_full_body(g, op);
}
SG_CODE(time64);

const struct sg_op_code *isa_clock_code(unsigned bytes)
{
    return bytes == 4 ? &time32 : &time64;
}
