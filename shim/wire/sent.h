/* Bytes that were sent, until the peer has taken them: then they need not be sent again. Counted from the beginning of
 * the stream. Memory of others may be lent for a while instead of copied: most of it is taken before it has to be given
 * back. Knows nothing of sockets; one thread at a time. */
#ifndef BF_SENT_H
#define BF_SENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

struct bf_sent_chunk;

/* Those that are there: [begin, end). */
struct bf_sent {
    uint64_t begin, end;
    struct bf_sent_chunk *first, *last, *spare;
    bool lent;   /* something in it may still be in memory of others */
};

/* False: no memory. */
bool bf_sent_open(struct bf_sent *kept);
void bf_sent_close(struct bf_sent *kept);

/* Where the next bytes go, some at least, and then how many went there. Bytes below `taken` are forgotten first; if
 * there is no more room, the oldest are, which then cannot be sent again. NULL if those are not below `pushed`. */
uint8_t *bf_sent_room(struct bf_sent *kept, uint64_t taken, uint64_t pushed, size_t *room);
void bf_sent_add(struct bf_sent *kept, size_t bytes);

/* BF_KEPT_CHUNK_BYTES at `data`, which stay there until bf_sent_settle(), are the next bytes. False as NULL above. */
bool bf_sent_lend(struct bf_sent *kept, uint64_t taken, uint64_t pushed, const uint8_t *data);
/* Copy what of them is not below `taken`; how many bytes that were. */
size_t bf_sent_settle(struct bf_sent *kept, uint64_t taken);

/* The bytes from `at` on, in at most `most` parts; how many parts. */
int bf_sent_parts(const struct bf_sent *kept, uint64_t at, struct iovec *parts, int most);

/* True if everything from `at` on is still there. */
static inline bool bf_sent_reaches(const struct bf_sent *kept, uint64_t at)
{
    return at >= kept->begin && at <= kept->end;
}

#endif
