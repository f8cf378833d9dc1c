/* Sleeping until somebody wakes, and waking. */
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sched_internal.h"

void sg_wake_wait(_Atomic uint32_t *word, uint32_t while_equal)
{
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, while_equal, NULL, NULL, 0);
}

void sg_wake_word(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void sg_wake_later(struct sg_wakes *wakes, _Atomic uint32_t *word)
{
    if (wakes->count < SG_WAKES_MAX)
        wakes->words[wakes->count++] = word;
    else
        sg_wake_word(word);
}

void sg_wake_all(const struct sg_wakes *wakes)
{
    for (unsigned i = 0; i < wakes->count; i++)
        sg_wake_word(wakes->words[i]);
}
