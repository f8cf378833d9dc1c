/* This process's own slot of the registry: how softgpu's libcuda tells what it uses.
 *
 * The functions may be called whether or not there is a registry; without one, the numbers are kept in the process,
 * where an NVML in the same process finds them. A forked child has its parent's numbers only as a copy: what it does
 * changes nothing in the registry. */
#ifndef SG_USE_H
#define SG_USE_H

#include "registry.h"

/* Claim a slot. Called once, before the others; never fails. */
void sg_use_begin(void);

struct sg_device_use *sg_use_device(unsigned number);   /* on the host, without CUDA_VISIBLE_DEVICES */

/* What other processes have allocated of the device: at most, at once; less those that are gone, at a system call
 * for each that has something; or also less those whose pid another one has, at several. */
enum sg_use_care { SG_USE_AT_MOST, SG_USE_LIVE, SG_USE_EXACT };
uint64_t sg_use_others(unsigned number, enum sg_use_care care);

/* A context was made (+1) or has ended (-1). */
void sg_use_context(struct sg_device_use *use, int change);

/* From now on at least one kernel runs on the device; from now on none does. Callers serialise. */
void sg_use_busy(struct sg_device_use *use);
void sg_use_idle(struct sg_device_use *use);

/* cuGetExportTable's answer to softgpu's own id: a table of its size in bytes and the slot. NULL for another id. */
extern const unsigned char sg_use_table_id[16];
const void *sg_use_table(const void *id);

uint64_t sg_use_now(void);

#endif
