/* The user's token: BF_TOKEN_FILE, or ~/.bitfusionio/token. src/bitfusion/access/own_token.py looks in the same
 * places. */
#ifndef BF_TOKEN_H
#define BF_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BF_TOKEN_ID_BYTES = 10, BF_TOKEN_SECRET_BYTES = 32 };

struct bf_token {
    char id[BF_TOKEN_ID_BYTES + 1]; /* empty: there is none */
    uint8_t secret[BF_TOKEN_SECRET_BYTES];
};

/* bft_ID_SECRET, with blanks around it; false for anything else. */
bool bf_token_parse(const char *text, size_t bytes, struct bf_token *out);

/* False with one line that names the file and what to do, and nothing of what is in it, if there is one that cannot be
 * used. The secret is the caller's to clear. */
bool bf_token_find(struct bf_token *out, char *problem, size_t room);

#endif
