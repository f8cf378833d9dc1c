/* Written by src/bitfusion/api/generate.py from the API table. Do not edit. */
#include "../../libcuda/absent.h"

LC_ABSENT(cuGraphReleaseUserObject)
LC_ABSENT(cuGraphRetainUserObject)
LC_ABSENT(cuUserObjectCreate)
LC_ABSENT(cuUserObjectRelease)
LC_ABSENT(cuUserObjectRetain)
