"""Memory and events shared between processes."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuIpcGetMemHandle@4010 (CUipcMemHandle *pHandle, CUdeviceptr dptr):
    direct
cuIpcOpenMemHandle_v2@11000 (CUdeviceptr *pdptr, CUipcMemHandle handle, unsigned int Flags):
    direct
cuIpcOpenMemHandle@4010 (CUdeviceptr *pdptr, CUipcMemHandle handle, unsigned int Flags):
    direct
cuIpcCloseMemHandle@4010 (CUdeviceptr dptr):
    direct
"""
)
