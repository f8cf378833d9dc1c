"""Launches of CUDA before 4.0: shape and parameters are set on the function, one call after the other. They are kept in
the client.
"""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuFuncSetBlockShape@2000 (CUfunction hfunc, int x, int y, int z):
    settable hfunc; is lc_old_launch_set_block(&function->function.code->old, x, y, z)
cuFuncSetSharedSize@2000 (CUfunction hfunc, unsigned int bytes):
    settable hfunc; is lc_old_launch_set_shared(&function->function.code->old, bytes)
cuParamSetSize@2000 (CUfunction hfunc, unsigned int numbytes):
    settable hfunc; is lc_old_launch_set_size(&function->function.code->old, numbytes)
cuParamSeti@2000 (CUfunction hfunc, int offset, unsigned int value):
    settable hfunc; is lc_old_launch_set_param(&function->function.code->old, offset, &value, sizeof value)
cuParamSetf@2000 (CUfunction hfunc, int offset, float value):
    settable hfunc; is lc_old_launch_set_param(&function->function.code->old, offset, &value, sizeof value)
cuParamSetv@2000 (CUfunction hfunc, int offset, void *ptr, unsigned int numbytes):
    settable hfunc; is lc_old_launch_set_param(&function->function.code->old, offset, ptr, numbytes)
cuLaunch@2000 (CUfunction f):
    settable f; by bf_launch_old(function, 1, 1, NULL)
cuLaunchGrid@2000 (CUfunction f, int grid_width, int grid_height):
    settable f; by bf_launch_old(function, grid_width, grid_height, NULL)
cuLaunchGridAsync@2000 (CUfunction f, int grid_width, int grid_height, CUstream hStream):
    settable f; by bf_launch_old(function, grid_width, grid_height, hStream)
"""
)
