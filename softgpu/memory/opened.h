/* Memory of other processes that this one has opened: mapped at addresses of its own, as memory of one of its devices
 * that others have allocated. It is counted by the process whose it is. */
#ifndef SG_OPENED_H
#define SG_OPENED_H

#include "exported.h"

/* Map what the handle names for `owner` (a context): the same address again if that has it open. `device` is where the
 * other process says that it is; `tag` is hung on it. Returns 0, 1 if the handle is not good, or 2. */
struct sg_opened_place {
    struct sg_memory *memory;
    const void *owner;
    uint32_t tag;
    bool apart; /* at an address of its own each time */
};
typedef bool sg_opened_chooser(const unsigned char device[SG_EXPORTED_UUID], struct sg_opened_place *place);
int sg_opened_open(const struct sg_exported_handle *handle, sg_opened_chooser *choose, struct sg_opened_place *place,
                   uint64_t *address);

/* One that opened it needs it no longer; the last unmaps it. Returns 0, or 1 if no opened memory begins there. */
int sg_opened_close(uint64_t address);

void sg_opened_close_owned(const void *owner);

#endif
