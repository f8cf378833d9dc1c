"""Streams, events, capture state."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuStreamCreate@2000 (CUstream *phStream, unsigned int Flags):
    is cuStreamCreateWithPriority(phStream, Flags, 0)
cuStreamCreateWithPriority@5050 #70 tell (CUstream *phStream, unsigned int flags, int priority):
    hand
cuThreadExchangeStreamCaptureMode@10010 (CUstreamCaptureMode *mode):
    ready; need mode; refuse (unsigned)*mode > CU_STREAM_CAPTURE_MODE_RELAXED;
    *mode = lc_capture_rules_exchange(*mode)
cuStreamDestroy_v2@4000 #71 tell (CUstream hStream):
    hand
    server: destroys(hStream)
cuEventCreate@2000 #80 (CUevent *phEvent, unsigned int Flags):
    current; need phEvent; refuse !lc_flags_suit_event(Flags); make event phEvent with .flags = Flags
cuEventQuery@2000 #84 ask carries (CUevent hEvent):
    find event hEvent; check event->owner; try bf_issue_check_event(event); by bf_waits_query_event(event)
    server: settles
cuEventSynchronize@2000 #85 ask blocks carries (CUevent hEvent):
    find event hEvent; check event->owner; try bf_issue_check_event(event); by bf_waits_for_event(event)
    server: waits(cuEventQuery(hEvent))
cuEventDestroy_v2@4000 #81 (CUevent hEvent):
    find event hEvent; end event
    server: destroys(hEvent)
cuEventElapsedTime_v2@12080 (float *pMilliseconds, CUevent hStart, CUevent hEnd):
    is cuEventElapsedTime(pMilliseconds, hStart, hEnd)
cuStreamDestroy@2000 (CUstream hStream):
    is cuStreamDestroy_v2(hStream)
cuEventDestroy@2000 (CUevent hEvent):
    is cuEventDestroy_v2(hEvent)
cuEventElapsedTime@2000 #86 (float *pMilliseconds, CUevent hStart, CUevent hEnd):
    find event hStart as start; find event hEnd as end; need pMilliseconds;
    try lc_capture_rules_event(&start->event.captured, CUDA_ERROR_CAPTURED_EVENT);
    try lc_capture_rules_event(&end->event.captured, CUDA_ERROR_CAPTURED_EVENT);
    refuse !bf_events_can_time(start, end) with CUDA_ERROR_INVALID_HANDLE; ask
    server: settles
cuStreamGetPriority@5050 +ptsz@7000 (CUstream hStream, int *priority):
    stream hStream; need priority; *priority = order.object ? order.object->stream.priority : 0
# Unique in the process: the place of the object, or that of the context for its default stream.
cuStreamGetId@12000 +ptsz@12000 (CUstream hStream, unsigned long long *streamId):
    stream hStream; need streamId; *streamId = bf_objects_id(order.object ? order.object : order.context)
cuStreamGetFlags@5050 +ptsz@7000 (CUstream hStream, unsigned int *flags):
    stream hStream; need flags; *flags = order.object ? order.object->stream.flags : CU_STREAM_DEFAULT
cuStreamGetDevice@12080 +ptsz@12080 (CUstream hStream, CUdevice *device):
    stream hStream; need device; *device = order.context->context.device->ordinal
cuStreamGetCtx@9020 +ptsz@9020 (CUstream hStream, CUcontext *pctx):
    stream hStream; need pctx; *pctx = bf_order_context(hStream, &order)
cuStreamGetCtx_v2@12050 +ptsz@12050 (CUstream hStream, CUcontext *pCtx, CUgreenCtx *pGreenCtx):
    stream hStream; need pCtx; refuse hStream == CU_STREAM_PER_THREAD && bf_contexts_green()
        with CUDA_ERROR_INVALID_HANDLE; *pCtx = order.context; *pGreenCtx? = bf_order_green(hStream, &order)
cuStreamWaitEvent@3020 #74 tell +ptsz@7000 carries (CUstream hStream, CUevent hEvent, unsigned int Flags):
    stream hStream; try bf_issue_check(&order); find event hEvent with CUDA_ERROR_INVALID_HANDLE;
    refuse Flags & ~(unsigned)CU_EVENT_WAIT_EXTERNAL; by bf_issue_wait(event, &order, Flags)
cuStreamQuery@2000 #72 ask +ptsz@7000 carries (CUstream hStream):
    stream hStream; try bf_issue_check_wait(&order); by bf_waits_query(&order)
    server: settles
cuStreamSynchronize@2000 #73 ask blocks +ptsz@7000 carries (CUstream hStream):
    stream hStream; try bf_issue_check_wait(&order); by bf_waits_stream(&order)
    server: waits.cuStreamSynchronize
cuEventRecord@2000 #82 tell +ptsz@7000 carries (CUevent hEvent, CUstream hStream):
    stream hStream; try bf_issue_check(&order); find event hEvent with CUDA_ERROR_INVALID_HANDLE;
    refuse event->owner != order.context with CUDA_ERROR_INVALID_HANDLE;
    by bf_issue_record(event, &order)
    server: records(hEvent)
cuEventRecordWithFlags@11010 #83 tell +ptsz@11010 carries (CUevent hEvent, CUstream hStream, unsigned int flags):
    stream hStream; try bf_issue_check(&order); find event hEvent with CUDA_ERROR_INVALID_HANDLE;
    refuse event->owner != order.context with CUDA_ERROR_INVALID_HANDLE;
    refuse flags & ~(unsigned)CU_EVENT_RECORD_EXTERNAL; by bf_issue_record_flagged(event, &order, flags)
    server: records(hEvent)
cuStreamGetGreenCtx@12040 (CUstream hStream, CUgreenCtx *phCtx):
    stream hStream; need phCtx; *phCtx = bf_order_green(hStream, &order)
cuStreamGetDevResource@13010 +ptsz@13010 (CUstream hStream, CUdevResource *resource, CUdevResourceType type):
    stream hStream; need resource; refuse type != CU_DEV_RESOURCE_TYPE_SM with CUDA_ERROR_INVALID_RESOURCE_TYPE;
    by bf_green_of_stream(hStream, &order, resource)
# Calls of the wire alone.
watch_stream #75 tell (size_t stream, unsigned int token, size_t number, size_t put, int look):
    server: watches.watch_stream
    "When all that `stream` (its number) has now is complete, tell PROGRESS with the next three; `look`: if it is not
    so now, tell RUNNING at once."
stream_wait #76 ask blocks carries (CUstream stream, size_t number):
    server: waits.stream_wait
    "cuStreamSynchronize of a client that says which call was the last that it put into the stream: who waits for the
    same one waits together."
watch_event #87 tell (size_t event, unsigned int token, size_t number):
    server: watches.watch_event
    "When the last record of `event` (its number) is complete, tell PROGRESS with the other two, or nothing if it is
    recorded again before that. If it is not complete now, tell RUNNING at once."
"""
)
