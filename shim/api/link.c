/* The linker. It runs on the server of the context in which a link was made; what it makes comes here, because the
 * program may look at it, and loads it as it loads any image. */
#include <stdlib.h>

#include "../../libcuda/generated/cuda_api.h"
#include "../state/contexts.h"
#include "../state/drop.h"
#include "../state/images.h"
#include "../state/links.h"
#include "../state/lookup.h"

/* More than what an image has besides what came of its inputs. */
enum { IMAGE_ROOM = 64 << 10 };

CUresult cuLinkCreate_v2(unsigned int numOptions, CUjit_option *options, void **optionValues, CUlinkState *stateOut)
{
    struct bf_object *context, *link = NULL;
    struct bf_jit jit;
    CUresult result = bf_contexts_current(&context);
    if (!result && !stateOut)
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = bf_jit_pack(numOptions, options, optionValues, &jit);
    if (result)
        return result;
    struct bf_linked *linked = bf_links_new(&jit.asked);
    uint64_t number = bf_server_number(context->server);
    result = linked ? BF_ASK(bf_in(context), NULL, link_create, bf_u(number), bf_bytes(jit.packed, jit.bytes))
                    : CUDA_ERROR_OUT_OF_MEMORY;
    if (!result)
        link = bf_objects_new(
            &(struct bf_object){.kind = BF_LINK, .server = context->server, .number = number, .link = linked});
    if (!link) {
        bf_links_free(linked);
        return result ? result : CUDA_ERROR_OUT_OF_MEMORY;
    }
    bf_jit_return(&jit.asked, (struct bf_value[BF_JIT_VALUES]){0});
    *stateOut = (CUlinkState)link;
    return CUDA_SUCCESS;
}

/* The checks that come before an input is looked at. */
static CUresult find_for_input(CUlinkState state, CUjitInputType type, const void *source, unsigned count,
                               const CUjit_option *options, void **values, struct bf_jit *jit, struct bf_object **out)
{
    CUresult result = bf_lookup_find(BF_LINK, state, out);
    if (!result && ((unsigned)type >= CU_JIT_NUM_INPUT_TYPES || !source))
        result = CUDA_ERROR_INVALID_VALUE;
    if (!result)
        result = lc_jit_read_input(count, options, values);
    return result ? result : bf_jit_pack(count, options, values, jit);
}

static CUresult add(struct bf_object *link, CUjitInputType type, const struct bf_bytes *input, const char *name,
                    const struct bf_jit *jit)
{
    struct bf_rows bulk = bf_rows_plain(input->data, input->bytes);
    struct bf_ask ask;
    uint64_t none;
    CUresult result = BF_ASK_HELD(bf_on(link->server), &bulk, &ask, link_add, bf_u(link->number), bf_u(type),
                                  bf_text(name), bf_bytes(jit->packed, jit->bytes));
    bf_links_return(link->link, &ask, &none);
    bf_stream_ask_end(&ask);
    if (!result)
        link->link->input_bytes += input->bytes;
    return result;
}

CUresult cuLinkAddData_v2(CUlinkState state, CUjitInputType type, void *data, size_t size, const char *name,
                          unsigned int numOptions, CUjit_option *options, void **optionValues)
{
    struct bf_object *link;
    struct bf_jit jit;
    CUresult result = find_for_input(state, type, size ? data : NULL, numOptions, options, optionValues, &jit, &link);
    if (!result && size > BF_IMAGE_BYTES_MAX)
        result = CUDA_ERROR_INVALID_IMAGE;
    if (!result && name && strlen(name) > BF_NAME_BYTES_MAX)
        result = CUDA_ERROR_INVALID_VALUE;
    return result ? result : add(link, type, &(struct bf_bytes){data, size, false}, name ? name : LC_JIT_UNNAMED, &jit);
}

CUresult cuLinkAddFile_v2(CUlinkState state, CUjitInputType type, const char *path, unsigned int numOptions,
                          CUjit_option *options, void **optionValues)
{
    struct bf_object *link;
    struct bf_jit jit;
    struct bf_bytes bytes;
    CUresult result = find_for_input(state, type, path, numOptions, options, optionValues, &jit, &link);
    if (!result)
        result = bf_images_read(path, &bytes);
    if (result)
        return result;
    /* Of an empty file the NUL behind it: no input has no bytes. */
    bytes.bytes += !bytes.bytes;
    result = add(link, type, &bytes, path, &jit);
    bf_images_release(&bytes);
    return result;
}

/* Once more if there is not the room for it: it says how much it takes. With the link's lock held. */
static CUresult complete(struct bf_object *link)
{
    struct bf_linked *linked = link->link;
    uint64_t room = linked->input_bytes + IMAGE_ROOM, bytes = 0;
    CUresult result = CUDA_SUCCESS;
    while (!result && !linked->image) {
        void *image = room <= BF_IMAGE_BYTES_MAX ? malloc(room) : NULL;
        struct bf_rows into = bf_rows_plain(image, room);
        struct bf_ask ask;
        if (!image)
            return CUDA_ERROR_OUT_OF_MEMORY;
        result = BF_ASK_HELD_INTO(bf_on(link->server), &into, &ask, link_complete, bf_u(link->number), bf_u(room));
        bf_links_return(linked, &ask, &bytes);
        bf_stream_ask_end(&ask);
        if (!result && bytes <= room) {
            linked->image = image;
            linked->image_bytes = bytes;
        } else {
            free(image);
            room = bytes;
        }
    }
    return result;
}

CUresult cuLinkComplete(CUlinkState state, void **cubinOut, size_t *sizeOut)
{
    struct bf_object *link;
    CUresult result = bf_lookup_find(BF_LINK, state, &link);
    if (result)
        return result;
    if (!cubinOut)
        return CUDA_ERROR_INVALID_VALUE;
    struct bf_linked *linked = link->link;
    pthread_mutex_lock(&linked->lock);
    if (!linked->image)
        result = complete(link);
    if (!result) {
        *cubinOut = linked->image;
        if (sizeOut)
            *sizeOut = linked->image_bytes;
    }
    pthread_mutex_unlock(&linked->lock);
    return result;
}

CUresult cuLinkDestroy(CUlinkState state)
{
    struct bf_object *link;
    CUresult result = bf_lookup_find(BF_LINK, state, &link);
    if (result)
        return result;
    if (!bf_objects_claim(link))
        return CUDA_ERROR_INVALID_HANDLE;
    struct bf_server *server = link->server;
    uint64_t number = link->number;
    bf_objects_free(link, bf_drop_object);
    return BF_TELL(bf_on(server), cuLinkDestroy, bf_u(number));
}
