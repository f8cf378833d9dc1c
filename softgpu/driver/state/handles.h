/* Handles: numbers that name the driver's objects. A handle that was destroyed, or never existed, is told apart from
 * a live one without following it, so a program's mistake becomes an error code. */
#ifndef SG_HANDLES_H
#define SG_HANDLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sg_kind {
    SG_NOTHING,
    SG_CONTEXT,
    SG_STREAM,
    SG_EVENT,
    SG_MODULE,
    SG_FUNCTION,
    SG_LIBRARY,
    SG_KERNEL,
    SG_POOL,
    SG_GRAPH,
    SG_NODE,
    SG_EXEC,
    SG_USER_OBJECT,
    SG_LINK,
    SG_GREEN,
    SG_RESOURCES,
    SG_ARRAY,
    SG_TEXREF,
    SG_SURFREF,
    SG_MIPMAP,
    SG_PHYSICAL,
};

/* A new handle for `object`; NULL if out of memory. Never equals an earlier one, a small number, or an odd one. */
void *sg_handles_new(enum sg_kind kind, void *object);

/* The object, or NULL if `handle` is not a live one of that kind. Takes no lock. */
void *sg_handles_get(const void *handle, enum sg_kind kind);

/* The kind of a live handle, SG_NOTHING otherwise. */
enum sg_kind sg_handles_kind(const void *handle);

/* Whether `handle` is not live but once was, as far as that is still known. */
bool sg_handles_was(const void *handle, enum sg_kind kind);

/* The handle is live no more. Whether it was until now: of several threads that destroy one object at the same moment
 * one is told so, and the object is that one's to end. */
bool sg_handles_drop(const void *handle);

/* Grows whenever a handle has been dropped, or sg_handles_lose was called: while it is the same, what was found to be
 * live is so still. Never 0. */
uint64_t sg_handles_losses(void);
/* Something that has no handle of its own has become useless. */
void sg_handles_lose(void);

#endif
