/* What this process says of itself. */
#include "introduction.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "../../libcuda/environment.h"

/* The second byte of a character of three or four: not of a code that has a shorter form, nor of a surrogate, nor above
 * the last. */
static bool second_fits(unsigned char first, unsigned char second)
{
    unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high;
}

/* Of the character that begins here; 0 if none does, or one that would drive a terminal. */
static size_t character_bytes(const unsigned char *text)
{
    unsigned char first = *text;
    if (first < 0x80)
        return first >= 0x20 && first != 0x7f;
    size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    bool control = first == 0xc2 && text[1] < 0xa0;
    if (first < 0xc2 || first > 0xf4 || control || !second_fits(first, text[1]))
        return 0;
    for (size_t i = 2; i < bytes; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return bytes;
}

void bf_introduction_text(char out[BF_INTRODUCTION_BYTES], const char *text)
{
    size_t at = 0;
    while (*text) {
        size_t bytes = character_bytes((const unsigned char *)text), taken = bytes ? bytes : 1;
        if (at + taken >= BF_INTRODUCTION_BYTES)
            break;
        if (bytes)
            memcpy(out + at, text, bytes);
        else
            out[at] = '?';
        at += taken;
        text += taken;
    }
    out[at] = 0;
}

void bf_introduction_make(struct bf_introduction *out)
{
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    bf_introduction_text(out->host, host);
    bf_introduction_text(out->program, program_invocation_short_name);
    /* Not from the system's list of users: that may be on another machine, and asking loads libraries into the
     * program. The number of the user is sent beside it. */
    const char *user = lc_environment_get("LOGNAME");
    if (!user || !*user)
        user = lc_environment_get("USER");
    bf_introduction_text(out->user, user ? user : "");
}
