/* Lines on stderr. softgpu never prints on stdout. */
#ifndef SG_LOG_H
#define SG_LOG_H

/* One line: "softgpu: ...". Written with one call, so that lines of several threads do not mix. */
__attribute__((format(printf, 1, 2))) void sg_log_line(const char *format, ...);

/* The same, only if SOFTGPU_DEBUG is set to other than "" or "0". */
__attribute__((format(printf, 1, 2))) void sg_log_debug(const char *format, ...);

#endif
