/* Written by src/bitfusion/api/generate.py from the API table. Do not edit. */
#include "../../libcuda/absent.h"

LC_ABSENT(cuIpcGetMemHandle)
LC_ABSENT(cuIpcOpenMemHandle_v2)
LC_ABSENT(cuIpcOpenMemHandle)
LC_ABSENT(cuIpcCloseMemHandle)
