"""Functions of the program that run in a stream."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuLaunchHostFunc@10000 +ptsz@10000 (CUstream hStream, CUhostFn fn, void *userData):
    stream hStream; try bf_issue_check(&order); refuse !fn; by bf_issue_function(&order, fn, userData)
cuStreamAddCallback@5000 +ptsz@7000
    (CUstream hStream, CUstreamCallback callback, void *userData, unsigned int flags):
    stream hStream; try bf_issue_check(&order); refuse !callback || flags; try bf_issue_refuse(&order);
    by bf_callbacks_add(&order, hStream, callback, userData)
# Calls of the wire alone.
host_function #300 tell (CUstream stream, cuuint64_t number):
    server: cuLaunchHostFunc(stream, function(number), number)
    "cuLaunchHostFunc of the client's function `number`: RUN follows when its turn has come."
stream_callback #301 tell (CUstream stream, cuuint64_t number):
    server: cuStreamAddCallback(stream, callback(number), number, 0); tells(number)
    "cuStreamAddCallback of the same; RUN follows also if it fails."
"""
)
