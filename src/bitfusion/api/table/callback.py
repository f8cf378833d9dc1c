"""Functions of the program that run in a stream."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuLaunchHostFunc@10000 +ptsz@10000 (CUstream hStream, CUhostFn fn, void *userData):
    direct
cuStreamAddCallback@5000 +ptsz@7000 (CUstream hStream, CUstreamCallback callback, void *userData, unsigned int flags):
    direct
"""
)
