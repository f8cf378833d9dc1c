/* Whether there is memory for an allocation, beyond what the device itself has left. */
#include "supply.h"

#include <stdatomic.h>

#include "../../host/machine.h"
#include "../../host/settings.h"
#include "../../host/use.h"

/* What may be allocated between two looks at the machine, which take as long as a hundred small allocations. */
#define UNSEEN_MAX ((uint64_t)32 << 20)
/* One part of so many of the machine is left to others. */
enum { RESERVE_PART = 32 };

static _Atomic uint64_t unseen;

static uint64_t allocated(void)
{
    uint64_t sum = sg_memory_used(sg_device_host_memory());
    for (int i = 0; i < sg_device_count(); i++)
        sum += sg_memory_used(sg_device_at(i)->memory);
    return sum;
}

/* Memory that was allocated and not yet written to is not in memory: it is still to come out of what is left. */
static bool machine_has(uint64_t bytes)
{
    struct sg_machine machine;
    uint64_t all = allocated(), resident = sg_machine_resident();
    uint64_t due = all > resident ? all - resident : 0;
    sg_machine_read("", &machine);
    return machine.available >= (due > bytes ? due : bytes) + machine.total / RESERVE_PART;
}

static bool others_leave(const struct sg_device *device)
{
    uint64_t used = sg_memory_used(device->memory), shared = sg_settings()->memory_shared;
    return used + sg_use_others(device->number, SG_USE_AT_MOST) <= shared ||
           used + sg_use_others(device->number, SG_USE_EXACT) <= shared;
}

bool sg_supply_allows(uint32_t ordinal, uint64_t bytes)
{
    const struct sg_device *device = ordinal == UINT32_MAX ? NULL : sg_device_at((CUdevice)ordinal);
    if (device && !sg_settings()->memory_shared)
        return true;
    if (device && !others_leave(device))
        return false;
    if (atomic_fetch_add_explicit(&unseen, bytes, memory_order_relaxed) + bytes < UNSEEN_MAX)
        return true;
    atomic_store_explicit(&unseen, 0, memory_order_relaxed);
    if (machine_has(bytes))
        return true;
    /* The next one looks again, however small it is. */
    atomic_store_explicit(&unseen, UNSEEN_MAX, memory_order_relaxed);
    return false;
}

uint64_t sg_supply_free(const struct sg_device *device)
{
    uint64_t used = sg_memory_used(device->memory), left = sg_memory_total(device->memory) - used;
    uint64_t shared = sg_settings()->memory_shared;
    if (!shared)
        return left;
    uint64_t taken = used + sg_use_others(device->number, SG_USE_LIVE), leave = shared > taken ? shared - taken : 0;
    return leave < left ? leave : left;
}
