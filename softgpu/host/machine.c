/* /proc/meminfo; the memory controllers of cgroups, version 1 and 2. */
#include "machine.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_MAX_BYTES = 4096, FILE_MAX_BYTES = 8192 };

/* The file's text, cut to the room; false if it cannot be read. */
static bool read_text(const char *path, char *room, size_t bytes)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    size_t used = 0;
    for (ssize_t got = 1; got > 0 && used < bytes - 1; used += got > 0 ? (size_t)got : 0)
        got = read(file, room + used, bytes - 1 - used);
    close(file);
    room[used] = 0;
    return used > 0;
}

/* The number behind `name` at the beginning of a line; `missing` if there is none. */
static uint64_t field(const char *text, const char *name, uint64_t missing)
{
    size_t length = strlen(name);
    for (const char *line = text; line; line = strchr(line, '\n'), line = line ? line + 1 : NULL)
        if (strncmp(line, name, length) == 0 && (line[length] == ' ' || line[length] == ':'))
            return strtoull(line + length + 1, NULL, 10);
    return missing;
}

static void limit(uint64_t *value, uint64_t to)
{
    if (*value > to)
        *value = to;
}

static void read_meminfo(const char *root, struct sg_machine *out)
{
    char path[PATH_MAX_BYTES], text[FILE_MAX_BYTES];
    snprintf(path, sizeof path, "%s/proc/meminfo", root);
    if (!read_text(path, text, sizeof text))
        return;
    uint64_t total = field(text, "MemTotal", UINT64_MAX >> 10), available = field(text, "MemAvailable", total);
    limit(&out->total, total << 10);
    limit(&out->available, available << 10);
}

/* What a version of the controller calls its files. */
struct controller {
    const char *mount, *limit, *used, *droppable;
};

static uint64_t read_number(const char *directory, const char *name, uint64_t missing)
{
    char path[PATH_MAX_BYTES], text[64];
    int length = snprintf(path, sizeof path, "%s/%s", directory, name);
    if (length < 0 || (size_t)length >= sizeof path || !read_text(path, text, sizeof text))
        return missing;
    return *text >= '0' && *text <= '9' ? strtoull(text, NULL, 10) : missing;
}

/* One cgroup. "max", and the like of version 1, is no limit: larger than any machine. */
static void read_group(const char *directory, const struct controller *controller, struct sg_machine *out)
{
    char path[PATH_MAX_BYTES], text[FILE_MAX_BYTES];
    uint64_t most = read_number(directory, controller->limit, UINT64_MAX);
    if (most >= out->total)
        return;
    uint64_t used = read_number(directory, controller->used, 0), droppable = 0;
    int length = snprintf(path, sizeof path, "%s/memory.stat", directory);
    if (length > 0 && (size_t)length < sizeof path && read_text(path, text, sizeof text))
        droppable = field(text, controller->droppable, 0);
    used -= droppable < used ? droppable : used;
    out->total = most;
    limit(&out->available, used < most ? most - used : 0);
}

/* The group at `path` and all above it, up to the mount. In a container the path may be the host's: what is not
 * there is passed over, and the mount is the container's own group. */
static void read_groups(const char *root, const struct controller *controller, const char *path, struct sg_machine *out)
{
    char directory[PATH_MAX_BYTES];
    int length = snprintf(directory, sizeof directory, "%s%s", root, controller->mount);
    size_t mount = (size_t)length;
    if (length < 0 || mount + strlen(path) >= sizeof directory)
        return;
    strcpy(directory + mount, path);
    for (;;) {
        read_group(directory, controller, out);
        char *last = strrchr(directory + mount, '/');
        if (!last)
            return;
        *last = 0;
    }
}

static void read_cgroups(const char *root, struct sg_machine *out)
{
    static const struct controller first = {"/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
                                            "total_inactive_file"};
    static const struct controller second = {"/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"};
    char path[PATH_MAX_BYTES], text[FILE_MAX_BYTES], *rest = text;
    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    if (!read_text(path, text, sizeof text))
        return;
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
        char *names = strchr(line, ':'), *group = names ? strchr(names + 1, ':') : NULL;
        if (!group)
            continue;
        *group++ = 0;
        if (strcmp(group, "/") == 0)
            group++;
        if (line[0] == '0' && names == line + 1 && !names[1])
            read_groups(root, &second, group, out);
        else if (strstr(names, "memory"))
            read_groups(root, &first, group, out);
    }
}

void sg_machine_read(const char *root, struct sg_machine *out)
{
    *out = (struct sg_machine){.total = UINT64_MAX, .available = UINT64_MAX};
    read_meminfo(root, out);
    read_cgroups(root, out);
}

uint64_t sg_machine_resident(void)
{
    char text[128];
    unsigned long long pages = 0;
    if (!read_text("/proc/self/statm", text, sizeof text) || sscanf(text, "%*u %llu", &pages) != 1)
        return 0;
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
