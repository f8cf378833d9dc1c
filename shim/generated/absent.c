/* Written by src/bitfusion/api/generate.py from the API table. Do not edit. */
#include "../../libcuda/absent.h"

LC_ABSENT(cuMemAddressReserve)
LC_ABSENT(cuMemAddressFree)
LC_ABSENT(cuMemCreate)
LC_ABSENT(cuMemRelease)
LC_ABSENT(cuMemMap)
LC_ABSENT(cuMemUnmap)
LC_ABSENT(cuMemSetAccess)
LC_ABSENT(cuMemGetAccess)
LC_ABSENT(cuMemExportToShareableHandle)
LC_ABSENT(cuMemImportFromShareableHandle)
LC_ABSENT(cuMemGetAllocationGranularity)
LC_ABSENT(cuMemGetAllocationPropertiesFromHandle)
LC_ABSENT(cuMemRetainAllocationHandle)
