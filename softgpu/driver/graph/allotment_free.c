/* What the program frees itself of what a launch has allocated. */
#include "allotment.h"
#include "graph.h"

static CUresult end(uint64_t address)
{
    struct sg_allotment *allotment = sg_allotment_at(address);
    return allotment ? sg_allotment_end(allotment) : CUDA_ERROR_INVALID_VALUE;
}

CUresult sg_allotment_free(uint64_t address)
{
    sg_graph_lock();
    return sg_graph_unlock(end(address));
}
