/* Kernels: what is known of one at once, and its code, which is made when it is first needed. */
#ifndef SG_KERNEL_H
#define SG_KERNEL_H

#include "../run/engine.h"

int sg_kernel_init(struct sg_kernel *kernel, struct sg_program *program, uint32_t function);
void sg_kernel_release(struct sg_kernel *kernel);

/* Lay out and lower the kernel and all it can call, once. Any thread may ask. Returns a CUresult. */
int sg_kernel_prepare(struct sg_kernel *kernel);

#endif
