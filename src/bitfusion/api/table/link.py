"""The linker."""

from ..notation import read_chapter

CHAPTER = read_chapter(
    """
cuLinkCreate@5050 (unsigned int numOptions, CUjit_option *options, void **optionValues, CUlinkState *stateOut):
    is cuLinkCreate_v2(numOptions, options, optionValues, stateOut)
cuLinkCreate_v2@6050 (unsigned int numOptions, CUjit_option *options, void **optionValues, CUlinkState *stateOut):
    hand
cuLinkAddData@5050 (CUlinkState state, CUjitInputType type, void *data, size_t size, const char *name, unsigned int
        numOptions, CUjit_option *options, void **optionValues):
    is cuLinkAddData_v2(state, type, data, size, name, numOptions, options, optionValues)
cuLinkAddData_v2@6050 (CUlinkState state, CUjitInputType type, void *data, size_t size, const char *name, unsigned int
        numOptions, CUjit_option *options, void **optionValues):
    hand
cuLinkAddFile@5050 (CUlinkState state, CUjitInputType type, const char *path, unsigned int numOptions, CUjit_option
        *options, void **optionValues):
    is cuLinkAddFile_v2(state, type, path, numOptions, options, optionValues)
cuLinkAddFile_v2@6050 (CUlinkState state, CUjitInputType type, const char *path, unsigned int numOptions, CUjit_option
        *options, void **optionValues):
    hand
cuLinkComplete@5050 (CUlinkState state, void **cubinOut, size_t *sizeOut):
    hand
cuLinkDestroy@5050 #454 tell (CUlinkState state):
    hand
    server: destroys(state)
# Calls of the wire alone.
link_create #450 ask (CUlinkState *link, bytes options):
    server: cuLinkCreate(*jit(options))
    "options: as of module_load."
link_add #451 ask bulk in (CUlinkState link, CUjitInputType type, const char *name, bytes options, bytes *info_log,
        bytes *error_log, bytes *facts):
    server: links.link_add
    "cuLinkAddData: bulk is the input. Logs and facts, as of module_load, are of the whole link so far."
link_complete #452 ask bulk out (CUlinkState link, size_t room, bytes *info_log, bytes *error_log, bytes *facts):
    server: links.link_complete
    "As link_add; facts also have u64 of the bytes of the image, which is sent if they are not more than `room`. To ask
    again gives the same one."
"""
)
