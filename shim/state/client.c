/* This process as a client: connects to every server and lists the devices that it may see. */
#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../wire/connect_all.h"
#include "../managed/managed.h"
#include "faults.h"
#include "../wire/identity.h"
#include "../wire/report.h"
#include "../wire/transport.h"
#include "visible.h"

struct bf_client bf_client;
struct bf_client_times bf_client_times = {BF_CONNECT_TIMEOUT_MS, BF_HELLO_TIMEOUT_MS, BF_SILENCE_MAX_MS};

static pthread_mutex_t init_lock = PTHREAD_MUTEX_INITIALIZER;

/* The outcome of an attempt that nobody has been told of: cuDriverGetVersion, which comes before cuInit, makes it. */
static struct {
    bool waits;
    CUresult code;
    char problem[1536];
} failure;

static char last_reported[sizeof failure.problem];

/* The child has neither our threads nor a right to the parent's connections. */
static void in_forked_child(void)
{
    if (atomic_load(&bf_client.state) == BF_CLIENT_FRESH)
        return;
    atomic_store(&bf_client.state, BF_CLIENT_FORKED);
    bf_managed_forked();
    for (unsigned i = 0; i < bf_client.server_count; i++) {
        bf_line_leave(&bf_client.servers[i].stream.line);
        bf_answers_leave(&bf_client.servers[i].stream.answers);
    }
}

/* The servers need not wait whether this process comes back. */
__attribute__((destructor)) static void say_goodbye(void)
{
    int state = atomic_load(&bf_client.state);
    bool began = state >= BF_CLIENT_CONNECTED && state != BF_CLIENT_FORKED;
    for (unsigned i = 0; began && i < bf_client.server_count; i++)
        bf_stream_say_goodbye(&bf_client.servers[i].stream);
}

static CUresult fail(CUresult code, const char *where, const char *problem)
{
    failure.code = code;
    snprintf(failure.problem, sizeof failure.problem, "%s%s%s", where, *where ? ": " : "", problem);
    return code;
}

static void close_servers(struct bf_server *servers, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        bf_stream_close(&servers[i].stream);
        bf_snapshot_free(&servers[i].snapshot);
        bf_map_close(&servers[i].memory);
    }
}

/* Takes the connection over, whatever the result. */
static CUresult open_server(const struct bf_address *address, unsigned index, struct bf_connection *connection,
                            struct bf_server *server)
{
    char name[BF_HOST_BYTES + 16];
    struct bf_link link = connection->link;
    connection->link = (struct bf_link){.fd = -1};
    snprintf(name, sizeof name, "%s:%u", address->host, address->port);
    if (bf_stream_open(&server->stream, link, &connection->way, name, bf_client_times.silence_ms))
        return fail(CUDA_ERROR_OUT_OF_MEMORY, "", "out of memory or threads for the connection");
    server->stream.on_fault = bf_faults_take;
    server->address = *address;
    server->snapshot = connection->snapshot;
    connection->snapshot = (struct bf_snapshot){0};
    server->kept_image_bytes = connection->images;
    server->index = index;
    atomic_store(&server->next_number, BF_OBJECT_NUMBER_FIRST);
    bf_map_open(&server->memory);
    bf_report_debug("connected to %s: %u device%s, driver %d", name, server->snapshot.count,
                    server->snapshot.count == 1 ? "" : "s", server->snapshot.driver_version);
    return CUDA_SUCCESS;
}

/* All of them, or none: the first that failed tells why. */
static CUresult open_servers(const struct bf_addresses *addresses, struct bf_connection *connections,
                             struct bf_server *servers)
{
    unsigned count = (unsigned)addresses->count, opened = 0;
    CUresult result = CUDA_SUCCESS;
    for (unsigned i = 0; i < count && !result; i++)
        if (connections[i].code)
            result = fail((CUresult)connections[i].code, "", connections[i].problem);
    for (; opened < count && !result; opened += !result)
        result = open_server(&addresses->each[opened], opened, &connections[opened], &servers[opened]);
    for (unsigned i = 0; i < count && result; i++) {
        bf_transport_close(&connections[i].link);
        bf_snapshot_free(&connections[i].snapshot);
    }
    if (result)
        close_servers(servers, opened);
    return result;
}

static CUresult connect_all(const struct bf_addresses *addresses, struct bf_server **out)
{
    const struct bf_connect_times times = {bf_client_times.connect_ms, bf_client_times.hello_ms};
    struct bf_server *servers = calloc(addresses->count, sizeof *servers);
    struct bf_connection *connections = calloc(addresses->count, sizeof *connections);
    CUresult result;
    if (servers && connections) {
        bf_connect_all(addresses, NULL, &times, connections);
        result = open_servers(addresses, connections, servers);
    } else {
        result = fail(CUDA_ERROR_OUT_OF_MEMORY, "", "out of memory");
    }
    free(connections);
    if (result)
        free(servers);
    else
        *out = servers;
    return result;
}

static bool open_device(struct bf_device *device, struct bf_server *server, unsigned local)
{
    const struct bf_device_facts *facts = &server->snapshot.devices[local];
    *device = (struct bf_device){.server = server, .local = (int)local, .facts = facts};
    pthread_mutex_init(&device->lock, NULL);
    device->primary =
        bf_objects_new(&(struct bf_object){.kind = BF_CONTEXT,
                                           .server = server,
                                           .context = {.device = device,
                                                       .primary = 1,
                                                       .flags = facts->primary_flags,
                                                       .id = (uint64_t)server->index * BF_DEVICES_MAX + local + 1}});
    return device->primary != NULL;
}

static void make_devices_unique(struct bf_server *servers, unsigned count)
{
    struct bf_snapshot *snapshots[BF_SERVERS_MAX];
    for (unsigned i = 0; i < count; i++)
        snapshots[i] = &servers[i].snapshot;
    bf_identity_make_unique(snapshots, count);
}

/* All devices of all servers in order, reduced to the visible ones. */
static CUresult list_devices(struct bf_server *servers, unsigned server_count, struct bf_device **out,
                             unsigned *visible)
{
    unsigned count = 0;
    static unsigned chosen[BF_SERVERS_MAX * BF_DEVICES_MAX];   /* all three guarded by init_lock */
    static uint8_t uuids[BF_SERVERS_MAX * BF_DEVICES_MAX][16];
    static struct {
        struct bf_server *server;
        unsigned local;
    } places[BF_SERVERS_MAX * BF_DEVICES_MAX];
    for (unsigned s = 0; s < server_count; s++) {
        for (unsigned d = 0; d < servers[s].snapshot.count; d++, count++) {
            memcpy(uuids[count], servers[s].snapshot.devices[d].uuid, 16);
            places[count].server = &servers[s];
            places[count].local = d;
        }
    }
    *visible = (unsigned)bf_visible_select(getenv("CUDA_VISIBLE_DEVICES"), (const uint8_t (*)[16])uuids, count, chosen);
    if (!*visible)
        return fail(CUDA_ERROR_NO_DEVICE, "", count ? "" : "the servers have no device");
    *out = calloc(*visible, sizeof **out);
    for (unsigned i = 0; i < *visible && *out; i++) {
        if (!open_device(&(*out)[i], places[chosen[i]].server, places[chosen[i]].local))
            return fail(CUDA_ERROR_OUT_OF_MEMORY, "", "out of memory");
        (*out)[i].ordinal = (int)i;
    }
    return *out ? CUDA_SUCCESS : fail(CUDA_ERROR_OUT_OF_MEMORY, "", "out of memory");
}

/* `init_lock` is held. */
static CUresult attempt(void)
{
    static struct bf_addresses addresses;
    struct bf_server *servers = NULL;
    struct bf_device *devices = NULL;
    unsigned device_count = 0;
    bf_servers_find(&addresses);
    if (addresses.problem[0])
        return fail(CUDA_ERROR_MPS_CONNECTION_FAILED, addresses.source, addresses.problem);
    if (!bf_objects_open())
        return fail(CUDA_ERROR_OUT_OF_MEMORY, "", "out of address space");
    CUresult result = connect_all(&addresses, &servers);
    if (result)
        return result;
    make_devices_unique(servers, (unsigned)addresses.count);
    result = list_devices(servers, (unsigned)addresses.count, &devices, &device_count);
    if (result) {
        close_servers(servers, (unsigned)addresses.count);
        free(servers);
        return result;
    }
    bf_client.driver_version = servers[0].snapshot.driver_version;
    for (unsigned i = 1; i < addresses.count; i++)
        if (servers[i].snapshot.driver_version < bf_client.driver_version)
            bf_client.driver_version = servers[i].snapshot.driver_version;
    bf_client.servers = servers;
    bf_client.server_count = (unsigned)addresses.count;
    bf_client.devices = devices;
    bf_client.device_count = device_count;
    return CUDA_SUCCESS;
}

/* Take the state from fresh to connected; `init_lock` is held. An outcome that waits to be told is not tried again. */
static CUresult become_connected(void)
{
    static bool watches_fork;
    if (atomic_load(&bf_client.state) >= BF_CLIENT_CONNECTED)
        return CUDA_SUCCESS;
    if (failure.waits)
        return failure.code;
    if (!watches_fork)
        watches_fork = pthread_atfork(NULL, NULL, in_forked_child) == 0;
    atomic_store(&bf_client.state, BF_CLIENT_BUSY);
    CUresult result = attempt();
    atomic_store(&bf_client.state, result ? BF_CLIENT_FRESH : BF_CLIENT_CONNECTED);
    return result;
}

/* Once a cause: several CUDA runtimes in one process each try. */
static void report_failure(void)
{
    if (failure.problem[0] && strcmp(failure.problem, last_reported) != 0) {
        memcpy(last_reported, failure.problem, sizeof last_reported);
        bf_report("%s", failure.problem);
    }
}

static void advance(int from, int to)
{
    atomic_compare_exchange_strong(&bf_client.state, &from, to);
}

CUresult bf_client_init(void)
{
    int state = atomic_load(&bf_client.state);
    if (state == BF_CLIENT_READY || state == BF_CLIENT_CALLING)
        return CUDA_SUCCESS;
    if (state == BF_CLIENT_FORKED)
        return CUDA_ERROR_NOT_INITIALIZED;
    pthread_mutex_lock(&init_lock);
    CUresult result = become_connected();
    failure.waits = false;
    if (result)
        report_failure();
    else
        advance(BF_CLIENT_CONNECTED, BF_CLIENT_READY);
    pthread_mutex_unlock(&init_lock);
    return result;
}

CUresult bf_client_refusal(void)
{
    return atomic_load(&bf_client.state) == BF_CLIENT_CALLING ? CUDA_ERROR_NOT_PERMITTED : CUDA_ERROR_NOT_INITIALIZED;
}

void bf_client_begin_calling(void)
{
    advance(BF_CLIENT_READY, BF_CLIENT_CALLING);
}

int bf_client_driver_version(void)
{
    if (atomic_load(&bf_client.state) < BF_CLIENT_CONNECTED) {
        pthread_mutex_lock(&init_lock);
        failure.waits = become_connected() != CUDA_SUCCESS;
        pthread_mutex_unlock(&init_lock);
    }
    return bf_client.driver_version ? bf_client.driver_version : BF_API_VERSION;
}
