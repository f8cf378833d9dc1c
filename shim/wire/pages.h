/* Memory of the application that only its SIGSEGV handler makes accessible: lazy arrays, collectors, checkpoints; and
 * bad pointers.
 *
 * A system call does not raise the signal but fails with EFAULT, and a copy of ours would raise it while locks are
 * held. So the thread that makes the call touches each page before anything is locked: there the handler may mend the
 * page, call CUDA, or leave by longjmp, and a bad pointer is the program's SIGSEGV. A page that is closed again
 * meanwhile is left to transport.c. */
#ifndef BF_PAGES_H
#define BF_PAGES_H

#include "../wire/rows.h"

/* Nothing may be held. One byte of each page is read, or written with what it has. */
void bf_pages_read(const struct bf_rows *rows);
void bf_pages_write(const struct bf_rows *rows);

#endif
