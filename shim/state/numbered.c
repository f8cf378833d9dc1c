/* Objects by their numbers: a table with open addressing, at most half full. */
#include "numbered.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    const struct bf_server *server; /* NULL: free */
    uint64_t number;
    struct bf_object *object;
};

/* Taken under the lock of objects.c, too. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry *entries;
static size_t room, used; /* room is 0 or a power of two */

enum { ROOM_FIRST = 256 };

static size_t place_of(const struct entry *table, size_t size, const struct bf_server *server, uint64_t number)
{
    size_t at = (size_t)(((uintptr_t)server >> 6) + number * 0x9e3779b97f4a7c15u) & (size - 1);
    while (table[at].server && (table[at].server != server || table[at].number != number))
        at = (at + 1) & (size - 1);
    return at;
}

/* `lock` is held. */
static bool make_room(void)
{
    if (used * 2 < room)
        return true;
    size_t more = room ? room * 2 : ROOM_FIRST;
    struct entry *table = calloc(more, sizeof *table);
    if (!table)
        return false;
    for (size_t i = 0; i < room; i++)
        if (entries[i].server)
            table[place_of(table, more, entries[i].server, entries[i].number)] = entries[i];
    free(entries);
    entries = table;
    room = more;
    return true;
}

bool bf_numbered_add(struct bf_object *object, struct bf_object **there)
{
    pthread_mutex_lock(&lock);
    bool ready = make_room();
    *there = NULL;
    if (ready) {
        struct entry *entry = &entries[place_of(entries, room, object->server, object->number)];
        *there = entry->server ? entry->object : NULL;
        if (!entry->server) {
            *entry = (struct entry){object->server, object->number, object};
            used++;
        }
    }
    pthread_mutex_unlock(&lock);
    return ready;
}

/* `lock` is held; what comes behind the gap and would not be found any more moves into it. */
static void close_gap(size_t gap)
{
    for (size_t at = (gap + 1) & (room - 1); entries[at].server; at = (at + 1) & (room - 1)) {
        struct entry moved = entries[at];
        entries[at].server = NULL;
        entries[place_of(entries, room, moved.server, moved.number)] = moved;
    }
}

void bf_numbered_remove(const struct bf_object *object)
{
    pthread_mutex_lock(&lock);
    if (room) {
        size_t at = place_of(entries, room, object->server, object->number);
        if (entries[at].server && entries[at].object == object) {
            entries[at].server = NULL;
            used--;
            close_gap(at);
        }
    }
    pthread_mutex_unlock(&lock);
}

struct bf_object *bf_numbered_find(const struct bf_server *server, uint64_t number)
{
    struct bf_object *found = NULL;
    pthread_mutex_lock(&lock);
    if (room) {
        const struct entry *entry = &entries[place_of(entries, room, server, number)];
        found = entry->server ? entry->object : NULL;
    }
    pthread_mutex_unlock(&lock);
    return found;
}
