/* A session whose connection is broken goes on over another one, or it is lost. */
#ifndef BF_MEND_H
#define BF_MEND_H

#include "stream.h"

/* The link that there was after so many `mends` is broken, for this reason. Returns once there is another one, which
 * somebody else may have made; false if the server is lost. None of the line's locks
 * may be held, nor those of the stream but `sending`. */
bool bf_mend(struct bf_stream *stream, unsigned mends, const char *reason);

/* The same of the connection for answers, whose lock is held. */
bool bf_mend_answers(struct bf_stream *stream, const char *reason);

#endif
