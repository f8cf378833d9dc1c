"""Symbols that are exported and answer CUDA_ERROR_NOT_SUPPORTED, by reason."""

from ..model import ABSENT, Symbol
from ..notation import Chapter

# reason -> "name@version", followed by "+ptsz@version" or "+ptds@version" for its per-thread-stream form.
_REASONS = {
    "32-bit device pointers of CUDA before 3.2": """
        cuDeviceTotalMem@2000 cuMemAlloc@2000 cuMemAllocHost@2000 cuMemAllocPitch@2000 cuMemFree@2000
        cuMemGetAddressRange@2000 cuMemGetInfo@2000 cuMemHostGetDevicePointer@2020 cuMemcpy2D@2000
        cuMemcpy2DAsync@2000 cuMemcpy2DUnaligned@2000 cuMemcpyDtoD@2000 cuMemcpyDtoDAsync@3000 cuMemcpyDtoH@2000
        cuMemcpyDtoHAsync@2000 cuMemcpyHtoD@2000 cuMemcpyHtoDAsync@2000 cuMemsetD16@2000 cuMemsetD2D16@2000
        cuMemsetD2D32@2000 cuMemsetD2D8@2000 cuMemsetD32@2000 cuMemsetD8@2000 cuModuleGetGlobal@2000
    """,
    "arrays, textures and surfaces": """
        cuArray3DCreate@2000 cuArray3DGetDescriptor@2000 cuArrayCreate@2000 cuArrayGetDescriptor@2000
        cuMemcpy3D@2000 cuMemcpy3DAsync@2000 cuMemcpyAtoA@2000 cuMemcpyAtoD@2000 cuMemcpyAtoH@2000
        cuMemcpyAtoHAsync@2000 cuMemcpyDtoA@2000 cuMemcpyHtoA@2000 cuMemcpyHtoAAsync@2000
        cuTensorMapEncodeIm2col@12000 cuTensorMapEncodeIm2colWide@12080
        cuTensorMapEncodeTiled@12000 cuTensorMapReplaceAddress@12000
        cuTexRefGetAddress@2000
        cuTexRefSetAddress@2000 cuTexRefSetAddress2D@2020
    """,
    "graphics interoperation": """
        cuGraphicsMapResources@3000+ptsz@7000 cuGraphicsResourceGetMappedMipmappedArray@5000
        cuGraphicsResourceGetMappedPointer@3000 cuGraphicsResourceGetMappedPointer_v2@3020
        cuGraphicsResourceSetMapFlags@3000 cuGraphicsResourceSetMapFlags_v2@6050
        cuGraphicsSubResourceGetMappedArray@3000 cuGraphicsUnmapResources@3000+ptsz@7000
        cuGraphicsUnregisterResource@3000
    """,
    "external memory and semaphores": """
        cuDestroyExternalMemory@10000 cuDestroyExternalSemaphore@10000 cuDeviceGetNvSciSyncAttributes@10020
        cuExternalMemoryGetMappedBuffer@10000 cuExternalMemoryGetMappedMipmappedArray@10000
        cuImportExternalMemory@10000 cuImportExternalSemaphore@10000
        cuSignalExternalSemaphoresAsync@10000+ptsz@10000 cuWaitExternalSemaphoresAsync@10000+ptsz@10000
    """,
    "decompression in batches": """
        cuMemBatchDecompressAsync@12060+ptsz@12060
    """,
    "checkpoint of a process, whose state is in its server": """
        cuCheckpointProcessCheckpoint@12080 cuCheckpointProcessGetRestoreThreadId@12080
        cuCheckpointProcessGetState@12080 cuCheckpointProcessLock@12080 cuCheckpointProcessRestore@12080
        cuCheckpointProcessUnlock@12080
    """,
}


def _symbol(word: str, reason: str) -> Symbol:
    (name, since), *twins = (part.split("@") for part in word.split("+"))
    return Symbol(name, int(since), "void", ABSENT, tuple((suffix, int(v)) for suffix, v in twins), reason)


CHAPTER = Chapter(tuple(_symbol(word, reason) for reason, words in _REASONS.items() for word in words.split()))
