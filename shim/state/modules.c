/* Modules and their functions as this process knows them. */
#include "modules.h"

#include "code.h"
#include "listing.h"

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

struct bf_object *bf_modules_new_function(struct bf_object *module, uint64_t number, const char *name,
                                          const struct bf_value *description)
{
    struct bf_code *code = bf_code_new(name, description->p, description->bytes, 0);
    if (!code)
        return NULL;
    code->free_block = module->module.free_block;
    struct bf_object *function = bf_objects_new(&(struct bf_object){
        .kind = BF_FUNCTION,
        .server = module->server,
        .number = number,
        .owner = module,
        .function = {
            .code = code, .context = module->module.context, .context_number = module->module.context_number}});
    if (!function)
        bf_code_free(code);
    return function;
}
