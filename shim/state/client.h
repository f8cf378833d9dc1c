/* This process as a client: its servers, their devices, and whether it may call at all.
 *
 * cuInit brings it from fresh over busy to ready, once; cuDriverGetVersion may bring it to connected before that. A
 * forked child of a process that had begun is `forked` for good: its CUDA calls return NOT_INITIALIZED, as the native
 * driver's do, and it never touches its parent's sockets. Once there are threads of ours that run functions of the
 * program, the client is `calling`: on such a thread it is not ready. */
#ifndef BF_CLIENT_H
#define BF_CLIENT_H

#include "../../libcuda/generated/cuda_types.h"
#include "../../libcuda/thread.h"
#include "map.h"
#include "objects.h"
#include "../wire/answers.h"
#include "../wire/servers.h"
#include "../wire/snapshot.h"
#include "../wire/stream.h"

struct bf_server {
    struct bf_stream stream;
    struct bf_address address;
    struct bf_snapshot snapshot;
    uint32_t kept_image_bytes;       /* from how many on it keeps a code image; 0: never */
    struct bf_map memory;            /* what is allocated on its devices */
    _Atomic uint64_t next_number;    /* of objects */
    unsigned index;
    _Atomic unsigned fault;          /* the first error of a call in no context that no call has told yet */
    _Atomic unsigned contexts_used;  /* ever */
    _Atomic bool is_divided;         /* some of its work does not wait for some legacy stream, or never did */
};

struct bf_device {
    struct bf_server *server;
    int local, ordinal;              /* index on the server; index in this process */
    const struct bf_device_facts *facts;
    struct bf_object *primary;       /* its context: the same handle from the start, retained or not */
    struct bf_object *default_pool, *current_pool;
    pthread_mutex_t lock;            /* of the primary context's state and the pools */
    unsigned retained;
    struct bf_ask retaining;         /* that nobody waited for */
};

enum bf_client_state {
    BF_CLIENT_FRESH,
    BF_CLIENT_BUSY,
    BF_CLIENT_CONNECTED,
    BF_CLIENT_READY,
    BF_CLIENT_CALLING,
    BF_CLIENT_FORKED
};

struct bf_client {
    _Atomic int state;
    int driver_version;
    unsigned server_count, device_count;
    struct bf_server *servers;
    struct bf_device *devices;
};

extern struct bf_client bf_client;

/* Of each step, and of a server that owes a reply; tests shorten them. */
struct bf_client_times {
    unsigned connect_ms, hello_ms, silence_ms;
};
extern struct bf_client_times bf_client_times;

enum { BF_API_VERSION = 13000 };   /* of the API whose symbols are exported here */

/* What cuInit does. Idempotent; after a failure it may be tried again. */
CUresult bf_client_init(void);

/* As the servers say if they can be reached, else the version of the API that is written here. */
int bf_client_driver_version(void);

static inline bool bf_client_ready(void)
{
    int state = atomic_load_explicit(&bf_client.state, memory_order_acquire);
    return state == BF_CLIENT_READY || (state == BF_CLIENT_CALLING && !lc_thread_calls_back());
}

/* What a call returns for which the client is not ready. */
CUresult bf_client_refusal(void);

/* From now on there are threads of ours that run functions of the program. */
void bf_client_begin_calling(void);

/* NULL if there is no such device. */
static inline struct bf_device *bf_client_device(CUdevice ordinal)
{
    return ordinal >= 0 && (unsigned)ordinal < bf_client.device_count ? &bf_client.devices[ordinal] : NULL;
}

/* That which a server calls `local`; NULL if this process has not got it. */
static inline struct bf_device *bf_client_device_of(const struct bf_server *server, int64_t local)
{
    for (unsigned i = 0; i < bf_client.device_count; i++)
        if (bf_client.devices[i].server == server && bf_client.devices[i].local == local)
            return &bf_client.devices[i];
    return NULL;
}

/* The first of `count` numbers for new objects. */
static inline uint64_t bf_server_numbers(struct bf_server *server, uint64_t count)
{
    return atomic_fetch_add(&server->next_number, count);
}

static inline uint64_t bf_server_number(struct bf_server *server)
{
    return bf_server_numbers(server, 1);
}

#endif
