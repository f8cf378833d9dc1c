/* What kernels print: kept until the application synchronises, as the CUDA programming guide describes it for printf.
 *
 * This is the application's own output, not the library's: it goes where its host code's printf goes. */
#ifndef SG_OUTPUT_H
#define SG_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#define SG_OUTPUT_BYTES (1u << 20)     /* CU_LIMIT_PRINTF_FIFO_SIZE's default; older output is overwritten */

/* Append one record, whole. Any thread. To standard error if asked (failed assertions), else to standard output. */
void sg_output_append(const char *text, size_t bytes, bool error);

/* Write out all records. Costs next to nothing if there are none. */
void sg_output_flush(void);

#endif
