/* Errors that the server told without being asked, kept with the context that they belong to until a call returns
 * them. */
#ifndef BF_FAULTS_H
#define BF_FAULTS_H

#include "client.h"

/* From now on the context has this number, and the server's notices about it concern that context; bf_faults_leave
 * undoes it, and what waits is gone. */
void bf_faults_enter(struct bf_object *context, uint64_t number);
void bf_faults_leave(struct bf_object *context);

/* For bf_stream.on_fault. A lost context stays so; of other errors the first is kept until it is told. */
void bf_faults_take(struct bf_stream *stream, uint64_t number, int result, bool lost);

/* The error that waits for a call of this context, which waits no more then, or 0. Of calls made in no context: any
 * may tell it. */
CUresult bf_faults_tell(struct bf_object *context);

/* Why a call in this context failed: that the server could not make the context or has lost it, or, if the server
 * does not know a handle that was given out here, that what it names could not be made. Else `result`. */
CUresult bf_faults_explain(struct bf_object *context, CUresult result);

#endif
