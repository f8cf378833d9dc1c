/* Which CAs this user trusts: a file. Reads it, and does not look at what is in it. */
#ifndef BF_CA_H
#define BF_CA_H

#include <stddef.h>

enum { BF_CA_PATH_BYTES = 512 };

/* The text (malloc) of the file of BF_TLS_CA, else ~/.bitfusionio/ca.pem, else /etc/bitfusionio/ca.pem. NULL, and a
 * problem that can stand behind a server's name, if there is none or it cannot be read. */
char *bf_ca_read(char path[BF_CA_PATH_BYTES], size_t *bytes, char *problem, size_t room);

#endif
