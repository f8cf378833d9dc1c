/* Stream capture: work that is put into a stream becomes nodes of a graph.
 *
 * Theory of operation. A capture goes from cuStreamBeginCapture to cuStreamEndCapture and fills one graph. The streams
 * in it are its members: the first is its origin, others come in when they wait for an event that was recorded in one.
 * Each member has a frontier, the nodes that its next node depends on. Recording an event in a member makes no node: the
 * event takes a copy of the frontier; waiting for it adds the copy to the waiting member's frontier. So forks and joins
 * are edges. At the end, what other members have at their frontiers must come before the origin's frontier, or work has
 * not been joined.
 *
 * A call that breaks the rules of capture invalidates the captures that it conflicts with. These stay, with every member,
 * until cuStreamEndCapture is called on the origin, and then give no graph.
 *
 * One lock guards all captures; it is taken before any other of the driver and never held while waiting. Nobody takes it
 * while `sg_capture_count` is 0, which every call that capture concerns reads first. The end of a stream takes it
 * out of its capture (sched.h, tie); a capture without its origin is dropped by the next that takes the lock. */
#ifndef SG_CAPTURE_H
#define SG_CAPTURE_H

#include "../state/context.h"
#include "../../../libcuda/frontier.h"

struct sg_capture;

/* A stream in a capture. */
struct sg_member {
    struct sg_tie tie;               /* first; its stream is NULL once that has been destroyed */
    struct sg_capture *capture;
    struct lc_frontier frontier;
    bool excused;                    /* the program has set the frontier: it need not be joined */
    struct sg_member *next;
};

struct sg_capture {
    uint64_t id;
    CUgraph graph;
    bool owns_graph;                 /* made by its begin */
    bool invalidated;
    CUstreamCaptureMode mode;
    uint64_t thread;                 /* that began it */
    struct sg_member *members;       /* the origin is the last */
    struct sg_member *origin;
    struct lc_frontier released;     /* nodes that the program has taken out of frontiers: joined, or never to be */
    struct sg_capture *next;
};

/* How many captures have begun and not ended. */
extern _Atomic uint32_t sg_capture_count;

static inline bool sg_capture_any(void)
{
    return __builtin_expect(atomic_load_explicit(&sg_capture_count, memory_order_relaxed) != 0, 0);
}

void sg_capture_lock(void);
void sg_capture_unlock(void);

/* After streams have ended: captures that only they could end are dropped, with what their graphs own. */
void sg_capture_drop_forsaken(void);

/* All that follows, with the lock held. */

struct sg_capture *sg_capture_first(void);
struct sg_capture *sg_capture_find(uint64_t id);                             /* NULL once it has ended */
struct sg_member *sg_capture_member(const struct sg_stream *stream);         /* NULL if the stream is in none */

/* Begin one whose origin is `stream`, which is in none. `graph` NULL: into a new graph. */
CUresult sg_capture_begin(struct sg_stream *stream, CUstreamCaptureMode mode, uint64_t thread, CUgraph graph,
                          const struct lc_frontier *dependencies);

/* The stream, which is in none, becomes a member, with an empty frontier. NULL if out of memory. */
struct sg_member *sg_capture_join(struct sg_capture *capture, struct sg_stream *stream);

/* End it, whatever has become of it: its members are in none. Returns the graph that the program `keeps`, or NULL: then
 * one that was made for the capture is destroyed. */
CUgraph sg_capture_end(struct sg_capture *capture, bool keeps);

/* Whether a stream of the context is in the capture; whether one is that waits for the legacy stream. */
bool sg_capture_touches(const struct sg_capture *capture, const struct sg_context *context, bool blocking_only);

#endif
