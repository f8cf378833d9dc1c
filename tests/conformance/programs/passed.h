/* Descriptors that the two processes of pair.h send each other. */
#ifndef PASSED_H
#define PASSED_H

#include <sys/socket.h>

#include "pair.h"

static int passed[2]; /* of the parent, of the child */

/* Before pair_split. */
static inline void passed_open(void)
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, passed))
        exit(7);
}

static inline void passed_send(int through, int descriptor)
{
    char byte = 0, room[CMSG_SPACE(sizeof descriptor)] = {0};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof descriptor);
    memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
    if (sendmsg(through, &message, 0) != 1)
        exit(7);
}

static inline int passed_take(int through)
{
    int descriptor;
    char byte, room[CMSG_SPACE(sizeof descriptor)];
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    if (recvmsg(through, &message, 0) != 1 || !CMSG_FIRSTHDR(&message))
        exit(8);
    memcpy(&descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof descriptor);
    return descriptor;
}

#endif
