"""What can be set of streams and of memory, and execution affinity."""

from ..model import HAND, LOCAL, Symbol

SYMBOLS = (
    Symbol(
        "cuStreamGetAttribute",
        11000,
        "CUstream hStream, CUstreamAttrID attr, CUstreamAttrValue *value_out",
        HAND,
        twins=(("ptsz", 11000),),
    ),
    Symbol(
        "cuStreamSetAttribute",
        11000,
        "CUstream hStream, CUstreamAttrID attr, const CUstreamAttrValue *value",
        HAND,
        twins=(("ptsz", 11000),),
    ),
    Symbol("cuStreamCopyAttributes", 11000, "CUstream dst, CUstream src", HAND, twins=(("ptsz", 11000),)),
    Symbol("cuPointerSetAttribute", 6000, "const void *value, CUpointer_attribute attribute, CUdeviceptr ptr", LOCAL),
    Symbol("cuDeviceGetExecAffinitySupport", 11040, "int *pi, CUexecAffinityType type, CUdevice dev", LOCAL),
    Symbol("cuCtxGetExecAffinity", 11040, "CUexecAffinityParam *pExecAffinity, CUexecAffinityType type", LOCAL),
)
