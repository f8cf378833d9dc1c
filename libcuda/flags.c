/* Flags that a call may be given. */
#include "flags.h"

#include "generated/cuda_types.h"

bool lc_flags_suit_context(unsigned flags)
{
    unsigned policy = flags & CU_CTX_SCHED_MASK;
    return !(flags & ~(unsigned)CU_CTX_FLAGS_MASK) && !(policy & (policy - 1));
}

bool lc_flags_suit_event(unsigned flags)
{
    const unsigned known = CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING | CU_EVENT_INTERPROCESS;
    bool untimed = flags & CU_EVENT_DISABLE_TIMING, shared = flags & CU_EVENT_INTERPROCESS;
    return !(flags & ~known) && (untimed || !shared);
}
