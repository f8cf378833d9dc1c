"""What can be set of streams and of memory, and execution affinity."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuStreamGetAttribute@11000 +ptsz@11000 (CUstream hStream, CUstreamAttrID attr, CUstreamAttrValue *value_out):
    stream hStream; need value_out; refuse !bf_stream_attributes_has(attr);
    by bf_stream_attributes_get(&order, attr, value_out)
cuStreamSetAttribute@11000 +ptsz@11000 (CUstream hStream, CUstreamAttrID attr, const CUstreamAttrValue *value):
    stream hStream; need value; refuse !bf_stream_attributes_has(attr);
    by bf_stream_attributes_set(&order, attr, value)
cuStreamCopyAttributes@11000 #150 ask +ptsz@11000 (CUstream dst, CUstream src):
    hand
cuPointerSetAttribute@6000 (const void *value, CUpointer_attribute attribute, CUdeviceptr ptr):
    hand local
# No context is limited to some of the multiprocessors, because cuCtxCreate_v3 refuses to make one.
cuDeviceGetExecAffinitySupport@11040 (int *pi, CUexecAffinityType type, CUdevice dev):
    ready; need pi; refuse (unsigned)type >= CU_EXEC_AFFINITY_TYPE_MAX; device dev; *pi = 0
cuCtxGetExecAffinity@11040 (CUexecAffinityParam *pExecAffinity, CUexecAffinityType type):
    current; need pExecAffinity; refuse (unsigned)type >= CU_EXEC_AFFINITY_TYPE_MAX;
    is CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY
# Calls of the wire alone.
stream_get_attribute #148 ask (CUstream stream, CUlaunchAttributeID attr, CUstreamAttrValue *value):
    server: cuStreamGetAttribute(stream, attr)
stream_set_attribute #149 ask (CUstream stream, CUlaunchAttributeID attr, CUstreamAttrValue value):
    server: cuStreamSetAttribute(stream, attr, value)
"""
)
