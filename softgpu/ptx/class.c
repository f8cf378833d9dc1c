/* What each character may be part of. */
#include "lex.h"

#define LETTER (SG_CHAR_START | SG_CHAR_NAME)
#define HEXLET (LETTER | SG_CHAR_HEX)
#define DIGIT (SG_CHAR_NAME | SG_CHAR_DIGIT | SG_CHAR_HEX)

const uint8_t sg_class_of[256] = {
    [' '] = SG_CHAR_SPACE,  ['\t'] = SG_CHAR_SPACE, ['\r'] = SG_CHAR_SPACE, ['\n'] = SG_CHAR_SPACE,
    ['\v'] = SG_CHAR_SPACE, ['\f'] = SG_CHAR_SPACE, ['0'] = DIGIT,          ['1'] = DIGIT,
    ['2'] = DIGIT,          ['3'] = DIGIT,          ['4'] = DIGIT,          ['5'] = DIGIT,
    ['6'] = DIGIT,          ['7'] = DIGIT,          ['8'] = DIGIT,          ['9'] = DIGIT,
    ['a'] = HEXLET,         ['b'] = HEXLET,         ['c'] = HEXLET,         ['d'] = HEXLET,
    ['e'] = HEXLET,         ['f'] = HEXLET,         ['A'] = HEXLET,         ['B'] = HEXLET,
    ['C'] = HEXLET,         ['D'] = HEXLET,         ['E'] = HEXLET,         ['F'] = HEXLET,
    ['g'] = LETTER,         ['h'] = LETTER,         ['i'] = LETTER,         ['j'] = LETTER,
    ['k'] = LETTER,         ['l'] = LETTER,         ['m'] = LETTER,         ['n'] = LETTER,
    ['o'] = LETTER,         ['p'] = LETTER,         ['q'] = LETTER,         ['r'] = LETTER,
    ['s'] = LETTER,         ['t'] = LETTER,         ['u'] = LETTER,         ['v'] = LETTER,
    ['w'] = LETTER,         ['x'] = LETTER,         ['y'] = LETTER,         ['z'] = LETTER,
    ['G'] = LETTER,         ['H'] = LETTER,         ['I'] = LETTER,         ['J'] = LETTER,
    ['K'] = LETTER,         ['L'] = LETTER,         ['M'] = LETTER,         ['N'] = LETTER,
    ['O'] = LETTER,         ['P'] = LETTER,         ['Q'] = LETTER,         ['R'] = LETTER,
    ['S'] = LETTER,         ['T'] = LETTER,         ['U'] = LETTER,         ['V'] = LETTER,
    ['W'] = LETTER,         ['X'] = LETTER,         ['Y'] = LETTER,         ['Z'] = LETTER,
    ['_'] = LETTER,         ['$'] = LETTER,         ['%'] = SG_CHAR_START,
};
