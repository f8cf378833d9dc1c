/* CUDA_VISIBLE_DEVICES: indexes and GPU-<uuid> prefixes, separated by commas. */
#include "visible.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "../wire/identity.h"

/* The one device whose text begins with the entry, or `count`. */
static size_t find_uuid(const char *entry, size_t bytes, const uint8_t (*uuids)[16], size_t count)
{
    size_t found = count;
    for (size_t i = 0; i < count; i++) {
        char text[BF_UUID_TEXT_BYTES];
        bf_identity_uuid_text(uuids[i], text);
        if (bytes >= BF_UUID_TEXT_BYTES || strncasecmp(text, entry, bytes) != 0)
            continue;
        if (found != count)
            return count;
        found = i;
    }
    return found;
}

static size_t find_index(const char *entry, size_t bytes, size_t count)
{
    size_t index = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (entry[i] < '0' || entry[i] > '9' || i > 8)
            return count;
        index = index * 10 + (size_t)(entry[i] - '0');
    }
    return bytes && index < count ? index : count;
}

static bool is_listed(const unsigned *list, size_t count, size_t index)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == index)
            return true;
    return false;
}

size_t bf_visible_select(const char *text, const uint8_t (*uuids)[16], size_t count, unsigned *out)
{
    size_t chosen = 0;
    if (!text) {
        for (; chosen < count; chosen++)
            out[chosen] = (unsigned)chosen;
        return count;
    }
    while (*text) {
        text += strspn(text, " \t");
        size_t whole = strcspn(text, ","), bytes = whole;
        while (bytes && strchr(" \t", text[bytes - 1]))
            bytes--;
        bool named = bytes > 4 && strncasecmp(text, "GPU-", 4) == 0;
        size_t index = named ? find_uuid(text, bytes, uuids, count) : find_index(text, bytes, count);
        if (index == count || is_listed(out, chosen, index))
            break;
        out[chosen++] = (unsigned)index;
        text += whole + (text[whole] == ',');
    }
    return chosen;
}
