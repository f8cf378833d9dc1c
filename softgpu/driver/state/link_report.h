/* What a link says of its kernels if it is asked to say much (CU_JIT_LOG_VERBOSE). */
#ifndef SG_LINK_REPORT_H
#define SG_LINK_REPORT_H

#include "../image/jit.h"

/* In nvlink's words, to the log of information. Takes the module over. */
void sg_link_report_write(struct ptx_module *module, struct sg_jit *jit);

#endif
