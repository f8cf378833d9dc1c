/* What graphs have besides nodes. */
#ifndef BF_GRAPH_SETTINGS_H
#define BF_GRAPH_SETTINGS_H

#include "../state/graphs.h"

/* How much memory graphs hold on the device. */
CUresult bf_graph_settings_get(const struct bf_device *device, CUgraphMem_attribute attr, void *value);
CUresult bf_graph_settings_set(const struct bf_device *device, CUgraphMem_attribute attr, const void *value);

/* A picture of the graph, as the server's driver draws it, into a file of this process. */
CUresult bf_graph_settings_print(struct bf_object *graph, const char *path, unsigned flags);

#endif
