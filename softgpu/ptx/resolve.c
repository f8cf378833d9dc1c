/* What the names of several modules stand for: definitions found, duplicates refused, declarations bound. */
#include <stdio.h>
#include <string.h>

#include "linker.h"

static void refuse(struct sg_linker *l, const char *what, uint32_t here, uint32_t before)
{
    char line[400];

    l->bad = true;
    (void)snprintf(line, sizeof line, what, sg_linker_name(l, here), sg_linker_file(l, here),
                   sg_linker_file(l, before));
    if (l->log)
        sg_ptx_log_say(l->log, line);
}

#define MULTIPLE "error   : Multiple definition of '%s' in '%s', first defined in '%s'"
#define SIZE "error   : Size doesn't match for '%s' in '%s', first specified in '%s'"
#define SPACE "error   : Memory space doesn't match for '%s' in '%s', first specified in '%s'"
#define PROTOTYPE "error   : Prototype doesn't match for '%s' in '%s', first defined in '%s'"

/* A declaration that was followed by its definition keeps its word: it is as good as .visible. */
static uint8_t strength(const struct sg_linker *l, uint32_t item)
{
    uint8_t linkage = sg_linker_is_function(l, item) ? sg_linker_function(l, item)->linkage
                                                     : sg_linker_var(l, item)->linkage;
    return linkage == PTX_LINK_EXTERN ? PTX_LINK_VISIBLE : linkage;
}

static uint32_t *bucket_of(const struct sg_linker *l, const char *name)
{
    uint32_t hash = 2166136261u;

    for (const char *c = name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    for (hash &= l->mask; l->buckets[hash]; hash = (hash + 1) & l->mask)
        if (strcmp(sg_linker_name(l, l->buckets[hash] - 1), name) == 0)
            break;
    return &l->buckets[hash];
}

static bool same_space(const struct sg_linker *l, uint32_t a, uint32_t b)
{
    bool functions = sg_linker_is_function(l, a);
    return functions == sg_linker_is_function(l, b) &&
           (functions || sg_linker_var(l, a)->space == sg_linker_var(l, b)->space);
}

/* Two definitions of one name: the stronger one counts, of equals the first, of .common ones the largest. */
static void settle(struct sg_linker *l, uint32_t *bucket, uint32_t item)
{
    uint32_t first = *bucket - 1;
    uint8_t old = strength(l, first), new = strength(l, item);
    bool sizes = !sg_linker_is_function(l, item) && same_space(l, item, first);

    if (!same_space(l, item, first)) {
        refuse(l, SPACE, item, first);
    } else if (old == PTX_LINK_VISIBLE && new == PTX_LINK_VISIBLE) {
        if (sizes && sg_linker_var(l, item)->size != sg_linker_var(l, first)->size)
            refuse(l, SIZE, item, first);
        refuse(l, MULTIPLE, item, first);
    }
    bool larger = sizes && old == PTX_LINK_COMMON && sg_linker_var(l, item)->size > sg_linker_var(l, first)->size;
    if (new > old || (new == old && larger)) {
        l->items[first].is = item;
        *bucket = item + 1;
    } else {
        l->items[item].is = first;
    }
}

static bool same_sizes(const struct ptx_module *m, const struct ptx_param *a, const struct ptx_module *n,
                       const struct ptx_param *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (m->vars[a[i].var].size != n->vars[b[i].var].size)
            return false;
    return true;
}

static bool same_prototype(const struct sg_linker *l, uint32_t a, uint32_t b)
{
    const struct ptx_function *f = sg_linker_function(l, a), *g = sg_linker_function(l, b);
    const struct ptx_module *m = sg_linker_module(l, a), *n = sg_linker_module(l, b);
    return f->param_count == g->param_count && f->result_count == g->result_count &&
           same_sizes(m, f->params, n, g->params, f->param_count) &&
           same_sizes(m, f->results, n, g->results, f->result_count);
}

/* A declaration stands for the definition of its name in whatever module. */
static void bind(struct sg_linker *l, uint32_t item)
{
    const char *name = sg_linker_name(l, item);
    uint32_t *bucket = name ? bucket_of(l, name) : NULL;

    if (!bucket || !*bucket)
        return;
    uint32_t definition = *bucket - 1;
    if (!same_space(l, item, definition))
        refuse(l, SPACE, definition, item);
    else if (sg_linker_is_function(l, item) && !same_prototype(l, item, definition))
        refuse(l, PROTOTYPE, item, definition);
    else
        l->items[item].is = definition;
}

void sg_resolve_names(struct sg_linker *l)
{
    for (uint32_t i = 0; i < l->item_count; i++) {
        if (!sg_linker_defined(l, i) || strength(l, i) == PTX_LINK_LOCAL)
            continue;
        uint32_t *bucket = bucket_of(l, sg_linker_name(l, i));
        if (*bucket)
            settle(l, bucket, i);
        else
            *bucket = i + 1;
    }
    for (uint32_t i = 0; i < l->item_count; i++) {
        bool declares = sg_linker_is_function(l, i) || sg_linker_var(l, i)->external;
        if (declares && !sg_linker_defined(l, i))
            bind(l, i);
    }
}
