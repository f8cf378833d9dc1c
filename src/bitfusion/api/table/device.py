"""Initialisation, versions, devices."""

from ..model import HAND, LOCAL, Symbol

SYMBOLS = (
    Symbol("cuGetErrorString", 6000, "CUresult error, const char **pStr", LOCAL),
    Symbol("cuGetErrorName", 6000, "CUresult error, const char **pStr", LOCAL),
    Symbol("cuInit", 2000, "unsigned int Flags", LOCAL),
    Symbol("cuDriverGetVersion", 2020, "int *driverVersion", LOCAL),
    Symbol("cuDeviceGet", 2000, "CUdevice *device, int ordinal", LOCAL),
    Symbol("cuDeviceGetCount", 2000, "int *count", LOCAL),
    Symbol("cuDeviceGetName", 2000, "char *name, int len, CUdevice dev", LOCAL),
    Symbol("cuDeviceGetUuid_v2", 11040, "CUuuid *uuid, CUdevice dev", LOCAL),
    Symbol("cuDeviceTotalMem_v2", 3020, "size_t *bytes, CUdevice dev", LOCAL),
    Symbol("cuDeviceGetAttribute", 2000, "int *pi, CUdevice_attribute attrib, CUdevice dev", LOCAL),
    Symbol("cuDeviceSetMemPool", 11020, "CUdevice dev, CUmemoryPool pool", HAND),
    Symbol("cuDeviceGetMemPool", 11020, "CUmemoryPool *pool, CUdevice dev", HAND),
    Symbol("cuDeviceGetDefaultMemPool", 11020, "CUmemoryPool *pool_out, CUdevice dev", HAND),
    Symbol("cuDeviceGetProperties", 2000, "CUdevprop *prop, CUdevice dev", LOCAL),
    Symbol("cuDeviceComputeCapability", 2000, "int *major, int *minor, CUdevice dev", LOCAL),
    Symbol("cuDeviceGetByPCIBusId", 4010, "CUdevice *dev, const char *pciBusId", LOCAL),
    Symbol("cuDeviceGetPCIBusId", 4010, "char *pciBusId, int len, CUdevice dev", LOCAL),
    Symbol("cuDeviceCanAccessPeer", 4000, "int *canAccessPeer, CUdevice dev, CUdevice peerDev", LOCAL),
    Symbol(
        "cuDeviceGetP2PAttribute",
        8000,
        "int *value, CUdevice_P2PAttribute attrib, CUdevice srcDevice, CUdevice dstDevice",
        LOCAL,
    ),
    Symbol(
        "cuGetProcAddress_v2",
        12000,
        "const char *symbol, void **pfn, int cudaVersion, cuuint64_t flags, CUdriverProcAddressQueryResult "
        "*symbolStatus",
        LOCAL,
    ),
    Symbol("cuGetExportTable", 3000, "const void **ppExportTable, const CUuuid *pExportTableId", LOCAL),
    Symbol("cuDeviceGetUuid", 9020, "CUuuid *uuid, CUdevice dev", LOCAL),
    Symbol("cuGetProcAddress", 11030, "const char *symbol, void **pfn, int cudaVersion, cuuint64_t flags", LOCAL),
)
