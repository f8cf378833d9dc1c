/* Files of code. */
#ifndef SG_FILE_H
#define SG_FILE_H

#include <stddef.h>

/* The whole file, NULL if it cannot be read. The caller frees it. */
char *sg_file_read(const char *path, size_t *bytes);

#endif
