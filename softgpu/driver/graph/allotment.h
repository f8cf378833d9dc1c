/* Memory that nodes of graphs allocate and free. An allotment has its address from when its node is made; whether it is
 * allocated, and counted, goes by the launches as they are made. */
#ifndef SG_ALLOTMENT_H
#define SG_ALLOTMENT_H

#include "../state/pool.h"

struct sg_allotment;

/* Everything with the graphs' lock held, but for sg_allotment_release. */

CUresult sg_allotment_make(struct sg_device *device, uint64_t bytes, struct sg_allotment **out);
struct sg_allotment *sg_allotment_retain(struct sg_allotment *allotment);
void sg_allotment_release(struct sg_allotment *allotment);
uint64_t sg_allotment_address(const struct sg_allotment *allotment);

/* The one that begins there; NULL if none does. */
struct sg_allotment *sg_allotment_at(uint64_t address);

/* A graph has a node that allocates it, or one that frees it: INVALID_VALUE if that cannot be. */
void sg_allotment_set_owner(struct sg_allotment *allotment, uint64_t graph);
CUresult sg_allotment_add_free(struct sg_allotment *allotment, uint64_t graph);

/* What a launch will need of each device beyond what its graphs hold: every allotment that it allocates or frees, in
 * order, into a need that was all zero. Then secure it, before any begins: OUT_OF_MEMORY if there is not so much. */
struct sg_allotment_need {
    bool begun;
    uint64_t kept[SG_DEVICES_MAX], within[SG_DEVICES_MAX], more[SG_DEVICES_MAX];
};
void sg_allotment_foresee(const struct sg_allotment *allotment, bool allocates, struct sg_allotment_need *need);
CUresult sg_allotment_secure(struct sg_allotment_need *need);
void sg_allotment_give_up(const struct sg_allotment_need *need);

/* A launch allocates it, and frees it if its graph does. `again`: what is left of the launch before is freed. */
bool sg_allotment_can_end(const struct sg_allotment *allotment);
bool sg_allotment_can_begin(const struct sg_allotment *allotment, bool again);
void sg_allotment_begin(struct sg_allotment *allotment);
/* All of the launch have begun. */
void sg_allotment_settle(void);

/* It is freed, by a launch or by the program; INVALID_VALUE if it is not allocated. What the owner frees need not be: it
 * begins and ends with the launch. */
CUresult sg_allotment_end(struct sg_allotment *allotment);

/* allotment_free.c, without the lock: by the program, at this address. */
CUresult sg_allotment_free(uint64_t address);

/* What a device's graphs use: what has been freed counts as well, until it is trimmed. */
void sg_allotment_trim(struct sg_device *device);
struct sg_pool *sg_allotment_account(struct sg_device *device);

#endif
