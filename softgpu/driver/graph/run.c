/* What happens when the turn of a launched graph has come: its steps are done, each once all that it waits for has
 * ended. A step that takes time is a member of the launch (sched.h); the others are done on the spot. Everything here
 * runs under the scheduler's lock. */
#include "run.h"

#include <stdlib.h>

#include "../../run/conditions.h"
#include "../sched/sched_internal.h"
#include "../state/event.h"
#include "../state/handles.h"
#include "condition.h"
#include "members.h"
#include "progress.h"

struct run {
    struct sg_plan *plan;
    struct sg_deeds *deeds;
    struct sg_record *waits; /* what the steps of plan->events wait for, as it was at the launch; NULL if none */
};

static struct run *run_of(const struct sg_work *work)
{
    return (struct run *)work->payload;
}

/* ---- one step */

static bool has_failed(const struct sg_work *work)
{
    return atomic_load_explicit(&work->stream->context->error, memory_order_relaxed) != 0;
}

/* The stream that says in which context a member is done; NULL if that has ended. */
static struct sg_stream *place_of(const struct sg_work *work, const struct sg_deed *deed)
{
    const struct sg_context *context = deed->context;
    if (!context || context == work->stream->context)
        return work->stream;
    return atomic_load(&context->incarnation) == deed->incarnation ? context->legacy : NULL;
}

static void fail(struct sg_stream *stream)
{
    int none = 0;
    atomic_compare_exchange_strong(&stream->context->error, &none, CUDA_ERROR_OUT_OF_MEMORY);
}

static int8_t priority_of(const struct sg_work *work, const struct sg_deed *deed)
{
    bool own = run_of(work)->plan->by_priority && deed->type == CU_GRAPH_NODE_TYPE_KERNEL;
    return own ? (int8_t)sg_stream_priority(deed->action->is.kernel.attributes.priority) : work->priority;
}

/* ---- events
 *
 * What a launch waits for, and that its events are recorded, is settled when it is launched: else a program could not
 * wait for the event of a graph that has not got there, and a graph would wait for what was put into a stream behind
 * it. */

static struct sg_event *event_of(const struct sg_action *action)
{
    bool waits = action->params.type == CU_GRAPH_NODE_TYPE_WAIT_EVENT;
    return sg_handles_get(waits ? action->params.eventWait.event : action->params.eventRecord.event, SG_EVENT);
}

static void settle_events(struct sg_work *work, CUgraphNodeType type)
{
    const struct run *run = run_of(work);
    for (uint32_t i = 0; i < run->plan->event_count; i++) {
        const struct sg_action *action = run->deeds->at[run->plan->events[i]].action;
        struct sg_event *event = event_of(action);
        if (!event || action->params.type != type)
            continue;
        if (type == CU_GRAPH_NODE_TYPE_WAIT_EVENT)
            run->waits[i] = sg_event_record_of(event);
        else
            sg_event_enter(event, work->stream, work->ticket);
    }
}

static const struct sg_record *wait_of(const struct sg_work *work, uint32_t step)
{
    const struct run *run = run_of(work);
    uint32_t i = 0;
    while (run->plan->events[i] != step)
        i++;
    return &run->waits[i];
}

static bool reach(const struct sg_work *work, const struct sg_action *action)
{
    struct sg_event *event = event_of(action);
    if (event)
        sg_event_reach(event, work->stream, work->ticket);
    return true;
}

/* ---- members */

/* True if it has ended already. */
static bool start_member(struct sg_work *work, uint32_t step, const struct sg_deed *deed, struct sg_wakes *wakes)
{
    struct sg_stream *stream = place_of(work, deed);
    if (!stream)
        return true;
    bool waits = deed->type == CU_GRAPH_NODE_TYPE_WAIT_EVENT;
    struct sg_work *member = waits ? sg_members_wait(wait_of(work, step)) : sg_members_make(deed, stream);
    if (!member) {
        fail(stream);
        return true;
    }
    member->whole = work;
    member->member = step;
    member->stream = stream;
    member->priority = priority_of(work, deed);
    run_of(work)->plan->members[step] = member;
    if (!sg_queue_start(member, wakes))
        return false;
    run_of(work)->plan->members[step] = NULL;
    return true;
}

/* ---- conditionals */

/* Each launch begins with the values that its conditions were made with. */
static void assign_conditions(const struct run *run)
{
    for (uint32_t i = 0; i < run->plan->conditional_count; i++) {
        const struct sg_condition *condition = run->deeds->at[run->plan->conditionals[i]].action->is.condition;
        if (condition->assigns)
            (void)sg_conditions_set(condition->handle, condition->initial);
    }
}

/* Begin the body that the condition asks for. True if it asks for none, or that does nothing. */
static bool start_body(struct sg_work *work, uint32_t step)
{
    struct sg_plan *plan = run_of(work)->plan;
    const struct sg_action *action = run_of(work)->deeds->at[step].action;
    uint32_t value = sg_conditions_get(action->is.condition->handle), body = value;
    if (action->params.conditional.type != CU_GRAPH_COND_TYPE_SWITCH)
        body = value ? 0 : 1;
    if (has_failed(work) || body >= plan->steps[step].bodies)
        return true;
    return sg_progress_begin(plan, plan->steps[step].body + body);
}

static bool repeats(const struct sg_work *work, uint32_t step)
{
    return run_of(work)->deeds->at[step].action->params.conditional.type == CU_GRAPH_COND_TYPE_WHILE;
}

/* ---- the order */

/* The steps lie in an order in which they may be done: the parameters of a later one are on their way from memory while
 * this one is done. */
static void foresee(const struct sg_deeds *deeds, uint32_t step)
{
    enum { AHEAD = 2 };
    if (step + AHEAD < deeds->count)
        __builtin_prefetch(deeds->at[step + AHEAD].launch.params);
}

/* True if it has ended already. */
static bool start_step(struct sg_work *work, uint32_t step, struct sg_wakes *wakes)
{
    const struct sg_deed *deed = &run_of(work)->deeds->at[step];
    foresee(run_of(work)->deeds, step);
    if (!deed->action || !deed->enabled || has_failed(work) || sg_members_is_nothing(deed))
        return true;
    if (deed->type == CU_GRAPH_NODE_TYPE_EVENT_RECORD)
        return reach(work, deed->action);
    if (deed->type == CU_GRAPH_NODE_TYPE_CONDITIONAL)
        return start_body(work, step);
    return start_member(work, step, deed, wakes);
}

/* With the last step of a body its conditional ends, or begins again. */
static void end_step(struct sg_work *work, uint32_t step)
{
    struct sg_plan *plan = run_of(work)->plan;
    while (sg_progress_end(plan, step) && plan->steps[step].segment) {
        step = plan->segments[plan->steps[step].segment].parent;
        if (repeats(work, step) && !start_body(work, step))
            return;
    }
}

/* Start all that waits for nothing. True if that was the last of it. */
static bool go_on(struct sg_work *work, struct sg_wakes *wakes)
{
    struct sg_plan *plan = run_of(work)->plan;
    while (plan->ready_count) {
        uint32_t step = plan->ready[--plan->ready_count];
        if (start_step(work, step, wakes))
            end_step(work, step);
    }
    return !plan->left[0];
}

/* ---- the launch as work */

/* Launches of one executable graph are done one after another, in whatever streams they are. */
static void enter(struct sg_work *work)
{
    struct sg_plan *plan = run_of(work)->plan;
    work->wait_stream = plan->last_stream;
    work->wait_ticket = plan->last_ticket;
    plan->last_stream = work->stream;
    plan->last_ticket = work->ticket;
    settle_events(work, CU_GRAPH_NODE_TYPE_WAIT_EVENT);
    settle_events(work, CU_GRAPH_NODE_TYPE_EVENT_RECORD);
}

static bool unfold(struct sg_work *work, struct sg_wakes *wakes)
{
    assign_conditions(run_of(work));
    (void)sg_progress_begin(run_of(work)->plan, 0);
    return go_on(work, wakes);
}

static bool member_ended(struct sg_work *work, struct sg_work *member, struct sg_wakes *wakes)
{
    struct sg_plan *plan = run_of(work)->plan;
    plan->members[member->member] = NULL;
    end_step(work, member->member);
    return go_on(work, wakes);
}

static bool stuck(const struct sg_work *work)
{
    const struct sg_plan *plan = run_of(work)->plan;
    for (uint32_t i = 0; i < plan->count; i++)
        if (plan->members[i] && !plan->members[i]->polled)
            return false;
    return true;
}

static void cancel(struct sg_work *work)
{
    const struct sg_plan *plan = run_of(work)->plan;
    for (uint32_t i = 0; i < plan->count; i++) {
        struct sg_work *member = plan->members[i];
        if (member && member->kind->cancel)
            member->kind->cancel(member);
    }
}

static void end(struct sg_work *work)
{
    sg_plan_release_locked(run_of(work)->plan);
    sg_deeds_release(run_of(work)->deeds);
    free(run_of(work)->waits);
}

static const struct sg_work_kind run_kind = {.name = "graph",
                                             .enter = enter,
                                             .unfold = unfold,
                                             .member_ended = member_ended,
                                             .stuck = stuck,
                                             .cancel = cancel,
                                             .end = end};

struct sg_work *sg_run_work(struct sg_plan *plan, struct sg_deeds *deeds)
{
    struct sg_work *work = sg_sched_new(&run_kind, sizeof(struct run));
    struct sg_record *waits = plan->event_count ? calloc(plan->event_count, sizeof *waits) : NULL;
    if (!work || (plan->event_count && !waits)) {
        free(waits);
        if (work)
            sg_sched_discard(work);
        return NULL;
    }
    *run_of(work) = (struct run){plan, deeds, waits};
    atomic_fetch_add(&plan->references, 1);
    atomic_fetch_add(&deeds->references, 1);
    return work;
}
