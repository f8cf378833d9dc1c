"""Attributes of core dumps: kept in the client, none is written."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuCoredumpGetAttribute@12010 (CUcoredumpSettings attrib, void *value, size_t *size):
    current; is lc_coredump_get((CUcontext)context, context->context.flags, attrib, value, size)
cuCoredumpGetAttributeGlobal@12010 (CUcoredumpSettings attrib, void *value, size_t *size):
    is lc_coredump_get_global(attrib, value, size)
cuCoredumpSetAttribute@12010 (CUcoredumpSettings attrib, void *value, size_t *size):
    current; is lc_coredump_set((CUcontext)context, attrib, value, size)
cuCoredumpSetAttributeGlobal@12010 (CUcoredumpSettings attrib, void *value, size_t *size):
    is lc_coredump_set_global(attrib, value, size)
"""
)
