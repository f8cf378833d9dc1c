/* The registry's file: where it is, making it, mapping it. */
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../libcuda/environment.h"

enum { VERSION = 1, ATTEMPTS = 8 };
static const char magic[8] = "softgpu";

_Static_assert(sizeof(struct sg_device_use) == 128, "layout of version 1");
_Static_assert(sizeof(struct sg_slot) == 256 + 128 * SG_DEVICES_MAX, "layout of version 1");
_Static_assert(offsetof(struct sg_registry, slots) == 4096, "layout of version 1");

/* A pid means something only within its namespace: containers that share /dev/shm have files of their own. */
const char *sg_registry_path(char *room, size_t bytes)
{
    const char *wanted = lc_environment_get("SOFTGPU_REGISTRY");
    if (wanted && *wanted)
        return wanted;
    struct stat space = {0};
    (void)stat("/proc/self/ns/pid", &space);
    snprintf(room, bytes, "/dev/shm/softgpu-%u-%llu", (unsigned)geteuid(), (unsigned long long)space.st_ino);
    return room;
}

static void read_boot(char out[40])
{
    memset(out, 0, 40);
    int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    if (read(file, out, 36) != 36)
        memset(out, 0, 40);
    close(file);
}

/* What the file holds, as far as it can be told without mapping it. */
enum state { EMPTY, UNFINISHED, WHOLE, OUTDATED, FOREIGN };

static enum state state_of(int file, const struct stat *status)
{
    char head[offsetof(struct sg_registry, slots_used)], boot[40];
    if (status->st_size == 0)
        return EMPTY;
    ssize_t got = pread(file, head, sizeof head, 0);
    if (got < (ssize_t)sizeof magic || memcmp(head, magic, sizeof magic) != 0)
        return FOREIGN;
    if (got < (ssize_t)sizeof head)
        return UNFINISHED;
    uint32_t version, slot_bytes, slot_count;
    memcpy(&version, head + offsetof(struct sg_registry, version), sizeof version);
    memcpy(&slot_bytes, head + offsetof(struct sg_registry, slot_bytes), sizeof slot_bytes);
    memcpy(&slot_count, head + offsetof(struct sg_registry, slot_count), sizeof slot_count);
    read_boot(boot);
    if (version == 0)
        return UNFINISHED;
    return version == VERSION && status->st_size == (off_t)sizeof(struct sg_registry) &&
                   slot_bytes == sizeof(struct sg_slot) && slot_count == SG_REGISTRY_SLOTS &&
                   memcmp(head + offsetof(struct sg_registry, boot), boot, sizeof boot) == 0
               ? WHOLE
               : OUTDATED;
}

/* A file of another user, or one that others can write, would be a way into this process. */
static const char *why_not_ours(const struct stat *status)
{
    if (!S_ISREG(status->st_mode))
        return "it is not a file";
    if (status->st_uid != geteuid())
        return "it belongs to another user";
    return status->st_mode & 077 ? "others may open it (its mode must be 0600)" : NULL;
}

static void *map(int file, int protection)
{
    void *at = mmap(NULL, sizeof(struct sg_registry), protection, MAP_SHARED, file, 0);
    return at == MAP_FAILED ? NULL : at;
}

/* With the file locked: fill it. The magic word comes first and the version last, so that what a killed process has
 * left is known for what it is. Returns an errno. */
static int make(int file)
{
    if (ftruncate(file, 0) || pwrite(file, magic, sizeof magic, 0) != sizeof magic)
        return errno ? errno : EIO;
    int failed = posix_fallocate(file, 0, sizeof(struct sg_registry));
    struct sg_registry *registry = failed ? NULL : map(file, PROT_READ | PROT_WRITE);
    if (!registry) {
        failed = failed ? failed : errno;
        /* A piece of a registry takes room for nothing. If it stays, it is finished by the next process. */
        return ftruncate(file, 0) ? errno : failed;
    }
    registry->slot_bytes = sizeof registry->slots[0];
    registry->slot_count = SG_REGISTRY_SLOTS;
    read_boot(registry->boot);
    atomic_store(&registry->version, VERSION);
    munmap(registry, sizeof *registry);
    return 0;
}

/* With the file locked: bring it into shape. True if it is whole; false with `why` empty: open it anew. */
static bool prepare(int file, const char *path, char *why, size_t bytes)
{
    struct stat status;
    int failed = 0;
    why[0] = 0;
    if (fstat(file, &status) || status.st_nlink == 0)
        return false;
    switch (state_of(file, &status)) {
    case WHOLE: return true;
    case EMPTY:
    case UNFINISHED:
        failed = make(file);
        if (failed)
            snprintf(why, bytes, "%s", strerror(failed));
        return !failed;
    case OUTDATED:
        if (unlink(path))
            snprintf(why, bytes, "%s", strerror(errno));
        return false;
    default: snprintf(why, bytes, "it exists and is not softgpu's"); return false;
    }
}

static struct sg_registry *open_once(const char *path, char *why, size_t bytes)
{
    struct stat status;
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (file < 0 || fstat(file, &status)) {
        snprintf(why, bytes, "%s", strerror(errno));
        if (file >= 0)
            close(file);
        return NULL;
    }
    const char *problem = why_not_ours(&status);
    struct sg_registry *registry = NULL;
    snprintf(why, bytes, "%s", problem ? problem : "");
    if (!problem) {
        bool whole = state_of(file, &status) == WHOLE;
        if (!whole && flock(file, LOCK_EX) == 0) {
            whole = prepare(file, path, why, bytes);
            /* A mapping keeps the file open, and the lock with it, beyond close. */
            flock(file, LOCK_UN);
        }
        if (whole) {
            registry = map(file, PROT_READ | PROT_WRITE);
            if (!registry)
                snprintf(why, bytes, "%s", strerror(errno));
        }
    }
    close(file);
    return registry;
}

struct sg_registry *sg_registry_open(char *why, size_t bytes)
{
    char room[64];
    const char *path = sg_registry_path(room, sizeof room);
    struct sg_registry *registry = NULL;
    why[0] = 0;
    for (int i = 0; i < ATTEMPTS && !registry && !why[0]; i++)
        registry = open_once(path, why, bytes);
    if (!registry && !why[0])
        snprintf(why, bytes, "it is being replaced over and over");
    return registry;
}

const struct sg_registry *sg_registry_view(ino_t *inode)
{
    char room[64];
    struct stat status;
    const struct sg_registry *registry = NULL;
    int file = open(sg_registry_path(room, sizeof room), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return NULL;
    if (fstat(file, &status) == 0 && !why_not_ours(&status) && state_of(file, &status) == WHOLE) {
        registry = map(file, PROT_READ);
        *inode = status.st_ino;
    }
    close(file);
    return registry;
}
