/* Worker threads, and application threads that help while they wait. The theory is in sched.h. */
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "../../../libcuda/leaving.h"
#include "../../run/hold.h"
#include "../../run/output.h"
#include "../../host/log.h"
#include "../../host/settings.h"
#include "../state/context.h"
#include "../inside.h"
#include "sched_internal.h"

/* About 20 microseconds: longer than the gap between two calls of a busy program, shorter than anybody's patience. */
enum { SPINS = 400, LENGTH_MAX = 1024, LENGTH_LOW = 512 };

struct worker {
    struct worker *next_idle;
    _Atomic uint32_t awake;
};

static struct worker *idle;                 /* sleeping workers, last in first out */
static unsigned created;
static bool spinner;                        /* somebody spins, or is being woken to */

/* What a thread needs to run blocks. There are as many as the device has multiprocessors: the bound on how many
 * threads, workers and helpers together, run kernels at a time. Copies need none, so that they go on while kernels
 * keep all of them busy: there is one worker more than there are slots. */
struct slot {
    struct slot *next;
    struct sg_worker *scratch;
};
static struct slot *slots;                  /* those not in use, last in first out */
static unsigned slots_made;
static unsigned stepping;                   /* threads that may be in a step */

static inline void pause_briefly(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Spinning helps only if the other side can run meanwhile. */
static unsigned spins(void)
{
    return sg_settings()->threads > 1 ? SPINS : 1;
}

/* ---- bringing workers to work */

static void *worker_main(void *argument);

/* What to do once the lock is released: wake a worker, start one, or nothing. */
struct call {
    struct worker *sleeper;
    bool start;
};

/* With the lock held: the work that a thread may take now, NULL if none. */
static struct sg_work *takeable(void)
{
    bool slot = slots || slots_made < sg_settings()->threads;
    struct sg_work *work = sg_queue_first_open();
    while (work && !slot && work->kind->needs_slot)
        work = work->open_next;
    return work;
}

/* With the lock held. Whoever is called takes over the role of the spinner at once, so that the next one is not
 * called too. */
static struct call call_worker(void)
{
    struct call call = {0};
    if (spinner || !takeable())
        return call;
    if (idle) {
        call.sleeper = idle;
        idle = idle->next_idle;
        assert(!atomic_load_explicit(&call.sleeper->awake, memory_order_relaxed));
        spinner = true;
    } else if (created < sg_settings()->threads + 1) {
        created++;
        call.start = true;
        spinner = true;
    }
    return call;
}

/* A worker's thread takes no signals: they are the application's. */
bool sg_workers_start(void *(*run)(void *), void *argument)
{
    sigset_t all, before;
    pthread_t thread;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&thread, NULL, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed)
        pthread_detach(thread);
    return !failed;
}

static bool start_thread(void)
{
    struct worker *worker = calloc(1, sizeof *worker);
    bool started = worker && sg_workers_start(worker_main, worker);
    if (!started)
        free(worker);
    return started;
}

static void make_call(struct call call)
{
    if (call.sleeper) {
        atomic_store_explicit(&call.sleeper->awake, 1, memory_order_release);
        sg_wake_word(&call.sleeper->awake);
    } else if (call.start && !start_thread()) {
        /* Work still gets done: by other workers, or by threads that wait for it. */
        sg_log_line("cannot start a worker thread: the system's limit of threads or memory is reached");
        sg_sched_lock();
        created--;
        spinner = false;
        sg_sched_unlock();
    }
}

/* ---- doing work */

/* With the lock held, and again on return: a slot not in use, or a new one. NULL if out of memory. */
static struct slot *take_slot(void)
{
    struct slot *slot = slots;
    if (slot) {
        slots = slot->next;
        return slot;
    }
    slots_made++;
    assert(slots_made <= sg_settings()->threads);
    sg_sched_unlock();
    slot = malloc(sizeof *slot);
    struct sg_worker *scratch = slot ? sg_worker_create() : NULL;
    sg_sched_lock();
    if (scratch) {
        slot->scratch = scratch;
        return slot;
    }
    slots_made--;
    free(slot);
    return NULL;
}

static void give_slot(struct slot *slot)
{
    if (!slot)
        return;
    slot->next = slots;
    slots = slot;
}

/* With the lock held, and again on return. */
static void begin_steps(void)
{
    while (atomic_load_explicit(&sg_hold_wanted, memory_order_relaxed)) {
        sg_sched_unlock();
        sg_wake_wait(&sg_hold_wanted, 1);
        sg_wake_word(&sg_hold_wanted); /* that wakes one */
        sg_sched_lock();
    }
    stepping++;
}

/* Without the lock, between two steps, or two rounds of a block. */
static void let_hold(void)
{
    sg_sched_lock();
    stepping--;
    begin_steps();
    sg_sched_unlock();
}

/* Without the lock. A launch that finds no memory to run in fails its context: it must not wait for ever. */
static void run(struct sg_work *work, const struct slot *slot)
{
    if (!slot && work->kind->needs_slot) {
        if (sg_queue_fail(work->stream->context, CUDA_ERROR_OUT_OF_MEMORY))
            sg_log_line("no memory to run a kernel in; the context is unusable from now on");
        return;
    }
    /* Of one part there is one step, unless the width of a grid was cut down to fit a green context. */
    bool is_cut = work->stream->width_max && work->kind->needs_slot;
    while (work->kind->step(work, slot ? slot->scratch : NULL) && (work->width > 1 || is_cut))
        sg_hold_look();
}

static void finish(struct sg_work *work, struct sg_wakes *wakes)
{
    if (work->kind->failed && work->kind->failed(work)) {
        sg_sched_unlock();
        work->kind->report(work);
        sg_sched_lock();
    }
    sg_queue_finish(work, wakes);
}

/* With the lock held, and again on return: take part in `work`; if more can be taken, others are called. */
static void take_part(struct sg_work *work)
{
    struct sg_wakes wakes = {0};
    sg_queue_hold(work);
    struct slot *slot = work->kind->needs_slot ? take_slot() : NULL;
    begin_steps();
    struct call call = call_worker();
    sg_sched_unlock();
    make_call(call);
    run(work, slot);
    sg_sched_lock();
    stepping--;
    give_slot(slot);
    if (sg_queue_leave(work))
        finish(work, &wakes);
    if (wakes.count) {
        sg_sched_unlock();
        sg_wake_all(&wakes);
        sg_sched_lock();
    }
}

static pthread_mutex_t holder = PTHREAD_MUTEX_INITIALIZER;

void sg_workers_hold(void)
{
    enum { NAP_NS = 20 * 1000 };
    pthread_mutex_lock(&holder);
    sg_sched_lock();
    sg_hold_park = let_hold;
    atomic_store_explicit(&sg_hold_wanted, 1, memory_order_release);
    while (stepping) {
        sg_sched_unlock();
        nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
        sg_sched_lock();
    }
}

void sg_workers_release(void)
{
    atomic_store_explicit(&sg_hold_wanted, 0, memory_order_relaxed);
    sg_sched_unlock();
    sg_wake_word(&sg_hold_wanted);
    pthread_mutex_unlock(&holder);
}

/* Without the lock: until something is open, or for a short while. */
static void spin_for_work(void)
{
    for (unsigned i = spins(); i; i--) {
        if (atomic_load_explicit(&sg_queue_open_count, memory_order_relaxed))
            return;
        pause_briefly();
    }
}

/* With the lock held, and again on return. The waker has made this thread the spinner. */
static void sleep_until_called(struct worker *worker)
{
    atomic_store_explicit(&worker->awake, 0, memory_order_relaxed);
    worker->next_idle = idle;
    idle = worker;
    sg_sched_unlock();
    while (!atomic_load_explicit(&worker->awake, memory_order_acquire))
        sg_wake_wait(&worker->awake, 0);
    sg_sched_lock();
}

static void work_for_ever(struct worker *worker)
{
    sg_sched_lock();
    /* Whoever starts or wakes a worker makes it the spinner. */
    for (bool spinning = true;;) {
        struct sg_work *work = takeable();
        if (work) {
            if (spinning)
                spinner = spinning = false;
            take_part(work);
            continue;
        }
        if (spinning || !spinner) {
            spinner = spinning = true;
            sg_sched_unlock();
            spin_for_work();
            sg_sched_lock();
            if (takeable())
                continue;
            spinner = false;
        }
        sleep_until_called(worker);
        spinning = true;
    }
}

static void *worker_main(void *argument)
{
    pthread_setname_np(pthread_self(), "softgpu");
    lc_leaving_count(1);
    work_for_ever(argument);
    return NULL;
}

/* ---- helping */

static bool reached(struct sg_stream *stream, uint64_t ticket)
{
    return atomic_load_explicit(&stream->done, memory_order_acquire) >= ticket;
}

/* Without the lock. */
static void spin_for_end(struct sg_stream *stream, uint64_t ticket)
{
    for (unsigned i = spins(); i && !reached(stream, ticket); i--)
        pause_briefly();
}

/* With the lock held, and again on return. */
static void sleep_until_end(struct sg_stream *stream, uint64_t ticket)
{
    struct sg_sleeper sleeper = {.next = stream->sleepers, .ticket = ticket};
    stream->sleepers = &sleeper;
    struct call call = call_worker();
    sg_sched_unlock();
    make_call(call);
    while (!atomic_load_explicit(&sleeper.awake, memory_order_acquire))
        sg_wake_wait(&sleeper.awake, 0);
    sg_sched_lock();
}

/* With the lock held: open work that the caller can take part in and that `stream` waits for. */
static struct sg_work *helpable(const struct sg_stream *stream)
{
    struct sg_work *work = sg_queue_helpable(stream);
    bool slot = slots || slots_made < sg_settings()->threads;
    return work && (slot || !work->kind->needs_slot) ? work : NULL;
}

static void wait_for(struct sg_stream *stream, uint64_t ticket)
{
    if (reached(stream, ticket))
        return;
    sg_inside_park(stream->context);
    sg_sched_lock();
    bool spun = false;
    while (!reached(stream, ticket)) {
        struct sg_work *work = helpable(stream);
        if (work) {
            take_part(work);
            spun = false;
        } else if (!spun) {
            struct call call = call_worker();
            sg_sched_unlock();
            make_call(call);
            spin_for_end(stream, ticket);
            sg_sched_lock();
            spun = true;
        } else {
            sleep_until_end(stream, ticket);
        }
    }
    struct call call = call_worker();
    sg_sched_unlock();
    make_call(call);
    sg_inside_unpark();
}

void sg_workers_wait(struct sg_stream *stream, uint64_t ticket)
{
    wait_for(stream, ticket);
    sg_output_flush();
}

bool sg_workers_poll(void)
{
    struct sg_wakes wakes = {0};
    sg_sched_lock();
    bool any = sg_queue_poll(&wakes);
    struct call call = call_worker();
    sg_sched_unlock();
    make_call(call);
    sg_wake_all(&wakes);
    return any;
}

void sg_workers_done(struct sg_work *work)
{
    struct sg_wakes wakes = {0};
    sg_sched_lock();
    sg_queue_finish(work, &wakes);
    struct call call = call_worker();
    sg_sched_unlock();
    make_call(call);
    sg_wake_all(&wakes);
}

uint64_t sg_workers_enqueue(struct sg_stream *stream, struct sg_work *work, bool waits)
{
    struct sg_wakes wakes = {0};
    struct call call = {0};
    if (stream->width_max && work->kind->needs_slot && work->width > stream->width_max)
        work->width = stream->width_max;
    sg_sched_lock();
    sg_queue_append(stream, work, &wakes);
    uint64_t ticket = stream->enqueued;
    uint64_t slow_down = stream->length > LENGTH_MAX ? sg_queue_ticket_at(stream, LENGTH_LOW) : 0;
    if (!waits)
        call = call_worker();
    sg_sched_unlock();
    make_call(call);
    sg_wake_all(&wakes);
    /* A program that enqueues faster than its work is done is slowed down here, as by the native driver's launch
     * queue. */
    if (slow_down)
        sg_workers_wait(stream, slow_down);
    return ticket;
}
