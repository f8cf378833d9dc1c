/* Objects by their numbers: of the kinds that a server names in its replies, nodes and graphs. */
#ifndef BF_NUMBERED_H
#define BF_NUMBERED_H

#include "objects.h"

/* False if memory ran out. An object that has another's number is not entered: *there is that other one. */
bool bf_numbered_add(struct bf_object *object, struct bf_object **there);
void bf_numbered_remove(const struct bf_object *object);

/* NULL if there is none. */
struct bf_object *bf_numbered_find(const struct bf_server *server, uint64_t number);

#endif
