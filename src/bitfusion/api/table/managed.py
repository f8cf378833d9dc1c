"""Managed memory."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuMemAllocManaged@6000 (CUdeviceptr *dptr, size_t bytesize, unsigned int flags):
    hand
# Calls of the wire alone.
stream_settle #660 tell (CUstream stream):
    server: cuStreamSynchronize(stream)
    "What is in the stream is complete before any later call begins, in whatever stream. The server's thread that runs
    calls waits for it: for a stream in which nothing waits for anything."
"""
)
