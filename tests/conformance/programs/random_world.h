/* What programs/random_work.c has: streams, events, graphs; and its functions, which note that they ran. */
#ifndef RANDOM_WORLD_H
#define RANDOM_WORLD_H

#include <pthread.h>
#include <stdbool.h>

#include "show.h"

enum { THREADS = 4, STREAMS = 5, EVENTS = 4, GRAPHS = 4, EXECS = 4, NODES = 8, LINES = 256, COUNTERS = 8 };

static CUcontext context;
static CUfunction add;
static CUdeviceptr counters, places;     /* what kernels add to; a word for each line, which it sets */
static unsigned *pinned;                 /* a word for each line, which it gets */
static unsigned source[LINES], ran[LINES], order[LINES * 8], ran_count, stream_of[LINES];
static bool functions_replaced;          /* in graphs */
static unsigned early[LINES];            /* how often a function ran before what comes before it */
static unsigned owned;                   /* user objects, each with a function at its end */
static bool is_owned[LINES];
static pthread_mutex_t ran_lock = PTHREAD_MUTEX_INITIALIZER;
static CUstream streams[STREAMS];        /* two that are non-blocking, two blocking, the legacy one */
static CUevent events[EVENTS];
static CUgraph graphs[GRAPHS];
static CUgraphExec execs[EXECS];
static CUgraphNode nodes[GRAPHS][NODES];

static const char ADD[] = ".version 6.0\n.target sm_50\n.address_size 64\n"
                          ".visible .entry add(.param .u64 at, .param .u32 value)\n{\n"
                          "    .reg .b64 %a; .reg .b32 %v;\n"
                          "    ld.param.u64 %a, [at]; ld.param.u32 %v, [value];\n"
                          "    cvta.to.global.u64 %a, %a; red.global.add.u32 [%a], %v;\n    ret;\n}\n";

struct line {
    char call[24];
    unsigned thread, number, a, b, c;
};

/* What the last line put into a place, as far as a function that the next line puts behind it can tell. */
enum { NO_PLACE, IN_STREAM, IN_CAPTURE, IN_GRAPH };
static struct {
    unsigned place, index, number;
    bool copies;                         /* it gets a word; else it calls a function */
} last;
static struct {
    bool any, copies;
    unsigned number;
} before[LINES];

/* A function of the program: which line asked for it. */
static void note(void *data)
{
    unsigned number = (unsigned)(uintptr_t)data;
    pthread_mutex_lock(&ran_lock);
    if (before[number].any)
        early[number] += before[number].copies ? !pinned[before[number].number]
                                               : ran[before[number].number] <= ran[number];
    ran[number]++;
    if (ran_count < sizeof order / sizeof *order)
        order[ran_count++] = number;
    pthread_mutex_unlock(&ran_lock);
}

/* A line has put a copy to the host or a function into a place, behind what the last line put there. */
static void put_behind(unsigned place, unsigned index, unsigned number, bool copies)
{
    if (!copies && last.place == place && last.index == index && last.number + 1 == number) {
        before[number].copies = last.copies;
        before[number].number = last.number;
        before[number].any = true;
    }
    last.place = place;
    last.index = index;
    last.number = number;
    last.copies = copies;
}

static unsigned place_of(unsigned stream)
{
    CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_INVALIDATED;
    (void)cuStreamIsCapturing(streams[stream], &status);
    return status == CU_STREAM_CAPTURE_STATUS_NONE     ? IN_STREAM
           : status == CU_STREAM_CAPTURE_STATUS_ACTIVE ? IN_CAPTURE
                                                       : NO_PLACE;
}

static void drop_graph(unsigned slot)
{
    if (graphs[slot])
        show("  cuGraphDestroy", cuGraphDestroy(graphs[slot]));
    graphs[slot] = NULL;
    memset(nodes[slot], 0, sizeof nodes[slot]);
}

#endif
