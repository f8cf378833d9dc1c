"""Contexts: primary and created, the current one, limits and settings."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuDevicePrimaryCtxRetain@7000 (CUcontext *pctx, CUdevice dev):
    hand
cuDevicePrimaryCtxRelease_v2@11000 (CUdevice dev):
    hand
cuDevicePrimaryCtxSetFlags_v2@11000 (CUdevice dev, unsigned int flags):
    hand
cuDevicePrimaryCtxGetState@7000 (CUdevice dev, unsigned int *flags, int *active):
    device dev; need flags, active; *flags = device->primary->context.flags;
    *active = device->primary->context.active
cuDevicePrimaryCtxReset_v2@11000 (CUdevice dev):
    hand
cuCtxCreate_v4@12050 (CUcontext *pctx, CUctxCreateParams *ctxCreateParams, unsigned int flags, CUdevice dev):
    device dev; need pctx; refuse !lc_flags_suit_context(flags);
    refuse ctxCreateParams && ctxCreateParams->numExecAffinityParams with CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY;
    refuse ctxCreateParams && ctxCreateParams->cigParams with CUDA_ERROR_NOT_SUPPORTED;
    is cuCtxCreate_v2(pctx, flags, dev)
cuCtxDestroy_v2@4000 (CUcontext ctx):
    hand
cuCtxPushCurrent_v2@4000 (CUcontext ctx):
    hand local
cuCtxPopCurrent_v2@4000 (CUcontext *pctx):
    hand local
cuCtxSetCurrent@4000 (CUcontext ctx):
    hand local
cuCtxGetCurrent@4000 (CUcontext *pctx):
    hand local
# The current context, usable or lost: what it is is known here.
cuCtxGetDevice@2000 (CUdevice *device):
    known; need device; *device = context->context.device->ordinal
cuCtxGetDevice_v2@13000 (CUdevice *device, CUcontext ctx):
    when !ctx is cuCtxGetDevice(device); find context ctx; need device; *device = context->context.device->ordinal
cuCtxGetFlags@7000 (unsigned int *flags):
    known; need flags; check context; *flags = context->context.flags
cuCtxSetFlags@12010 #22 (unsigned int flags):
    current; ask; set context->context.flags = flags
cuCtxGetId@12000 (CUcontext ctx, unsigned long long *ctxId):
    hand local
cuCtxSynchronize@2000 #16 ask blocks carries (void):
    is cuCtxSynchronize_v2(NULL)
    server: waits.cuCtxSynchronize
cuCtxSynchronize_v2@13000 carries (CUcontext ctx):
    context ctx as context; try lc_capture_rules_context(context); try lc_capture_rules_unsafe();
    by bf_waits_context(context)
cuCtxSetLimit@3010 #18 (CUlimit limit, size_t value):
    current; ask
    server: code_memory.set_limit
cuCtxGetLimit@3010 #17 (size_t *pvalue, CUlimit limit):
    current; need pvalue; ask
cuCtxGetCacheConfig@3020 (CUfunc_cache *pconfig):
    known; need pconfig; check context; *pconfig = context->context.cache_config
cuCtxSetCacheConfig@3020 #19 (CUfunc_cache config):
    current; refuse (unsigned)config > CU_FUNC_CACHE_PREFER_EQUAL;
    set context->context.cache_config = (unsigned char)config; tell
cuCtxGetApiVersion@3020 (CUcontext ctx, unsigned int *version):
    hand local
cuCtxGetStreamPriorityRange@5050 (int *leastPriority, int *greatestPriority):
    current; *leastPriority? = context->context.device->facts->priority_least;
    *greatestPriority? = context->context.device->facts->priority_greatest
cuCtxResetPersistingL2Cache@11000 #21 (void):
    current; tell
# Of both nothing says that NULL is the current context, as it is elsewhere.
cuCtxRecordEvent@12050 #141 tell (CUcontext hCtx, CUevent hEvent):
    ready; refuse !hCtx with CUDA_ERROR_INVALID_CONTEXT; context hCtx as context;
    find event hEvent with CUDA_ERROR_INVALID_HANDLE;
    refuse event->owner != context with CUDA_ERROR_INVALID_HANDLE; try lc_capture_rules_context(context);
    by bf_events_record_whole(event, context)
    server: records(hEvent)
cuCtxWaitEvent@12050 #142 (CUcontext hCtx, CUevent hEvent):
    ready; refuse !hCtx with CUDA_ERROR_INVALID_CONTEXT; context hCtx as context;
    find event hEvent with CUDA_ERROR_INVALID_HANDLE;
    try lc_capture_rules_event(&event->event.captured, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    try lc_capture_rules_context(context);
    when event->server != context->server is bf_waits_here(event); set context->context.held = true; tell
    server: holds(hCtx)
# An old way to count the users of a context: the last one to detach destroys it.
cuCtxAttach@2000 (CUcontext *pctx, unsigned int flags):
    known; need pctx; check context; refuse flags; set context->context.attached++; *pctx = context
cuCtxDetach@2000 (CUcontext ctx):
    hand
# Banks of four bytes, as on every architecture since 5.0, whatever was asked for.
cuCtxGetSharedMemConfig@4020 (CUsharedconfig *pConfig):
    known; need pConfig; check context; *pConfig = CU_SHARED_MEM_CONFIG_FOUR_BYTE_BANK_SIZE
cuCtxSetSharedMemConfig@4020 #20 (CUsharedconfig config):
    current; refuse (unsigned)config > CU_SHARED_MEM_CONFIG_EIGHT_BYTE_BANK_SIZE; tell
# Both contexts must be on one server: two servers have no common address space.
cuCtxEnablePeerAccess@4000 #23 (CUcontext peerContext, unsigned int Flags):
    current; find context peerContext as peer;
    refuse !bf_contexts_can_be_peers(context, peer) with CUDA_ERROR_INVALID_CONTEXT;
    refuse peer->server != context->server with CUDA_ERROR_PEER_ACCESS_UNSUPPORTED; refuse Flags; ask
cuCtxDisablePeerAccess@4000 #24 (CUcontext peerContext):
    current; find context peerContext as peer;
    refuse !bf_contexts_can_be_peers(context, peer) with CUDA_ERROR_INVALID_CONTEXT;
    refuse peer->server != context->server with CUDA_ERROR_PEER_ACCESS_NOT_ENABLED; ask
cuCtxCreate@2000 (CUcontext *pctx, unsigned int flags, CUdevice dev):
    hand
cuCtxCreate_v2@3020 (CUcontext *pctx, unsigned int flags, CUdevice dev):
    hand
cuCtxCreate_v3@11040 (CUcontext *pctx, CUexecAffinityParam *paramsArray, int numParams, unsigned int flags, CUdevice
        dev):
    device dev; need pctx; refuse !lc_flags_suit_context(flags) || numParams < 0 || (numParams && !paramsArray);
    refuse numParams with CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY; is cuCtxCreate_v2(pctx, flags, dev)
cuCtxDestroy@2000 (CUcontext ctx):
    is cuCtxDestroy_v2(ctx)
cuCtxPopCurrent@2000 (CUcontext *pctx):
    is cuCtxPopCurrent_v2(pctx)
cuCtxPushCurrent@2000 (CUcontext ctx):
    is cuCtxPushCurrent_v2(ctx)
cuDevicePrimaryCtxRelease@7000 (CUdevice dev):
    is cuDevicePrimaryCtxRelease_v2(dev)
cuDevicePrimaryCtxReset@7000 (CUdevice dev):
    is cuDevicePrimaryCtxReset_v2(dev)
# Before CUDA 11, the flags of an active context could not be changed.
cuDevicePrimaryCtxSetFlags@7000 (CUdevice dev, unsigned int flags):
    device dev; refuse !lc_flags_suit_context(flags);
    refuse device->primary->context.active && device->primary->context.flags != flags
        with CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE;
    is cuDevicePrimaryCtxSetFlags_v2(dev, flags)
# Calls of the wire alone.
ctx_retain_primary #10 ask (CUcontext *ctx, CUdevice dev):
    server: cuDevicePrimaryCtxRetain(dev); makes(primary(dev))
    "Retain the primary context of `dev` under the client's number; once a session and device."
ctx_release_primary #11 ask (CUdevice dev):
    server: cuDevicePrimaryCtxRelease(dev); destroys(primary(dev))
    "Undo ctx_retain_primary; every handle of that context becomes invalid."
ctx_reset_primary #12 ask (CUdevice dev):
    server: cuDevicePrimaryCtxReset(dev); destroys(primary(dev)); then(cuDevicePrimaryCtxRelease(dev))
ctx_set_primary_flags #13 ask (CUdevice dev, unsigned int flags):
    server: cuDevicePrimaryCtxSetFlags(dev, flags)
ctx_create #14 ask (CUcontext *ctx, unsigned int flags, CUdevice dev):
    server: cuCtxCreate(flags, dev); then(cuCtxPopCurrent())
ctx_destroy #15 ask (CUcontext ctx):
    server: cuCtxDestroy(ctx); destroys(ctx)
"""
)
