/* The state of one link, for the linker's files: resolve.c (what names stand for), reach.c (what is needed), link.c
 * (the program).
 *
 * Each variable and function of each module is an item: first all variables, module after module, then all functions.
 * An item stands for itself or for another one, which may stand for a further one. */
#ifndef SG_PTX_LINKER_H
#define SG_PTX_LINKER_H

#include "link.h"

struct sg_item {
    uint32_t input, index;     /* the module, and its number there */
    uint32_t is;               /* the item that it stands for */
    uint32_t placed;           /* its number in the program */
    bool reached;
    bool broken;               /* a function of the device runtime that leads to one that nobody has */
};

struct sg_linker {
    const struct sg_link_input *inputs;
    uint32_t count;
    sg_link_provides_fn *provides;
    struct ptx_log *log;
    sg_link_missing_fn *told;  /* instead of the log, for names that nobody has */
    void *user;
    uint32_t *var_base, *function_base;   /* by input: item of its first variable, of its first function */
    struct sg_item *items;
    uint32_t item_count, function_first;
    uint32_t *buckets, mask;   /* items + 1, by name: those that other modules can refer to */
    uint32_t *pending, pending_count;     /* reached, and not yet followed */
    bool bad;
};

static inline bool sg_linker_is_function(const struct sg_linker *l, uint32_t item)
{
    return item >= l->function_first;
}

static inline struct ptx_module *sg_linker_module(const struct sg_linker *l, uint32_t item)
{
    return l->inputs[l->items[item].input].module;
}

static inline struct ptx_var *sg_linker_var(const struct sg_linker *l, uint32_t item)
{
    return &sg_linker_module(l, item)->vars[l->items[item].index];
}

static inline struct ptx_function *sg_linker_function(const struct sg_linker *l, uint32_t item)
{
    return &sg_linker_module(l, item)->functions[l->items[item].index];
}

static inline const char *sg_linker_name(const struct sg_linker *l, uint32_t item)
{
    return sg_linker_is_function(l, item) ? sg_linker_function(l, item)->name : sg_linker_var(l, item)->name;
}

static inline const char *sg_linker_file(const struct sg_linker *l, uint32_t item)
{
    return l->inputs[l->items[item].input].name;
}

/* What it stands for in the end. */
static inline uint32_t sg_linker_final(const struct sg_linker *l, uint32_t item)
{
    while (l->items[item].is != item)
        item = l->items[item].is;
    return item;
}

static inline bool sg_linker_in_memory(const struct ptx_var *var)
{
    return var->space == PTX_GLOBAL || var->space == PTX_CONST || var->space == PTX_SHARED;
}

/* Whether it is what its name stands for, and not a mere declaration. */
static inline bool sg_linker_defined(const struct sg_linker *l, uint32_t item)
{
    if (sg_linker_is_function(l, item))
        return sg_linker_function(l, item)->has_body;
    const struct ptx_var *var = sg_linker_var(l, item);
    return !var->external && sg_linker_in_memory(var);
}

/* A function that is called and that nobody has. */
static inline bool sg_linker_absent(const struct sg_linker *l, uint32_t item)
{
    return l->items[item].broken ||
           (sg_linker_is_function(l, item) && !sg_linker_defined(l, item) && !l->provides(sg_linker_name(l, item)));
}

/* resolve.c: find what each item stands for. */
void sg_resolve_names(struct sg_linker *l);

/* reach.c: mark what is needed, and tell names that nobody has. */
void sg_reach_items(struct sg_linker *l);

#endif
