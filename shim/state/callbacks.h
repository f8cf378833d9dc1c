/* Functions of the program that a server's driver has called when their turn comes.
 *
 * The server knows a function by its number. When it asks for one, a thread of ours calls it, which holds no lock and
 * may not call CUDA, and answers when it has returned: until then its stream waits on the server. For that of a user
 * object, which ends with it, nobody waits. */
#ifndef BF_CALLBACKS_H
#define BF_CALLBACKS_H

#include "order.h"

/* One of the two is called with `data`. */
struct bf_callback {
    CUhostFn function;
    CUstreamCallback callback;
    CUstream stream;               /* what the program calls it */
    void *data;
    const struct bf_object *context;   /* a function is not called once that is lost; NULL: it is in any case */
    bool lasts;                    /* may be called any number of times */
    struct bf_object *ends;        /* the user object whose function it is, or NULL */
};

/* The number that the server is to know it by; 0 if there is no memory, or no thread, for it. */
uint64_t bf_callbacks_enter(struct bf_server *server, const struct bf_callback *callback);

/* True while some have not returned that are called once: what is read of the program's memory now may change until a
 * copy that is behind them has its turn. */
bool bf_callbacks_pending(void);

/* The one of that number. False if there is none. */
bool bf_callbacks_find(const struct bf_server *server, uint64_t number, struct bf_callback *out);

/* It will not be asked for any more. */
void bf_callbacks_leave(struct bf_server *server, uint64_t number);

/* The context is lost: so are the functions in it that have not begun. */
void bf_callbacks_lose(const struct bf_object *context);

/* cuLaunchHostFunc, cuStreamAddCallback. */
CUresult bf_callbacks_launch(const struct bf_order *order, CUhostFn function, void *data);
CUresult bf_callbacks_add(const struct bf_order *order, CUstream stream, CUstreamCallback callback, void *data);

#endif
