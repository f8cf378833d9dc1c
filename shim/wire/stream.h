/* One ordered command stream: the calls of all threads of this process to one CUDA Server.
 *
 * Theory of operation. A tell is appended to a buffer and goes out when something waits for it: an ask, a full buffer,
 * or the flusher thread, which looks every 100 us while there is traffic. An ask appends itself, sends the buffer and
 * waits. Calls are numbered when they are appended, and the bytes leave in that order.
 *
 * What a call puts into a stream of the device is counted in that stream's record (progress.h), and the server asked
 * in time to tell how far it has got (watch.h).
 *
 * There is no receiving thread: of the threads that wait, one leads. It reads the socket for all of them, wakes those
 * whose reply came, and hands the lead over when it has its own. DATA is read straight into the memory of its call.
 *
 * Locks, in the order in which they are taken: `sending` (bytes go out), `appending` (the buffer), `waiting` (who
 * waits). A system call is made only under `sending`, or by the leader under none. A thread that is cancelled inside one
 * would leave its lock held for ever: so cancelling waits until it is over.
 *
 * HELLO was said before the stream was opened. Its answer is the first frame that comes, and calls are sent without
 * waiting for it; if it is a refusal, that is the result of every call.
 *
 * A broken connection is resumed over another one (line.h, mend.h): threads that send or receive wait for that, and
 * then go on where they were. Losing the server is final: `lost` holds the code that every later call returns at once.
 *
 * Files, each of which knows only those before it: line.h (the bytes), lost.h (the end), mend.h, asks.h (whose reply is
 * to come), ack.h, receive.h (bytes that come), wait.h (who leads), send.h (bytes that go), watch.h, outstanding.h (copies that
 * nobody waits for), habit.h (what the program does next), flusher.h, and stream.c, which has the calls. answers.h
 * stands beside them.
 *
 * Knows calls as descriptors and contexts as numbers; what a call means is not known here. */
#ifndef BF_STREAM_H
#define BF_STREAM_H

#include <pthread.h>
#include <stdatomic.h>

#include "answers.h"
#include "encode.h"
#include "progress.h"
#include "rows.h"

/* The results that come from here and not from the server: values of CUresult. */
enum { BF_STREAM_TOO_LARGE = 1, BF_STREAM_NO_MEMORY = 2, BF_STREAM_NOT_BEGUN = 805, BF_STREAM_LOST = 806 };

/* Called with `result` and `values` set, under the lock of those who wait: it may not call the stream. */
struct bf_ask;
typedef void bf_ask_arrived(struct bf_ask *ask);

struct bf_ask {
    struct bf_ask *next;
    const struct bf_call *call;
    uint64_t number;
    struct bf_rows into;                           /* where a bulk reply goes */
    struct bf_progress *progress; /* of an ask that waits for room in a stream, and not for a reply */
    uint64_t passed; /* how far that has to get */
    struct bf_value values[BF_REPLY_VALUES_MAX]; /* of the reply, if the result allows them */
    uint8_t *held; /* what strings and binaries in `values` point into */
    int result;
    bool done;
    bool waits; /* its thread sleeps on `changed`: it may take the lead */
    bf_ask_arrived *arrived; /* of one that nobody waits for */
    pthread_cond_t changed;
};

typedef void bf_stream_fetch(struct bf_stream *stream, uint64_t ask, uint64_t source, uint64_t offset, uint64_t bytes);
typedef bool bf_stream_deliver(struct bf_stream *stream, uint64_t memory, struct bf_rows *out);
typedef void bf_stream_end(struct bf_stream *stream);
typedef void bf_stream_run(struct bf_stream *stream, uint64_t ask, uint64_t function, int result);

struct bf_stream {
    struct bf_line line;
    char name[280]; /* host:port, for messages */
    unsigned silence_ms; /* of a server that owes a reply, before it is given up */
    _Atomic int lost;
    _Atomic uint64_t news; /* how often something was heard to be complete */
    _Atomic uint64_t heard; /* the newest call that is over */
    _Atomic bool greeting; /* the answer to HELLO is still to come */

    pthread_mutex_t sending;
    uint8_t *staging; /* where rows are packed before they are sent */

    pthread_mutex_t appending;
    uint8_t *fill, *spare; /* the buffer, and the one that is being sent or idle */
    size_t used, open; /* bytes in `fill`; where the header of the unfinished frame goes */
    uint64_t numbered; /* number of the last call */
    uint64_t context; /* that the server has current after the last call */
    bool closing;
    _Atomic bool drowsy;
    unsigned held_up; /* threads that wait for room in a stream of the device: what they had to say is sent */
    _Atomic bool spared; /* the drowsy flusher is not woken: asks send what is told, or it looks itself before long */
    unsigned prompt; /* how often an ask followed the first tell of a buffer at once, without a break */
    uint64_t told_ns; /* when that tell was appended; 0: an ask has taken it */
    struct bf_progress *unwatched; /* streams with work that the server was not asked about */
    struct bf_progress *running; /* streams with work that was not known to be complete when they were looked at last */
    pthread_cond_t wake; /* the flusher, when drowsy */
    pthread_t flusher;

    pthread_mutex_t waiting;
    bool led; /* some thread reads the socket */
    struct bf_ask *asks; /* without a reply yet */
    _Atomic unsigned awaited; /* of them, those that a thread waits for: what it had to say is sent */
    struct bf_ask *filling; /* whose memory the leader writes just now */
    pthread_cond_t filled; /* the leader has written it, or a copy that nobody waits for is over */
    _Atomic unsigned outstanding; /* such copies */
    _Atomic unsigned expected; /* functions that the server is going to ask for */
    pthread_cond_t unled; /* nobody reads, and some of either are outstanding: the reader may */
    bool has_reader;
    pthread_t reader;
    uint8_t *received; /* bytes read ahead: [received_at, received_end) */
    size_t received_at, received_end;
    int spin_credit; /* above zero while spinning pays */
    bool may_spin;
    _Atomic uint64_t heard_ns; /* when the last bytes came */

    /* A call without a reply failed in this context (0: in none), or the context is lost. Called by whoever reads,
     * under no lock; may be NULL. */
    void (*on_fault)(struct bf_stream *stream, uint64_t context, int result, bool lost);
    /* The server asks for a function to be run, and for the answer `ask` then. Called by whoever reads, under no lock;
     * may be NULL. */
    _Atomic(bf_stream_run *) on_run;
    /* The same for `bytes` of memory, from an offset on. */
    _Atomic(bf_stream_fetch *) on_fetch;
    /* Which memory has the number that the server brings bytes for; false: none. */
    _Atomic(bf_stream_deliver *) on_deliver;
    /* The server is lost, with functions that it was going to ask for. */
    _Atomic(bf_stream_end *) on_end;
    struct bf_answers answers;
};

/* Takes `link` over, on which HELLO was said and its answer not yet read; `way` is how it came there, NULL: it is never
 * resumed. 0 or BF_STREAM_NO_MEMORY (link closed). */
int bf_stream_open(struct bf_stream *stream, struct bf_link link, const struct bf_way *way, const char *name,
                   unsigned silence_ms);
/* The process ends: the server need not wait whether this client comes back. Calls may still follow. */
void bf_stream_say_goodbye(struct bf_stream *stream);
/* For a stream that no thread uses any more. */
void bf_stream_close(struct bf_stream *stream);

/* As the context of a call: it is made with none current. */
enum { BF_STREAM_NO_CONTEXT = 1 };

/* `context`: number of the context that the call is made in, or 0 if it does not matter. `bulk` may be NULL. */
int bf_stream_tell(struct bf_stream *stream, uint64_t context, const struct bf_call *call, const struct bf_value *args,
                   const struct bf_rows *bulk);

/* Before a call: what the server told while nothing was called is known then. */
void bf_stream_listen(struct bf_stream *stream);

/* What a call is put into, and its number once it is there. */
struct bf_put {
    struct bf_progress *progress;
    uint64_t number, put; /* and how much has been put there with it */
};

/* A tell that puts work into a stream of the device. Waits while that has more work than the driver takes. */
int bf_stream_put(struct bf_stream *stream, uint64_t context, const struct bf_call *call, const struct bf_value *args,
                  const struct bf_rows *bulk, struct bf_put *put);

/* Send a call and wait for its reply: `ask` holds the values when 0 is returned, and logs also with an error. `into` is
 * where a bulk reply goes (NULL if there is none). bf_stream_ask_end must follow, whatever the result. */
int bf_stream_ask(struct bf_stream *stream, uint64_t context, const struct bf_call *call, const struct bf_value *args,
                  const struct bf_rows *bulk, const struct bf_rows *into, struct bf_ask *ask);
void bf_stream_ask_end(struct bf_ask *ask);
/* The same for an ask that puts work into a stream of the device. */
int bf_stream_ask_in(struct bf_stream *stream, uint64_t context, const struct bf_call *call,
                     const struct bf_value *args, const struct bf_rows *bulk, const struct bf_rows *into,
                     struct bf_ask *ask, struct bf_put *put);

bool bf_stream_has_unsent(struct bf_stream *stream);
/* Number of the last call. */
uint64_t bf_stream_numbered(struct bf_stream *stream);

/* Put a call without bulk behind the others and do not wait: `arrived` is called when the reply comes, which is
 * before the reply of any later call returns to its caller; never if the server is lost. `ask` stays where it is for
 * good. False, and nothing was done, if the call does not fit just now or the server is lost. */
bool bf_stream_post(struct bf_stream *stream, uint64_t context, const struct bf_call *call, const struct bf_value *args,
                    struct bf_ask *ask, bf_ask_arrived *arrived);

#endif
