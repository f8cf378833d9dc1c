"""Calls on the wire, in the order of their ids. An id is never reused; a new call takes a new id.

A call that mirrors one driver function carries its name. `int` and `unsigned` widths matter to C only: on the wire
every integer is a msgpack integer. A parameter `CUstream *x` in args is a handle that the client numbers.
"""

from ..model import ASK, TELL, Wire

_VALUE32 = "CUstream stream, CUdeviceptr addr, cuuint32_t value, unsigned int flags"
_VALUE64 = "CUstream stream, CUdeviceptr addr, cuuint64_t value, unsigned int flags"

WIRES: tuple[Wire, ...] = (
    # Session.
    Wire(1, "ping", ASK, server="CUDA_SUCCESS", doc="Nothing but a round trip."),
    Wire(
        2,
        "ctx_use",
        TELL,
        "unsigned long long ctx",
        server="contexts.ctx_use",
        doc="The calls that follow are made with `ctx` current (0: none).",
    ),
    # Contexts.
    Wire(
        10,
        "ctx_retain_primary",
        ASK,
        "CUcontext *ctx, CUdevice dev",
        server="cuDevicePrimaryCtxRetain(dev)",
        does="makes(primary(dev))",
        doc="Retain the primary context of `dev` under the client's number; once a session and device.",
    ),
    Wire(
        11,
        "ctx_release_primary",
        ASK,
        "CUdevice dev",
        server="cuDevicePrimaryCtxRelease(dev)",
        does="destroys(primary(dev))",
        doc="Undo ctx_retain_primary; every handle of that context becomes invalid.",
    ),
    Wire(
        12,
        "ctx_reset_primary",
        ASK,
        "CUdevice dev",
        server="cuDevicePrimaryCtxReset(dev)",
        does="destroys(primary(dev)); then(cuDevicePrimaryCtxRelease(dev))",
    ),
    Wire(
        13,
        "ctx_set_primary_flags",
        ASK,
        "CUdevice dev, unsigned int flags",
        server="cuDevicePrimaryCtxSetFlags(dev, flags)",
    ),
    Wire(
        14,
        "ctx_create",
        ASK,
        "CUcontext *ctx, unsigned int flags, CUdevice dev",
        server="cuCtxCreate(flags, dev)",
        does="then(cuCtxPopCurrent())",
    ),
    Wire(15, "ctx_destroy", ASK, "CUcontext ctx", server="cuCtxDestroy(ctx)", does="destroys(ctx)"),
    Wire(16, "cuCtxSynchronize", ASK, server="waits.cuCtxSynchronize", blocks=True, carries=True),
    Wire(17, "cuCtxGetLimit", ASK, "CUlimit limit", "size_t pvalue"),
    Wire(18, "cuCtxSetLimit", ASK, "CUlimit limit, size_t value"),
    Wire(19, "cuCtxSetCacheConfig", TELL, "CUfunc_cache config"),
    Wire(20, "cuCtxSetSharedMemConfig", TELL, "CUsharedconfig config"),
    Wire(21, "cuCtxResetPersistingL2Cache", TELL),
    Wire(22, "cuCtxSetFlags", ASK, "unsigned int flags"),
    Wire(23, "cuCtxEnablePeerAccess", ASK, "CUcontext peerContext, unsigned int Flags"),
    Wire(24, "cuCtxDisablePeerAccess", ASK, "CUcontext peerContext"),
    # Device memory. Pointers are the server's own addresses.
    Wire(30, "cuMemGetInfo_v2", ASK, "", "size_t free, size_t total", server="memory.cuMemGetInfo_v2"),
    Wire(31, "cuMemAlloc_v2", ASK, "size_t bytesize", "CUdeviceptr dptr", does="allocates(bytesize)"),
    Wire(
        32,
        "cuMemAllocPitch_v2",
        ASK,
        "size_t WidthInBytes, size_t Height, unsigned int ElementSizeBytes",
        "CUdeviceptr dptr, size_t pPitch",
        does="allocates(pPitch * Height)",
    ),
    Wire(33, "cuMemFree_v2", TELL, "CUdeviceptr dptr", does="frees(dptr)"),
    Wire(
        34,
        "cuMemAllocAsync",
        ASK,
        "size_t bytesize, CUstream hStream",
        "CUdeviceptr dptr",
        does="allocates(bytesize)",
    ),
    Wire(
        35,
        "cuMemAllocFromPoolAsync",
        ASK,
        "size_t bytesize, CUmemoryPool pool, CUstream hStream",
        "CUdeviceptr dptr",
        does="allocates(bytesize)",
    ),
    Wire(36, "cuMemFreeAsync", TELL, "CUdeviceptr dptr, CUstream hStream", does="frees(dptr)"),
    Wire(
        40,
        "pool_of_device",
        ASK,
        "CUmemoryPool *pool, CUdevice dev, int is_default",
        server="cuDeviceGetDefaultMemPool(dev) if is_default else cuDeviceGetMemPool(dev)",
        doc="Number the device's default (1) or current (0) pool.",
    ),
    Wire(
        41,
        "pool_use",
        ASK,
        "CUdevice dev, CUmemoryPool pool",
        server="cuDeviceSetMemPool(dev, pool)",
        doc="cuDeviceSetMemPool.",
    ),
    Wire(
        42,
        "pool_create",
        ASK,
        "CUmemoryPool *pool, CUdevice dev, CUmemPoolProps props",
        server="cuMemPoolCreate(props)",
        doc="A pinned-type pool of device memory; other kinds are refused in the client. `dev` is where it is.",
    ),
    Wire(43, "cuMemPoolDestroy", ASK, "CUmemoryPool pool", does="destroys(pool)"),
    Wire(44, "cuMemPoolTrimTo", ASK, "CUmemoryPool pool, size_t minBytesToKeep"),
    Wire(
        45,
        "pool_get_attribute",
        ASK,
        "CUmemoryPool pool, CUmemPool_attribute attr",
        "cuuint64_t value",
        server="cuMemPoolGetAttribute(pool, attr)",
    ),
    Wire(
        46,
        "pool_set_attribute",
        ASK,
        "CUmemoryPool pool, CUmemPool_attribute attr, cuuint64_t value",
        # The first attributes are of type int, the others cuuint64_t; cuda-python wants each as its own.
        server=(
            "cuMemPoolSetAttribute(pool, attr, int32(value)) if attr <= "
            "CUmemPool_attribute.CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES "
            "else cuMemPoolSetAttribute(pool, attr, cuuint64_t(value))"
        ),
    ),
    Wire(
        47,
        "pool_set_access",
        ASK,
        "CUmemoryPool pool, CUmemAccessDesc[] access",
        server="cuMemPoolSetAccess(pool, access, len(access))",
    ),
    Wire(
        48,
        "pool_get_access",
        ASK,
        "CUmemoryPool pool, CUmemLocation location",
        "CUmemAccess_flags flags",
        server="cuMemPoolGetAccess(pool, location)",
    ),
    # Copies and fills. Sizes are bytes; `stream` is the order; bulk data follows the request or precedes the reply.
    Wire(
        50,
        "copy_htod",
        TELL,
        "CUdeviceptr dst, size_t bytes, CUstream stream",
        bulk="in",
        server="copies.copy_htod",
        carries=True,
        doc="bulk is the `bytes` bytes.",
    ),
    Wire(
        51,
        "copy_dtoh",
        ASK,
        "CUdeviceptr src, size_t bytes, CUstream stream",
        bulk="out",
        server="copies.copy_dtoh",
        blocks=True,
        carries=True,
        doc="Starts in order, replies when the bytes have been sent.",
    ),
    Wire(
        52,
        "copy_dtod",
        TELL,
        "CUdeviceptr dst, CUdeviceptr src, size_t bytes, CUstream stream",
        server="cuMemcpyDtoDAsync(dst, src, bytes, stream)",
        carries=True,
    ),
    Wire(
        53,
        "copy_peer",
        TELL,
        "CUdeviceptr dst, CUcontext dst_ctx, CUdeviceptr src, CUcontext src_ctx, size_t bytes, CUstream stream",
        server="cuMemcpyPeerAsync(dst, dst_ctx, src, src_ctx, bytes, stream)",
        carries=True,
    ),
    Wire(
        54,
        "copy2d_htod",
        TELL,
        "CUdeviceptr dst, size_t dst_pitch, size_t width, size_t height, CUstream stream",
        bulk="in",
        server="copies.copy2d_htod",
        carries=True,
        doc="bulk is `height` rows of `width` bytes, packed; dst is the first byte written.",
    ),
    Wire(
        55,
        "copy2d_dtoh",
        ASK,
        "CUdeviceptr src, size_t src_pitch, size_t width, size_t height, CUstream stream",
        bulk="out",
        server="copies.copy2d_dtoh",
        blocks=True,
        carries=True,
        doc="Rows come back packed.",
    ),
    Wire(
        56,
        "copy2d_dtod",
        TELL,
        "CUdeviceptr dst, size_t dst_pitch, CUdeviceptr src, size_t src_pitch, size_t width, size_t height, CUstream"
        " stream",
        server=(
            "cuMemcpy2DAsync(CUDA_MEMCPY2D(WidthInBytes=width, Height=height, "
            "dstMemoryType=CUmemorytype.CU_MEMORYTYPE_DEVICE, dstDevice=CUdeviceptr(dst), dstPitch=dst_pitch, "
            "srcMemoryType=CUmemorytype.CU_MEMORYTYPE_DEVICE, srcDevice=CUdeviceptr(src), srcPitch=src_pitch), stream)"
        ),
        carries=True,
    ),
    Wire(
        57,
        "memset",
        TELL,
        "CUdeviceptr dst, size_t pitch, unsigned int value, unsigned int element_bytes, size_t width, size_t height, "
        "CUstream stream",
        server=(
            "cuMemsetD8Async(dst, uint8(value), width, stream) if element_bytes == 1 and height == 1 "
            "else cuMemsetD32Async(dst, value, width, stream) if element_bytes == 4 and height == 1 "
            "else cuMemsetD16Async(dst, uint16(value), width, stream) if element_bytes == 2 and height == 1 "
            "else cuMemsetD2D8Async(dst, pitch, uint8(value), width, height, stream) if element_bytes == 1 "
            "else cuMemsetD2D32Async(dst, pitch, value, width, height, stream) if element_bytes == 4 "
            "else cuMemsetD2D16Async(dst, pitch, uint16(value), width, height, stream) if element_bytes == 2 "
            "else CUDA_ERROR_INVALID_VALUE"
        ),
        carries=True,
        doc="width in elements; height 1 and pitch 0 for a linear fill.",
    ),
    Wire(
        58,
        "copy_small",
        TELL,
        "CUdeviceptr dst, bytes data, CUstream stream",
        server="cuMemcpyHtoDAsync(dst, *data, stream)",
        carries=True,
        doc="copy_htod of at most BULK_INLINE_BYTES, which are in the call itself: it needs no frame of its own.",
    ),
    Wire(
        59,
        "copy_small_legacy",
        TELL,
        "CUdeviceptr dst, bytes data",
        server="cuMemcpyHtoDAsync(dst, *data, CUstream(0))",
        does="arrives",
        carries=True,
        doc="copy_small on the legacy stream, and `arrive`.",
    ),
    Wire(
        60,
        "copy_dtoh_async",
        ASK,
        "CUdeviceptr src, size_t bytes, CUstream stream",
        bulk="out",
        server="copies.copy_dtoh_async",
        blocks=True,
        carries=True,
        doc=(
            "copy_dtoh that nobody waits for: before something is told to be complete that comes after it, its bytes"
            " have been sent. If it fails, FAULT comes before the reply."
        ),
    ),
    Wire(
        61,
        "copy2d_dtoh_async",
        ASK,
        "CUdeviceptr src, size_t src_pitch, size_t width, size_t height, CUstream stream",
        bulk="out",
        server="copies.copy2d_dtoh_async",
        blocks=True,
        carries=True,
        doc="Rows come back packed.",
    ),
    Wire(
        62,
        "arrive",
        TELL,
        server="copies.arrive",
        doc=(
            "What is in the legacy stream of the context is complete before any call begins that comes later, in"
            " whatever stream."
        ),
    ),
    # Streams and events.
    Wire(
        70,
        "cuStreamCreateWithPriority",
        TELL,
        "CUstream *phStream, unsigned int flags, int priority",
    ),
    Wire(71, "cuStreamDestroy_v2", TELL, "CUstream stream", does="destroys(stream)"),
    Wire(72, "cuStreamQuery", ASK, "CUstream hStream", does="settles", carries=True),
    Wire(
        73,
        "cuStreamSynchronize",
        ASK,
        "CUstream hStream",
        server="waits.cuStreamSynchronize",
        blocks=True,
        carries=True,
    ),
    Wire(74, "cuStreamWaitEvent", TELL, "CUstream hStream, CUevent hEvent, unsigned int Flags", carries=True),
    Wire(
        75,
        "watch_stream",
        TELL,
        "size_t stream, unsigned int token, size_t number, size_t put, int look",
        server="watches.watch_stream",
        doc=(
            "When all that `stream` (its number) has now is complete, tell PROGRESS with the next three; `look`: if it"
            " is not so now, tell RUNNING at once."
        ),
    ),
    Wire(
        76,
        "stream_wait",
        ASK,
        "CUstream stream, size_t number",
        server="waits.stream_wait",
        blocks=True,
        carries=True,
        doc=(
            "cuStreamSynchronize of a client that says which call was the last that it put into the stream: who waits"
            " for the same one waits together."
        ),
    ),
    Wire(80, "cuEventCreate", TELL, "CUevent *phEvent, unsigned int Flags"),
    Wire(81, "cuEventDestroy_v2", TELL, "CUevent event", does="destroys(event)"),
    Wire(82, "cuEventRecord", TELL, "CUevent hEvent, CUstream hStream", does="records(hEvent)", carries=True),
    Wire(
        83,
        "cuEventRecordWithFlags",
        TELL,
        "CUevent hEvent, CUstream hStream, unsigned int flags",
        does="records(hEvent)",
        carries=True,
    ),
    Wire(84, "cuEventQuery", ASK, "CUevent hEvent", does="settles", carries=True),
    Wire(
        85, "cuEventSynchronize", ASK, "CUevent hEvent", does="waits(cuEventQuery(hEvent))", blocks=True, carries=True
    ),
    Wire(
        86,
        "cuEventElapsedTime",
        ASK,
        "CUevent hStart, CUevent hEnd",
        "float pMilliseconds",
        does="settles",
    ),
    Wire(
        87,
        "watch_event",
        TELL,
        "size_t event, unsigned int token, size_t number",
        server="watches.watch_event",
        doc=(
            "When the last record of `event` (its number) is complete, tell PROGRESS with the other two, or nothing if"
            " it is recorded again before that. If it is not complete now, tell RUNNING at once."
        ),
    ),
    # Modules, libraries, kernels, functions. A description is packed little-endian u32 attribute_count, i32 attribute
    # values 0.., u32 param_count, then u32 offset, u32 size of each parameter. A listing is u32 how many there are in
    # all (0xffffffff: the driver cannot tell), then of each that is listed its name with a NUL, u32 size of its
    # description, and that. They are numbered one after another.
    Wire(
        90,
        "module_load",
        ASK,
        "CUmodule *mod, bytes options, cuuint64_t first",
        "bytes info_log, bytes error_log, listing mod",
        bulk="in",
        server="modules.module_load",
        doc=(
            "bulk is the image; options: packed i32 CUjit_option, u64 value pairs. Logs also come on failure. The"
            " functions are listed if they are few, and numbered from `first`; 0: they are not wanted."
        ),
    ),
    Wire(
        470,
        "module_load_kept",
        ASK,
        "CUmodule *mod, bytes options, cuuint64_t first, bytes digest",
        "bytes info_log, bytes error_log, listing mod, int kept",
        server="modules.module_load_kept",
        doc=(
            "module_load of an image that the server may have: `digest` is its SHA-256. `kept` 0: it has not, and"
            " nothing was loaded."
        ),
    ),
    Wire(91, "cuModuleUnload", TELL, "CUmodule hmod", does="destroys(hmod)"),
    Wire(
        92,
        "module_get_function",
        ASK,
        "CUfunction *fn, CUmodule mod, const char *name",
        "description fn",
        server="cuModuleGetFunction(mod, name)",
    ),
    Wire(
        94,
        "cuModuleGetGlobal_v2",
        ASK,
        "CUmodule hmod, const char *name",
        "CUdeviceptr dptr, size_t bytes",
    ),
    Wire(
        95,
        "module_functions",
        ASK,
        "CUmodule mod, cuuint64_t first, unsigned int start",
        "listing mod",
        server="CUDA_SUCCESS",
        doc=(
            "Functions from the one at index `start`, numbered from `first`, as many as go into a reply; none if"
            " `first` is 0."
        ),
    ),
    Wire(
        100,
        "library_load",
        ASK,
        "CUlibrary *lib, bytes options, int preserve_binary, cuuint64_t first, CUdevice dev",
        "bytes info_log, bytes error_log, listing lib",
        bulk="in",
        server="modules.library_load",
        doc="As module_load; needs no context. Attributes are those on device `dev`.",
    ),
    Wire(
        471,
        "library_load_kept",
        ASK,
        "CUlibrary *lib, bytes options, cuuint64_t first, CUdevice dev, bytes digest",
        "bytes info_log, bytes error_log, listing lib, int kept",
        server="modules.library_load_kept",
        doc="library_load of an image that the server may have, as module_load_kept.",
    ),
    Wire(101, "cuLibraryUnload", TELL, "CUlibrary library", does="destroys(library)"),
    Wire(
        102,
        "library_get_kernel",
        ASK,
        "CUkernel *kernel, CUlibrary lib, const char *name, CUdevice dev",
        "description kernel",
        server="cuLibraryGetKernel(lib, name)",
        doc="Attributes are those on device `dev`.",
    ),
    Wire(
        104,
        "library_get_module",
        ASK,
        "CUmodule *mod, CUlibrary lib, cuuint64_t first",
        "listing mod",
        server="cuLibraryGetModule(lib)",
        doc="The functions are listed as with module_load.",
    ),
    Wire(
        105,
        "cuLibraryGetGlobal",
        ASK,
        "CUlibrary library, const char *name",
        "CUdeviceptr dptr, size_t bytes",
    ),
    Wire(
        115,
        "cuLibraryGetManaged",
        ASK,
        "CUlibrary library, const char *name",
        "CUdeviceptr dptr, size_t bytes",
    ),
    Wire(
        106,
        "kernel_get_function",
        ASK,
        "CUfunction *fn, CUkernel kernel",
        "description fn",
        server="cuKernelGetFunction(kernel)",
    ),
    Wire(107, "cuKernelSetAttribute", ASK, "CUfunction_attribute attrib, int val, CUkernel kernel, CUdevice dev"),
    Wire(108, "cuKernelSetCacheConfig", TELL, "CUkernel kernel, CUfunc_cache config, CUdevice dev"),
    Wire(
        109,
        "kernel_get_attribute",
        ASK,
        "CUfunction_attribute attrib, CUkernel kernel, CUdevice dev",
        "int pi",
        server="cuKernelGetAttribute(attrib, kernel, dev)",
        doc="For a device other than the description's.",
    ),
    Wire(110, "cuFuncSetAttribute", ASK, "CUfunction hfunc, CUfunction_attribute attrib, int value"),
    Wire(111, "cuFuncSetCacheConfig", TELL, "CUfunction hfunc, CUfunc_cache config"),
    Wire(112, "cuFuncSetSharedMemConfig", TELL, "CUfunction hfunc, CUsharedconfig config"),
    Wire(
        113,
        "library_kernels",
        ASK,
        "CUlibrary lib, cuuint64_t first, unsigned int start, CUdevice dev",
        "listing lib",
        server="CUDA_SUCCESS",
        doc="As module_functions.",
    ),
    # Launches. `fn` is a function or a kernel: both kinds share one number space. `params` is the parameter block.
    Wire(
        120,
        "launch",
        TELL,
        "CUfunction fn, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx, unsigned int by, "
        "unsigned int bz, unsigned int shared_bytes, CUstream stream, bytes params",
        server="launches.launch",
        does="whole",
        doc="cuLaunchKernel. `params` is the parameter block, packed as the function's description says.",
    ),
    Wire(
        121,
        "launch_ex",
        TELL,
        "CUfunction fn, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx, unsigned int by, "
        "unsigned int bz, unsigned int shared_bytes, CUstream stream, CUlaunchAttribute[] attributes, bytes params",
        server="launches.launch_ex",
    ),
    Wire(
        122,
        "launch_first",
        ASK,
        "CUfunction fn, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx, unsigned int by, "
        "unsigned int bz, unsigned int shared_bytes, CUstream stream, CUlaunchAttribute[] attributes, bytes params",
        does="asks(launch_ex)",
        doc="launch_ex with the driver's answer: for a configuration of a function that it has not accepted before.",
    ),
    # Occupancy.
    Wire(
        130,
        "cuOccupancyMaxActiveBlocksPerMultiprocessor",
        ASK,
        "CUfunction func, int blockSize, size_t dynamicSMemSize",
        "int numBlocks",
    ),
    Wire(
        131,
        "cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags",
        ASK,
        "CUfunction func, int blockSize, size_t dynamicSMemSize, unsigned int flags",
        "int numBlocks",
    ),
    Wire(
        132,
        "cuOccupancyAvailableDynamicSMemPerBlock",
        ASK,
        "CUfunction func, int numBlocks, int blockSize",
        "size_t dynamicSmemSize",
    ),
    Wire(
        133,
        "occupancy_clusters",
        ASK,
        "CUfunction fn, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx, unsigned int by, "
        "unsigned int bz, unsigned int shared_bytes, CUlaunchAttribute[] attributes, int want_size",
        "int value",
        server="launches.occupancy_clusters",
        doc="cuOccupancyMaxPotentialClusterSize (want_size 1) or cuOccupancyMaxActiveClusters (0).",
    ),
    Wire(
        134,
        "occupancy_blocks",
        ASK,
        "CUfunction fn, unsigned int flags, bytes sizes",
        "ints blocks",
        server=(
            "[cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(fn, size, shared_bytes, flags) "
            "for size, shared_bytes in sizes]"
        ),
        does="takes(sizes: int size, size_t shared_bytes)",
        doc=(
            "cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags of each. sizes: packed u32 block size, u64 dynamic"
            " shared memory; blocks: packed i32."
        ),
    ),
    # Devices.
    Wire(
        136,
        "cuDeviceGetP2PAttribute",
        ASK,
        "CUdevice_P2PAttribute attrib, CUdevice srcDevice, CUdevice dstDevice",
        "int value",
    ),
    # NVML. One call carries them all: api/table/nvml.py has the functions, api/emit_nvml_calls.py how their parameters
    # are packed.
    Wire(
        140,
        "nvml_call",
        ASK,
        "const char *function, bytes arguments",
        "unsigned int returned, bytes values",
        server="nvml_calls.nvml_call",
        doc=(
            "What goes in: of each parameter in order, devices as u32 on this server. What comes out: of each parameter"
            " in order; after NVML_ERROR_INSUFFICIENT_SIZE the counts alone, after another error nothing."
        ),
    ),
    # Events of whole contexts.
    Wire(141, "cuCtxRecordEvent", TELL, "CUcontext hCtx, CUevent hEvent", does="records(hEvent)"),
    Wire(142, "cuCtxWaitEvent", TELL, "CUcontext hCtx, CUevent hEvent", server="streams.cuCtxWaitEvent"),
    # Stream memory operations. The client asks for what the second interface (_v2) has.
    Wire(143, "cuStreamWaitValue32_v2", TELL, _VALUE32),
    Wire(144, "cuStreamWaitValue64_v2", TELL, _VALUE64),
    Wire(145, "cuStreamWriteValue32_v2", TELL, _VALUE32),
    Wire(146, "cuStreamWriteValue64_v2", TELL, _VALUE64),
    Wire(
        147,
        "stream_batch",
        TELL,
        "CUstream stream, CUstreamBatchMemOpParams[] ops",
        server="cuStreamBatchMemOp(stream, len(ops), ops, 0)",
    ),
    # Attributes of streams.
    Wire(
        148,
        "stream_get_attribute",
        ASK,
        "CUstream stream, CUlaunchAttributeID attr",
        "CUstreamAttrValue value",
        server="cuStreamGetAttribute(stream, attr)",
    ),
    Wire(
        149,
        "stream_set_attribute",
        ASK,
        "CUstream stream, CUlaunchAttributeID attr, CUstreamAttrValue value",
        server="cuStreamSetAttribute(stream, attr, value)",
    ),
    Wire(150, "cuStreamCopyAttributes", ASK, "CUstream dst, CUstream src"),
)
