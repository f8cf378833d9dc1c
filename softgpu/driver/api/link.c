/* Entry points of the linker. */
#include "../state/link.h"

#include <stdlib.h>

#include "../../../libcuda/file.h"
#include "../../../libcuda/image.h"
#include "../state/context.h"
#include "../state/handles.h"

CUresult cuLinkCreate_v2(unsigned int numOptions, CUjit_option *options, void **optionValues, CUlinkState *stateOut)
{
    ENTER(cuLinkCreate_v2);
    struct sg_context *context;
    struct sg_link *link;
    TRY(sg_context_current(&context));
    REQUIRE(stateOut, CUDA_ERROR_INVALID_VALUE);
    TRY(sg_link_create(numOptions, options, optionValues, &link));
    *stateOut = (CUlinkState)link->handle;
    return CUDA_SUCCESS;
}

static CUresult find(CUlinkState handle, struct sg_link **out)
{
    *out = sg_handles_get(handle, SG_LINK);
    return *out ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult cuLinkAddData_v2(CUlinkState state, CUjitInputType type, void *data, size_t size, const char *name,
                          unsigned int numOptions, CUjit_option *options, void **optionValues)
{
    ENTER(cuLinkAddData_v2);
    struct sg_link *link;
    TRY(find(state, &link));
    REQUIRE((unsigned)type < CU_JIT_NUM_INPUT_TYPES && data && size, CUDA_ERROR_INVALID_VALUE);
    TRY(lc_jit_read_input(numOptions, options, optionValues));
    return sg_link_add(link, type, data, size, name ? name : LC_JIT_UNNAMED);
}

CUresult cuLinkAddFile_v2(CUlinkState state, CUjitInputType type, const char *path, unsigned int numOptions,
                          CUjit_option *options, void **optionValues)
{
    ENTER(cuLinkAddFile_v2);
    struct sg_link *link;
    void *data;
    size_t bytes;
    TRY(find(state, &link));
    REQUIRE((unsigned)type < CU_JIT_NUM_INPUT_TYPES && path, CUDA_ERROR_INVALID_VALUE);
    TRY(lc_jit_read_input(numOptions, options, optionValues));
    TRY(lc_file_read(path, LC_IMAGE_BYTES_MAX, &data, &bytes));
    CUresult result = sg_link_add(link, type, data, bytes, path);
    free(data);
    return result;
}

CUresult cuLinkComplete(CUlinkState state, void **cubinOut, size_t *sizeOut)
{
    ENTER(cuLinkComplete);
    struct sg_link *link;
    TRY(find(state, &link));
    REQUIRE(cubinOut, CUDA_ERROR_INVALID_VALUE);
    return sg_link_complete(link, cubinOut, sizeOut);
}

CUresult cuLinkDestroy(CUlinkState state)
{
    ENTER(cuLinkDestroy);
    struct sg_link *link;
    TRY(find(state, &link));
    REQUIRE(sg_handles_drop(state), CUDA_ERROR_INVALID_HANDLE);
    sg_link_destroy(link);
    return CUDA_SUCCESS;
}

/* ---- their first forms, which are the same */

CUresult cuLinkCreate(unsigned int numOptions, CUjit_option *options, void **optionValues, CUlinkState *stateOut)
{
    return cuLinkCreate_v2(numOptions, options, optionValues, stateOut);
}

CUresult cuLinkAddData(CUlinkState state, CUjitInputType type, void *data, size_t size, const char *name,
                       unsigned int numOptions, CUjit_option *options, void **optionValues)
{
    return cuLinkAddData_v2(state, type, data, size, name, numOptions, options, optionValues);
}

CUresult cuLinkAddFile(CUlinkState state, CUjitInputType type, const char *path, unsigned int numOptions,
                       CUjit_option *options, void **optionValues)
{
    return cuLinkAddFile_v2(state, type, path, numOptions, options, optionValues);
}
