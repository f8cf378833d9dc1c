/* From PTX texts to a parsed program. */
#ifndef SG_SOURCE_H
#define SG_SOURCE_H

#include "../../ptx/ptx.h"
#include "cubin.h"

/* The program of several files; `used` says afterwards which of them are in it. Returns 0, 2, 200, 218, 222; why is in
 * the log. */
int sg_source_link(struct sg_source *sources, unsigned count, struct ptx_log *log, struct ptx_module **out);

/* That of a code that sg_code_open gave out: a text, or a cubin of softgpu. `lazily`: a large text may be an outline. */
int sg_source_parse(const char *code, size_t bytes, bool lazily, struct ptx_log *log, struct ptx_module **out);

/* What a text is, if it comes from a library or from a linked program. */
enum sg_source_role sg_source_role(const char *text, size_t bytes, bool is_member);

#endif
