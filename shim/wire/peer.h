/* Who is at the other end of a connection, also once that is broken. */
#ifndef BF_PEER_H
#define BF_PEER_H

#include <stdint.h>

struct bf_peer {
    uint8_t address[28];   /* the larger of struct sockaddr_in and sockaddr_in6 */
    unsigned bytes;
};

#endif
