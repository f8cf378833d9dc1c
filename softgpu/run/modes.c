/* The processor's floating-point modes that operations count on. */
#include "modes.h"

#ifdef __x86_64__
#include <immintrin.h>
/* MXCSR after a reset: all exceptions masked, nearest even, no flushing. */
#define MODES_AT_RESET 0x1f80u

unsigned sg_modes_enter(void)
{
    const unsigned before = _mm_getcsr();
    _mm_setcsr(MODES_AT_RESET);
    return before;
}

void sg_modes_leave(unsigned before)
{
    _mm_setcsr(before);
}
#else
#include <fenv.h>

unsigned sg_modes_enter(void)
{
    const int before = fegetround();
    fesetround(FE_TONEAREST);
    return (unsigned)before;
}

void sg_modes_leave(unsigned before)
{
    fesetround((int)before);
}
#endif
