/* A ticket is a message that waits in a socket. It is looked at and never taken out, and the socket at the other end,
 * which this process keeps, is hung up once the last copy of the descriptor is closed. */
#include "tickets.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

bool bf_tickets_make(const void *ticket, int *descriptor, int *watch)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
        return false;
    if (send(ends[0], ticket, BF_TICKETS_BYTES, MSG_NOSIGNAL | MSG_DONTWAIT) != BF_TICKETS_BYTES) {
        close(ends[0]);
        close(ends[1]);
        return false;
    }
    *watch = ends[0];
    *descriptor = ends[1];
    return true;
}

/* With room for one byte more than there should be. */
bool bf_tickets_read(int descriptor, unsigned char ticket[BF_TICKETS_BYTES])
{
    unsigned char found[BF_TICKETS_BYTES + 1];
    ssize_t count = recv(descriptor, found, sizeof found, MSG_PEEK | MSG_DONTWAIT);
    if (count != BF_TICKETS_BYTES)
        return false;
    for (int i = 0; i < BF_TICKETS_BYTES; i++)
        ticket[i] = found[i];
    return true;
}

bool bf_tickets_is_held(int watch)
{
    struct pollfd end = {.fd = watch};
    return poll(&end, 1, 0) != 1 || !(end.revents & POLLHUP);
}
