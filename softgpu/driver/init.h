/* Initialisation of the driver. */
#ifndef SG_INIT_H
#define SG_INIT_H

#include "entry.h"

/* Make the devices, once: each later call returns what the first one did. */
CUresult sg_init_driver(void);

#endif
