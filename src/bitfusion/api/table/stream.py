"""Streams, events, capture state."""

from ..model import HAND, LOCAL, Symbol

SYMBOLS = (
    Symbol("cuStreamCreate", 2000, "CUstream *phStream, unsigned int Flags", HAND),
    Symbol("cuStreamCreateWithPriority", 5050, "CUstream *phStream, unsigned int flags, int priority", HAND),
    Symbol("cuThreadExchangeStreamCaptureMode", 10010, "CUstreamCaptureMode *mode", LOCAL),
    Symbol("cuStreamDestroy_v2", 4000, "CUstream hStream", HAND),
    Symbol("cuEventCreate", 2000, "CUevent *phEvent, unsigned int Flags", HAND),
    Symbol("cuEventQuery", 2000, "CUevent hEvent", HAND, carries=True),
    Symbol("cuEventSynchronize", 2000, "CUevent hEvent", HAND, carries=True),
    Symbol("cuEventDestroy_v2", 4000, "CUevent hEvent", HAND),
    Symbol("cuEventElapsedTime_v2", 12080, "float *pMilliseconds, CUevent hStart, CUevent hEnd", HAND),
    Symbol("cuStreamDestroy", 2000, "CUstream hStream", HAND),
    Symbol("cuEventDestroy", 2000, "CUevent hEvent", HAND),
    Symbol("cuEventElapsedTime", 2000, "float *pMilliseconds, CUevent hStart, CUevent hEnd", HAND),
    Symbol("cuStreamGetPriority", 5050, "CUstream hStream, int *priority", LOCAL, twins=(("ptsz", 7000),)),
    Symbol("cuStreamGetId", 12000, "CUstream hStream, unsigned long long *streamId", LOCAL, twins=(("ptsz", 12000),)),
    Symbol("cuStreamGetFlags", 5050, "CUstream hStream, unsigned int *flags", LOCAL, twins=(("ptsz", 7000),)),
    Symbol("cuStreamGetDevice", 12080, "CUstream hStream, CUdevice *device", LOCAL, twins=(("ptsz", 12080),)),
    Symbol("cuStreamGetCtx", 9020, "CUstream hStream, CUcontext *pctx", LOCAL, twins=(("ptsz", 9020),)),
    Symbol(
        "cuStreamGetCtx_v2",
        12050,
        "CUstream hStream, CUcontext *pCtx, CUgreenCtx *pGreenCtx",
        LOCAL,
        twins=(("ptsz", 12050),),
    ),
    Symbol(
        "cuStreamWaitEvent",
        3020,
        "CUstream hStream, CUevent hEvent, unsigned int Flags",
        HAND,
        carries=True,
        twins=(("ptsz", 7000),),
    ),
    Symbol("cuStreamQuery", 2000, "CUstream hStream", HAND, carries=True, twins=(("ptsz", 7000),)),
    Symbol("cuStreamSynchronize", 2000, "CUstream hStream", HAND, carries=True, twins=(("ptsz", 7000),)),
    Symbol("cuEventRecord", 2000, "CUevent hEvent, CUstream hStream", HAND, carries=True, twins=(("ptsz", 7000),)),
    Symbol(
        "cuEventRecordWithFlags",
        11010,
        "CUevent hEvent, CUstream hStream, unsigned int flags",
        HAND,
        carries=True,
        twins=(("ptsz", 11010),),
    ),
    Symbol("cuStreamGetGreenCtx", 12040, "CUstream hStream, CUgreenCtx *phCtx", LOCAL),
    Symbol(
        "cuStreamIsCapturing",
        10000,
        "CUstream hStream, CUstreamCaptureStatus *captureStatus",
        LOCAL,
        twins=(("ptsz", 10000),),
    ),
    Symbol(
        "cuStreamGetCaptureInfo",
        10010,
        "CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t *id_out",
        LOCAL,
        twins=(("ptsz", 10010),),
    ),
    Symbol(
        "cuStreamGetCaptureInfo_v2",
        11030,
        "CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t *id_out, CUgraph *graph_out, "
        "const CUgraphNode **dependencies_out, size_t *numDependencies_out",
        LOCAL,
        twins=(("ptsz", 11030),),
    ),
    Symbol(
        "cuStreamGetCaptureInfo_v3",
        12030,
        "CUstream hStream, CUstreamCaptureStatus *captureStatus_out, cuuint64_t *id_out, CUgraph *graph_out, "
        "const CUgraphNode **dependencies_out, const CUgraphEdgeData **edgeData_out, size_t "
        "*numDependencies_out",
        LOCAL,
        twins=(("ptsz", 12030),),
    ),
)
