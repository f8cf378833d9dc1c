"""Calls of the wire table: (session, call) -> the driver. Written by bitfusion.api.generate, never edited.

`call` is the decoded array [id, args...]. A tell returns its CUresult, an ask (CUresult, values...), or None if it is answered later.
"""

from typing import Any

from ..driver import arrays, boxes, callbacks, captures, code_memory, contexts, copies, descriptions, descriptors, graphs, hosted_nodes, launches, links, managed, memory, modules, nodes, nvml_calls, polling, pools, sharing, streams, virtual, waits, watches
from ..driver.arguments import check_alike, each, encode, handles, not_inline, packed, record, unpack_rows, unpacked
from ..driver.binding import BYTES_HEADER, NOT_READY, SUCCESS, cuda, enum
from ..driver.binding import add_dependencies, atomic_capabilities, create_context, remove_dependencies, set_border_color
from ..driver.jit import JitOptions
from ..driver.ports import Answer
from ..driver.session import DriverSession
from ..driver.structures import Memory, structure, structures
from ..driver.telling import bytes_of
from ..limits import BULK_INLINE_BYTES
from . import structures as described

# ruff: noqa


def ping(session: DriverSession, call: Any) -> Answer | None:
    (_,) = call
    return (SUCCESS,)


def ctx_use(session: DriverSession, call: Any) -> Any:
    _, ctx = call
    return contexts.ctx_use(session, ctx)


def ctx_retain_primary(session: DriverSession, call: Any) -> Answer | None:
    _, ctx, dev = call
    session.check_new(ctx)
    session.check_no_primary(dev)
    result, handle = cuda.cuDevicePrimaryCtxRetain(session.device(dev))
    if result is SUCCESS:
        session.add_context(ctx, handle, dev, primary=True)
    return (result,)


def ctx_release_primary(session: DriverSession, call: Any) -> Answer | None:
    _, dev = call
    context = session.primary(dev)
    return contexts.end(session, context, lambda: cuda.cuDevicePrimaryCtxRelease(session.device(dev))[0])


def ctx_reset_primary(session: DriverSession, call: Any) -> Answer | None:
    _, dev = call
    context = session.primary(dev)
    return contexts.end(session, context, lambda: cuda.cuDevicePrimaryCtxReset(session.device(dev))[0], lambda: cuda.cuDevicePrimaryCtxRelease(session.device(dev)))


def ctx_set_primary_flags(session: DriverSession, call: Any) -> Answer | None:
    _, dev, flags = call
    return cuda.cuDevicePrimaryCtxSetFlags(session.device(dev), flags)


def ctx_create(session: DriverSession, call: Any) -> Answer | None:
    _, ctx, flags, dev = call
    session.check_new(ctx)
    result, handle = create_context(flags, session.device(dev))
    if result is SUCCESS:
        cuda.cuCtxPopCurrent()
        session.add_context(ctx, handle, dev)
    return (result,)


def ctx_destroy(session: DriverSession, call: Any) -> Answer | None:
    _, ctx = call
    context = session.contexts[ctx]
    session.check_made(context)
    return contexts.end(session, context, lambda: cuda.cuCtxDestroy(context.handle)[0])


def cuCtxSynchronize(session: DriverSession, call: Any) -> Answer | None:
    (_,) = call
    return waits.cuCtxSynchronize(session)


def cuCtxGetLimit(session: DriverSession, call: Any) -> Answer | None:
    _, limit = call
    answer = cuda.cuCtxGetLimit(enum(cuda.CUlimit, limit))
    return answer if answer[0] is SUCCESS else answer[:1]


def cuCtxSetLimit(session: DriverSession, call: Any) -> Answer | None:
    _, limit, value = call
    return code_memory.set_limit(session, limit, value)


def cuCtxSetCacheConfig(session: DriverSession, call: Any) -> Any:
    _, config = call
    return cuda.cuCtxSetCacheConfig(enum(cuda.CUfunc_cache, config))[0]


def cuCtxSetSharedMemConfig(session: DriverSession, call: Any) -> Any:
    _, config = call
    return cuda.cuCtxSetSharedMemConfig(enum(cuda.CUsharedconfig, config))[0]


def cuCtxResetPersistingL2Cache(session: DriverSession, call: Any) -> Any:
    (_,) = call
    return cuda.cuCtxResetPersistingL2Cache()[0]


def cuCtxSetFlags(session: DriverSession, call: Any) -> Answer | None:
    _, flags = call
    return cuda.cuCtxSetFlags(flags)


def cuCtxEnablePeerAccess(session: DriverSession, call: Any) -> Answer | None:
    _, peerContext, Flags = call
    return cuda.cuCtxEnablePeerAccess(session.contexts[peerContext].handle, Flags)


def cuCtxDisablePeerAccess(session: DriverSession, call: Any) -> Answer | None:
    _, peerContext = call
    return cuda.cuCtxDisablePeerAccess(session.contexts[peerContext].handle)


def cuMemGetInfo_v2(session: DriverSession, call: Any) -> Answer | None:
    (_,) = call
    result, free, total = cuda.cuMemGetInfo()
    if result is not SUCCESS:
        return (result,)
    pools.look(session)
    return (result, *session.quota.shown(session.current.device, free, total))


def cuMemAlloc_v2(session: DriverSession, call: Any) -> Answer | None:
    _, bytesize = call
    charge = memory.reserve(session, session.current.device, bytesize)
    return memory.settle(session, session.current.device, charge, cuda.cuMemAlloc(bytesize))


def cuMemAllocPitch_v2(session: DriverSession, call: Any) -> Answer | None:
    _, WidthInBytes, Height, ElementSizeBytes = call
    charge = memory.reserve_rows(session, WidthInBytes, Height)
    result, dptr, pPitch = cuda.cuMemAllocPitch(WidthInBytes, Height, ElementSizeBytes)
    if result is not SUCCESS:
        session.quota.cancel(session.current.device, charge)
        return (result,)
    memory.settle_rows(session, dptr, pPitch * Height, charge)
    return result, int(dptr), pPitch


def cuMemFree_v2(session: DriverSession, call: Any) -> Any:
    _, dptr = call
    result = cuda.cuMemFree(dptr)[0]
    if result is SUCCESS:
        memory.freed(session, dptr)
    return result


def cuMemAllocAsync(session: DriverSession, call: Any) -> Answer | None:
    _, bytesize, hStream = call
    hStream = session.streams[hStream]
    return pools.allocate(session, None, bytesize, hStream, lambda: cuda.cuMemAllocAsync(bytesize, hStream))


def cuMemAllocFromPoolAsync(session: DriverSession, call: Any) -> Answer | None:
    _, bytesize, pool, hStream = call
    pool = session.pools[pool]
    hStream = session.streams[hStream]
    return pools.allocate(session, pool, bytesize, hStream, lambda: cuda.cuMemAllocFromPoolAsync(bytesize, pool.handle, hStream))


def cuMemFreeAsync(session: DriverSession, call: Any) -> Any:
    _, dptr, hStream = call
    stream = session.streams[hStream]
    result = cuda.cuMemFreeAsync(dptr, session.streams[hStream])[0]
    if result is SUCCESS:
        memory.leave(session, dptr, stream)
    return result


def pool_of_device(session: DriverSession, call: Any) -> Answer | None:
    _, pool, dev, is_default = call
    session.check_new(pool)
    result, handle = cuda.cuDeviceGetDefaultMemPool(session.device(dev)) if is_default else cuda.cuDeviceGetMemPool(session.device(dev))
    if result is SUCCESS:
        session.add_pool(pool, handle, dev)
    return (result,)


def pool_use(session: DriverSession, call: Any) -> Answer | None:
    _, dev, pool = call
    return cuda.cuDeviceSetMemPool(session.device(dev), session.pools[pool].handle)


def pool_create(session: DriverSession, call: Any) -> Answer | None:
    _, pool, dev, props = call
    session.check_new(pool)
    device = session.device(dev)
    result, handle = cuda.cuMemPoolCreate(structure(session, cuda.CUmemPoolProps, described.CUmemPoolProps, props))
    if result is SUCCESS:
        session.add_pool(pool, handle, dev)
    return (result,)


def cuMemPoolDestroy(session: DriverSession, call: Any) -> Answer | None:
    _, pool = call
    result = cuda.cuMemPoolDestroy(session.pools[pool].handle)[0]
    if result is SUCCESS:
        pools.retired(session, session.pools[pool]); session.drop(pool)
    return (result,)


def cuMemPoolTrimTo(session: DriverSession, call: Any) -> Answer | None:
    _, pool, minBytesToKeep = call
    return cuda.cuMemPoolTrimTo(session.pools[pool].handle, minBytesToKeep)


def pool_get_attribute(session: DriverSession, call: Any) -> Answer | None:
    _, pool, attr = call
    result, value = cuda.cuMemPoolGetAttribute(session.pools[pool].handle, enum(cuda.CUmemPool_attribute, attr))
    if result is not SUCCESS:
        return (result,)
    return result, int(value)


def pool_set_attribute(session: DriverSession, call: Any) -> Answer | None:
    _, pool, attr, value = call
    return cuda.cuMemPoolSetAttribute(session.pools[pool].handle, enum(cuda.CUmemPool_attribute, attr), (value & 0xffffffff ^ 0x80000000) - 0x80000000) if attr <= cuda.CUmemPool_attribute.CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES else cuda.cuMemPoolSetAttribute(session.pools[pool].handle, enum(cuda.CUmemPool_attribute, attr), cuda.cuuint64_t(value))


def cuMemPoolSetAccess(session: DriverSession, call: Any) -> Answer | None:
    _, pool, map = call
    map = structures(session, cuda.CUmemAccessDesc, described.CUmemAccessDesc, map)
    return cuda.cuMemPoolSetAccess(session.pools[pool].handle, map, len(map))


def pool_get_access(session: DriverSession, call: Any) -> Answer | None:
    _, pool, location = call
    result, flags = cuda.cuMemPoolGetAccess(session.pools[pool].handle, structure(session, cuda.CUmemLocation, described.CUmemLocation, location))
    if result is not SUCCESS:
        return (result,)
    return result, int(flags)


def copy_htod(session: DriverSession, call: Any) -> Any:
    _, dst, bytes_, stream = call
    return copies.copy_htod(session, dst, bytes_, session.streams[stream])


def copy_dtoh(session: DriverSession, call: Any) -> Answer | None:
    _, src, bytes_, stream = call
    return copies.sends(session, copies.Rows(src, bytes_, bytes_, 1), session.streams[stream])


def copy_dtod(session: DriverSession, call: Any) -> Any:
    _, dst, src, bytes_, stream = call
    return cuda.cuMemcpyDtoDAsync(dst, src, bytes_, session.streams[stream])[0]


def copy_peer(session: DriverSession, call: Any) -> Any:
    _, dst, dst_ctx, src, src_ctx, bytes_, stream = call
    return cuda.cuMemcpyPeerAsync(dst, session.contexts[dst_ctx].handle, src, session.contexts[src_ctx].handle, bytes_, session.streams[stream])[0]


def copy2d_htod(session: DriverSession, call: Any) -> Any:
    _, dst, dst_pitch, width, height, stream = call
    return copies.receives(session, copies.Rows(dst, dst_pitch, width, height), session.streams[stream])


def copy2d_dtoh(session: DriverSession, call: Any) -> Answer | None:
    _, src, src_pitch, width, height, stream = call
    return copies.sends(session, copies.Rows(src, src_pitch, width, height), session.streams[stream])


def copy2d_dtod(session: DriverSession, call: Any) -> Any:
    _, dst, dst_pitch, src, src_pitch, width, height, stream = call
    record_1 = cuda.CUDA_MEMCPY2D()
    record_1.WidthInBytes = width
    record_1.Height = height
    record_1.dstMemoryType = cuda.CUmemorytype.CU_MEMORYTYPE_DEVICE
    record_1.dstDevice = cuda.CUdeviceptr(dst)
    record_1.dstPitch = dst_pitch
    record_1.srcMemoryType = cuda.CUmemorytype.CU_MEMORYTYPE_DEVICE
    record_1.srcDevice = cuda.CUdeviceptr(src)
    record_1.srcPitch = src_pitch
    return cuda.cuMemcpy2DAsync(record_1, session.streams[stream])[0]


def memset(session: DriverSession, call: Any) -> Any:
    _, dst, pitch, value, element_bytes, width, height, stream = call
    return (cuda.cuMemsetD8Async(dst, value & 0xff, width, session.streams[stream]) if element_bytes == 1 and height == 1 else cuda.cuMemsetD32Async(dst, value, width, session.streams[stream]) if element_bytes == 4 and height == 1 else cuda.cuMemsetD16Async(dst, value & 0xffff, width, session.streams[stream]) if element_bytes == 2 and height == 1 else cuda.cuMemsetD2D8Async(dst, pitch, value & 0xff, width, height, session.streams[stream]) if element_bytes == 1 else cuda.cuMemsetD2D32Async(dst, pitch, value, width, height, session.streams[stream]) if element_bytes == 4 else cuda.cuMemsetD2D16Async(dst, pitch, value & 0xffff, width, height, session.streams[stream]) if element_bytes == 2 else (cuda.CUresult.CUDA_ERROR_INVALID_VALUE,))[0]


def copy_small(session: DriverSession, call: Any) -> Any:
    _, dst, data, stream = call
    if data.__class__ is not bytes or len(data) > BULK_INLINE_BYTES:
        raise not_inline("data")
    return cuda.cuMemcpyHtoDAsync(dst, id(data) + BYTES_HEADER, len(data), session.streams[stream])[0]


def copy_small_legacy(session: DriverSession, call: Any) -> Any:
    _, dst, data = call
    if data.__class__ is not bytes or len(data) > BULK_INLINE_BYTES:
        raise not_inline("data")
    result = cuda.cuMemcpyHtoDAsync(dst, id(data) + BYTES_HEADER, len(data), session.streams[0])[0]
    return result if result is not SUCCESS else copies.ARRIVING


def copy_dtoh_async(session: DriverSession, call: Any) -> Answer | None:
    _, src, bytes_, stream = call
    return copies.sends_later(session, copies.Rows(src, bytes_, bytes_, 1), session.streams[stream])


def copy2d_dtoh_async(session: DriverSession, call: Any) -> Answer | None:
    _, src, src_pitch, width, height, stream = call
    return copies.sends_later(session, copies.Rows(src, src_pitch, width, height), session.streams[stream])


def arrive(session: DriverSession, call: Any) -> Any:
    (_,) = call
    return copies.arrive(session)


def cuStreamCreateWithPriority(session: DriverSession, call: Any) -> Any:
    _, phStream, flags, priority = call
    session.check_new(phStream)
    result, handle = cuda.cuStreamCreateWithPriority(flags, priority)
    if result is SUCCESS:
        streams.enter(session, phStream, handle, flags)
    return result


def cuStreamDestroy_v2(session: DriverSession, call: Any) -> Any:
    _, hStream = call
    result = streams.end(session, session.streams[hStream])
    if result is SUCCESS:
        session.drop(hStream)
    return result


def cuStreamQuery(session: DriverSession, call: Any) -> Answer | None:
    _, hStream = call
    answer = cuda.cuStreamQuery(session.streams[hStream])
    return answer if not session.outgoing.busy else waits.settled(session, answer)


def cuStreamSynchronize(session: DriverSession, call: Any) -> Answer | None:
    _, hStream = call
    return waits.cuStreamSynchronize(session, session.streams[hStream])


def cuStreamWaitEvent(session: DriverSession, call: Any) -> Any:
    _, hStream, hEvent, Flags = call
    return cuda.cuStreamWaitEvent(session.streams[hStream], session.events[hEvent], Flags)[0]


def watch_stream(session: DriverSession, call: Any) -> Any:
    _, stream, token, number, put, look = call
    return watches.watch_stream(session, stream, token, number, put, look)


def stream_wait(session: DriverSession, call: Any) -> Answer | None:
    _, stream, number = call
    return waits.stream_wait(session, session.streams[stream], number)


def cuEventCreate(session: DriverSession, call: Any) -> Any:
    _, phEvent, Flags = call
    session.check_new(phEvent)
    result, handle = cuda.cuEventCreate(Flags)
    if result is SUCCESS:
        session.add(session.events, phEvent, handle, session.current.number)
    return result


def cuEventDestroy_v2(session: DriverSession, call: Any) -> Any:
    _, hEvent = call
    result = session.records.destroy(session.events[hEvent])
    if result is SUCCESS:
        session.drop(hEvent)
    return result


def cuEventRecord(session: DriverSession, call: Any) -> Any:
    _, hEvent, hStream = call
    hEvent = session.events[hEvent]
    hStream = session.streams[hStream]
    session.records.note(hEvent)
    return cuda.cuEventRecord(hEvent, hStream)[0]


def cuEventRecordWithFlags(session: DriverSession, call: Any) -> Any:
    _, hEvent, hStream, flags = call
    hEvent = session.events[hEvent]
    hStream = session.streams[hStream]
    session.records.note(hEvent)
    return cuda.cuEventRecordWithFlags(hEvent, hStream, flags)[0]


def cuEventQuery(session: DriverSession, call: Any) -> Answer | None:
    _, hEvent = call
    answer = cuda.cuEventQuery(session.events[hEvent])
    return answer if not session.outgoing.busy else waits.settled(session, answer)


def cuEventSynchronize(session: DriverSession, call: Any) -> Answer | None:
    _, hEvent = call
    hEvent = session.events[hEvent]
    if not session.outgoing.busy and polling.poll(cuda.cuEventQuery, hEvent) is not NOT_READY:
        return cuda.cuEventSynchronize(hEvent)
    return waits.on_own_line(session, lambda: cuda.cuEventSynchronize(hEvent))


def cuEventElapsedTime(session: DriverSession, call: Any) -> Answer | None:
    _, hStart, hEnd = call
    answer = cuda.cuEventElapsedTime(session.events[hStart], session.events[hEnd])
    if answer[0] is not SUCCESS:
        answer = answer[:1]
    return answer if not session.outgoing.busy else waits.settled(session, answer)


def watch_event(session: DriverSession, call: Any) -> Any:
    _, event, token, number = call
    return watches.watch_event(session, event, token, number)


def module_load(session: DriverSession, call: Any) -> Answer | None:
    _, mod, options, first = call
    session.check_new(mod)
    return modules.module_load(session, mod, options, first)


def cuModuleUnload(session: DriverSession, call: Any) -> Any:
    _, hmod = call
    result = cuda.cuModuleUnload(session.modules[hmod])[0]
    if result is SUCCESS:
        session.drop(hmod)
    return result


def module_get_function(session: DriverSession, call: Any) -> Answer | None:
    _, fn, mod, name = call
    session.check_new(fn)
    result, handle = cuda.cuModuleGetFunction(session.modules[mod], encode(name))
    if result is not SUCCESS:
        return (result,)
    session.add_function(fn, handle, mod)
    return result, descriptions.describe_function(handle)


def cuModuleGetGlobal_v2(session: DriverSession, call: Any) -> Answer | None:
    _, hmod, name = call
    return modules.variable_of_module(session, session.modules[hmod], name)


def module_functions(session: DriverSession, call: Any) -> Answer | None:
    _, mod, first, start = call
    return SUCCESS, descriptions.list_from(session, descriptions.Functions(mod, session.modules[mod]), first, start)


def library_load(session: DriverSession, call: Any) -> Answer | None:
    _, lib, options, preserve_binary, first, dev = call
    session.check_new(lib)
    return modules.library_load(session, lib, options, preserve_binary, first, dev)


def cuLibraryUnload(session: DriverSession, call: Any) -> Any:
    _, library = call
    result = cuda.cuLibraryUnload(session.libraries[library])[0]
    if result is SUCCESS:
        session.drop(library)
    return result


def library_get_kernel(session: DriverSession, call: Any) -> Answer | None:
    _, kernel, lib, name, dev = call
    session.check_new(kernel)
    device = session.device(dev)
    result, handle = cuda.cuLibraryGetKernel(session.libraries[lib], encode(name))
    if result is not SUCCESS:
        return (result,)
    descriptions.enter_kernel(session, kernel, handle, lib)
    return result, descriptions.describe_kernel(handle, device)


def library_get_module(session: DriverSession, call: Any) -> Answer | None:
    _, mod, lib, first = call
    session.check_new(mod)
    result, handle = cuda.cuLibraryGetModule(session.libraries[lib])
    if result is not SUCCESS:
        return (result,)
    session.add(session.modules, mod, handle, lib)
    return result, descriptions.list_few(session, descriptions.Functions(mod, handle), first)


def cuLibraryGetGlobal(session: DriverSession, call: Any) -> Answer | None:
    _, library, name = call
    return modules.variable_of_library(session, session.libraries[library], name)


def kernel_get_function(session: DriverSession, call: Any) -> Answer | None:
    _, fn, kernel = call
    session.check_new(fn)
    result, handle = cuda.cuKernelGetFunction(session.kernels[kernel])
    if result is not SUCCESS:
        return (result,)
    session.add_function(fn, handle, kernel)
    return result, descriptions.describe_function(handle)


def cuKernelSetAttribute(session: DriverSession, call: Any) -> Answer | None:
    _, attrib, val, kernel, dev = call
    return cuda.cuKernelSetAttribute(enum(cuda.CUfunction_attribute, attrib), val, session.kernels[kernel], session.device(dev))


def cuKernelSetCacheConfig(session: DriverSession, call: Any) -> Any:
    _, kernel, config, dev = call
    return cuda.cuKernelSetCacheConfig(session.kernels[kernel], enum(cuda.CUfunc_cache, config), session.device(dev))[0]


def kernel_get_attribute(session: DriverSession, call: Any) -> Answer | None:
    _, attrib, kernel, dev = call
    answer = cuda.cuKernelGetAttribute(enum(cuda.CUfunction_attribute, attrib), session.kernels[kernel], session.device(dev))
    return answer if answer[0] is SUCCESS else answer[:1]


def cuFuncSetAttribute(session: DriverSession, call: Any) -> Answer | None:
    _, hfunc, attrib, value = call
    return cuda.cuFuncSetAttribute(session.functions[hfunc].handle, enum(cuda.CUfunction_attribute, attrib), value)


def cuFuncSetCacheConfig(session: DriverSession, call: Any) -> Any:
    _, hfunc, config = call
    return cuda.cuFuncSetCacheConfig(session.functions[hfunc].handle, enum(cuda.CUfunc_cache, config))[0]


def cuFuncSetSharedMemConfig(session: DriverSession, call: Any) -> Any:
    _, hfunc, config = call
    return cuda.cuFuncSetSharedMemConfig(session.functions[hfunc].handle, enum(cuda.CUsharedconfig, config))[0]


def library_kernels(session: DriverSession, call: Any) -> Answer | None:
    _, lib, first, start, dev = call
    device = session.device(dev)
    return SUCCESS, descriptions.list_from(session, descriptions.Kernels(lib, session.libraries[lib], device), first, start)


def cuLibraryGetManaged(session: DriverSession, call: Any) -> Answer | None:
    _, library, name = call
    result, dptr, bytes_ = cuda.cuLibraryGetManaged(session.libraries[library], encode(name))
    if result is not SUCCESS:
        return (result,)
    return result, int(dptr), bytes_


launch = launches.launch


def launch_ex(session: DriverSession, call: Any) -> Any:
    _, fn, gx, gy, gz, bx, by, bz, shared_bytes, stream, attributes, params = call
    return launches.launch_ex(session, session.functions[fn], gx, gy, gz, bx, by, bz, shared_bytes, session.streams[stream], Memory(session, described.CUlaunchAttribute, attributes), params)


def launch_first(session: DriverSession, call: Any) -> Answer | None:
    return (launch_ex(session, call),)


def cuOccupancyMaxActiveBlocksPerMultiprocessor(session: DriverSession, call: Any) -> Answer | None:
    _, func, blockSize, dynamicSMemSize = call
    answer = cuda.cuOccupancyMaxActiveBlocksPerMultiprocessor(session.functions[func].handle, blockSize, dynamicSMemSize)
    return answer if answer[0] is SUCCESS else answer[:1]


def cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(session: DriverSession, call: Any) -> Answer | None:
    _, func, blockSize, dynamicSMemSize, flags = call
    answer = cuda.cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(session.functions[func].handle, blockSize, dynamicSMemSize, flags)
    return answer if answer[0] is SUCCESS else answer[:1]


def cuOccupancyAvailableDynamicSMemPerBlock(session: DriverSession, call: Any) -> Answer | None:
    _, func, numBlocks, blockSize = call
    answer = cuda.cuOccupancyAvailableDynamicSMemPerBlock(session.functions[func].handle, numBlocks, blockSize)
    return answer if answer[0] is SUCCESS else answer[:1]


def occupancy_clusters(session: DriverSession, call: Any) -> Answer | None:
    _, fn, gx, gy, gz, bx, by, bz, shared_bytes, attributes, want_size = call
    return launches.occupancy_clusters(session, session.functions[fn], gx, gy, gz, bx, by, bz, shared_bytes, Memory(session, described.CUlaunchAttribute, attributes), want_size)


def occupancy_blocks(session: DriverSession, call: Any) -> Answer | None:
    _, fn, flags, sizes = call
    rows = unpack_rows("<iQ", sizes)
    return each(cuda.cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(session.functions[fn].handle, size, shared_bytes, flags) for (size, shared_bytes,) in rows)


def cuDeviceGetP2PAttribute(session: DriverSession, call: Any) -> Answer | None:
    _, attrib, srcDevice, dstDevice = call
    answer = cuda.cuDeviceGetP2PAttribute(enum(cuda.CUdevice_P2PAttribute, attrib), session.device(srcDevice), session.device(dstDevice))
    return answer if answer[0] is SUCCESS else answer[:1]


def nvml_call(session: DriverSession, call: Any) -> Answer | None:
    _, function, arguments = call
    return nvml_calls.nvml_call(session, function, arguments)


def cuCtxRecordEvent(session: DriverSession, call: Any) -> Any:
    _, hCtx, hEvent = call
    hCtx = session.contexts[hCtx]
    hEvent = session.events[hEvent]
    session.records.note(hEvent)
    return cuda.cuCtxRecordEvent(hCtx.handle, hEvent)[0]


def cuCtxWaitEvent(session: DriverSession, call: Any) -> Any:
    _, hCtx, hEvent = call
    result = cuda.cuCtxWaitEvent(session.contexts[hCtx].handle, session.events[hEvent])[0]
    if result is SUCCESS:
        streams.hold(session, session.contexts[hCtx])
    return result


def cuStreamWaitValue32_v2(session: DriverSession, call: Any) -> Any:
    _, stream, addr, value, flags = call
    return cuda.cuStreamWaitValue32(session.streams[stream], addr, value, flags)[0]


def cuStreamWaitValue64_v2(session: DriverSession, call: Any) -> Any:
    _, stream, addr, value, flags = call
    return cuda.cuStreamWaitValue64(session.streams[stream], addr, value, flags)[0]


def cuStreamWriteValue32_v2(session: DriverSession, call: Any) -> Any:
    _, stream, addr, value, flags = call
    return cuda.cuStreamWriteValue32(session.streams[stream], addr, value, flags)[0]


def cuStreamWriteValue64_v2(session: DriverSession, call: Any) -> Any:
    _, stream, addr, value, flags = call
    return cuda.cuStreamWriteValue64(session.streams[stream], addr, value, flags)[0]


def stream_batch(session: DriverSession, call: Any) -> Any:
    _, stream, ops = call
    ops = structures(session, cuda.CUstreamBatchMemOpParams, described.CUstreamBatchMemOpParams, ops)
    return cuda.cuStreamBatchMemOp(session.streams[stream], len(ops), ops, 0)[0]


def stream_get_attribute(session: DriverSession, call: Any) -> Answer | None:
    _, stream, attr = call
    result, value = cuda.cuStreamGetAttribute(session.streams[stream], enum(cuda.CUlaunchAttributeID, attr))
    if result is not SUCCESS:
        return (result,)
    return result, bytes_of(session, value, described.CUstreamAttrValue)


def stream_set_attribute(session: DriverSession, call: Any) -> Answer | None:
    _, stream, attr, value = call
    return cuda.cuStreamSetAttribute(session.streams[stream], enum(cuda.CUlaunchAttributeID, attr), structure(session, cuda.CUstreamAttrValue, described.CUstreamAttrValue, value))


def cuStreamCopyAttributes(session: DriverSession, call: Any) -> Answer | None:
    _, dst, src = call
    return cuda.cuStreamCopyAttributes(session.streams[dst], session.streams[src])


def host_function(session: DriverSession, call: Any) -> Any:
    _, stream, number = call
    return cuda.cuLaunchHostFunc(session.streams[stream], callbacks.function_of(session, number), number)[0]


def stream_callback(session: DriverSession, call: Any) -> Any:
    _, stream, number = call
    return callbacks.told(session, number, lambda: cuda.cuStreamAddCallback(session.streams[stream], callbacks.callback_of(session, number), number, 0)[0])


def copy_later(session: DriverSession, call: Any) -> Any:
    _, dst, dst_pitch, width, height, stream, source = call
    return copies.copy_later(session, dst, dst_pitch, width, height, session.streams[stream], source)


def graph_create(session: DriverSession, call: Any) -> Answer | None:
    _, graph, flags = call
    session.check_new(graph)
    result, handle = cuda.cuGraphCreate(flags)
    if result is SUCCESS:
        session.add(session.graphs, graph, handle, 0)
    return (result,)


def cuGraphDestroy(session: DriverSession, call: Any) -> Answer | None:
    _, hGraph = call
    result = cuda.cuGraphDestroy(session.graphs[hGraph])[0]
    if result is SUCCESS:
        session.drop(hGraph)
    return (result,)


def graph_clone(session: DriverSession, call: Any) -> Answer | None:
    _, clone, graph = call
    session.check_new(clone)
    result, handle = cuda.cuGraphClone(session.graphs[graph])
    if result is SUCCESS:
        session.add(session.graphs, clone, handle, 0)
    return (result,)


def graph_add_node(session: DriverSession, call: Any) -> Answer | None:
    _, node, graph, dependencies, edges, params = call
    session.check_new(node)
    return nodes.graph_add_node(session, node, session.graphs[graph], handles(session.nodes, dependencies), edges, Memory(session, described.CUgraphNodeParams, params, True))


def cuGraphDestroyNode(session: DriverSession, call: Any) -> Answer | None:
    _, hNode = call
    result = cuda.cuGraphDestroyNode(session.nodes[hNode])[0]
    if result is SUCCESS:
        session.drop(hNode)
    return (result,)


def node_get_type(session: DriverSession, call: Any) -> Answer | None:
    _, node = call
    if session.hosted.find(session.nodes[node]):
        return (SUCCESS, int(cuda.CUgraphNodeType.CU_GRAPH_NODE_TYPE_MEMCPY))
    result, type_ = cuda.cuGraphNodeGetType(session.nodes[node])
    if result is not SUCCESS:
        return (result,)
    return result, int(type_)


def graph_get_nodes(session: DriverSession, call: Any) -> Answer | None:
    _, graph, roots, room = call
    return graphs.graph_get_nodes(session, session.graphs[graph], roots, room)


def graph_get_edges(session: DriverSession, call: Any) -> Answer | None:
    _, graph, room, with_edges = call
    return graphs.graph_get_edges(session, session.graphs[graph], room, with_edges)


def node_get_dependencies(session: DriverSession, call: Any) -> Answer | None:
    _, node, dependents, room, with_edges = call
    return graphs.node_get_dependencies(session, session.nodes[node], dependents, room, with_edges)


def graph_change_edges(session: DriverSession, call: Any) -> Answer | None:
    _, graph, from_nodes, to_nodes, edges, remove = call
    from_nodes = handles(session.nodes, from_nodes)
    to_nodes = handles(session.nodes, to_nodes)
    edges = structures(session, cuda.CUgraphEdgeData, described.CUgraphEdgeData, edges)
    check_alike(from_nodes, to_nodes, edges or from_nodes)
    return remove_dependencies(session.graphs[graph], from_nodes, to_nodes, edges, len(from_nodes)) if remove else add_dependencies(session.graphs[graph], from_nodes, to_nodes, edges, len(from_nodes))


def node_find_in_clone(session: DriverSession, call: Any) -> Answer | None:
    _, node, clone = call
    return graphs.node_find_in_clone(session, session.nodes[node], session.graphs[clone])


def node_get_graph(session: DriverSession, call: Any) -> Answer | None:
    _, node = call
    if session.hosted.find(session.nodes[node]):
        return (cuda.CUresult.CUDA_ERROR_INVALID_VALUE,)
    result, made = cuda.cuGraphChildGraphNodeGetGraph(session.nodes[node])
    if result is not SUCCESS:
        return (result,)
    return result, session.number_of(session.graphs, made, node)


def node_get_params(session: DriverSession, call: Any) -> Answer | None:
    _, node, type_ = call
    return nodes.node_get_params(session, session.nodes[node], type_, described.CUgraphNodeParams)


def node_set_params(session: DriverSession, call: Any) -> Answer | None:
    _, node, params = call
    return cuda.cuGraphNodeSetParams(session.nodes[node], structure(session, cuda.CUgraphNodeParams, described.CUgraphNodeParams, params))


def exec_set_params(session: DriverSession, call: Any) -> Answer | None:
    _, exec, node, params = call
    return cuda.cuGraphExecNodeSetParams(session.execs[exec], session.nodes[node], structure(session, cuda.CUgraphNodeParams, described.CUgraphNodeParams, params))


def graph_instantiate(session: DriverSession, call: Any) -> Answer | None:
    _, exec, graph, flags, upload = call
    session.check_new(exec)
    return graphs.graph_instantiate(session, exec, session.graphs[graph], flags, session.streams[upload])


def cuGraphExecDestroy(session: DriverSession, call: Any) -> Any:
    _, hGraphExec = call
    result = cuda.cuGraphExecDestroy(session.execs[hGraphExec])[0]
    if result is SUCCESS:
        session.drop(hGraphExec)
    return result


def cuGraphLaunch(session: DriverSession, call: Any) -> Any:
    _, hGraph, hStream = call
    hGraph = session.execs[hGraph]
    hStream = session.streams[hStream]
    if session.allocating and int(hGraph) in session.allocating:
        return pools.launch(session, int(hGraph), lambda: cuda.cuGraphLaunch(hGraph, hStream)[0])
    return cuda.cuGraphLaunch(hGraph, hStream)[0]


def graph_launch_first(session: DriverSession, call: Any) -> Answer | None:
    return (cuGraphLaunch(session, call),)


def cuGraphUpload(session: DriverSession, call: Any) -> Answer | None:
    _, hGraph, hStream = call
    hGraph = session.execs[hGraph]
    hStream = session.streams[hStream]
    if session.allocating and int(hGraph) in session.allocating:
        return pools.launch(session, int(hGraph), lambda: cuda.cuGraphUpload(hGraph, hStream))
    return cuda.cuGraphUpload(hGraph, hStream)


def exec_update(session: DriverSession, call: Any) -> Answer | None:
    _, exec, graph = call
    return graphs.exec_update(session, session.execs[exec], session.graphs[graph])


def cuGraphExecGetFlags(session: DriverSession, call: Any) -> Answer | None:
    _, hGraphExec = call
    result, flags = cuda.cuGraphExecGetFlags(session.execs[hGraphExec])
    if result is not SUCCESS:
        return (result,)
    return result, int(flags)


def cuGraphNodeGetEnabled(session: DriverSession, call: Any) -> Answer | None:
    _, hGraphExec, hNode = call
    inside = session.hosted.inside(session.nodes[hNode])
    answer = cuda.cuGraphNodeGetEnabled(session.execs[hGraphExec], inside)
    return answer if answer[0] is SUCCESS else answer[:1]


def cuGraphNodeSetEnabled(session: DriverSession, call: Any) -> Answer | None:
    _, hGraphExec, hNode, isEnabled = call
    return hosted_nodes.cuGraphNodeSetEnabled(session, session.execs[hGraphExec], session.nodes[hNode], isEnabled)


def kernel_node_get_attribute(session: DriverSession, call: Any) -> Answer | None:
    _, node, attr = call
    return nodes.kernel_node_get_attribute(session, session.nodes[node], attr)


def kernel_node_set_attribute(session: DriverSession, call: Any) -> Answer | None:
    _, node, attr, value = call
    return nodes.kernel_node_set_attribute(session, session.nodes[node], attr, value)


def cuGraphKernelNodeCopyAttributes(session: DriverSession, call: Any) -> Answer | None:
    _, dst, src = call
    return cuda.cuGraphKernelNodeCopyAttributes(session.nodes[dst], session.nodes[src])


def conditional_create(session: DriverSession, call: Any) -> Answer | None:
    _, graph, ctx, value, flags = call
    result, pHandle_out = cuda.cuGraphConditionalHandleCreate(session.graphs[graph], session.contexts[ctx].handle, value, flags)
    if result is not SUCCESS:
        return (result,)
    return result, int(pHandle_out)


def graph_mem_get(session: DriverSession, call: Any) -> Answer | None:
    _, dev, attr = call
    result, value = cuda.cuDeviceGetGraphMemAttribute(session.device(dev), enum(cuda.CUgraphMem_attribute, attr))
    if result is not SUCCESS:
        return (result,)
    return result, int(value)


def graph_mem_set(session: DriverSession, call: Any) -> Answer | None:
    _, dev, attr, value = call
    return cuda.cuDeviceSetGraphMemAttribute(session.device(dev), enum(cuda.CUgraphMem_attribute, attr), cuda.cuuint64_t(value))


def graph_mem_trim(session: DriverSession, call: Any) -> Answer | None:
    _, dev = call
    return cuda.cuDeviceGraphMemTrim(session.device(dev))


def graph_print(session: DriverSession, call: Any) -> Answer | None:
    _, graph, flags = call
    return graphs.graph_print(session, session.graphs[graph], flags)


def graph_add_copy(session: DriverSession, call: Any) -> Answer | None:
    _, node, graph, dependencies, edges, copy, context, source, target = call
    session.check_new(node)
    return hosted_nodes.graph_add_copy(session, node, session.graphs[graph], handles(session.nodes, dependencies), edges, copy, context, source, target)


def copy_set_params(session: DriverSession, call: Any) -> Answer | None:
    _, node, copy, source, target = call
    return hosted_nodes.copy_set_params(session, session.nodes[node], copy, source, target)


def exec_copy_set_params(session: DriverSession, call: Any) -> Answer | None:
    _, exec, node, copy, context, source, target = call
    return hosted_nodes.exec_copy_set_params(session, session.execs[exec], session.nodes[node], copy, context, source, target)


def user_object_create(session: DriverSession, call: Any) -> Answer | None:
    _, object_, number, count = call
    session.check_new(object_)
    result, handle = cuda.cuUserObjectCreate(number, callbacks.destructor_of(session, number), count, cuda.CUuserObject_flags.CU_USER_OBJECT_NO_DESTRUCTOR_SYNC)
    if result is SUCCESS:
        session.add(session.user_objects, object_, handle, 0)
    else:
        session.asks.forget(number)
    return (result,)


def cuUserObjectRetain(session: DriverSession, call: Any) -> Answer | None:
    _, object_, count = call
    return cuda.cuUserObjectRetain(session.user_objects[object_], count)


def cuUserObjectRelease(session: DriverSession, call: Any) -> Answer | None:
    _, object_, count = call
    return cuda.cuUserObjectRelease(session.user_objects[object_], count)


def cuGraphRetainUserObject(session: DriverSession, call: Any) -> Answer | None:
    _, graph, object_, count, flags = call
    return cuda.cuGraphRetainUserObject(session.graphs[graph], session.user_objects[object_], count, flags)


def cuGraphReleaseUserObject(session: DriverSession, call: Any) -> Answer | None:
    _, graph, object_, count = call
    return cuda.cuGraphReleaseUserObject(session.graphs[graph], session.user_objects[object_], count)


def user_object_end(session: DriverSession, call: Any) -> Any:
    _, object_ = call
    result = (SUCCESS,)[0]
    if result is SUCCESS:
        session.drop(object_)
    return result


def graph_add_launch(session: DriverSession, call: Any) -> Answer | None:
    _, node, graph, dependencies, edges, exec = call
    session.check_new(node)
    return captures.graph_add_launch(session, node, session.graphs[graph], handles(session.nodes, dependencies), edges, session.execs[exec])


def link_create(session: DriverSession, call: Any) -> Answer | None:
    _, link, options = call
    session.check_new(link)
    options = JitOptions(options)
    result, handle = cuda.cuLinkCreate(len(options.names), options.names, options.values)
    if result is SUCCESS:
        links.enter(session, link, handle, options)
    return (result,)


def link_add(session: DriverSession, call: Any) -> Answer | None:
    _, link, type_, name, options = call
    return links.link_add(session, session.links[link], type_, name, options)


def link_complete(session: DriverSession, call: Any) -> Answer | None:
    _, link, room = call
    return links.link_complete(session, session.links[link], room)


def cuLinkDestroy(session: DriverSession, call: Any) -> Any:
    _, state = call
    result = cuda.cuLinkDestroy(session.links[state].handle)[0]
    if result is SUCCESS:
        session.drop(state)
    return result


def module_load_kept(session: DriverSession, call: Any) -> Answer | None:
    _, mod, options, first, digest = call
    session.check_new(mod)
    return modules.module_load_kept(session, mod, options, first, digest)


def library_load_kept(session: DriverSession, call: Any) -> Answer | None:
    _, lib, options, first, dev, digest = call
    session.check_new(lib)
    return modules.library_load_kept(session, lib, options, first, dev, digest)


def green_of_device(session: DriverSession, call: Any) -> Answer | None:
    _, dev = call
    result, resource = cuda.cuDeviceGetDevResource(session.device(dev), cuda.CUdevResourceType.CU_DEV_RESOURCE_TYPE_SM)
    if result is not SUCCESS:
        return (result,)
    return result, bytes_of(session, resource, described.CUdevResource)


def green_of_context(session: DriverSession, call: Any) -> Answer | None:
    _, ctx = call
    result, resource = cuda.cuCtxGetDevResource(session.contexts[ctx].handle, cuda.CUdevResourceType.CU_DEV_RESOURCE_TYPE_SM)
    if result is not SUCCESS:
        return (result,)
    return result, bytes_of(session, resource, described.CUdevResource)


def green_of_green(session: DriverSession, call: Any) -> Answer | None:
    _, greenCtx = call
    result, resource = cuda.cuGreenCtxGetDevResource(session.greens[greenCtx], cuda.CUdevResourceType.CU_DEV_RESOURCE_TYPE_SM)
    if result is not SUCCESS:
        return (result,)
    return result, bytes_of(session, resource, described.CUdevResource)


def green_split(session: DriverSession, call: Any) -> Answer | None:
    _, input, groups, flags, least = call
    result, parts, count, rest = cuda.cuDevSmResourceSplitByCount(min(groups, 1024), structure(session, cuda.CUdevResource, described.CUdevResource, input), flags, least)
    if result is not SUCCESS:
        return (result,)
    parts = parts[:count]
    return result, b"".join(bytes_of(session, each, described.CUdevResource) for each in parts), count, bytes_of(session, rest, described.CUdevResource)


def green_describe(session: DriverSession, call: Any) -> Answer | None:
    _, desc, resources = call
    session.check_new(desc)
    resources = structures(session, cuda.CUdevResource, described.CUdevResource, resources)
    result, handle = cuda.cuDevResourceGenerateDesc(resources, len(resources))
    if result is SUCCESS:
        session.add(session.resources, desc, handle, 0)
    return (result,)


def green_create(session: DriverSession, call: Any) -> Answer | None:
    _, greenCtx, desc, dev, flags = call
    session.check_new(greenCtx)
    result, handle = cuda.cuGreenCtxCreate(session.resources[desc], session.device(dev), flags)
    if result is SUCCESS:
        session.add(session.greens, greenCtx, handle, 0)
    return (result,)


def cuGreenCtxDestroy(session: DriverSession, call: Any) -> Answer | None:
    _, hCtx = call
    result = cuda.cuGreenCtxDestroy(session.greens[hCtx])[0]
    if result is SUCCESS:
        session.drop(hCtx)
    return (result,)


def cuGreenCtxRecordEvent(session: DriverSession, call: Any) -> Any:
    _, hCtx, hEvent = call
    hCtx = session.greens[hCtx]
    hEvent = session.events[hEvent]
    session.records.note(hEvent)
    return cuda.cuGreenCtxRecordEvent(hCtx, hEvent)[0]


def cuGreenCtxWaitEvent(session: DriverSession, call: Any) -> Any:
    _, hCtx, hEvent = call
    return cuda.cuGreenCtxWaitEvent(session.greens[hCtx], session.events[hEvent])[0]


def green_stream_create(session: DriverSession, call: Any) -> Any:
    _, stream, greenCtx, flags, priority = call
    session.check_new(stream)
    result, handle = contexts.within(cuda.cuCtxFromGreenCtx(session.greens[greenCtx]), lambda: cuda.cuStreamCreateWithPriority(flags, priority))
    if result is SUCCESS:
        streams.enter(session, stream, handle, flags)
    return result


def peer_atomics(session: DriverSession, call: Any) -> Answer | None:
    _, operations, src, dst = call
    operations = unpacked(operations)
    result, capabilities = atomic_capabilities(operations, len(operations), session.device(src), session.device(dst))
    if result is not SUCCESS:
        return (result,)
    return result, packed(capabilities)


def cuGreenCtxStreamCreate(session: DriverSession, call: Any) -> Any:
    _, phStream, greenCtx, flags, priority = call
    session.check_new(phStream)
    result, handle = cuda.cuGreenCtxStreamCreate(session.greens[greenCtx], flags, priority)
    if result is SUCCESS:
        streams.enter(session, phStream, handle, flags)
    return result


def graph_add_kernel(session: DriverSession, call: Any) -> Answer | None:
    _, node, graph, dependencies, edges, params, stream, attributes = call
    session.check_new(node)
    return captures.graph_add_kernel(session, node, session.graphs[graph], handles(session.nodes, dependencies), edges, Memory(session, described.CUgraphNodeParams, params, True), session.streams[stream], Memory(session, described.CUlaunchAttribute, attributes))


def cuArray3DCreate_v2(session: DriverSession, call: Any) -> Answer | None:
    _, array, descriptor = call
    session.check_new(array)
    charge = arrays.reserve(session, descriptor)
    result, handle = cuda.cuArray3DCreate(structure(session, cuda.CUDA_ARRAY3D_DESCRIPTOR, described.CUDA_ARRAY3D_DESCRIPTOR, descriptor))
    if result is SUCCESS:
        session.add(session.arrays, array, handle, session.current.number)
        arrays.settle(session, array, charge)
    else:
        arrays.cancel(session, charge)
    return (result,)


def cuArrayDestroy(session: DriverSession, call: Any) -> Any:
    _, hArray = call
    result = cuda.cuArrayDestroy(session.arrays[hArray])[0]
    if result is SUCCESS:
        session.drop(hArray)
    return result


def box_in(session: DriverSession, call: Any) -> Any:
    _, box, stream = call
    return copies.receives(session, boxes.Box(Memory(session, described.CUDA_MEMCPY3D, box, True)), session.streams[stream])


def box_out(session: DriverSession, call: Any) -> Answer | None:
    _, box, stream = call
    return copies.sends(session, boxes.Box(Memory(session, described.CUDA_MEMCPY3D, box, True)), session.streams[stream])


def box_out_async(session: DriverSession, call: Any) -> Answer | None:
    _, box, stream = call
    return copies.sends_later(session, boxes.Box(Memory(session, described.CUDA_MEMCPY3D, box, True)), session.streams[stream])


def box_on_device(session: DriverSession, call: Any) -> Any:
    _, box, stream = call
    return cuda.cuMemcpy3DAsync(structure(session, cuda.CUDA_MEMCPY3D, described.CUDA_MEMCPY3D, box), session.streams[stream])[0]


def box_later(session: DriverSession, call: Any) -> Any:
    _, box, stream, source = call
    return boxes.box_later(session, Memory(session, described.CUDA_MEMCPY3D, box, True), session.streams[stream], source)


def box_peer(session: DriverSession, call: Any) -> Any:
    _, box, stream = call
    return cuda.cuMemcpy3DPeerAsync(structure(session, cuda.CUDA_MEMCPY3D_PEER, described.CUDA_MEMCPY3D_PEER, box), session.streams[stream])[0]


def cuMipmappedArrayCreate(session: DriverSession, call: Any) -> Answer | None:
    _, mipmap, descriptor, levels = call
    session.check_new(mipmap)
    charge = arrays.reserve(session, descriptor, levels)
    result, handle = cuda.cuMipmappedArrayCreate(structure(session, cuda.CUDA_ARRAY3D_DESCRIPTOR, described.CUDA_ARRAY3D_DESCRIPTOR, descriptor), levels)
    if result is SUCCESS:
        session.add(session.mipmaps, mipmap, handle, session.current.number)
        arrays.settle(session, mipmap, charge)
    else:
        arrays.cancel(session, charge)
    return (result,)


def cuMipmappedArrayDestroy(session: DriverSession, call: Any) -> Any:
    _, hMipmappedArray = call
    result = cuda.cuMipmappedArrayDestroy(session.mipmaps[hMipmappedArray])[0]
    if result is SUCCESS:
        session.drop(hMipmappedArray)
    return result


def cuMipmappedArrayGetLevel(session: DriverSession, call: Any) -> Answer | None:
    _, pLevelArray, hMipmappedArray, level = call
    session.check_new(pLevelArray)
    result, handle = cuda.cuMipmappedArrayGetLevel(session.mipmaps[hMipmappedArray], level)
    if result is SUCCESS:
        session.add(session.arrays, pLevelArray, handle, hMipmappedArray)
    return (result,)


def cuTexRefSetMipmappedArray(session: DriverSession, call: Any) -> Answer | None:
    _, hTexRef, hMipmappedArray, Flags = call
    return cuda.cuTexRefSetMipmappedArray(session.texrefs[hTexRef], session.mipmaps[hMipmappedArray], Flags)


def cuTexObjectCreate(session: DriverSession, call: Any) -> Answer | None:
    _, texture, resource, sampler, view = call
    session.check_new(texture)
    view = structures(session, cuda.CUDA_RESOURCE_VIEW_DESC, described.CUDA_RESOURCE_VIEW_DESC, view)
    result, handle = cuda.cuTexObjectCreate(structure(session, cuda.CUDA_RESOURCE_DESC, described.CUDA_RESOURCE_DESC, resource), structure(session, cuda.CUDA_TEXTURE_DESC, described.CUDA_TEXTURE_DESC, sampler), view[0] if view else None)
    if result is not SUCCESS:
        return (result,)
    session.add(session.textures, texture, handle, session.current.number)
    return result, int(handle)


def cuTexObjectDestroy(session: DriverSession, call: Any) -> Any:
    _, texObject = call
    result = cuda.cuTexObjectDestroy(session.textures[texObject])[0]
    if result is SUCCESS:
        session.drop(texObject)
    return result


def cuSurfObjectCreate(session: DriverSession, call: Any) -> Answer | None:
    _, surface, resource = call
    session.check_new(surface)
    result, handle = cuda.cuSurfObjectCreate(structure(session, cuda.CUDA_RESOURCE_DESC, described.CUDA_RESOURCE_DESC, resource))
    if result is not SUCCESS:
        return (result,)
    session.add(session.surfaces, surface, handle, session.current.number)
    return result, int(handle)


def cuSurfObjectDestroy(session: DriverSession, call: Any) -> Any:
    _, surfObject = call
    result = cuda.cuSurfObjectDestroy(session.surfaces[surfObject])[0]
    if result is SUCCESS:
        session.drop(surfObject)
    return result


def cuModuleGetTexRef(session: DriverSession, call: Any) -> Answer | None:
    _, pTexRef, hmod, name = call
    session.check_new(pTexRef)
    result, handle = cuda.cuModuleGetTexRef(session.modules[hmod], encode(name))
    if result is SUCCESS:
        session.add(session.texrefs, pTexRef, handle, hmod)
    return (result,)


def cuModuleGetSurfRef(session: DriverSession, call: Any) -> Answer | None:
    _, pSurfRef, hmod, name = call
    session.check_new(pSurfRef)
    result, handle = cuda.cuModuleGetSurfRef(session.modules[hmod], encode(name))
    if result is SUCCESS:
        session.add(session.surfrefs, pSurfRef, handle, hmod)
    return (result,)


def cuTexRefCreate(session: DriverSession, call: Any) -> Answer | None:
    _, pTexRef = call
    session.check_new(pTexRef)
    result, handle = cuda.cuTexRefCreate()
    if result is SUCCESS:
        session.add(session.texrefs, pTexRef, handle, session.current.number)
    return (result,)


def cuTexRefDestroy(session: DriverSession, call: Any) -> Any:
    _, hTexRef = call
    result = cuda.cuTexRefDestroy(session.texrefs[hTexRef])[0]
    if result is SUCCESS:
        session.drop(hTexRef)
    return result


def cuTexRefSetArray(session: DriverSession, call: Any) -> Answer | None:
    _, hTexRef, hArray, Flags = call
    return cuda.cuTexRefSetArray(session.texrefs[hTexRef], session.arrays[hArray], Flags)


def cuSurfRefSetArray(session: DriverSession, call: Any) -> Answer | None:
    _, hSurfRef, hArray, Flags = call
    return cuda.cuSurfRefSetArray(session.surfrefs[hSurfRef], session.arrays[hArray], Flags)


def cuTexRefSetAddress_v2(session: DriverSession, call: Any) -> Answer | None:
    _, texref, dptr, bytes_ = call
    answer = cuda.cuTexRefSetAddress(session.texrefs[texref], dptr, bytes_)
    return answer if answer[0] is SUCCESS else answer[:1]


def cuTexRefSetAddress2D_v3(session: DriverSession, call: Any) -> Answer | None:
    _, hTexRef, desc, dptr, Pitch = call
    return cuda.cuTexRefSetAddress2D(session.texrefs[hTexRef], structure(session, cuda.CUDA_ARRAY_DESCRIPTOR, described.CUDA_ARRAY_DESCRIPTOR, desc), dptr, Pitch)


def cuTexRefSetFormat(session: DriverSession, call: Any) -> Answer | None:
    _, hTexRef, fmt, NumPackedComponents = call
    return cuda.cuTexRefSetFormat(session.texrefs[hTexRef], enum(cuda.CUarray_format, fmt), NumPackedComponents)


def cuTexRefSetAddressMode(session: DriverSession, call: Any) -> Answer | None:
    _, hTexRef, dim, am = call
    return cuda.cuTexRefSetAddressMode(session.texrefs[hTexRef], dim, enum(cuda.CUaddress_mode, am))


def cuTexRefSetFilterMode(session: DriverSession, call: Any) -> Answer | None:
    _, hTexRef, fm = call
    return cuda.cuTexRefSetFilterMode(session.texrefs[hTexRef], enum(cuda.CUfilter_mode, fm))


def cuTexRefSetMipmapFilterMode(session: DriverSession, call: Any) -> Answer | None:
    _, hTexRef, fm = call
    return cuda.cuTexRefSetMipmapFilterMode(session.texrefs[hTexRef], enum(cuda.CUfilter_mode, fm))


def cuTexRefSetMipmapLevelBias(session: DriverSession, call: Any) -> Answer | None:
    _, hTexRef, bias = call
    return cuda.cuTexRefSetMipmapLevelBias(session.texrefs[hTexRef], bias)


def cuTexRefSetMipmapLevelClamp(session: DriverSession, call: Any) -> Answer | None:
    _, hTexRef, minMipmapLevelClamp, maxMipmapLevelClamp = call
    return cuda.cuTexRefSetMipmapLevelClamp(session.texrefs[hTexRef], minMipmapLevelClamp, maxMipmapLevelClamp)


def cuTexRefSetMaxAnisotropy(session: DriverSession, call: Any) -> Answer | None:
    _, hTexRef, maxAniso = call
    return cuda.cuTexRefSetMaxAnisotropy(session.texrefs[hTexRef], maxAniso)


def cuTexRefSetBorderColor(session: DriverSession, call: Any) -> Answer | None:
    _, texref, red, green, blue, alpha = call
    return set_border_color(session.texrefs[texref], red, green, blue, alpha)


def cuTexRefSetFlags(session: DriverSession, call: Any) -> Answer | None:
    _, hTexRef, Flags = call
    return cuda.cuTexRefSetFlags(session.texrefs[hTexRef], Flags)


def cuMemAddressReserve(session: DriverSession, call: Any) -> Answer | None:
    _, size, alignment, addr = call
    result, ptr = cuda.cuMemAddressReserve(size, alignment, addr, 0)
    if result is not SUCCESS:
        return (result,)
    return result, int(ptr)


def cuMemAddressFree(session: DriverSession, call: Any) -> Answer | None:
    _, ptr, size = call
    return cuda.cuMemAddressFree(ptr, size)


def cuMemCreate(session: DriverSession, call: Any) -> Answer | None:
    _, handle_, size, prop = call
    session.check_new(handle_)
    charge = virtual.reserve(session, prop, size)
    result, handle = cuda.cuMemCreate(size, structure(session, cuda.CUmemAllocationProp, described.CUmemAllocationProp, prop), 0)
    if result is SUCCESS:
        virtual.enter(session, handle_, handle)
        virtual.settle(session, handle_, charge)
    else:
        virtual.cancel(session, charge)
    return (result,)


def cuMemRelease(session: DriverSession, call: Any) -> Any:
    _, handle_ = call
    result = cuda.cuMemRelease(session.memhandles[handle_].handle)[0]
    if result is SUCCESS:
        virtual.leave(session, handle_)
    return result


def cuMemMap(session: DriverSession, call: Any) -> Answer | None:
    _, ptr, size, offset, handle_ = call
    result = cuda.cuMemMap(ptr, size, offset, session.memhandles[handle_].handle, 0)[0]
    if result is SUCCESS:
        virtual.mapped(session, ptr, size, handle_)
    return (result,)


def cuMemUnmap(session: DriverSession, call: Any) -> Answer | None:
    _, ptr, size = call
    result = cuda.cuMemUnmap(ptr, size)[0]
    if result is SUCCESS:
        virtual.unmapped(session, ptr, size)
    return (result,)


def cuMemSetAccess(session: DriverSession, call: Any) -> Answer | None:
    _, ptr, size, desc = call
    desc = structures(session, cuda.CUmemAccessDesc, described.CUmemAccessDesc, desc)
    return cuda.cuMemSetAccess(ptr, size, desc, len(desc))


def cuMemGetAllocationGranularity(session: DriverSession, call: Any) -> Answer | None:
    _, prop, option = call
    answer = cuda.cuMemGetAllocationGranularity(structure(session, cuda.CUmemAllocationProp, described.CUmemAllocationProp, prop), enum(cuda.CUmemAllocationGranularity_flags, option))
    return answer if answer[0] is SUCCESS else answer[:1]


def stream_settle(session: DriverSession, call: Any) -> Any:
    _, stream = call
    return cuda.cuStreamSynchronize(session.streams[stream])[0]


def pages_moved(session: DriverSession, call: Any) -> Any:
    _, sent, fetched = call
    return managed.pages_moved(session, sent, fetched)


def ipc_memory_export(session: DriverSession, call: Any) -> Answer | None:
    _, ptr = call
    return sharing.export_memory(session, ptr)


def ipc_memory_open(session: DriverSession, call: Any) -> Answer | None:
    _, ticket, flags = call
    return sharing.open_memory(session, ticket, flags)


def cuIpcCloseMemHandle(session: DriverSession, call: Any) -> Answer | None:
    _, dptr = call
    return cuda.cuIpcCloseMemHandle(dptr)


def ipc_event_export(session: DriverSession, call: Any) -> Answer | None:
    _, event = call
    return sharing.export_event(session, session.events[event])


def ipc_event_open(session: DriverSession, call: Any) -> Answer | None:
    _, event, ticket = call
    session.check_new(event)
    return sharing.open_event(session, event, ticket)


def cuMemExportToShareableHandle(session: DriverSession, call: Any) -> Answer | None:
    _, handle_ = call
    return descriptors.export_memory(session, session.memhandles[handle_])


def cuMemImportFromShareableHandle(session: DriverSession, call: Any) -> Answer | None:
    _, handle_, ticket = call
    session.check_new(handle_)
    return descriptors.import_memory(session, handle_, ticket)


def cuMemPoolExportToShareableHandle(session: DriverSession, call: Any) -> Answer | None:
    _, pool = call
    return descriptors.export_pool(session, session.pools[pool])


def cuMemPoolImportFromShareableHandle(session: DriverSession, call: Any) -> Answer | None:
    _, pool, ticket = call
    session.check_new(pool)
    return descriptors.import_pool(session, pool, ticket)


def cuMemPoolExportPointer(session: DriverSession, call: Any) -> Answer | None:
    _, ptr = call
    return descriptors.export_pointer(session, ptr)


def cuMemPoolImportPointer(session: DriverSession, call: Any) -> Answer | None:
    _, pool, data = call
    return descriptors.import_pointer(session, session.pools[pool], data)



# Tells without bulk data.
TELLS = {
    2: ctx_use,
    19: cuCtxSetCacheConfig,
    20: cuCtxSetSharedMemConfig,
    21: cuCtxResetPersistingL2Cache,
    33: cuMemFree_v2,
    36: cuMemFreeAsync,
    52: copy_dtod,
    53: copy_peer,
    56: copy2d_dtod,
    57: memset,
    58: copy_small,
    59: copy_small_legacy,
    62: arrive,
    70: cuStreamCreateWithPriority,
    71: cuStreamDestroy_v2,
    74: cuStreamWaitEvent,
    75: watch_stream,
    80: cuEventCreate,
    81: cuEventDestroy_v2,
    82: cuEventRecord,
    83: cuEventRecordWithFlags,
    87: watch_event,
    91: cuModuleUnload,
    101: cuLibraryUnload,
    108: cuKernelSetCacheConfig,
    111: cuFuncSetCacheConfig,
    112: cuFuncSetSharedMemConfig,
    120: launch,
    121: launch_ex,
    141: cuCtxRecordEvent,
    142: cuCtxWaitEvent,
    143: cuStreamWaitValue32_v2,
    144: cuStreamWaitValue64_v2,
    145: cuStreamWriteValue32_v2,
    146: cuStreamWriteValue64_v2,
    147: stream_batch,
    300: host_function,
    301: stream_callback,
    302: copy_later,
    336: cuGraphExecDestroy,
    337: cuGraphLaunch,
    365: user_object_end,
    454: cuLinkDestroy,
    487: cuGreenCtxRecordEvent,
    488: cuGreenCtxWaitEvent,
    489: green_stream_create,
    491: cuGreenCtxStreamCreate,
    531: cuArrayDestroy,
    535: box_on_device,
    536: box_later,
    537: box_peer,
    541: cuMipmappedArrayDestroy,
    581: cuTexObjectDestroy,
    583: cuSurfObjectDestroy,
    587: cuTexRefDestroy,
    623: cuMemRelease,
    660: stream_settle,
    661: pages_moved,
}

# Asks without bulk data in.
ASKS = {
    1: ping,
    10: ctx_retain_primary,
    11: ctx_release_primary,
    12: ctx_reset_primary,
    13: ctx_set_primary_flags,
    14: ctx_create,
    15: ctx_destroy,
    16: cuCtxSynchronize,
    17: cuCtxGetLimit,
    18: cuCtxSetLimit,
    22: cuCtxSetFlags,
    23: cuCtxEnablePeerAccess,
    24: cuCtxDisablePeerAccess,
    30: cuMemGetInfo_v2,
    31: cuMemAlloc_v2,
    32: cuMemAllocPitch_v2,
    34: cuMemAllocAsync,
    35: cuMemAllocFromPoolAsync,
    40: pool_of_device,
    41: pool_use,
    42: pool_create,
    43: cuMemPoolDestroy,
    44: cuMemPoolTrimTo,
    45: pool_get_attribute,
    46: pool_set_attribute,
    47: cuMemPoolSetAccess,
    48: pool_get_access,
    51: copy_dtoh,
    55: copy2d_dtoh,
    60: copy_dtoh_async,
    61: copy2d_dtoh_async,
    72: cuStreamQuery,
    73: cuStreamSynchronize,
    76: stream_wait,
    84: cuEventQuery,
    85: cuEventSynchronize,
    86: cuEventElapsedTime,
    92: module_get_function,
    94: cuModuleGetGlobal_v2,
    95: module_functions,
    102: library_get_kernel,
    104: library_get_module,
    105: cuLibraryGetGlobal,
    106: kernel_get_function,
    107: cuKernelSetAttribute,
    109: kernel_get_attribute,
    110: cuFuncSetAttribute,
    113: library_kernels,
    115: cuLibraryGetManaged,
    122: launch_first,
    130: cuOccupancyMaxActiveBlocksPerMultiprocessor,
    131: cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags,
    132: cuOccupancyAvailableDynamicSMemPerBlock,
    133: occupancy_clusters,
    134: occupancy_blocks,
    136: cuDeviceGetP2PAttribute,
    140: nvml_call,
    148: stream_get_attribute,
    149: stream_set_attribute,
    150: cuStreamCopyAttributes,
    320: graph_create,
    321: cuGraphDestroy,
    322: graph_clone,
    323: graph_add_node,
    324: cuGraphDestroyNode,
    325: node_get_type,
    326: graph_get_nodes,
    327: graph_get_edges,
    328: node_get_dependencies,
    329: graph_change_edges,
    330: node_find_in_clone,
    331: node_get_graph,
    332: node_get_params,
    333: node_set_params,
    334: exec_set_params,
    335: graph_instantiate,
    338: graph_launch_first,
    339: cuGraphUpload,
    340: exec_update,
    341: cuGraphExecGetFlags,
    342: cuGraphNodeGetEnabled,
    343: cuGraphNodeSetEnabled,
    344: kernel_node_get_attribute,
    345: kernel_node_set_attribute,
    346: cuGraphKernelNodeCopyAttributes,
    347: conditional_create,
    348: graph_mem_get,
    349: graph_mem_set,
    350: graph_mem_trim,
    351: graph_print,
    352: graph_add_copy,
    353: copy_set_params,
    354: exec_copy_set_params,
    360: user_object_create,
    361: cuUserObjectRetain,
    362: cuUserObjectRelease,
    363: cuGraphRetainUserObject,
    364: cuGraphReleaseUserObject,
    430: graph_add_launch,
    450: link_create,
    452: link_complete,
    470: module_load_kept,
    471: library_load_kept,
    480: green_of_device,
    481: green_of_context,
    482: green_of_green,
    483: green_split,
    484: green_describe,
    485: green_create,
    486: cuGreenCtxDestroy,
    490: peer_atomics,
    500: graph_add_kernel,
    530: cuArray3DCreate_v2,
    533: box_out,
    534: box_out_async,
    540: cuMipmappedArrayCreate,
    542: cuMipmappedArrayGetLevel,
    544: cuTexRefSetMipmappedArray,
    580: cuTexObjectCreate,
    582: cuSurfObjectCreate,
    584: cuModuleGetTexRef,
    585: cuModuleGetSurfRef,
    586: cuTexRefCreate,
    588: cuTexRefSetArray,
    589: cuSurfRefSetArray,
    590: cuTexRefSetAddress_v2,
    591: cuTexRefSetAddress2D_v3,
    592: cuTexRefSetFormat,
    593: cuTexRefSetAddressMode,
    594: cuTexRefSetFilterMode,
    595: cuTexRefSetMipmapFilterMode,
    596: cuTexRefSetMipmapLevelBias,
    597: cuTexRefSetMipmapLevelClamp,
    598: cuTexRefSetMaxAnisotropy,
    599: cuTexRefSetBorderColor,
    600: cuTexRefSetFlags,
    620: cuMemAddressReserve,
    621: cuMemAddressFree,
    622: cuMemCreate,
    624: cuMemMap,
    625: cuMemUnmap,
    626: cuMemSetAccess,
    628: cuMemGetAllocationGranularity,
    700: ipc_memory_export,
    701: ipc_memory_open,
    702: cuIpcCloseMemHandle,
    703: ipc_event_export,
    704: ipc_event_open,
    710: cuMemExportToShareableHandle,
    711: cuMemImportFromShareableHandle,
    712: cuMemPoolExportToShareableHandle,
    713: cuMemPoolImportFromShareableHandle,
    714: cuMemPoolExportPointer,
    715: cuMemPoolImportPointer,
}

# Tells that bulk data follows.
BULK_TELLS = {
    50: copy_htod,
    54: copy2d_htod,
    532: box_in,
}

# Asks that bulk data follows.
BULK_ASKS = {
    90: module_load,
    100: library_load,
    451: link_add,
}

# Values that come with every result, also where the call was not even tried.
EMPTY = {
    90: (b"", b"", b"", b""),
    100: (b"", b"", b"", b""),
    335: (b"", b""),
    340: (b"", b""),
    451: (b"", b"", b""),
    452: (b"", b"", b""),
    470: (b"", b"", b"", b"", 0),
    471: (b"", b"", b"", b"", 0),
}

NAMES = {
    1: "ping",
    2: "ctx_use",
    10: "ctx_retain_primary",
    11: "ctx_release_primary",
    12: "ctx_reset_primary",
    13: "ctx_set_primary_flags",
    14: "ctx_create",
    15: "ctx_destroy",
    16: "cuCtxSynchronize",
    17: "cuCtxGetLimit",
    18: "cuCtxSetLimit",
    19: "cuCtxSetCacheConfig",
    20: "cuCtxSetSharedMemConfig",
    21: "cuCtxResetPersistingL2Cache",
    22: "cuCtxSetFlags",
    23: "cuCtxEnablePeerAccess",
    24: "cuCtxDisablePeerAccess",
    30: "cuMemGetInfo_v2",
    31: "cuMemAlloc_v2",
    32: "cuMemAllocPitch_v2",
    33: "cuMemFree_v2",
    34: "cuMemAllocAsync",
    35: "cuMemAllocFromPoolAsync",
    36: "cuMemFreeAsync",
    40: "pool_of_device",
    41: "pool_use",
    42: "pool_create",
    43: "cuMemPoolDestroy",
    44: "cuMemPoolTrimTo",
    45: "pool_get_attribute",
    46: "pool_set_attribute",
    47: "cuMemPoolSetAccess",
    48: "pool_get_access",
    50: "copy_htod",
    51: "copy_dtoh",
    52: "copy_dtod",
    53: "copy_peer",
    54: "copy2d_htod",
    55: "copy2d_dtoh",
    56: "copy2d_dtod",
    57: "memset",
    58: "copy_small",
    59: "copy_small_legacy",
    60: "copy_dtoh_async",
    61: "copy2d_dtoh_async",
    62: "arrive",
    70: "cuStreamCreateWithPriority",
    71: "cuStreamDestroy_v2",
    72: "cuStreamQuery",
    73: "cuStreamSynchronize",
    74: "cuStreamWaitEvent",
    75: "watch_stream",
    76: "stream_wait",
    80: "cuEventCreate",
    81: "cuEventDestroy_v2",
    82: "cuEventRecord",
    83: "cuEventRecordWithFlags",
    84: "cuEventQuery",
    85: "cuEventSynchronize",
    86: "cuEventElapsedTime",
    87: "watch_event",
    90: "module_load",
    91: "cuModuleUnload",
    92: "module_get_function",
    94: "cuModuleGetGlobal_v2",
    95: "module_functions",
    100: "library_load",
    101: "cuLibraryUnload",
    102: "library_get_kernel",
    104: "library_get_module",
    105: "cuLibraryGetGlobal",
    106: "kernel_get_function",
    107: "cuKernelSetAttribute",
    108: "cuKernelSetCacheConfig",
    109: "kernel_get_attribute",
    110: "cuFuncSetAttribute",
    111: "cuFuncSetCacheConfig",
    112: "cuFuncSetSharedMemConfig",
    113: "library_kernels",
    115: "cuLibraryGetManaged",
    120: "launch",
    121: "launch_ex",
    122: "launch_first",
    130: "cuOccupancyMaxActiveBlocksPerMultiprocessor",
    131: "cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags",
    132: "cuOccupancyAvailableDynamicSMemPerBlock",
    133: "occupancy_clusters",
    134: "occupancy_blocks",
    136: "cuDeviceGetP2PAttribute",
    140: "nvml_call",
    141: "cuCtxRecordEvent",
    142: "cuCtxWaitEvent",
    143: "cuStreamWaitValue32_v2",
    144: "cuStreamWaitValue64_v2",
    145: "cuStreamWriteValue32_v2",
    146: "cuStreamWriteValue64_v2",
    147: "stream_batch",
    148: "stream_get_attribute",
    149: "stream_set_attribute",
    150: "cuStreamCopyAttributes",
    300: "host_function",
    301: "stream_callback",
    302: "copy_later",
    320: "graph_create",
    321: "cuGraphDestroy",
    322: "graph_clone",
    323: "graph_add_node",
    324: "cuGraphDestroyNode",
    325: "node_get_type",
    326: "graph_get_nodes",
    327: "graph_get_edges",
    328: "node_get_dependencies",
    329: "graph_change_edges",
    330: "node_find_in_clone",
    331: "node_get_graph",
    332: "node_get_params",
    333: "node_set_params",
    334: "exec_set_params",
    335: "graph_instantiate",
    336: "cuGraphExecDestroy",
    337: "cuGraphLaunch",
    338: "graph_launch_first",
    339: "cuGraphUpload",
    340: "exec_update",
    341: "cuGraphExecGetFlags",
    342: "cuGraphNodeGetEnabled",
    343: "cuGraphNodeSetEnabled",
    344: "kernel_node_get_attribute",
    345: "kernel_node_set_attribute",
    346: "cuGraphKernelNodeCopyAttributes",
    347: "conditional_create",
    348: "graph_mem_get",
    349: "graph_mem_set",
    350: "graph_mem_trim",
    351: "graph_print",
    352: "graph_add_copy",
    353: "copy_set_params",
    354: "exec_copy_set_params",
    360: "user_object_create",
    361: "cuUserObjectRetain",
    362: "cuUserObjectRelease",
    363: "cuGraphRetainUserObject",
    364: "cuGraphReleaseUserObject",
    365: "user_object_end",
    430: "graph_add_launch",
    450: "link_create",
    451: "link_add",
    452: "link_complete",
    454: "cuLinkDestroy",
    470: "module_load_kept",
    471: "library_load_kept",
    480: "green_of_device",
    481: "green_of_context",
    482: "green_of_green",
    483: "green_split",
    484: "green_describe",
    485: "green_create",
    486: "cuGreenCtxDestroy",
    487: "cuGreenCtxRecordEvent",
    488: "cuGreenCtxWaitEvent",
    489: "green_stream_create",
    490: "peer_atomics",
    491: "cuGreenCtxStreamCreate",
    500: "graph_add_kernel",
    530: "cuArray3DCreate_v2",
    531: "cuArrayDestroy",
    532: "box_in",
    533: "box_out",
    534: "box_out_async",
    535: "box_on_device",
    536: "box_later",
    537: "box_peer",
    540: "cuMipmappedArrayCreate",
    541: "cuMipmappedArrayDestroy",
    542: "cuMipmappedArrayGetLevel",
    544: "cuTexRefSetMipmappedArray",
    580: "cuTexObjectCreate",
    581: "cuTexObjectDestroy",
    582: "cuSurfObjectCreate",
    583: "cuSurfObjectDestroy",
    584: "cuModuleGetTexRef",
    585: "cuModuleGetSurfRef",
    586: "cuTexRefCreate",
    587: "cuTexRefDestroy",
    588: "cuTexRefSetArray",
    589: "cuSurfRefSetArray",
    590: "cuTexRefSetAddress_v2",
    591: "cuTexRefSetAddress2D_v3",
    592: "cuTexRefSetFormat",
    593: "cuTexRefSetAddressMode",
    594: "cuTexRefSetFilterMode",
    595: "cuTexRefSetMipmapFilterMode",
    596: "cuTexRefSetMipmapLevelBias",
    597: "cuTexRefSetMipmapLevelClamp",
    598: "cuTexRefSetMaxAnisotropy",
    599: "cuTexRefSetBorderColor",
    600: "cuTexRefSetFlags",
    620: "cuMemAddressReserve",
    621: "cuMemAddressFree",
    622: "cuMemCreate",
    623: "cuMemRelease",
    624: "cuMemMap",
    625: "cuMemUnmap",
    626: "cuMemSetAccess",
    628: "cuMemGetAllocationGranularity",
    660: "stream_settle",
    661: "pages_moved",
    700: "ipc_memory_export",
    701: "ipc_memory_open",
    702: "cuIpcCloseMemHandle",
    703: "ipc_event_export",
    704: "ipc_event_open",
    710: "cuMemExportToShareableHandle",
    711: "cuMemImportFromShareableHandle",
    712: "cuMemPoolExportToShareableHandle",
    713: "cuMemPoolImportFromShareableHandle",
    714: "cuMemPoolExportPointer",
    715: "cuMemPoolImportPointer",
}

# A letter an argument: wire/arguments.py.
ARGUMENTS = {
    1: "",
    2: "z",
    10: "ni",
    11: "i",
    12: "i",
    13: "iu",
    14: "nui",
    15: "n",
    16: "",
    17: "n",
    18: "nz",
    19: "n",
    20: "n",
    21: "",
    22: "u",
    23: "nu",
    24: "n",
    30: "",
    31: "z",
    32: "zzu",
    33: "z",
    34: "zn",
    35: "znn",
    36: "zn",
    40: "nii",
    41: "in",
    42: "nib",
    43: "n",
    44: "nz",
    45: "nn",
    46: "nnz",
    47: "nb",
    48: "nb",
    50: "zzn",
    51: "zzn",
    52: "zzzn",
    53: "znznzn",
    54: "zzzzn",
    55: "zzzzn",
    56: "zzzzzzn",
    57: "zzuuzzn",
    58: "zbn",
    59: "zb",
    60: "zzn",
    61: "zzzzn",
    62: "",
    70: "nui",
    71: "n",
    72: "n",
    73: "n",
    74: "nnu",
    75: "zuzzi",
    76: "nz",
    80: "nu",
    81: "n",
    82: "nn",
    83: "nnu",
    84: "n",
    85: "n",
    86: "nn",
    87: "zuz",
    90: "nbz",
    91: "n",
    92: "nns",
    94: "ns",
    95: "nzu",
    100: "nbizi",
    101: "n",
    102: "nnsi",
    104: "nnz",
    105: "ns",
    106: "nn",
    107: "nini",
    108: "nni",
    109: "nni",
    110: "nni",
    111: "nn",
    112: "nn",
    113: "nzui",
    115: "ns",
    120: "nuuuuuuunb",
    121: "nuuuuuuunbb",
    122: "nuuuuuuunbb",
    130: "niz",
    131: "nizu",
    132: "nii",
    133: "nuuuuuuubi",
    134: "nub",
    136: "nii",
    140: "sb",
    141: "nn",
    142: "nn",
    143: "nzuu",
    144: "nzzu",
    145: "nzuu",
    146: "nzzu",
    147: "nb",
    148: "nn",
    149: "nnb",
    150: "nn",
    300: "nz",
    301: "nz",
    302: "zzzznz",
    320: "nu",
    321: "n",
    322: "nn",
    323: "nnbbb",
    324: "n",
    325: "n",
    326: "niz",
    327: "nzi",
    328: "nizi",
    329: "nbbbi",
    330: "nn",
    331: "n",
    332: "nu",
    333: "nb",
    334: "nnb",
    335: "nnzn",
    336: "n",
    337: "nn",
    338: "nn",
    339: "nn",
    340: "nn",
    341: "n",
    342: "nn",
    343: "nnu",
    344: "nn",
    345: "nnb",
    346: "nn",
    347: "nnuu",
    348: "in",
    349: "inz",
    350: "i",
    351: "nu",
    352: "nnbbbzzz",
    353: "nbzz",
    354: "nnbzzz",
    360: "nzu",
    361: "nu",
    362: "nu",
    363: "nnuu",
    364: "nnu",
    365: "n",
    430: "nnbbn",
    450: "nb",
    451: "nnsb",
    452: "nz",
    454: "n",
    470: "nbzb",
    471: "nbzib",
    480: "i",
    481: "n",
    482: "n",
    483: "buuu",
    484: "nb",
    485: "nniu",
    486: "n",
    487: "nn",
    488: "nn",
    489: "nnui",
    490: "bii",
    491: "nnui",
    500: "nnbbbnb",
    530: "nb",
    531: "n",
    532: "bn",
    533: "bn",
    534: "bn",
    535: "bn",
    536: "bnz",
    537: "bn",
    540: "nbu",
    541: "n",
    542: "nnu",
    544: "nnu",
    580: "nbbb",
    581: "n",
    582: "nb",
    583: "n",
    584: "nns",
    585: "nns",
    586: "n",
    587: "n",
    588: "nnu",
    589: "nnu",
    590: "nzz",
    591: "nbzz",
    592: "nni",
    593: "nin",
    594: "nn",
    595: "nn",
    596: "nf",
    597: "nff",
    598: "nu",
    599: "nffff",
    600: "nu",
    620: "zzz",
    621: "zz",
    622: "nzb",
    623: "n",
    624: "zzzn",
    625: "zz",
    626: "zzb",
    628: "bn",
    660: "n",
    661: "zz",
    700: "z",
    701: "bu",
    702: "z",
    703: "n",
    704: "nb",
    710: "n",
    711: "nb",
    712: "n",
    713: "nb",
    714: "z",
    715: "nb",
}
