/* Libraries as the servers have them. */
#include "libraries.h"

#include <stdlib.h>

#include "images.h"
#include "modules.h"

void bf_libraries_free_image(struct bf_image *image)
{
    if (!image)
        return;
    if (image->owned)
        free((void *)(uintptr_t)image->data);
    free(image->options);
    bf_listing_close(&image->listing);
    pthread_mutex_destroy(&image->lock);
    free(image);
}

/* Load it if the server has kept it; false if it has not. */
static bool load_kept(struct bf_image *image, struct bf_server *server, uint64_t number, uint64_t first, int ordinal,
                      struct bf_ask *ask, CUresult *result)
{
    if (!bf_images_may_be_there(server, image->bytes))
        return false;
    if (!image->has_digest)
        bf_digest_of(image->data, image->bytes, image->digest);
    image->has_digest = true;
    *result = BF_ASK_HELD(bf_on(server), NULL, ask, library_load_kept, bf_u(number),
                          bf_bytes(image->options, image->option_bytes), bf_u(first), bf_i(ordinal),
                          bf_bytes(image->digest, sizeof image->digest));
    if (*result || ask->values[BF_JIT_VALUES + 1].s)
        return true;
    bf_stream_ask_end(ask);
    return false;
}

CUresult bf_libraries_load_on(struct bf_image *image, struct bf_server *server, const struct bf_jit *jit)
{
    uint64_t number = bf_server_number(server), first = jit ? bf_server_numbers(server, BF_LISTED_AT_LOAD_MAX) : 0;
    struct bf_rows bulk = bf_rows_plain(image->data, image->bytes);
    struct bf_ask ask;
    CUresult result;
    int ordinal = jit ? image->device->local : 0;
    if (!load_kept(image, server, number, first, ordinal, &ask, &result))
        result = BF_ASK_HELD(bf_on(server), &bulk, &ask, library_load, bf_u(number),
                             bf_bytes(image->options, image->option_bytes), bf_i(image->preserved), bf_u(first),
                             bf_i(ordinal));
    if (jit)
        bf_jit_return(&jit->asked, ask.values);
    if (!result && jit && !bf_listing_add(&image->listing, &ask.values[BF_JIT_VALUES]))
        result = CUDA_ERROR_OUT_OF_MEMORY;
    image->listing.first = jit ? first : image->listing.first;
    bf_stream_ask_end(&ask);
    if (!result)
        image->numbers[server->index] = number;
    return result;
}

CUresult bf_libraries_number(struct bf_object *library, struct bf_server *server, uint64_t *number)
{
    struct bf_image *image = library->library.image;
    pthread_mutex_lock(&image->lock);
    CUresult result = image->numbers[server->index] ? CUDA_SUCCESS : bf_libraries_load_on(image, server, NULL);
    *number = image->numbers[server->index];
    pthread_mutex_unlock(&image->lock);
    return result;
}

static bool is_of_context(const struct bf_object *module, const void *context)
{
    return module->module.context == context &&
           module->module.context_number == ((const struct bf_object *)context)->number;
}

/* The library's module in the context, made there now. */
static CUresult ask_module(struct bf_object *library, struct bf_object *context, struct bf_object **out)
{
    uint64_t library_on_server, number = bf_server_number(context->server);
    uint64_t first = bf_server_numbers(context->server, BF_LISTED_AT_LOAD_MAX);
    struct bf_ask ask;
    CUresult result = bf_libraries_number(library, context->server, &library_on_server);
    if (result)
        return result;
    result =
        BF_ASK_HELD(bf_in(context), NULL, &ask, library_get_module, bf_u(number), bf_u(library_on_server), bf_u(first));
    *out = result ? NULL
                  : bf_modules_new(&(struct bf_object){.server = context->server,
                                                       .number = number,
                                                       .owner = library,
                                                       .module = {.context = context,
                                                                  .context_number = context->number,
                                                                  .free_block = library->library.image->free_block}},
                                   first, &ask.values[0]);
    bf_stream_ask_end(&ask);
    return *out || result ? result : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult bf_libraries_module(struct bf_object *library, struct bf_object *context, struct bf_object **out)
{
    struct bf_object *module = bf_objects_child(library, BF_MODULE, is_of_context, context);
    CUresult result = module ? CUDA_SUCCESS : ask_module(library, context, &module);
    if (!result)
        *out = module;
    return result;
}
