/* Blocks that run stop for a while: between two rounds, wherever a kernel is and however long it runs. */
#ifndef SG_HOLD_H
#define SG_HOLD_H

#include <stdatomic.h>
#include <stdint.h>

/* Not 0: who runs blocks calls `park` before the next round, and goes on when that returns. Set before `wanted`. */
extern _Atomic uint32_t sg_hold_wanted;
extern void (*sg_hold_park)(void);

static inline void sg_hold_look(void)
{
    if (__builtin_expect(atomic_load_explicit(&sg_hold_wanted, memory_order_acquire), 0))
        sg_hold_park();
}

#endif
