/* The order of work: tickets, what blocks what, the list of open work. The theory is in sched.h. */
#include <assert.h>

#include "../state/context.h"
#include "sched_internal.h"

static uint64_t last_ticket;
static struct sg_work *open_head, *open_tail;
static struct sg_work *polled;
_Atomic uint32_t sg_queue_open_count, sg_queue_polled_count;

/* ---- open work */

static void open_insert(struct sg_work *work)
{
    assert(!work->open && !work->holders && work->kind->step && !work->kind->hand_over);
    struct sg_work *before = open_tail;
    /* Smaller numbers are more urgent; equal ones stay in order. */
    while (before && before->priority > work->priority)
        before = before->open_previous;
    work->open_previous = before;
    work->open_next = before ? before->open_next : open_head;
    *(work->open_next ? &work->open_next->open_previous : &open_tail) = work;
    *(before ? &before->open_next : &open_head) = work;
    work->open = true;
    atomic_fetch_add_explicit(&sg_queue_open_count, 1, memory_order_release);
}

static void open_remove(struct sg_work *work)
{
    if (!work->open)
        return;
    *(work->open_next ? &work->open_next->open_previous : &open_tail) = work->open_previous;
    *(work->open_previous ? &work->open_previous->open_next : &open_head) = work->open_next;
    work->open = false;
    atomic_fetch_sub_explicit(&sg_queue_open_count, 1, memory_order_relaxed);
}

struct sg_work *sg_queue_first_open(void)
{
    return open_head;
}

static bool is_part_of(const struct sg_work *work, const struct sg_work *whole)
{
    while (work && work != whole)
        work = work->whole;
    return work;
}

static struct sg_work *open_in(struct sg_work *head)
{
    if (head->open || !head->kind->unfold)
        return head->open ? head : NULL;
    struct sg_work *work = open_head;
    while (work && !is_part_of(work, head))
        work = work->open_next;
    return work;
}

struct sg_work *sg_queue_helpable(const struct sg_stream *stream)
{
    enum { HOPS_MAX = 8 };
    for (int hop = 0; hop < HOPS_MAX && stream; hop++, stream = stream->waits_for) {
        struct sg_work *work = stream->head ? open_in(stream->head) : NULL;
        if (work)
            return work;
    }
    return NULL;
}

void sg_queue_hold(struct sg_work *work)
{
    assert(work->open && work->started && work->holders < work->width);
    if (!work->holders++ && work->kind->begin)
        work->kind->begin(work);
    if (work->holders >= work->width)
        open_remove(work);
}

/* ---- order */

static bool passed(const struct sg_stream *stream, uint64_t ticket)
{
    return !stream->head || stream->head->ticket > ticket;
}

/* The stream for which the head of `stream` must wait until it has passed *need. NULL if for none. */
static struct sg_stream *blocker(const struct sg_stream *stream, uint64_t *need)
{
    const struct sg_work *work = stream->head;
    *need = work->ticket - 1;
    if (!passed(stream->context->held, *need))
        return stream->context->held;
    if (stream->legacy || stream->gathers) {
        for (struct sg_stream *other = stream->context->busy; other; other = other->busy_next)
            if ((other->blocking || stream->gathers) && other != stream && !passed(other, *need))
                return other;
    } else if (stream->blocking && !passed(stream->context->legacy, *need)) {
        return stream->context->legacy;
    }
    *need = work->wait_ticket;
    return work->wait_stream && !passed(work->wait_stream, *need) ? work->wait_stream : NULL;
}

static void busy_insert(struct sg_stream *stream)
{
    struct sg_context *context = stream->context;
    stream->busy_previous = NULL;
    stream->busy_next = context->busy;
    if (context->busy)
        context->busy->busy_previous = stream;
    context->busy = stream;
}

static void busy_remove(struct sg_stream *stream)
{
    *(stream->busy_previous ? &stream->busy_previous->busy_next : &stream->context->busy) = stream->busy_next;
    if (stream->busy_next)
        stream->busy_next->busy_previous = stream->busy_previous;
}

/* Streams still to be looked at by sg_queue_advance. */
static void push_advance(struct sg_stream **list, struct sg_stream *stream)
{
    if (stream->advancing)
        return;
    stream->advancing = true;
    stream->next_advance = *list;
    *list = stream;
}

/* Waiters whose need is met are to be advanced. */
static void release_waiters(struct sg_stream *stream, struct sg_stream **list)
{
    for (struct sg_stream **link = &stream->waiters; *link;) {
        struct sg_stream *waiter = *link;
        if (passed(stream, waiter->need)) {
            *link = waiter->next_waiter;
            waiter->waits_for = NULL;
            push_advance(list, waiter);
        } else {
            link = &waiter->next_waiter;
        }
    }
}

static void release_sleepers(struct sg_stream *stream, struct sg_wakes *wakes)
{
    for (struct sg_sleeper **link = &stream->sleepers; *link;) {
        struct sg_sleeper *sleeper = *link;
        if (sleeper->ticket > stream->done) {
            link = &sleeper->next;
            continue;
        }
        *link = sleeper->next;
        _Atomic uint32_t *word = &sleeper->awake;
        /* From here the sleeper may be gone; waking its word is harmless. */
        atomic_store_explicit(word, 1, memory_order_release);
        sg_wake_later(wakes, word);
    }
}

/* Take the finished head off its stream. */
static void pop(struct sg_stream *stream, struct sg_stream **list, struct sg_wakes *wakes)
{
    struct sg_work *work = stream->head;
    assert(stream->length && !work->open && !work->holders && work->ticket > stream->done);
    stream->head = work->next;
    if (!stream->head)
        stream->tail = NULL;
    stream->length--;
    assert(!stream->length == !stream->head);
    atomic_store_explicit(&stream->done, work->ticket, memory_order_release);
    sg_sched_discard(work);
    if (!stream->head)
        busy_remove(stream);
    if (stream->waiters)
        release_waiters(stream, list);
    if (stream->sleepers)
        release_sleepers(stream, wakes);
    if (!stream->head && stream->destroyed)
        sg_stream_retire(stream);
}

static bool has_failed(const struct sg_work *work)
{
    return atomic_load_explicit(&work->stream->context->error, memory_order_relaxed) != 0;
}

/* It waits for memory, which is looked at by sg_queue_poll. */
static void await(struct sg_work *work, struct sg_wakes *wakes)
{
    work->polled = true;
    work->next_polled = polled;
    polled = work;
    if (!atomic_fetch_add(&sg_queue_polled_count, 1))
        sg_wake_later(wakes, &sg_queue_polled_count);
}

/* Its turn has come: true if it was finished on the spot. */
static bool start(struct sg_work *work, struct sg_wakes *wakes)
{
    if (work->kind->ready && !has_failed(work) && !work->kind->ready(work)) {
        await(work, wakes);
        return false;
    }
    work->started = true;
    if (work->kind->instant) {
        work->kind->instant(work);
        return true;
    }
    bool done = (has_failed(work) && !work->kind->always) || (work->kind->unfold && work->kind->unfold(work, wakes));
    if (done && work->kind->end)
        work->kind->end(work);
    else if (!done && work->kind->hand_over)
        work->kind->hand_over(work, wakes);
    else if (!done && work->kind->step)
        open_insert(work);
    return done;
}

bool sg_queue_start(struct sg_work *member, struct sg_wakes *wakes)
{
    bool done = start(member, wakes);
    if (done)
        sg_sched_discard(member);
    return done;
}

/* Look at the head: true if it was finished on the spot. */
static bool start_head(struct sg_stream *stream, struct sg_wakes *wakes)
{
    struct sg_work *work = stream->head;
    uint64_t need;
    if (work->started || stream->waits_for || work->polled)
        return false;
    struct sg_stream *other = blocker(stream, &need);
    if (other) {
        assert(other != stream);
        stream->waits_for = other;
        stream->need = need;
        stream->next_waiter = other->waiters;
        other->waiters = stream;
        return false;
    }
    return start(work, wakes);
}

static void drain(struct sg_stream *list, struct sg_wakes *wakes)
{
    while (list) {
        struct sg_stream *next = list;
        list = next->next_advance;
        next->advancing = false;
        while (next->head && start_head(next, wakes))
            pop(next, &list, wakes);
    }
}

static void finish_head(struct sg_work *work, struct sg_stream **list, struct sg_wakes *wakes)
{
    struct sg_stream *stream = work->stream;
    assert(stream->head == work);
    pop(stream, list, wakes);
    if (stream->head)
        push_advance(list, stream);
}

/* The member has ended, and with it perhaps the whole, and with that perhaps the whole of that. Returns what is to be
 * drained. */
static struct sg_stream *end_member(struct sg_work *member, struct sg_wakes *wakes)
{
    struct sg_stream *list = NULL;
    while (member->whole) {
        struct sg_work *whole = member->whole;
        bool last = whole->kind->member_ended(whole, member, wakes);
        sg_sched_discard(member);
        if (!last)
            return NULL;
        if (whole->kind->end)
            whole->kind->end(whole);
        member = whole;
    }
    finish_head(member, &list, wakes);
    return list;
}

bool sg_queue_poll(struct sg_wakes *wakes)
{
    bool any = false;
    for (struct sg_work **link = &polled; *link;) {
        struct sg_work *work = *link;
        struct sg_stream *list = NULL;
        if (!has_failed(work) && !work->kind->ready(work)) {
            link = &work->next_polled;
            continue;
        }
        *link = work->next_polled;
        work->polled = false;
        atomic_fetch_sub(&sg_queue_polled_count, 1);
        if (!work->whole)
            push_advance(&list, work->stream);
        else if (start(work, wakes))
            list = end_member(work, wakes);
        drain(list, wakes);
        /* It may have written what another waits for, or wait again itself. */
        any = true;
        link = &polled;
    }
    return any;
}

uint64_t sg_queue_last_ticket(void)
{
    return last_ticket;
}

void sg_queue_append(struct sg_stream *stream, struct sg_work *work, struct sg_wakes *wakes)
{
    bool writes = work->kind->ready;
    work->stream = stream;
    if (!work->prior)
        work->priority = (int8_t)stream->priority;
    work->ticket = ++last_ticket;
    if (work->kind->enter)
        work->kind->enter(work);
    stream->enqueued = work->ticket;
    stream->length++;
    if (stream->tail) {
        stream->tail->next = work;
        stream->tail = work;
        return;
    }
    stream->head = stream->tail = work;
    busy_insert(stream);
    struct sg_stream *list = NULL;
    push_advance(&list, stream);
    drain(list, wakes);
    /* What it wrote at once may be what others wait for. */
    if (writes && polled)
        sg_queue_poll(wakes);
}

uint64_t sg_queue_ticket_at(const struct sg_stream *stream, uint32_t position)
{
    const struct sg_work *work = stream->head;
    for (uint32_t i = 0; i < position && work->next; i++)
        work = work->next;
    return work->ticket;
}

bool sg_queue_leave(struct sg_work *work)
{
    assert(work->holders);
    open_remove(work);
    return --work->holders == 0;
}

void sg_queue_finish(struct sg_work *work, struct sg_wakes *wakes)
{
    struct sg_stream *list = NULL;
    if (work->kind->end)
        work->kind->end(work);
    if (work->whole)
        list = end_member(work, wakes);
    else
        finish_head(work, &list, wakes);
    drain(list, wakes);
    if (polled)
        sg_queue_poll(wakes);
}

bool sg_queue_passed(struct sg_stream *stream, uint64_t ticket)
{
    sg_sched_lock();
    bool result = passed(stream, ticket);
    sg_sched_unlock();
    return result;
}

struct sg_stream *sg_queue_find_busy(const struct sg_context *context, uint64_t cutoff, bool blocking_only)
{
    for (struct sg_stream *stream = context->busy; stream; stream = stream->busy_next)
        if ((stream->blocking || !blocking_only) && !passed(stream, cutoff))
            return stream;
    return NULL;
}

bool sg_queue_busy(struct sg_stream *stream)
{
    sg_sched_lock();
    bool busy = stream->legacy ? sg_queue_find_busy(stream->context, UINT64_MAX - 1, true) != NULL
                               : stream->head != NULL;
    sg_sched_unlock();
    return busy;
}

bool sg_queue_idle(struct sg_stream *stream)
{
    const struct sg_context *context = stream->context;
    sg_sched_lock();
    bool waits = context->held->head || (stream->blocking && context->legacy->head) ||
                 (stream->legacy && sg_queue_find_busy(context, UINT64_MAX - 1, true));
    bool idle = !stream->head && !waits;
    sg_sched_unlock();
    return idle;
}

bool sg_queue_fail(struct sg_context *context, int error)
{
    int none = 0;
    bool first = atomic_compare_exchange_strong(&context->error, &none, error);
    sg_sched_lock();
    for (struct sg_stream *stream = context->busy; first && stream; stream = stream->busy_next)
        if (stream->head && (stream->head->holders || stream->head->kind->unfold) && stream->head->kind->cancel)
            stream->head->kind->cancel(stream->head);
    sg_sched_unlock();
    return first;
}
