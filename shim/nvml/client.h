/* This process as a client of its servers' NVML: connections of its own, apart from those of CUDA, and the devices
 * behind them.
 *
 * Theory of operation. nvmlInit counts; the first one looks at every server that is named and takes their devices in
 * order, whatever CUDA_VISIBLE_DEVICES says. That takes no process of the server: the connection to one is made by the
 * first call that what is known here does not answer. The last nvmlShutdown ends the connections. Calls hold `use` for
 * reading, init and shutdown for writing, so that none is under way when the devices go. One call at a time is under
 * way on a connection (wire.h).
 *
 * A forked child inherits handles and snapshots, which stay valid, and no right to the connections: it closes its
 * descriptors and connects anew to a server when it first asks it something. Threads are started to look at several
 * servers at once, and have ended when nvmlInit returns. */
#ifndef BF_NVML_CLIENT_H
#define BF_NVML_CLIENT_H

#include <pthread.h>
#include <stdbool.h>

#include "../../libnvml/generated/nvml_types.h"
#include "../wire/servers.h"
#include "../wire/snapshot.h"
#include "../wire/transport.h"

struct bf_nvml_server {
    struct bf_address address;
    char name[BF_HOST_BYTES + 16]; /* host:port, for messages */
    struct bf_snapshot snapshot; /* with identities that are unique among all servers */
    uint8_t uuids[BF_DEVICES_MAX][16]; /* as the server told them */
    pthread_mutex_t asking; /* the connection is in use */
    struct bf_link link; /* none: not connected in this process */
    bool lost;
    bool greeting; /* the answer to HELLO is still to come */
    uint64_t numbered; /* of the last call */
};

/* What an nvmlDevice_t points to. */
struct bf_nvml_device {
    struct bf_nvml_server *server;
    unsigned local; /* index on the server */
    const struct bf_device_facts *facts;
};

/* Hold the client for a call: NVML_ERROR_UNINITIALIZED, and nothing is held, if nvmlInit has not succeeded. */
nvmlReturn_t bf_nvml_client_enter(void);
void bf_nvml_client_leave(void);

/* Between enter and leave. NULL for a handle that is none. */
const struct bf_nvml_device *bf_nvml_client_device(nvmlDevice_t handle);
nvmlDevice_t bf_nvml_client_handle(unsigned index);
unsigned bf_nvml_client_index(const struct bf_nvml_device *device);
unsigned bf_nvml_client_device_count(void);
unsigned bf_nvml_client_server_count(void);
/* Those that were reached. */
struct bf_nvml_server *bf_nvml_client_server(unsigned index);

/* Connect `server`, whose connection the caller holds. Says why not on stderr. */
bool bf_nvml_client_connect(struct bf_nvml_server *server);

#endif
