/* nvmlInit and nvmlShutdown; the servers and their devices. client.h has the theory. */
#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../libnvml/generated/nvml_api.h"
#include "../wire/connect_all.h"
#include "../wire/identity.h"
#include "../wire/report.h"

enum { DEVICES_MAX = BF_SERVERS_MAX * BF_DEVICES_MAX };

static pthread_rwlock_t use = PTHREAD_RWLOCK_INITIALIZER;
static unsigned initialised;
static struct bf_nvml_server servers[BF_SERVERS_MAX];
static unsigned server_count;
static struct bf_nvml_device devices[DEVICES_MAX];   /* never moved: a handle can be checked without following it */
static unsigned device_count;
static pthread_mutex_t reporting = PTHREAD_MUTEX_INITIALIZER;
static char last_problem[1536];

nvmlReturn_t bf_nvml_client_enter(void)
{
    pthread_rwlock_rdlock(&use);
    if (initialised)
        return NVML_SUCCESS;
    pthread_rwlock_unlock(&use);
    return NVML_ERROR_UNINITIALIZED;
}

void bf_nvml_client_leave(void)
{
    pthread_rwlock_unlock(&use);
}

const struct bf_nvml_device *bf_nvml_client_device(nvmlDevice_t handle)
{
    uintptr_t offset = (uintptr_t)handle - (uintptr_t)devices;
    bool good = offset % sizeof devices[0] == 0 && offset / sizeof devices[0] < device_count;
    return good ? &devices[offset / sizeof devices[0]] : NULL;
}

nvmlDevice_t bf_nvml_client_handle(unsigned index)
{
    return (nvmlDevice_t)(void *)&devices[index];
}

unsigned bf_nvml_client_index(const struct bf_nvml_device *device)
{
    return (unsigned)(device - devices);
}

unsigned bf_nvml_client_device_count(void)
{
    return device_count;
}

unsigned bf_nvml_client_server_count(void)
{
    return server_count;
}

struct bf_nvml_server *bf_nvml_client_server(unsigned index)
{
    return &servers[index];
}

/* Once a cause: programs load NVML from several libraries, and each tries. */
static void report_once(const char *where, const char *problem)
{
    char line[sizeof last_problem];
    snprintf(line, sizeof line, "%s%s%s", where, *where ? ": " : "", problem);
    pthread_mutex_lock(&reporting);
    if (strcmp(line, last_problem) != 0)
        bf_report("%s", line);
    memcpy(last_problem, line, sizeof last_problem);
    pthread_mutex_unlock(&reporting);
}

/* Another Dispatcher may listen there by now. */
static bool has_same_devices(const struct bf_nvml_server *server, const struct bf_snapshot *now)
{
    bool same = server->snapshot.count == now->count;
    for (unsigned i = 0; i < now->count && same; i++)
        same = memcmp(server->uuids[i], now->devices[i].uuid, sizeof server->uuids[i]) == 0;
    return same;
}

bool bf_nvml_client_connect(struct bf_nvml_server *server)
{
    struct bf_connection connection;
    bf_connect(&server->address, BF_USE_NVML, BF_CONNECT_TIMEOUT_MS, BF_HELLO_TIMEOUT_MS, &connection);
    if (connection.code) {
        report_once("", connection.problem);
        return false;
    }
    bool same = has_same_devices(server, &connection.snapshot);
    bf_snapshot_free(&connection.snapshot);
    if (!same) {
        report_once(server->name, "other GPUs are served there since NVML was initialised");
        bf_transport_close(&connection.link);
        return false;
    }
    server->link = connection.link;
    server->numbered = 0;
    server->greeting = true;
    bf_report_debug("NVML: connected to %s: %u device%s", server->name, server->snapshot.count,
                    server->snapshot.count == 1 ? "" : "s");
    return true;
}

static void disconnect_all(void)
{
    for (unsigned i = 0; i < server_count; i++) {
        bf_transport_close(&servers[i].link);
        bf_snapshot_free(&servers[i].snapshot);
        pthread_mutex_destroy(&servers[i].asking);
    }
    server_count = device_count = 0;
}

static void list_devices(void)
{
    struct bf_snapshot *snapshots[BF_SERVERS_MAX];
    for (unsigned s = 0; s < server_count; s++)
        snapshots[s] = &servers[s].snapshot;
    bf_identity_make_unique(snapshots, server_count);
    for (unsigned s = 0; s < server_count; s++)
        for (unsigned d = 0; d < servers[s].snapshot.count; d++)
            devices[device_count++] = (struct bf_nvml_device){&servers[s], d, &servers[s].snapshot.devices[d]};
}

/* Its devices are known from here on. A connection is made by the first call that needs it. */
static bool add_server(const struct bf_address *address, struct bf_connection *look)
{
    struct bf_nvml_server *server = &servers[server_count++];
    *server = (struct bf_nvml_server){
        .address = *address, .snapshot = look->snapshot, .link = {.fd = -1}, .lost = look->code != 0};
    pthread_mutex_init(&server->asking, NULL);
    snprintf(server->name, sizeof server->name, "%s:%u", address->host, address->port);
    for (unsigned i = 0; i < server->snapshot.count; i++)
        memcpy(server->uuids[i], server->snapshot.devices[i].uuid, sizeof server->uuids[i]);
    if (look->code)
        report_once("", look->problem);
    return !look->code;
}

/* A server that does not answer is left out, and said so: what the others have can still be watched. `use` is held
 * for writing. */
static nvmlReturn_t look_at_all(void)
{
    static const struct bf_connect_times times = {BF_CONNECT_TIMEOUT_MS, BF_HELLO_TIMEOUT_MS};
    static struct bf_addresses addresses;
    unsigned reached = 0;
    bf_servers_find(&addresses);
    if (addresses.problem[0]) {
        report_once(addresses.source, addresses.problem);
        return NVML_ERROR_DRIVER_NOT_LOADED;
    }
    struct bf_connection *looks = calloc(addresses.count, sizeof *looks);
    if (!looks)
        return NVML_ERROR_MEMORY;
    bf_connect_all(&addresses, BF_USE_LOOK, &times, looks);
    for (size_t i = 0; i < addresses.count; i++)
        reached += add_server(&addresses.each[i], &looks[i]);
    free(looks);
    if (!reached) {
        disconnect_all();
        return NVML_ERROR_DRIVER_NOT_LOADED;
    }
    list_devices();
    return NVML_SUCCESS;
}

/* No other thread is here, so the locks, whatever their state, are nobody's. */
static void in_forked_child(void)
{
    pthread_rwlock_init(&use, NULL);
    pthread_mutex_init(&reporting, NULL);
    for (unsigned i = 0; i < server_count; i++) {
        pthread_mutex_init(&servers[i].asking, NULL);
        bf_transport_leave(&servers[i].link);
        servers[i].lost &= servers[i].snapshot.devices == NULL;
    }
}

nvmlReturn_t nvmlInitWithFlags(unsigned int flags)
{
    static bool watches_fork;
    (void)flags;   /* "no GPUs is fine" and "do not attach": both are so here */
    nvmlReturn_t result = NVML_SUCCESS;
    int cancel;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    pthread_rwlock_wrlock(&use);
    if (!initialised) {
        if (!watches_fork)
            watches_fork = pthread_atfork(NULL, NULL, in_forked_child) == 0;
        result = look_at_all();
    }
    initialised += result == NVML_SUCCESS;
    pthread_rwlock_unlock(&use);
    pthread_setcancelstate(cancel, NULL);
    return result;
}

nvmlReturn_t nvmlInit_v2(void)
{
    return nvmlInitWithFlags(0);
}

nvmlReturn_t nvmlInit(void)
{
    return nvmlInitWithFlags(0);
}

nvmlReturn_t nvmlShutdown(void)
{
    pthread_rwlock_wrlock(&use);
    bool was = initialised > 0;
    initialised -= was;
    if (was && !initialised)
        disconnect_all();
    pthread_rwlock_unlock(&use);
    return was ? NVML_SUCCESS : NVML_ERROR_UNINITIALIZED;
}
