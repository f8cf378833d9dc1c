/* Flags that a call may be given. */
#ifndef LC_FLAGS_H
#define LC_FLAGS_H

#include <stdbool.h>

/* False for an unknown bit, or more than one scheduling policy. */
bool lc_flags_suit_context(unsigned flags);

/* False for an unknown bit, or an event for other processes that takes times. */
bool lc_flags_suit_event(unsigned flags);

#endif
