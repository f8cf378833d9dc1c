/* From a graph, and the graphs in it, to one list of steps. Graphs still to be laid out wait in a list, so that the depth
 * of a program's graphs is not that of our stack. */
#include "plan.h"

#include <stdlib.h>

#include "edge.h"
#include "user_object.h"

enum { NONE = UINT32_MAX };

/* A graph that gets its steps in `segment`; of a child graph, between two steps of its parent. */
struct layout {
    struct layout *next;
    const struct sg_graph *graph;
    struct sg_node **order;
    uint32_t first; /* the step of its first node */
    uint32_t segment, begin, end; /* begin, end: NONE if it is no child graph */
};

struct builder {
    struct sg_plan *plan;
    struct sg_deeds *deeds;
    struct layout *layouts, *last;
    uint32_t steps, segments, next_count;
    struct sg_node **bad;
};

/* ---- sizes */

struct sizes {
    size_t steps, edges, segments;
};

static bool is_child(const struct sg_node *node)
{
    return node->action->params.type == CU_GRAPH_NODE_TYPE_GRAPH;
}

static struct sizes measure(const struct sg_graph *top)
{
    struct sizes sizes = {.segments = 1};
    for (const struct sg_graph *graph = top; graph; graph = sg_walk_next(graph, top))
        for (const struct sg_node *node = graph->first; node; node = node->next) {
            sizes.steps += 1 + is_child(node);
            /* And those that join a child's nodes to its two steps, or these to each other. */
            sizes.edges += node->after.count + 2 + is_child(node);
            sizes.segments += is_child(node) ? 0 : node->action->graphs;
        }
    return sizes;
}

static bool allocate(struct builder *builder, const struct sizes *sizes)
{
    struct sg_plan *plan = builder->plan;
    size_t steps = sizes->steps + 1;
    plan->steps = calloc(steps, sizeof *plan->steps);
    plan->nexts = calloc(sizes->edges + 1, sizeof *plan->nexts);
    plan->segments = calloc(sizes->segments, sizeof *plan->segments);
    plan->by_node = calloc(steps, sizeof *plan->by_node);
    plan->events = calloc(steps, sizeof *plan->events);
    plan->conditionals = calloc(steps, sizeof *plan->conditionals);
    plan->members = calloc(steps, sizeof(struct sg_work *));
    plan->waiting = calloc(steps, sizeof *plan->waiting);
    plan->ready = calloc(steps, sizeof *plan->ready);
    plan->left = calloc(sizes->segments, sizeof *plan->left);
    builder->deeds = calloc(1, sizeof *builder->deeds + steps * sizeof *builder->deeds->at);
    return plan->steps && plan->nexts && plan->segments && plan->by_node && plan->events && plan->conditionals &&
           plan->members && plan->waiting && plan->ready && plan->left && builder->deeds;
}

/* ---- steps */

static CUresult push(struct builder *builder, const struct sg_graph *graph, uint32_t segment, uint32_t begin,
                     uint32_t end)
{
    struct layout *layout = calloc(1, sizeof *layout);
    REQUIRE(layout, CUDA_ERROR_OUT_OF_MEMORY);
    *layout = (struct layout){NULL, graph, NULL, 0, segment, begin, end};
    *(builder->last ? &builder->last->next : &builder->layouts) = layout;
    builder->last = layout;
    return CUDA_SUCCESS;
}

static uint32_t add_step(struct builder *builder, uint64_t node, uint32_t segment, struct sg_action *action)
{
    uint32_t step = builder->steps++;
    builder->plan->steps[step] = (struct sg_step){.node = node, .segment = segment};
    builder->deeds->at[step].enabled = true;
    sg_deeds_set(&builder->deeds->at[step], action ? sg_action_retain(action) : NULL);
    builder->plan->segments[segment].count++;
    return step;
}

static void add_edge(struct builder *builder, uint32_t from, uint32_t to)
{
    struct sg_step *step = &builder->plan->steps[from];
    if (!step->next_count)
        step->next = builder->next_count;
    step->next_count++;
    builder->plan->nexts[builder->next_count++] = to;
    builder->plan->steps[to].needs++;
}

/* Bodies come behind everything, so that the steps of a segment are beside each other: child graphs of the same one are
 * laid out before. */
static CUresult lay_steps(struct builder *builder, struct layout *layout)
{
    layout->first = builder->steps;
    for (size_t i = 0; i < layout->graph->count; i++)
        (void)add_step(builder, layout->order[i]->id, layout->segment, layout->order[i]->action);
    for (size_t i = 0; i < layout->graph->count; i++) {
        const struct sg_node *node = layout->order[i];
        if (!is_child(node))
            continue;
        uint32_t end = add_step(builder, 0, layout->segment, NULL);
        builder->plan->steps[layout->first + i].body = end;
        TRY(push(builder, node->graphs[0], layout->segment, layout->first + (uint32_t)i, end));
    }
    return CUDA_SUCCESS;
}

/* The step that stands for the end of a node, as others wait for it. */
static uint32_t end_of(const struct builder *builder, const struct layout *layout, const struct sg_node *node)
{
    uint32_t step = layout->first + (uint32_t)node->mark;
    return is_child(node) ? builder->plan->steps[step].body : step;
}

static void lay_edges(struct builder *builder, const struct layout *layout)
{
    const struct sg_graph *graph = layout->graph;
    for (size_t i = 0; i < graph->count; i++) {
        const struct sg_node *node = layout->order[i];
        uint32_t from = end_of(builder, layout, node);
        for (size_t j = 0; j < node->after.count; j++)
            add_edge(builder, from, layout->first + (uint32_t)node->after.at[j].other->mark);
        if (!node->after.count && layout->end != NONE)
            add_edge(builder, from, layout->end);
    }
    if (layout->begin == NONE)
        return;
    for (size_t i = 0; i < graph->count; i++)
        if (!layout->order[i]->before.count)
            add_edge(builder, layout->begin, layout->first + (uint32_t)i);
    if (!graph->count)
        add_edge(builder, layout->begin, layout->end);
}

/* All graphs of one segment, without those of bodies. */
static CUresult lay_segment(struct builder *builder, struct layout *layout)
{
    for (; layout; layout = layout->next) {
        layout->order = calloc(layout->graph->count + 1, sizeof(struct sg_node *));
        REQUIRE(layout->order, CUDA_ERROR_OUT_OF_MEMORY);
        REQUIRE(sg_edge_number(layout->graph, layout->order, builder->bad), CUDA_ERROR_INVALID_VALUE);
        TRY(lay_steps(builder, layout));
        lay_edges(builder, layout);
    }
    return CUDA_SUCCESS;
}

static CUresult push_bodies(struct builder *builder, const struct layout *layout)
{
    for (size_t i = 0; i < layout->graph->count; i++) {
        const struct sg_node *node = layout->order[i];
        struct sg_step *step = &builder->plan->steps[layout->first + i];
        if (is_child(node) || !node->action->graphs)
            continue;
        step->body = builder->segments;
        step->bodies = node->action->graphs;
        for (unsigned j = 0; j < node->action->graphs; j++) {
            builder->plan->segments[builder->segments].parent = layout->first + (uint32_t)i;
            TRY(push(builder, node->graphs[j], builder->segments++, NONE, NONE));
        }
    }
    return CUDA_SUCCESS;
}

/* Segment by segment: what is pushed meanwhile is first what belongs to the same segment, then bodies. */
static CUresult lay_all(struct builder *builder, const struct sg_graph *graph)
{
    builder->segments = 1;
    TRY(push(builder, graph, 0, NONE, NONE));
    for (struct layout *next = builder->layouts; next;) {
        struct layout *bodies = next->next, *tail = builder->last;
        builder->plan->segments[next->segment].first = builder->steps;
        /* The children of this segment come behind it, before the bodies that are there already. */
        next->next = NULL;
        builder->last = next;
        CUresult result = lay_segment(builder, next);
        struct layout *end = builder->last;
        if (bodies) {
            end->next = bodies;
            builder->last = tail;
        }
        TRY(result);
        for (struct layout *each = next; each != end->next; each = each->next)
            TRY(push_bodies(builder, each));
        next = end->next;
    }
    return CUDA_SUCCESS;
}

/* ---- the plan */

static int compare(const void *left, const void *right, void *argument)
{
    const struct sg_plan *plan = argument;
    uint64_t a = plan->steps[*(const uint32_t *)left].node, b = plan->steps[*(const uint32_t *)right].node;
    return (a > b) - (a < b);
}

uint32_t sg_plan_find(const struct sg_plan *plan, const struct sg_node *node)
{
    uint32_t low = 0, high = plan->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (plan->steps[plan->by_node[middle]].node < node->id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < plan->count && plan->steps[plan->by_node[low]].node == node->id ? plan->by_node[low] : NONE;
}

static void drop_layouts(struct builder *builder)
{
    while (builder->layouts) {
        struct layout *layout = builder->layouts;
        builder->layouts = layout->next;
        free(layout->order);
        free(layout);
    }
}

static bool is_event(const struct sg_action *action)
{
    return action && (action->params.type == CU_GRAPH_NODE_TYPE_WAIT_EVENT ||
                      action->params.type == CU_GRAPH_NODE_TYPE_EVENT_RECORD);
}

static CUresult build(struct builder *builder, const struct sg_graph *graph)
{
    const struct sizes sizes = measure(graph);
    struct sg_plan *plan = builder->plan;
    REQUIRE(sizes.edges < UINT32_MAX && allocate(builder, &sizes), CUDA_ERROR_OUT_OF_MEMORY);
    builder->deeds->references = 1;
    TRY(lay_all(builder, graph));
    plan->count = builder->deeds->count = builder->steps;
    plan->segment_count = builder->segments;
    for (uint32_t i = 0; i < plan->count; i++) {
        plan->by_node[i] = i;
        if (is_event(builder->deeds->at[i].action))
            plan->events[plan->event_count++] = i;
        if (plan->steps[i].bodies)
            plan->conditionals[plan->conditional_count++] = i;
    }
    qsort_r(plan->by_node, plan->count, sizeof *plan->by_node, compare, plan);
    return sg_user_object_share(graph, &plan->shares);
}

CUresult sg_plan_make(const struct sg_graph *graph, struct sg_plan **plan, struct sg_deeds **deeds,
                      struct sg_node **bad)
{
    struct builder builder = {.bad = bad};
    builder.plan = calloc(1, sizeof *builder.plan);
    REQUIRE(builder.plan, CUDA_ERROR_OUT_OF_MEMORY);
    builder.plan->references = 1;
    CUresult result = build(&builder, graph);
    drop_layouts(&builder);
    if (!result) {
        *plan = builder.plan;
        *deeds = builder.deeds;
        return CUDA_SUCCESS;
    }
    if (builder.deeds) {
        builder.deeds->references = 1;
        builder.deeds->count = builder.steps;
        sg_deeds_release(builder.deeds);
    }
    sg_plan_release(builder.plan);
    return result;
}

static void free_plan(struct lc_call *call)
{
    struct sg_plan *plan = (struct sg_plan *)call;
    sg_user_object_unshare(plan->shares);
    free(plan->steps);
    free(plan->nexts);
    free(plan->segments);
    free(plan->by_node);
    free(plan->events);
    free(plan->conditionals);
    free(plan->members);
    free(plan->waiting);
    free(plan->ready);
    free(plan->left);
    free(plan);
}

void sg_plan_release(struct sg_plan *plan)
{
    if (atomic_fetch_sub(&plan->references, 1) == 1)
        free_plan(&plan->end);
}

void sg_plan_release_locked(struct sg_plan *plan)
{
    if (atomic_fetch_sub(&plan->references, 1) != 1)
        return;
    if (!plan->shares) {
        free_plan(&plan->end);
        return;
    }
    plan->end.run = free_plan;
    (void)lc_callers_put(&plan->end);
    lc_callers_wake();
}
