/* Lists of servers: BF_SERVERS, and a file such as adaptor.conf. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "../../../shim/wire/servers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bf_addresses found;
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = 0;
    bf_servers_parse_list(text, &found);
    (void)(strlen(found.problem) + strlen(found.source));
    bf_servers_parse_file(text, &found);
    for (size_t i = 0; i < found.count; i++)
        (void)(strlen(found.each[i].host) + strlen(found.each[i].lease));
    free(text);
    return 0;
}
