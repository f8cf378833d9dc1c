/* Kernels: what is known of one at once, and its code, which is made when it is first needed. */
#ifndef SG_KERNEL_H
#define SG_KERNEL_H

#include "code.h"

/* `const_bytes`: of the module's constants, found once for all its kernels. */
int sg_kernel_init(struct sg_kernel *kernel, struct sg_program *program, uint32_t function, uint32_t const_bytes);
uint32_t sg_kernel_const_bytes(const struct ptx_module *module);
void sg_kernel_release(struct sg_kernel *kernel);

#endif
