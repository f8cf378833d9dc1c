/* What kernels print, on its way to where the host code's printf goes. It is the application's own output, not the
 * library's. */
#ifndef BF_OUTPUT_H
#define BF_OUTPUT_H

#include <stddef.h>

/* Write `bytes` of `text` to the standard output (1) or standard error (2), through stdio: so they keep their place
 * among what the host code has printed. */
void bf_output_write(unsigned descriptor, const void *text, size_t bytes);

/* Text for the standard output waits for this: a call that waits for the device is about to return. */
void bf_output_release(void);

#endif
