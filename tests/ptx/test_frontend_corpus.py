"""The front end on texts that are wrong, cut off or damaged: an error code and a line, never a crash, a hang or a leak.

Files of corpus/ whose name begins with ok_ parse, those with bad_ do not; each was once, or could be, a way to break
the parser. The program under test runs with the address and undefined behaviour sanitizers and follows each index it
prints.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from frontend import HEAD, INVALID_PTX, OUT_OF_MEMORY, UNSUPPORTED_PTX_VERSION, Frontend
from patience import calm_s

CORPUS = sorted((Path(__file__).resolve().parent / "corpus").glob("*.ptx"))
RESULTS = {0, INVALID_PTX, OUT_OF_MEMORY, UNSUPPORTED_PTX_VERSION}
MUTATIONS = 4000
# Far more than the fraction of a second that a pass over the text takes, far less than a step that is quadratic in it.
SECONDS_MAX = 20

WORDS = (
    b"{ } ( ) [ ] ; , : :: | ! @ + - * / % < > = ? ~ \" ' // /* */ .reg .param .b32 .pred .global .shared .extern .func"
    b" .entry .align %r1 %p1 %r<10> %tid.x generic( 0xff( 4294967296 18446744073709551615 -1 0f3F800000 1e308 0x _ ret;"
    b" L: .branchtargets call ld.global.v4.u32 setp.lt.and.s32 @!%p1 brx.idx .version .v4 .alias .loc .pragma WARP_SZ"
    b" (.s64) x<4>"
).split()


def damaged(rng: random.Random, data: bytes) -> bytes:
    """The text with a few bytes or words changed, inserted, repeated or cut off."""
    text = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(text) + 1)
        length = rng.randrange(30)
        match rng.randrange(6):
            case 0:
                text[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del text[at : at + length]
            case 2 | 3:
                text[at:at] = rng.choice(WORDS)
            case 4:
                source = rng.randrange(len(text) + 1)
                text[at:at] = text[source : source + 4 * length]
            case 5 if rng.random() < 0.2:
                del text[at:]
    return bytes(text)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_corpus(frontend: Frontend, path: Path) -> None:
    listing = frontend.read(path.read_bytes())
    if path.stem.startswith("ok_"):
        assert listing.result == 0, listing.log
    else:
        assert path.stem.startswith("bad_")
        assert listing.result == INVALID_PTX
        assert listing.log.startswith("line ")


def test_every_beginning_of_a_module_is_refused_or_read(frontend: Frontend) -> None:
    data = next(path for path in CORPUS if path.stem == "ok_everything").read_bytes()
    results = [frontend.read(data[:length]).result for length in range(len(data))]
    assert set(results) == {0, INVALID_PTX}
    assert results[0] == INVALID_PTX


def test_damaged_modules(frontend: Frontend) -> None:
    rng = random.Random(20240607)
    texts = [path.read_bytes() for path in CORPUS if path.stem.startswith("ok_")]
    results = [frontend.read(damaged(rng, rng.choice(texts))).result for _ in range(MUTATIONS)]
    assert set(results) <= RESULTS
    assert results.count(0) > MUTATIONS // 50
    assert results.count(INVALID_PTX) > MUTATIONS // 2


@pytest.mark.parametrize(
    ("name", "text", "result"),
    [
        (
            "labels",
            ".entry k() {"
            + "".join(f"bra L{i};" for i in range(50_000))
            + "".join(f"L{i}:" for i in range(50_000))
            + "}",
            0,
        ),
        ("scopes", ".entry k() {" + "{" * 60 + "bra E;{}" * 50_000 + "}" * 60 + "E: }", 0),
        ("blocks", ".entry k() {" + "{ .reg .b32 t; mov.b32 t, 1; }" * 50_000 + "}", 0),
        ("variables", "".join(f".global .u32 v{i};" for i in range(50_000)), 0),
        ("splits", ".entry k() { .reg .b32 a1<9>, a11<9>, a111<9>;" + "mov.b32 a1111, a1112;" * 50_000 + "}", 0),
        ("comments", "/**/" * 300_000 + "//\n" * 300_000, 0),
        ("sum", f".global .u64 x = {'1+' * 300_000}1;", 0),
        ("values", f".global .u8 x[] = {{{'1,' * 300_000}1}};", 0),
        ("digits", f".global .f64 x = {'1' * 1_000_000}.0;", INVALID_PTX),
        ("parentheses", f".global .u64 x = {'(' * 1_000_000}", INVALID_PTX),
        ("registers", "".join(f".func f{i}() {{ .reg .b32 %r<1000000>; }}" for i in range(500)), OUT_OF_MEMORY),
        ("array", ".global .b8 x[1000000000000] = {1};", OUT_OF_MEMORY),
        ("unterminated", ".section .x { " * 100_000, INVALID_PTX),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_large_texts_are_read_in_one_pass(frontend: Frontend, name: str, text: str, result: int) -> None:
    start = calm_s()
    assert frontend.read(HEAD + text).result == result, name
    assert calm_s() - start < SECONDS_MAX


def test_parsing_twice_gives_equal_modules(frontend: Frontend) -> None:
    for path in CORPUS:
        data = path.read_bytes()
        assert frontend.read(data) == frontend.read(data)


def test_message_shows_only_printable_characters_of_the_text(frontend: Frontend) -> None:
    listing = frontend.read(HEAD.encode() + b".global .u32 \xc3\xa4\x1b[31m;")
    assert listing.log == "line 4; error   : Parsing error near '?': unexpected character"


def test_message_shortens_what_it_quotes(frontend: Frontend) -> None:
    listing = frontend.body("x" * 10_000 + ";")
    assert listing.log == f"line 5; error   : Unknown instruction '{'x' * 80}'"


def test_line_of_an_error_counts_all_line_ends(frontend: Frontend) -> None:
    listing = frontend.read(HEAD + '/*\n\n*/ // x\n.section .debug_str {\n"\\n"\n/*\n*/ //\n}\n\n.foo')
    assert listing.log == "line 13; error   : Unknown directive '.foo'"
