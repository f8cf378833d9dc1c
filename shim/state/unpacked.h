/* Structures as a server tells them, as the program gets them: structures.h, the other way round. */
#ifndef BF_UNPACKED_H
#define BF_UNPACKED_H

#include "structures.h"

/* What the pointers of a structure point to: of use until the next one is read into the same place. */
struct bf_unpacked;

/* Read one structure from `packed` into `out`, with this process's objects, devices and pointers. `kept` (NULL at
 * first) takes what it points to, which stays where it is if nothing has changed; to be freed by the caller. */
CUresult bf_unpacked_read(struct bf_unpacked **kept, enum bf_structure_index which, const struct bf_value *packed,
                          struct bf_server *server, void *out);

/* The object of that kind that the server knows by this number, or NULL. */
struct bf_object *bf_unpacked_named(const struct bf_server *server, enum bf_kind kind, uint64_t number);

#endif
