/* Modules and their functions as this process knows them. */
#include "modules.h"

#include <stdlib.h>

#include "code.h"
#include "lookup.h"

bool bf_modules_load_eagerly(void)
{
    const char *wanted = getenv("CUDA_MODULE_LOADING");
    return wanted && strcmp(wanted, "EAGER") == 0;
}

bool bf_modules_needs_load(CUfunction_attribute attribute)
{
    return attribute == CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK || attribute == CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES ||
           attribute == CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
}

struct bf_object *bf_modules_new(const struct bf_object *like, uint64_t first, const struct bf_value *functions)
{
    struct bf_object module = *like, *made = NULL;
    struct bf_listing *listing = bf_listing_new();
    module.kind = BF_MODULE;
    module.module.listing = listing;
    if (listing && bf_listing_add(listing, functions)) {
        listing->first = first;
        made = bf_objects_new(&module);
    }
    if (!made)
        bf_listing_free(listing);
    return made;
}

static struct bf_object *new_function(struct bf_object *module, uint64_t number, const char *name,
                                      const struct bf_value *description)
{
    struct bf_code *code = bf_code_new(name, description->p, description->bytes, 0);
    if (!code)
        return NULL;
    code->free_block = module->module.free_block;
    struct bf_object *function =
        bf_objects_new(&(struct bf_object){.kind = BF_FUNCTION,
                                           .server = module->server,
                                           .number = number,
                                           .owner = module,
                                           .function = {.code = code,
                                                        .context = module->module.context,
                                                        .context_number = module->module.context_number,
                                                        .loaded = bf_modules_load_eagerly()}});
    if (!function)
        bf_code_free(code);
    return function;
}

static CUresult ask_functions(const struct bf_lister *lister, uint64_t first, unsigned from, struct bf_ask *ask)
{
    return BF_ASK_HELD(bf_in(lister->owner->module.context), NULL, ask, module_functions, bf_u(lister->owner->number),
                       bf_u(first), bf_u(from));
}

static struct bf_object *make_function(const struct bf_lister *lister, uint64_t number, const struct bf_listed *entry)
{
    return new_function(lister->owner, number, entry->name, &entry->description);
}

static CUresult ask_function(struct bf_object *module, const char *name, struct bf_object **out)
{
    struct bf_ask ask;
    uint64_t number = bf_server_number(module->server);
    CUresult result = bf_lookup_name(name);
    if (result)
        return result;
    result = BF_ASK_HELD(bf_in(module->module.context), NULL, &ask, module_get_function, bf_u(number),
                         bf_u(module->number), bf_text(name));
    *out = result ? NULL : new_function(module, number, name, &ask.values[0]);
    bf_stream_ask_end(&ask);
    return *out || result ? result : CUDA_ERROR_OUT_OF_MEMORY;
}

struct bf_lister bf_modules_lister(struct bf_object *module)
{
    return (struct bf_lister){.listing = module->module.listing,
                              .owner = module,
                              .kind = BF_FUNCTION,
                              .server = module->server,
                              .ask = ask_functions,
                              .make = make_function,
                              .ask_for = ask_function};
}
