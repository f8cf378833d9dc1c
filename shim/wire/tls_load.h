/* libbftls.so, loaded when the first tls:// address is used. */
#ifndef BF_TLS_LOAD_H
#define BF_TLS_LOAD_H

#include "tls_library.h"

/* NULL, and a problem that can stand behind a server's name, if there is none. May be called by several threads. */
const struct bf_tls_library *bf_tls_load(char *problem, size_t room);

/* Around each use of it: a fork waits until nobody is inside, as OpenSSL has locks of its own, which the child could
 * never take otherwise. */
void bf_tls_load_enter(void);
void bf_tls_load_leave(void);

#endif
