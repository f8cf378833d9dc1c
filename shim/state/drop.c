/* What hangs on an object. */
#include "drop.h"

#include <stdlib.h>

#include "client.h"
#include "code.h"
#include "libraries.h"
#include "links.h"
#include "managed_variables.h"
#include "numbered.h"

static _Atomic uint64_t epoch;

uint64_t bf_drop_epoch(void)
{
    return atomic_load(&epoch);
}

void bf_drop_begin_epoch(void)
{
    atomic_fetch_add(&epoch, 1);
}

void bf_drop_object(struct bf_object *object, enum bf_kind kind)
{
    if (kind == BF_MODULE || kind == BF_LIBRARY || kind == BF_CONTEXT)
        bf_drop_begin_epoch();
    if (kind == BF_STREAM) {
        lc_capture_forget(object);
        bf_progress_retire(object->stream.progress);
    }
    if (kind == BF_EVENT) {
        lc_frontier_free(&object->event.captured.before);
        bf_progress_retire(atomic_load(&object->event.in_graphs));
    }
    if (kind == BF_NODE || kind == BF_GRAPH)
        bf_numbered_remove(object);
    if (kind == BF_NODE)
        free(atomic_exchange(&object->node.storage, NULL));
    if (kind == BF_TEXTURE || kind == BF_SURFACE)
        free(object->texture.told);
    if (kind == BF_TEXREF || kind == BF_SURFREF)
        free(object->reference.state);
    if (kind == BF_EXEC)
        free(atomic_exchange(&object->exec.recorded, NULL));
    if (kind == BF_CONTEXT) {
        lc_capture_forget_context(object);
        bf_progress_retire(atomic_load(&object->context.legacy));
        bf_progress_retire(atomic_load(&object->context.all));
    }
    if (kind == BF_FUNCTION || kind == BF_KERNEL)
        bf_code_retire(object->function.code);
    else if (kind == BF_LIBRARY)
        bf_libraries_free_image(object->library.image);
    else if (kind == BF_LINK)
        bf_links_free(object->link);
    else if (kind == BF_MODULE)
        bf_listing_free(object->module.listing);
    if (kind == BF_MODULE || kind == BF_LIBRARY)
        bf_managed_variables_end(object);
    /* Their global variables go with them. */
    for (unsigned i = 0; i < bf_client.server_count && (kind == BF_MODULE || kind == BF_LIBRARY); i++)
        if (!object->server || object->server == &bf_client.servers[i])
            bf_map_remove_of(&bf_client.servers[i].memory, object);
}
