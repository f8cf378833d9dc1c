/* How much memory this machine has, and has left, for the process: of the machine itself or of the cgroups that it
 * is in, whichever is least. */
#ifndef SG_MACHINE_H
#define SG_MACHINE_H

#include <stdint.h>

struct sg_machine {
    uint64_t total; /* bytes; does not change while the process lives, unless somebody changes its cgroup's limit */
    uint64_t available; /* bytes that can be used now without taking any from others; caches can be dropped */
};

/* `root` stands before /proc and /sys: "" but for tests. What cannot be read limits nothing; UINT64_MAX if nothing
 * can. */
void sg_machine_read(const char *root, struct sg_machine *out);

/* Bytes of the process that are in memory; 0 if not known. */
uint64_t sg_machine_resident(void);

#endif
