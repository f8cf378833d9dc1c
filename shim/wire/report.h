/* What the user is told, on stderr and nowhere else: one line a fact, written at once so that lines do not mix. */
#ifndef BF_REPORT_H
#define BF_REPORT_H

#include <stdbool.h>

/* "bitfusion: ..." */
__attribute__((format(printf, 1, 2))) void bf_report(const char *format, ...);

/* The same if BF_DEBUG=1. */
__attribute__((format(printf, 1, 2))) void bf_report_debug(const char *format, ...);
bool bf_report_debugs(void);

#endif
