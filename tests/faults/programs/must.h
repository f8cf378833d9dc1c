/* A call that has to succeed: if it does not, the program says which one, and with what, and ends. */
#ifndef BF_TEST_MUST_H
#define BF_TEST_MUST_H

#include "cuda_api.h"
#include <stdio.h>
#include <stdlib.h>

#define MUST(call)                                                                                                     \
    do {                                                                                                               \
        CUresult result_ = (call);                                                                                     \
        if (result_) {                                                                                                 \
            printf("%s: %d\n", #call, result_);                                                                        \
            exit(3);                                                                                                   \
        }                                                                                                              \
    } while (0)

#endif
