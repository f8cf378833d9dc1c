/* The answer to cudart's driver self-test (cudaErrorSoftwareValidityNotEstablished if it is wrong).
 *
 * Pure: the caller gathers the facts. It binds process, thread and table addresses, so it is computed in the
 * process. */
#ifndef LC_SELFTEST_H
#define LC_SELFTEST_H

#include <stddef.h>
#include <stdint.h>

struct lc_selftest_device {
    uint8_t uuid[16];
    int32_t pci_domain, pci_bus, pci_device;   /* attributes 50, 33, 34 */
};

struct lc_selftest {
    uint32_t driver_version, version;     /* cuDriverGetVersion; the version that cudart passes */
    uint32_t process, thread;             /* getpid(), the low half of pthread_self() */
    uint64_t table_cudart, table_check;   /* addresses of the two export tables */
    uint64_t function;                    /* word 1 of the second */
    uint64_t unix_seconds;
    const struct lc_selftest_device *devices;   /* the visible ones, in order */
    size_t device_count;
};

void lc_selftest_answer(const struct lc_selftest *facts, uint8_t out[16]);

#endif
