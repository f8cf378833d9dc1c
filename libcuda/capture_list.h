/* Shared by the files of captures. All with the lock held, unless it says otherwise. */
#ifndef LC_CAPTURE_LIST_H
#define LC_CAPTURE_LIST_H

#include "capture.h"

struct lc_capture;

struct lc_member {
    struct lc_capture_stream is;     /* its stream is NULL once that has ended */
    struct lc_capture *capture;
    struct lc_frontier frontier;
    bool excused;                    /* the program has set the frontier: it need not be joined */
    struct lc_member *next;
};

struct lc_capture {
    uint64_t id;
    CUgraph graph;
    bool owns_graph, invalidated;
    CUstreamCaptureMode mode;
    uint64_t thread;                 /* that began it */
    struct lc_member *members, *origin;
    struct lc_frontier released;     /* nodes that the program has taken out of frontiers */
    struct lc_capture *next;
};

void lc_capture_list_lock(void);
void lc_capture_list_unlock(void);

struct lc_capture *lc_capture_list_first(void);
struct lc_capture *lc_capture_list_find(uint64_t id);
struct lc_member *lc_capture_list_member(const void *stream);
struct lc_member *lc_capture_list_join(struct lc_capture *capture, const struct lc_capture_stream *stream);

/* capture_joined.c: UNJOINED unless all that other members have captured comes before what the origin has. */
CUresult lc_capture_joined_check(const struct lc_capture *capture, const struct lc_capture_edges *edges);

/* capture_rules.c, the first without the lock, the second with the lock held: the legacy stream of the context, while a stream captures that it would
 * wait for. */
CUresult lc_capture_rules_legacy(const void *context);
bool lc_capture_rules_legacy_is_busy(const void *context);

/* A number of this thread, never 0; without the lock. */
uint64_t lc_capture_list_thread(void);

#endif
