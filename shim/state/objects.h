/* The handles that the application holds: each is the address of a slot in one table.
 *
 * The table is reserved once and never unmapped, so that any value at all can be looked at safely: it is a live handle
 * if it is the address of a slot whose kind is the expected one. Freed slots wait in a queue before they are used
 * again, so that a stale handle is recognised for as long as possible.
 *
 * Objects form a tree by `owner`: freeing one frees what it owns (the streams, events and modules of a context, the
 * functions of a module, the kernels and modules of a library, the nodes of a graph and the graphs in these). Knows
 * nothing of calls. */
#ifndef BF_OBJECTS_H
#define BF_OBJECTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../libcuda/capture.h"
#include "../generated/kinds.h"
#include "../wire/progress.h"

struct bf_server;
struct bf_device;
struct bf_progress;
struct bf_code;
struct bf_image;
struct bf_linked;
struct bf_listing;
struct bf_kept;
struct bf_recorded;
struct bf_texture;
struct bf_reference;

struct bf_object {
    _Atomic uint32_t kind;
    uint32_t generation;          /* grows with each use of the slot */
    uint32_t kind_before;         /* of a free slot: what it was, to tell a stale handle from nonsense */
    _Atomic uint32_t claimed;     /* a thread is about to end it */
    _Atomic uint64_t number;      /* on `server`; of a library or kernel: each server has one */
    struct bf_server *server;     /* NULL: a library or kernel is on all of them */
    struct bf_object *owner, *children, *next, *previous;
    union {
        struct {
            struct bf_device *device;
            unsigned flags;
            unsigned attached;         /* by cuCtxAttach */
            unsigned char primary, cache_config, is_old;
            _Atomic unsigned char active;
            _Atomic unsigned char awaits; /* a stream was told to wait for memory: perhaps for ever */
            _Atomic unsigned char held;   /* it was told to wait for an event, and nobody has waited for it since */
            _Atomic unsigned
                refused;  /* why the server could not make it, if that came after its handle was given out */
            _Atomic unsigned lost;     /* the error that made it useless, as every later call tells */
            _Atomic unsigned fault;    /* the first error of a call without a reply that no call has told yet */
            struct bf_object *next_known;   /* faults.c */
            struct bf_object *home, *green; /* of another name of a primary context: that, and which green one it is */
            unsigned long long id;
            _Atomic uint64_t
                arrived; /* call of the legacy stream up to which it is complete before a later call begins */
            struct bf_progress *_Atomic legacy,
                *_Atomic all; /* of its legacy stream, of all its streams; NULL until used */
        } context;
        struct {
            unsigned flags;
            int priority;
            struct bf_progress *progress;
            struct bf_object *green; /* the green context that it is of, or NULL */
            unsigned char orphaned; /* that is gone: no call may use it */
            _Atomic unsigned char attributed; /* attributes of it were set: its launches have them, also in captures */
        } stream;
        struct {
            unsigned flags;
            unsigned char opened; /* another process exported it */
            _Atomic uint64_t mark; /* where it was recorded, 0: never (progress.h) */
            struct bf_look watched; /* the mark that the server was asked about */
            struct lc_capture_event captured;
            struct bf_progress *_Atomic in_graphs; /* of its records by launches of graphs; NULL: there was none */
        } event;
        struct {
            struct bf_object *context; /* in which it is loaded */
            uint64_t context_number;
            struct bf_listing *listing; /* of its functions; NULL: it is a library's */
            unsigned char free_block; /* no function in it fixes the size of its blocks */
        } module;
        struct bf_function {
            struct bf_code *code; /* name, attributes, parameters */
            struct bf_object *context; /* of a function: a kernel has one for each context */
            uint64_t context_number;
            _Atomic bool loaded; /* as the driver counts it: named, loaded, set or launched */
        } function; /* and kernel */
        struct {
            struct bf_image *image;
        } library;
        struct {
            struct bf_device *device;
            unsigned char is_default;
            CUmemPoolProps made; /* as what, in this process's ordinals */
            struct bf_kept *kept; /* this process keeps it, and no device has it; else NULL */
        } pool;
        struct {
            struct bf_object *home, *as_context; /* the primary context, and its other name */
            uint64_t home_number; /* of the primary context that it was made in */
            unsigned long long id;
        } green;
        struct {
            struct bf_device *device;
        } resources;
        struct {
            struct bf_object *context;
            CUDA_ARRAY3D_DESCRIPTOR descriptor;
            unsigned level; /* of a mipmapped array, which then owns it */
        } array;
        struct {
            CUDA_ARRAY3D_DESCRIPTOR descriptor;
            unsigned count;
        } mipmap;
        struct {
            uint64_t value; /* the driver's own number, which the program has */
            struct bf_texture *told;
        } texture; /* and surface */
        struct {
            struct bf_device *device;
            uint64_t bytes;
            unsigned references, mappings, descriptors; /* it ends with the last of them */
            CUmemAllocationProp properties;
        } memhandle;
        struct {
            struct bf_object *context;
            struct bf_reference *state;
        } reference; /* of a texture or surface */
        struct bf_linked *link;
        struct {
            _Atomic int type; /* CUgraphNodeType, or -1: not known here */
            void *_Atomic storage; /* what its parameters, as they were told, point to */
        } node;
        struct {
            _Atomic uint64_t accepted; /* number of the context in which the driver took it last */
            _Atomic uint64_t epoch; /* of drop.h, when it did */
            struct bf_recorded *_Atomic recorded; /* the events that it records, or NULL */
            unsigned char asks; /* any launch may be refused */
        } exec;
    };
};

/* False if the address space is not there. Idempotent. */
bool bf_objects_open(void);

/* A new object like the one given (kind, server, number, owner and what its kind has), or NULL if there are too
 * many. It is complete before any other thread can find it. */
struct bf_object *bf_objects_new(const struct bf_object *like);

/* The first object of a kind that `owner` owns and `matches` accepts, or NULL. `matches` must not call this file. */
typedef bool bf_objects_match(const struct bf_object *object, const void *user);
struct bf_object *bf_objects_child(const struct bf_object *owner, enum bf_kind kind, bf_objects_match *matches,
                                   const void *user);

/* The same of all objects, whoever owns them. */
struct bf_object *bf_objects_any(enum bf_kind kind, bf_objects_match *matches, const void *user);

/* Free an object and all that it owns; `drop` is called for each (with its kind already free, so that nobody finds
 * it). */
typedef void bf_objects_drop(struct bf_object *object, enum bf_kind kind);
void bf_objects_free(struct bf_object *object, bf_objects_drop *drop);
void bf_objects_free_children(struct bf_object *object, bf_objects_drop *drop);

/* Whether the caller is to end the object: of several threads that destroy it at the same moment, the first. */
static inline bool bf_objects_claim(struct bf_object *object)
{
    return !atomic_exchange(&object->claimed, 1);
}

/* It was not to end after all. */
static inline void bf_objects_unclaim(struct bf_object *object)
{
    atomic_store(&object->claimed, 0);
}

size_t bf_objects_live(void);

/* Unique in the process, for as long as it lives. */
uint64_t bf_objects_id(const struct bf_object *object);

extern uint8_t *bf_objects_table;
enum { BF_OBJECT_SLOTS = 1 << 20 };

/* The live object of this kind that `handle` names, or NULL. */
static inline struct bf_object *bf_objects_find(const void *handle, enum bf_kind kind)
{
    uintptr_t offset = (uintptr_t)handle - (uintptr_t)bf_objects_table;
    if (offset >= BF_OBJECT_SLOTS * sizeof(struct bf_object) || offset % sizeof(struct bf_object) || !bf_objects_table)
        return NULL;
    struct bf_object *object = (struct bf_object *)(bf_objects_table + offset);
    return atomic_load_explicit(&object->kind, memory_order_acquire) == (uint32_t)kind ? object : NULL;
}

/* True if the handle named an object of this kind that has been freed, as far as is known. */
static inline bool bf_objects_was(const void *handle, enum bf_kind kind)
{
    const struct bf_object *slot = bf_objects_find(handle, BF_FREE);
    return slot && slot->kind_before == (uint32_t)kind;
}

#endif
