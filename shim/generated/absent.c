/* Written by src/bitfusion/api/generate.py from the API table. Do not edit. */
#include "../../libcuda/absent.h"

