/* Questions about launches. */
#ifndef BF_LAUNCH_H
#define BF_LAUNCH_H

#include "../state/contexts.h"

/* How large clusters of this launch may be (`want_size` 1), or how many of them run at once. */
CUresult bf_launch_clusters(struct bf_object *context, CUfunction f, const CUlaunchConfig *config, int want_size,
                            int *out);

/* A launch of CUDA before 4.0, as it was set on the function. */
CUresult bf_launch_old(struct bf_object *function, int width, int height, CUstream stream);

#endif
