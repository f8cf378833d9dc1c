/* Which PTX of a fatbin to run. */
#include "choose.h"

#include "../state/device.h"

/* Whether `a` suits the reported architecture better than `b`: PTX for a newer one is acceptable, as the executor
 * knows no architectures, but PTX for this one or the newest older one is what the native driver takes. */
static bool better(const struct lc_fatbin_entry *a, const struct lc_fatbin_entry *b)
{
    const struct sg_architecture *arch = sg_attributes_architecture();
    unsigned mine = (unsigned)(10 * arch->major + arch->minor);
    if ((a->sm <= mine) != (b->sm <= mine))
        return a->sm <= mine;
    return a->sm <= mine ? a->sm > b->sm : a->sm < b->sm;
}

bool sg_choose_ptx(const struct lc_image *fatbin, struct lc_fatbin_entry *best)
{
    struct lc_fatbin_entry entry;
    size_t offset = 0;
    bool found = false;
    while (lc_image_next_entry(fatbin, &offset, &entry)) {
        if (entry.kind != LC_FATBIN_PTX || (found && !better(&entry, best)))
            continue;
        *best = entry;
        found = true;
    }
    return found;
}
