/* The way to several servers at the same time, so that they cost the time of the slowest and not of all together. */
#ifndef BF_CONNECT_ALL_H
#define BF_CONNECT_ALL_H

#include "connect.h"

/* Limits for each step. */
struct bf_connect_times {
    unsigned connect_ms, hello_ms;
};

/* out[i] is how it went with each[i] (connect.h). */
void bf_connect_all(const struct bf_addresses *addresses, const char *use, const struct bf_connect_times *times,
                    struct bf_connection *out);

#endif
