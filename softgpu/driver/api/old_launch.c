/* Entry points of launches of CUDA before 4.0: shape and parameters are set on the function. */
#include "../../../libcuda/old_launch.h"

#include "../capture/issue.h"

CUresult cuFuncSetBlockShape(CUfunction hfunc, int x, int y, int z)
{
    ENTER(cuFuncSetBlockShape);
    struct sg_function *function;
    TRY(sg_library_function_at(hfunc, &function));
    return lc_old_launch_set_block(&function->old, x, y, z);
}

CUresult cuFuncSetSharedSize(CUfunction hfunc, unsigned int bytes)
{
    ENTER(cuFuncSetSharedSize);
    struct sg_function *function;
    TRY(sg_library_function_at(hfunc, &function));
    return lc_old_launch_set_shared(&function->old, bytes);
}

CUresult cuParamSetSize(CUfunction hfunc, unsigned int numbytes)
{
    ENTER(cuParamSetSize);
    struct sg_function *function;
    TRY(sg_library_function_at(hfunc, &function));
    return lc_old_launch_set_size(&function->old, numbytes);
}

static CUresult set_param(CUfunction hfunc, int offset, const void *value, unsigned bytes)
{
    struct sg_function *function;
    TRY(sg_library_function_at(hfunc, &function));
    return lc_old_launch_set_param(&function->old, offset, value, bytes);
}

CUresult cuParamSeti(CUfunction hfunc, int offset, unsigned int value)
{
    ENTER(cuParamSeti);
    return set_param(hfunc, offset, &value, sizeof value);
}

CUresult cuParamSetf(CUfunction hfunc, int offset, float value)
{
    ENTER(cuParamSetf);
    return set_param(hfunc, offset, &value, sizeof value);
}

CUresult cuParamSetv(CUfunction hfunc, int offset, void *ptr, unsigned int numbytes)
{
    ENTER(cuParamSetv);
    return set_param(hfunc, offset, ptr, numbytes);
}

static CUresult launch(CUfunction handle, int width, int height, CUstream stream)
{
    struct sg_function *function;
    struct sg_stream *used;
    struct lc_old_launch_call call;
    TRY(sg_library_function_at(handle, &function));
    TRY(lc_old_launch_take(&function->old, &call));
    const struct sg_launch_request request = {
        .function = function->handle,
        .grid = {(unsigned)width, (unsigned)height, 1},
        .block = {call.block[0], call.block[1], call.block[2]},
        .shared = call.shared,
        .stream = stream,
        .extra = call.extra,
    };
    CUresult result = sg_issue_launch(&request, &used);
    lc_old_launch_end(&call);
    return result;
}

CUresult cuLaunch(CUfunction f)
{
    ENTER(cuLaunch);
    return launch(f, 1, 1, NULL);
}

CUresult cuLaunchGrid(CUfunction f, int grid_width, int grid_height)
{
    ENTER(cuLaunchGrid);
    return launch(f, grid_width, grid_height, NULL);
}

CUresult cuLaunchGridAsync(CUfunction f, int grid_width, int grid_height, CUstream hStream)
{
    ENTER(cuLaunchGridAsync);
    return launch(f, grid_width, grid_height, hStream);
}
