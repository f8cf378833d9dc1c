/* The program's touches of closed pages: SIGSEGV.
 *
 * The handler allocates nothing, takes no lock and sends nothing: it puts the address into a slot, wakes our thread
 * (keeper.h), and sleeps until that has answered. What is not ours goes to the handler that the program had, as if ours
 * were not there. It works on whatever stack the program has for it. */
#ifndef BF_TRAP_H
#define BF_TRAP_H

#include <stdbool.h>
#include <stdint.h>

struct bf_touch {
    uint64_t address;
    bool writes;
    bool calls_back; /* by a function that the device's stream waits for */
};

/* It is installed, and in front of what the program has installed since. */
void bf_trap_set(void);

/* For our thread: the next touch, in slot *slot; waits. And its answer: whether the touch may be tried again. */
void bf_trap_take(struct bf_touch *out, unsigned *slot);
void bf_trap_answer(unsigned slot, bool again);

/* In a forked child nobody answers. */
void bf_trap_forked(void);

#endif
