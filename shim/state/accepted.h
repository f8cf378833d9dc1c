/* Launches that the driver has accepted.
 *
 * A launch is told, not asked, so what the driver says against it would reach the program at a later call. What cannot
 * be known here (a block size that the code fixes, a grid that must be resident at once, clusters, further attributes)
 * is therefore asked with the first launch of its kind, and told from then on: one round trip a function and
 * configuration. Which occupancy a real GPU allows is its driver's knowledge; a computation here would have to be
 * right about every architecture to come. */
#ifndef BF_ACCEPTED_H
#define BF_ACCEPTED_H

#include "../../libcuda/launch_check.h"
#include "code.h"

struct bf_accepted_config {
    const struct bf_object *function;    /* or kernel */
    const struct lc_launch *launch;
    int device;
    const CUlaunchAttribute *attributes;
    unsigned attribute_count;
    bool is_beyond;                      /* of what is known of the function: it may have been allowed more since */
};

/* 0 if the driver cannot have anything against it, else what the configuration is remembered by. Two share a key
 * once in 2^64 times; then an error of the second would be told by a later call. */
uint64_t bf_accepted_key(const struct bf_accepted_config *config);

bool bf_accepted_has(const struct bf_code *code, uint64_t key);
void bf_accepted_add(struct bf_code *code, uint64_t key);

/* An attribute was set: what was accepted before may be refused now. */
void bf_accepted_forget(struct bf_code *code);

#endif
