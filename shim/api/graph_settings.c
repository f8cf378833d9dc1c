/* What else graphs have: attributes of kernel nodes, handles of conditions, memory that they hold, a picture. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../../libcuda/generated/cuda_api.h"
#include "graph_settings.h"
#include "../state/unpacked.h"

static bool holds_event(CUkernelNodeAttrID attr)
{
    return attr == CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT || attr == CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT;
}

CUresult cuGraphKernelNodeGetAttribute(CUgraphNode hNode, CUkernelNodeAttrID attr, CUkernelNodeAttrValue *value_out)
{
    struct bf_object *node;
    struct bf_ask ask;
    CUkernelNodeAttrValue value;
    CUresult result = bf_lookup_find(BF_NODE, hNode, &node);
    if (!result && !value_out)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    result = BF_ASK_HELD(bf_on(node->server), NULL, &ask, kernel_node_get_attribute, bf_u(node->number), bf_u(attr));
    if (!result && ask.values[0].bytes != sizeof value)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result) {
        memcpy(&value, ask.values[0].p, sizeof value);
        if (holds_event(attr))
            value.programmaticEvent.event =
                (CUevent)bf_unpacked_named(node->server, BF_EVENT, (uint64_t)(uintptr_t)value.programmaticEvent.event);
        *value_out = value;
    }
    bf_stream_ask_end(&ask);
    return result;
}

CUresult cuGraphKernelNodeSetAttribute(CUgraphNode hNode, CUkernelNodeAttrID attr, const CUkernelNodeAttrValue *value)
{
    struct bf_object *node, *event;
    CUresult result = bf_lookup_find(BF_NODE, hNode, &node);
    if (!result && !value)
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    CUkernelNodeAttrValue sent = *value;
    if (holds_event(attr)) {
        event = bf_objects_find(value->programmaticEvent.event, BF_EVENT);
        if (!event || event->server != node->server)
            return CUDA_ERROR_INVALID_VALUE;
        sent.programmaticEvent.event = (CUevent)(uintptr_t)event->number;
    }
    return BF_ASK(bf_on(node->server), NULL, kernel_node_set_attribute, bf_u(node->number), bf_u(attr),
                  bf_bytes(&sent, sizeof sent));
}

static bool write_all(int file, const uint8_t *data, size_t bytes)
{
    while (bytes) {
        ssize_t written = write(file, data, bytes);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        data += written;
        bytes -= (size_t)written;
    }
    return true;
}

CUresult bf_graph_settings_get(const struct bf_device *device, CUgraphMem_attribute attr, void *value)
{
    struct bf_value told;
    CUresult result = BF_ASK(bf_on(device->server), &told, graph_mem_get, bf_i(device->local), bf_u(attr));
    if (!result)
        memcpy(value, &told.u, sizeof told.u);
    return result;
}

CUresult bf_graph_settings_set(const struct bf_device *device, CUgraphMem_attribute attr, const void *value)
{
    cuuint64_t wanted;
    memcpy(&wanted, value, sizeof wanted);
    return BF_ASK(bf_on(device->server), NULL, graph_mem_set, bf_i(device->local), bf_u(attr), bf_u(wanted));
}

CUresult bf_graph_settings_print(struct bf_object *graph, const char *path, unsigned flags)
{
    struct bf_ask ask;
    CUresult result = BF_ASK_HELD(bf_on(graph->server), NULL, &ask, graph_print, bf_u(graph->number), bf_u(flags));
    if (!result) {
        int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        bool written = file >= 0 && write_all(file, ask.values[0].p, ask.values[0].bytes);
        if (file >= 0 && close(file))
            written = false;
        if (!written)
            result = CUDA_ERROR_OPERATING_SYSTEM;
    }
    bf_stream_ask_end(&ask);
    return result;
}
