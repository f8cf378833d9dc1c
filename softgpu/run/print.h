/* Device-side printf: a format and a buffer of arguments -> text. Knows nothing of lanes or of where the text goes. */
#ifndef SG_PRINT_H
#define SG_PRINT_H

#include <stddef.h>
#include <stdint.h>

/* Readable memory at a device address: a pointer to it and how many bytes follow. NULL if none. */
typedef const char *sg_print_read_fn(void *user, uint64_t address, size_t *room);

/* Formats into `out` (cut off at `size`). Arguments lie one after another in `arguments`, each aligned to its size.
 * Returns how many were used, or -1 if the format cannot be read; *length is the length of the text. */
int sg_print_format(char *out, size_t size, size_t *length, const char *format, size_t format_room,
                    const unsigned char *arguments, size_t arguments_room, sg_print_read_fn *read, void *user);

#endif
