/* Event sets without events: they can be made, filled and waited for, as monitoring programs do at their start. */
#ifndef LN_EVENT_SET_H
#define LN_EVENT_SET_H

#include <stdbool.h>

#include "generated/nvml_types.h"

/* INVALID_ARGUMENT without `set`, MEMORY. */
nvmlReturn_t ln_event_set_create(nvmlEventSet_t *set);

/* INVALID_ARGUMENT for what is no set. */
nvmlReturn_t ln_event_set_free(nvmlEventSet_t set);

bool ln_event_set_exists(nvmlEventSet_t set);

/* TIMEOUT, when the time is over; INVALID_ARGUMENT at once without `data` or for what is no set. */
nvmlReturn_t ln_event_set_wait(nvmlEventSet_t set, const nvmlEventData_t *data, unsigned timeout_ms);

#endif
