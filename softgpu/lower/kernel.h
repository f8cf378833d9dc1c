/* Kernels: what is known of one at once, and its code, which is made when it is first needed. */
#ifndef SG_KERNEL_H
#define SG_KERNEL_H

#include "code.h"

int sg_kernel_init(struct sg_kernel *kernel, struct sg_program *program, uint32_t function);
void sg_kernel_release(struct sg_kernel *kernel);

#endif
