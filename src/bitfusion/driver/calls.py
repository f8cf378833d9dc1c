"""The hand-written calls of the wire table, by the names they have there; generated/calls.py finds them here."""

from .contexts import (
    ctx_create,
    ctx_destroy,
    ctx_release_primary,
    ctx_reset_primary,
    ctx_retain_primary,
    ctx_set_primary_flags,
    ctx_use,
    ping,
)
from .copies import (
    arrive,
    copy2d_dtod,
    copy2d_dtoh,
    copy2d_dtoh_async,
    copy2d_htod,
    copy_dtoh,
    copy_dtoh_async,
    copy_htod,
    copy_small_legacy,
    memset,
)
from .launches import launch, launch_ex, launch_first, occupancy_blocks, occupancy_clusters
from .memory import (
    cuMemAlloc_v2,
    cuMemAllocAsync,
    cuMemAllocFromPoolAsync,
    cuMemAllocPitch_v2,
    cuMemFree_v2,
    cuMemFreeAsync,
    cuMemGetInfo_v2,
    pool_create,
    pool_get_access,
    pool_get_attribute,
    pool_of_device,
    pool_set_access,
    pool_set_attribute,
    pool_use,
)
from .modules import (
    cuLibraryGetGlobal,
    cuLibraryGetManaged,
    cuLibraryUnload,
    cuModuleGetGlobal_v2,
    cuModuleUnload,
    kernel_get_attribute,
    kernel_get_function,
    library_get_kernel,
    library_get_module,
    library_kernels,
    library_load,
    module_functions,
    module_get_function,
    module_load,
)
from .nvml import nvml_call
from .streams import cuEventDestroy_v2, cuEventRecord, cuEventRecordWithFlags, cuStreamCreateWithPriority, cuStreamDestroy_v2
from .waits import (
    cuCtxSynchronize,
    cuEventElapsedTime,
    cuEventQuery,
    cuEventSynchronize,
    cuStreamQuery,
    cuStreamSynchronize,
    stream_wait,
)
from .watches import watch_event, watch_stream

__all__ = [
    "arrive", "copy2d_dtod", "copy2d_dtoh", "copy2d_dtoh_async", "copy2d_htod", "copy_dtoh", "copy_dtoh_async",
    "copy_htod", "copy_small_legacy", "ctx_create", "ctx_destroy", "ctx_release_primary",
    "ctx_reset_primary", "ctx_retain_primary", "ctx_set_primary_flags", "ctx_use", "cuCtxSynchronize", "cuEventElapsedTime",
    "cuEventQuery", "cuEventRecord", "cuEventRecordWithFlags", "cuEventSynchronize", "cuLibraryGetGlobal",
    "cuLibraryGetManaged", "cuLibraryUnload", "cuMemAllocAsync", "cuMemAllocFromPoolAsync", "cuMemAllocPitch_v2",
    "cuMemAlloc_v2", "cuMemFreeAsync", "cuMemFree_v2", "cuMemGetInfo_v2", "cuModuleGetGlobal_v2", "cuModuleUnload",
    "cuStreamCreateWithPriority", "cuStreamQuery", "cuStreamSynchronize", "kernel_get_attribute", "kernel_get_function",
    "launch", "launch_ex", "launch_first", "library_get_kernel", "library_get_module", "library_kernels", "library_load",
    "memset", "module_functions", "module_get_function", "module_load", "nvml_call", "occupancy_blocks", "occupancy_clusters",
    "ping", "pool_create", "pool_get_access", "pool_get_attribute", "pool_of_device", "pool_set_access", "pool_set_attribute",
    "pool_use", "stream_wait", "watch_event", "watch_stream",
]
