/* The same launches again and again, of every kind that the client cannot decide by itself. */
#include "show.h"

static const char FIXED[] = ".version 6.0\n.target sm_50\n.address_size 64\n"
                            ".visible .entry exactly() .reqntid 32, 2, 1\n{\n    ret;\n}\n"
                            ".visible .entry free()\n{\n    ret;\n}\n";

/* What lay on the stack before is no part of an attribute. */
static CUlaunchAttribute attribute(CUlaunchAttributeID id, int value, int garbage)
{
    CUlaunchAttribute made;
    memset(&made, garbage & 0x7F, sizeof made);
    made.id = id;
    made.value.priority = value;
    return made;
}

int main(int argc, char **argv)
{
    CUmodule module;
    CUfunction exactly, unbounded;
    CUevent event;
    int times = argc > 1 ? atoi(argv[1]) : 1;
    show_context();
    MUST(cuModuleLoadData(&module, FIXED));
    MUST(cuModuleGetFunction(&exactly, module, "exactly"));
    MUST(cuModuleGetFunction(&unbounded, module, "free"));
    MUST(cuEventCreate(&event, CU_EVENT_DISABLE_TIMING));
    for (int i = 0; i < times; i++) {
        CUlaunchAttribute attributes[] = {
            attribute(CU_LAUNCH_ATTRIBUTE_PRIORITY, -1, i),
            attribute(CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION, 1, i + 1),
            attribute(CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT, 0, 0),
        };
        attributes[2].value.launchCompletionEvent.event = event;
        CUlaunchConfig config = {1 + (unsigned)i, 1, 1, 32, 1, 1, 0, NULL, attributes, 3};
        MUST(cuLaunchKernelEx(&config, unbounded, NULL, NULL));
        MUST(cuLaunchKernel(exactly, 1 + (unsigned)i, 1, 1, 32, 2, 1, 0, NULL, NULL, NULL));
        MUST(cuLaunchCooperativeKernel(unbounded, 1, 1, 1, 64, 1, 1, 0, NULL, NULL));
    }
    MUST(cuCtxSynchronize());
    return 0;
}
