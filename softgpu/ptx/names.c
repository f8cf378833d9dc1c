/* Names and scopes of a PTX text; see names.h. Knows nothing of statements. */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#define SYMBOL(names, i) SG_AT(&(names)->symbols, struct sg_symbol, i)

enum { BUCKETS_FIRST = 1024 };

struct sg_name sg_names_of(const struct sg_token *token)
{
    return (struct sg_name){token->text, token->length, token->hash};
}

bool sg_names_init(struct sg_names *names)
{
    memset(names, 0, sizeof *names);
    names->symbols.item = sizeof(struct sg_symbol);
    names->buckets = calloc(BUCKETS_FIRST, sizeof *names->buckets);
    names->mask = BUCKETS_FIRST - 1;
    return names->buckets && sg_vector_push(&names->symbols, 1);
}

void sg_names_free(struct sg_names *names)
{
    sg_vector_free(&names->symbols);
    free(names->buckets);
    names->buckets = NULL;
}

/* The low bits of an FNV hash depend on the last characters only a little less than on all: fold the high ones in. */
static uint32_t *bucket_of(const struct sg_names *names, uint32_t hash)
{
    return &names->buckets[(hash ^ hash >> 15) & names->mask];
}

/* Pushing in order of declaration keeps the innermost symbol first in its chain. */
static void link_symbol(struct sg_names *names, uint32_t i)
{
    struct sg_symbol *symbol = SYMBOL(names, i);
    uint32_t *bucket = bucket_of(names, symbol->hash);

    symbol->next = *bucket;
    *bucket = i;
}

/* Twice the buckets; everything is linked anew. A failure only leaves the chains longer. */
static void grow(struct sg_names *names)
{
    uint32_t count = (names->mask + 1) * 2;
    uint32_t *buckets = calloc(count, sizeof *buckets);

    if (!buckets)
        return;
    free(names->buckets);
    names->buckets = buckets;
    names->mask = count - 1;
    for (uint32_t i = 1; i < names->symbols.count; i++)
        link_symbol(names, i);
}

static bool same(const struct sg_symbol *symbol, struct sg_name name, bool range)
{
    return symbol->hash == name.hash && symbol->length == name.length && (symbol->count != 0) == range &&
           memcmp(symbol->name, name.text, name.length) == 0;
}

struct sg_symbol *sg_names_find(const struct sg_names *names, struct sg_name name)
{
    for (uint32_t i = *bucket_of(names, name.hash); i; i = SYMBOL(names, i)->next)
        if (same(SYMBOL(names, i), name, false))
            return SYMBOL(names, i);
    return NULL;
}

static struct sg_symbol *find_range(const struct sg_names *names, struct sg_name name, uint32_t number)
{
    for (uint32_t i = *bucket_of(names, name.hash); i; i = SYMBOL(names, i)->next)
        if (same(SYMBOL(names, i), name, true) && number < SYMBOL(names, i)->count)
            return SYMBOL(names, i);
    return NULL;
}

/* The number that the digits from `at` to `end` write as a range member would: no leading zero, at most 9 digits. */
static bool member_number(const char *at, const char *end, uint32_t *number)
{
    uint32_t value = 0;

    if (end - at > 9 || (*at == '0' && end - at > 1))
        return false;
    for (; at < end; at++)
        value = value * 10 + (uint32_t)(*at - '0');
    *number = value;
    return true;
}

/* %r12 may be number 12 of %r<..> or number 2 of %r1<..>: every split of the trailing digits is tried. */
static struct sg_symbol *resolve_member(const struct sg_names *names, struct sg_name name, uint32_t *number)
{
    const char *end = name.text + name.length;
    uint32_t split = name.length;
    struct sg_symbol *best = NULL;

    while (split > 1 && name.length - split < 9 && (sg_class_of[(unsigned char)name.text[split - 1]] & SG_CHAR_DIGIT))
        split--;
    uint32_t hash = sg_lex_hash(name.text, split);
    for (; split < name.length; hash = SG_HASH_STEP(hash, name.text[split]), split++) {
        uint32_t value;
        struct sg_name prefix = {name.text, split, hash};
        if (!member_number(name.text + split, end, &value))
            continue;
        struct sg_symbol *found = find_range(names, prefix, value);
        if (found && (!best || found->depth > best->depth)) {
            best = found;
            *number = value;
        }
    }
    return best;
}

struct sg_symbol *sg_names_resolve(const struct sg_names *names, struct sg_name name, uint32_t *number)
{
    struct sg_symbol *plain = sg_names_find(names, name), *member = NULL;

    if (sg_class_of[(unsigned char)name.text[name.length - 1]] & SG_CHAR_DIGIT)
        member = resolve_member(names, name, number);
    if (member && (!plain || member->depth > plain->depth))
        return member;
    *number = 0;
    return plain;
}

struct sg_symbol *sg_names_declare(struct sg_names *names, struct sg_name name, uint8_t kind, uint32_t index,
                                   uint32_t count)
{
    struct sg_symbol *symbol = sg_vector_push(&names->symbols, 1);

    if (!symbol)
        return NULL;
    uint32_t i = names->symbols.count - 1;
    symbol->name = name.text;
    symbol->length = name.length;
    symbol->hash = name.hash;
    symbol->kind = kind;
    symbol->index = index;
    symbol->count = count;
    symbol->depth = names->depth;
    link_symbol(names, i);
    if (i > names->mask)
        grow(names);
    return SYMBOL(names, i);
}

bool sg_names_taken(const struct sg_names *names, struct sg_name name, bool range)
{
    for (uint32_t i = *bucket_of(names, name.hash); i; i = SYMBOL(names, i)->next) {
        if (SYMBOL(names, i)->depth < names->depth)
            return false;
        if (same(SYMBOL(names, i), name, range))
            return true;
    }
    return false;
}

void sg_names_enter(struct sg_names *names)
{
    names->depth++;
}

/* The last declared symbol is always first in its chain. */
void sg_names_leave(struct sg_names *names)
{
    while (names->symbols.count > 1) {
        struct sg_symbol *last = SYMBOL(names, names->symbols.count - 1);
        if (last->depth < names->depth)
            break;
        *bucket_of(names, last->hash) = last->next;
        names->symbols.count--;
    }
    names->depth--;
}
