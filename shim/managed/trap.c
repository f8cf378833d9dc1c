/* The program's touches of closed pages. */
#include "trap.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "../../libcuda/thread.h"
#include "areas.h"

enum { SLOTS = 256, WRITES = 2 /* of a page fault's error code */ };
enum slot_state { FREE, TAKEN, POSTED, SEEN, AGAIN, NOT_OURS };

static struct slot {
    _Atomic uint32_t state;
    struct bf_touch touch;
} slots[SLOTS];
static _Atomic uint32_t bell;
static _Atomic bool forked;
static pthread_mutex_t setting = PTHREAD_MUTEX_INITIALIZER;

/* What the program has installed. A handler reads it while another may be stored: the older one stays as it is. */
enum { ACTIONS = 8 };
static struct sigaction actions[ACTIONS];
static _Atomic unsigned action;

static void sleep_on(_Atomic uint32_t *word, uint32_t while_it_is)
{
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, while_it_is, NULL, NULL, 0);
}

static void wake(_Atomic uint32_t *word, int count)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

/* ---- in the handler */

static struct slot *take_slot(void)
{
    for (;;) {
        for (unsigned i = 0; i < SLOTS; i++) {
            uint32_t free_one = FREE;
            if (atomic_compare_exchange_strong(&slots[i].state, &free_one, TAKEN))
                return &slots[i];
        }
        sched_yield();
    }
}

/* False: it is not ours after all. */
static bool ask(uint64_t address, bool writes)
{
    struct slot *slot = take_slot();
    slot->touch = (struct bf_touch){address, writes, lc_thread_calls_back()};
    atomic_store(&slot->state, POSTED);
    atomic_fetch_add(&bell, 1);
    wake(&bell, 1);
    uint32_t state;
    while ((state = atomic_load(&slot->state)) == POSTED || state == SEEN)
        sleep_on(&slot->state, state);
    atomic_store(&slot->state, FREE);
    return state == AGAIN;
}

static bool may_be_ours(const siginfo_t *info)
{
    uintptr_t address = (uintptr_t)info->si_addr;
    return info->si_code == SEGV_ACCERR && address >= atomic_load(&bf_areas_lowest) &&
           address < atomic_load(&bf_areas_end) && !atomic_load(&forked);
}

/* As the kernel would have done it, but for the stack. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    const struct sigaction *to = &actions[atomic_load(&action)];
    bool was_sent = info->si_code <= 0;
    if (!(to->sa_flags & SA_SIGINFO) && (to->sa_handler == SIG_DFL || to->sa_handler == SIG_IGN)) {
        if (was_sent && to->sa_handler == SIG_IGN)
            return;
        /* The instruction meets the fault again, now without a handler. */
        struct sigaction none = {.sa_handler = SIG_DFL};
        sigaction(number, &none, NULL);
        if (was_sent)
            (void)syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), number);
        return;
    }
    sigset_t mask = to->sa_mask, before;
    if (!(to->sa_flags & SA_NODEFER))
        sigaddset(&mask, number);
    pthread_sigmask(SIG_BLOCK, &mask, &before);
    if (to->sa_flags & SA_SIGINFO)
        to->sa_sigaction(number, info, context);
    else
        to->sa_handler(number);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    const ucontext_t *where = context;
    int error = errno;
    bool writes = where->uc_mcontext.gregs[REG_ERR] & WRITES;
    bool again = may_be_ours(info) && ask((uintptr_t)info->si_addr, writes);
    errno = error;
    if (!again)
        pass_on(number, info, context);
}

/* ---- outside of it */

static bool is_ours(const struct sigaction *is)
{
    return is->sa_flags & SA_SIGINFO && is->sa_sigaction == on_fault;
}

void bf_trap_set(void)
{
    struct sigaction now;
    if (sigaction(SIGSEGV, NULL, &now) || is_ours(&now))
        return;
    pthread_mutex_lock(&setting);
    if (!sigaction(SIGSEGV, NULL, &now) && !is_ours(&now)) {
        unsigned next = (atomic_load(&action) + 1) % ACTIONS;
        struct sigaction ours = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
        ours.sa_flags |= now.sa_flags & SA_RESTART;
        actions[next] = now;
        atomic_store(&action, next);
        sigaction(SIGSEGV, &ours, NULL);
    }
    pthread_mutex_unlock(&setting);
}

void bf_trap_take(struct bf_touch *out, unsigned *slot)
{
    for (;;) {
        uint32_t rung = atomic_load(&bell);
        for (unsigned i = 0; i < SLOTS; i++) {
            uint32_t posted = POSTED;
            if (!atomic_compare_exchange_strong(&slots[i].state, &posted, SEEN))
                continue;
            *out = slots[i].touch;
            *slot = i;
            return;
        }
        sleep_on(&bell, rung);
    }
}

void bf_trap_answer(unsigned slot, bool again)
{
    atomic_store(&slots[slot].state, again ? AGAIN : NOT_OURS);
    wake(&slots[slot].state, 1);
}

void bf_trap_forked(void)
{
    atomic_store(&forked, true);
}
