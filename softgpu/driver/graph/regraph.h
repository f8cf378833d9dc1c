/* A graph again, of an executable one. */
#ifndef SG_REGRAPH_H
#define SG_REGRAPH_H

#include "exec.h"

/* With the graphs' lock held: a graph that does what a launch would do now, for a node that is to do it. Graphs in it
 * are laid out flat, as in the plan. NOT_SUPPORTED if there are conditionals or memory in it. */
CUresult sg_regraph_make(const struct sg_exec *exec, struct sg_graph **out);

#endif
