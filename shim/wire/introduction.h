/* What this process says of itself, for people who look at who uses a GPU: host, program, user. The program is the name
 * under which it was started, without its directory: other words of a command line may be secrets and are not sent. */
#ifndef BF_INTRODUCTION_H
#define BF_INTRODUCTION_H

enum { BF_INTRODUCTION_BYTES = 257 }; /* of each text, with its NUL */

struct bf_introduction {
    char host[BF_INTRODUCTION_BYTES], program[BF_INTRODUCTION_BYTES], user[BF_INTRODUCTION_BYTES];
};
void bf_introduction_make(struct bf_introduction *out);

/* As much of `text` as there is room for, in whole characters of UTF-8, with ? for what is none: a program may be
 * started under any bytes, and msgpack has no text for them. */
void bf_introduction_text(char out[BF_INTRODUCTION_BYTES], const char *text);

#endif
