/* Device memory that other processes may open: its pages lie in a file in memory.
 *
 * Memory is the process's own until it is exported. Then the pages that it lies on are moved into the process's file of
 * exported memory, in which a page's offset is its address, and are mapped where they were: who never exports pays
 * nothing. What shares the first or last page with it is shared, too, as on a GPU, where small allocations are parts of
 * a block. When it is freed, its pages become the process's own again.
 *
 * The file has no name. Another process of the user gets at it through /proc, as long as this process lives; once it
 * has mapped it, the memory stays until it is unmapped. A table in the file says what is exported: a handle is good as
 * long as its row has the handle's key. */
#ifndef SG_EXPORTED_H
#define SG_EXPORTED_H

#include "memory.h"

enum { SG_EXPORTED_KEY = 16, SG_EXPORTED_UUID = 16 };

/* What another process needs to know, as it lies in a CUipcMemHandle. */
struct sg_exported_handle {
    char magic[8];
    uint64_t process;           /* its pid and when it started */
    uint32_t file, row;         /* its descriptor, and the row of the table there */
    unsigned char key[SG_EXPORTED_KEY];
    unsigned char spare[24];
};

/* What a row of the table says. */
struct sg_exported_row {
    unsigned char key[SG_EXPORTED_KEY];   /* zeroes: not in use */
    unsigned char device[SG_EXPORTED_UUID];
    uint64_t begin, bytes;
    uint64_t spare[2];
};

/* Export the allocation that has this address: the same handle each time. Nothing may write to device memory meanwhile.
 * Returns 0, 1 if there is none, or 2. */
int sg_exported_make(uint64_t address, const unsigned char device[SG_EXPORTED_UUID], struct sg_exported_handle *out);

/* The handle of one that was exported already: it needs no care. */
bool sg_exported_find(uint64_t address, struct sg_exported_handle *out);

/* With the lock of block.h held: an allocation that was exported is free. */
void sg_exported_end(uint64_t begin, uint64_t bytes);

/* A fresh page of zeroes that others can map, and its handle. Its end: the handle is good no more, and who has it mapped
 * finds zeroes. NULL if there is none. */
void *sg_exported_make_page(struct sg_exported_handle *out);
void sg_exported_end_page(void *page, const struct sg_exported_handle *handle);

/* Map such a page of another process; NULL if the handle is not good. munmap gives it back. */
void *sg_exported_open_page(const struct sg_exported_handle *handle);

enum { SG_EXPORTED_PAGE = 4096 };

/* The file and the row that a handle of memory of another process names: the descriptor, -1 if it is not good any more. */
int sg_exported_open(const struct sg_exported_handle *handle, struct sg_exported_row *row);

/* Whether this process made the handle. */
bool sg_exported_is_own(const struct sg_exported_handle *handle);

#endif
