/* Whether blocks are to stop, and who stops them. */
#include "hold.h"

#include <stddef.h>

_Atomic uint32_t sg_hold_wanted;
void (*sg_hold_park)(void) = NULL;
