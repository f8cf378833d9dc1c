"""Exchange within a warp: shfl, vote, match, redux (PTX ISA 9.7.9.6, 9.7.13)."""

from __future__ import annotations

import numpy as np
import pytest
from gpu import Lanes
from operands import integers, signed
from ptxcheck import rows, same

ALL = 0xFFFFFFFF
THREADS = np.arange(320)


def shfl(mode: str, lane: int, b: int, c: int) -> tuple[int, bool]:
    """The manual's computation of the source lane."""
    bval, cval, segmask = b & 31, c & 31, c >> 8 & 31
    max_lane = (lane & segmask) | (cval & ~segmask & 31)
    min_lane = lane & segmask
    if mode == "up":
        j = lane - bval
        inside = j >= max_lane
    elif mode == "down":
        j = lane + bval
        inside = j <= max_lane
    elif mode == "bfly":
        j = lane ^ bval
        inside = j <= max_lane
    else:
        j = min_lane | (bval & ~segmask & 31)
        inside = j <= max_lane
    return (j if inside else lane), inside


CONTROLS = [0x1F, 0x00, 0x181F, 0x1800, 0x101F, 0x1C1F, 0x1E1F, 0x1C00, 0x07, 0x0F1F]


@pytest.mark.parametrize("sync", [True, False])
@pytest.mark.parametrize("c", CONTROLS)
@pytest.mark.parametrize("mode", ["up", "down", "bfly", "idx"])
def test_shfl(lanes: Lanes, mode: str, c: int, sync: bool) -> None:
    a = np.array(integers(32, 320, 3))
    tail = f", {ALL:#x};" if sync else ";"
    for b in (0, 1, 2, 3, 5, 8, 16, 17, 31, 33):
        line = f"shfl{'.sync' if sync else ''}.{mode}.b32 %d|%p, %a, {b}, {c:#x}{tail}"
        got = lanes.run(line, {"d": "b32", "p": "pred"}, {"a": ("b32", a)}, partial=False)
        moves = [shfl(mode, i & 31, b, c) for i in range(320)]
        assert got["d"].tolist() == [int(a[(i & ~31) + j]) for i, (j, _) in enumerate(moves)], line
        assert got["p"].tolist() == [int(inside) for _, inside in moves], line


def test_shfl_with_a_lane_for_each_lane(lanes: Lanes) -> None:
    a = np.array(integers(32, 320, 4))
    b = np.random.default_rng(1).integers(0, 64, 320)
    inputs = {"a": ("b32", a), "b": ("b32", b)}
    got = lanes.run("shfl.sync.idx.b32 %d, %a, %b, 0x1f, -1;", {"d": "b32"}, inputs, partial=False)["d"]
    assert got.tolist() == [int(a[(i & ~31) + (x & 31)]) for i, x in enumerate(b)]


def test_shfl_in_place(lanes: Lanes) -> None:
    got = lanes.run(
        "mov.b32 %d, %a; shfl.sync.down.b32 %d, %d, 1, 0x1f, -1;", {"d": "b32"}, {"a": ("b32", THREADS)}, partial=False
    )["d"]
    assert got.tolist() == [i if i % 32 == 31 else i + 1 for i in range(320)]


def test_butterfly_sum(lanes: Lanes) -> None:
    """The reduction of the manual's example."""
    steps = "".join(f"shfl.sync.bfly.b32 %e, %d, {n}, 0x1f, -1; add.u32 %d, %d, %e;" for n in (16, 8, 4, 2, 1))
    got = lanes.run(
        f"mov.b32 %d, %a; {steps}", {"d": "b32"}, {"a": ("b32", THREADS)}, declarations=".reg .b32 %e;", partial=False
    )["d"]
    assert got.tolist() == [sum(range(i & ~31, (i & ~31) + 32)) for i in range(320)]


def test_shfl_among_the_lanes_of_a_partial_mask(lanes: Lanes) -> None:
    """The odd lanes of each warp, with their own mask, while the others are elsewhere."""
    odd = THREADS % 2
    got = lanes.run(
        "shfl.sync.up.b32 %d|%p, %a, 2, 0, 0xaaaaaaaa;", {"d": "b32", "p": "pred"}, {"a": ("b32", THREADS)}, part=odd
    )
    assert got["d"].tolist()[1::2] == [i if i % 32 < 2 else i - 2 for i in range(1, 320, 2)]
    assert got["p"].tolist()[1::2] == [int(i % 32 >= 2) for i in range(1, 320, 2)]
    assert set(got["d"].tolist()[0::2]) == {0x5A5A5A5A}


def test_shfl_from_a_lane_that_does_not_take_part_gives_zero(lanes: Lanes) -> None:
    """Nobody may count on it, but hardware does so."""
    odd = THREADS % 2
    got = lanes.run(
        "shfl.sync.bfly.b32 %d, %a, 1, 0x1f, 0xaaaaaaaa;", {"d": "b32"}, {"a": ("b32", THREADS + 7)}, part=odd
    )["d"]
    assert set(got.tolist()[1::2]) == {0}


def test_two_branches_with_masks_of_their_own(lanes: Lanes) -> None:
    """Both sides of a branch call shfl.sync at different places, each for its half of the warp."""
    body = """
        setp.lt.u32 %q, %lane, 16;
        @%q bra LOW;
        shfl.sync.idx.b32 %d, %a, 31, 0x1f, 0xffff0000;
        bra JOIN;
    LOW:
        shfl.sync.idx.b32 %d, %a, 3, 0x1f, 0x0000ffff;
    JOIN:
        shfl.sync.bfly.b32 %e, %d, 16, 0x1f, -1;"""
    inputs = {"a": ("b32", THREADS), "lane": ("b32", THREADS % 32)}
    got = lanes.run(body, {"d": "b32", "e": "b32"}, inputs, declarations=".reg .pred %q;", partial=False)
    first = THREADS & ~31
    assert got["d"].tolist() == np.where(THREADS % 32 < 16, first + 3, first + 31).tolist()
    assert got["e"].tolist() == np.where(THREADS % 32 < 16, first + 31, first + 3).tolist()


def test_late_lanes_are_waited_for(lanes: Lanes) -> None:
    """Some lanes run a loop first; the ballot names all of the warp."""
    body = """
        mov.u32 %n, 0;
    LOOP:
        setp.ge.u32 %q, %n, %turns;
        @%q bra OUT;
        add.u32 %n, %n, 1;
        bra LOOP;
    OUT:
        setp.gt.u32 %q, %n, 2;
        vote.sync.ballot.b32 %d, %q, -1;"""
    turns = THREADS % 5
    got = lanes.run(
        body, {"d": "b32"}, {"turns": ("u32", turns)}, declarations=".reg .u32 %n; .reg .pred %q;", partial=False
    )["d"]
    assert got.tolist() == [sum(1 << j for j in range(32) if turns[(i & ~31) + j] > 2) for i in range(320)]


def test_exited_lanes_are_not_waited_for(lanes: Lanes) -> None:
    body = "setp.lt.u32 %q, %a, 7; @%q exit; vote.sync.ballot.b32 %d, 1, -1;"
    got = lanes.run(body, {"d": "b32"}, {"a": ("u32", THREADS % 32)}, declarations=".reg .pred %q;", partial=False)["d"]
    assert got.tolist() == [0x5A5A5A5A if i % 32 < 7 else ALL << 7 & ALL for i in range(320)]


def members(i: int, mask: int) -> list[int]:
    return [(i & ~31) + j for j in range(32) if mask >> j & 1]


@pytest.mark.parametrize("mask", [ALL, 0x0000FFFF, 0xFFFF0000, 0xAAAAAAAA, 0x00000001, 0x80000000])
@pytest.mark.parametrize("pattern", ["none", "all", "one", "some"])
def test_vote(lanes: Lanes, pattern: str, mask: int) -> None:
    """Over the lanes of the mask, of which alone run it."""
    values = {"none": THREADS < 0, "all": THREADS >= 0, "one": THREADS % 32 == 31, "some": THREADS % 3 == 0}[pattern]
    taking_part = (mask >> (THREADS % 32)) & 1
    body = f"""
        vote.sync.all.pred %all, %c, {mask:#x};
        vote.sync.any.pred %any, %c, {mask:#x};
        vote.sync.uni.pred %uni, %c, {mask:#x};
        vote.sync.ballot.b32 %d, %c, {mask:#x};
        vote.sync.ballot.b32 %e, !%c, {mask:#x};"""
    outputs = {"all": "pred", "any": "pred", "uni": "pred", "d": "b32", "e": "b32"}
    got = lanes.run(body, outputs, {"c": ("pred", values)}, part=taking_part)
    for i in THREADS[taking_part == 1].tolist():
        votes = [bool(values[j]) for j in members(i, mask)]
        ballot = sum(1 << (j & 31) for j in members(i, mask) if values[j])
        assert [got[k][i] for k in outputs] == [
            all(votes),
            any(votes),
            all(votes) or not any(votes),
            ballot,
            mask & ~ballot,
        ], i


def test_vote_without_sync(lanes: Lanes) -> None:
    """The old forms are over the active lanes."""
    third = (THREADS % 3 == 0).astype(np.uint8)
    body = "vote.ballot.b32 %d, %c; vote.all.pred %p, %c; vote.any.pred %q, !%c;"
    got = lanes.run(body, {"d": "b32", "p": "pred", "q": "pred"}, {"c": ("pred", THREADS % 2 == 0)}, part=third)
    for i in THREADS[third == 1].tolist():
        group = [j for j in members(i, ALL) if j % 3 == 0]
        assert got["d"][i] == sum(1 << (j & 31) for j in group if j % 2 == 0)
        assert (got["p"][i], got["q"][i]) == (0, 1)


@pytest.mark.parametrize("kind", ["b32", "b64"])
@pytest.mark.parametrize("mask", [ALL, 0x0F0F0F0F])
def test_match(lanes: Lanes, kind: str, mask: int) -> None:
    taking_part = (mask >> (THREADS % 32)) & 1
    a = THREADS // 3 % 4 + (1 << 40 if kind == "b64" else 0) * (THREADS % 2)
    a = np.where(THREADS < 64, 9, a)
    body = (
        f"match.any.sync.{kind} %d, %a, {mask:#x}; match.all.sync.{kind} %e|%p, %a, {mask:#x}; match.all.sync.{kind}"
        f" %f, %a, {mask:#x};"
    )
    got = lanes.run(body, {"d": "b32", "e": "b32", "f": "b32", "p": "pred"}, {"a": (kind, a)}, part=taking_part)
    for i in THREADS[taking_part == 1].tolist():
        same_value = sum(1 << (j & 31) for j in members(i, mask) if a[j] == a[i])
        everyone = same_value == mask
        assert got["d"][i] == same_value, i
        assert (got["e"][i], got["f"][i], got["p"][i]) == ((mask, mask, 1) if everyone else (0, 0, 0)), i


REDUCTIONS = {
    "add.u32": sum, "add.s32": sum, "min.u32": min, "max.u32": max,
    "min.s32": lambda xs: min(signed(x, 32) for x in xs), "max.s32": lambda xs: max(signed(x, 32) for x in xs),
    "and.b32": lambda xs: np.bitwise_and.reduce(xs), "or.b32": lambda xs: np.bitwise_or.reduce(xs),
    "xor.b32": lambda xs: np.bitwise_xor.reduce(xs),
}  # fmt: skip


@pytest.mark.parametrize("mask", [ALL, 0x00FF00FF, 0x80000000])
@pytest.mark.parametrize("name", REDUCTIONS)
def test_redux(lanes: Lanes, name: str, mask: int) -> None:
    taking_part = (mask >> (THREADS % 32)) & 1
    a = np.array(integers(32, 320, 11))
    got = lanes.run(f"redux.sync.{name} %d, %a, {mask:#x};", {"d": "b32"}, {"a": ("b32", a)}, part=taking_part)["d"]
    chosen = THREADS[taking_part == 1].tolist()
    expected = [int(REDUCTIONS[name]([int(a[j]) for j in members(i, mask)])) for i in chosen]
    same(f"redux.{name}", got[chosen], expected, rows(["b32"], [a[chosen]]))


def test_redux_of_two_groups_at_one_place(lanes: Lanes) -> None:
    """Each half of the warp passes its own mask to the same instruction."""
    a = np.array(integers(32, 320, 12))
    mask = np.where(THREADS % 32 < 16, 0xFFFF, 0xFFFF0000)
    got = lanes.run(
        "redux.sync.add.u32 %d, %a, %m;", {"d": "b32"}, {"a": ("b32", a), "m": ("b32", mask)}, partial=False
    )["d"]
    expected = [sum(int(a[j]) for j in members(i, int(mask[i]))) for i in range(320)]
    same("redux.add", got, expected, rows(["b32"], [a]))


def test_activemask(lanes: Lanes) -> None:
    part = (THREADS % 5 < 2).astype(np.uint8)
    got = lanes.run("activemask.b32 %d;", {"d": "b32"}, {"a": ("b32", THREADS)}, part=part)["d"]
    for i in THREADS[part == 1].tolist():
        assert got[i] == sum(1 << (j & 31) for j in members(i, ALL) if part[j])


@pytest.mark.parametrize("mask", [ALL, 0x00FF00F0, 0x80000000, 0x1])
def test_elect(lanes: Lanes, mask: int) -> None:
    """One leader for all whom the mask names: the first."""
    taking_part = (mask >> (THREADS % 32)) & 1
    body = f"elect.sync %d|%p, {mask:#x}; elect.sync _|%q, {mask:#x};"
    got = lanes.run(body, {"d": "b32", "p": "pred", "q": "pred"}, {"a": ("b32", THREADS)}, part=taking_part)
    leader = (mask & -mask).bit_length() - 1
    for i in THREADS[taking_part == 1].tolist():
        assert (got["d"][i], got["p"][i], got["q"][i]) == (leader, i % 32 == leader, i % 32 == leader), i


def test_elect_waits_for_those_who_come_later(lanes: Lanes) -> None:
    """The first half of the warp takes a longer way: its first lane is elected all the same, by both halves."""
    body = """.reg .pred %late; .reg .b32 %x; and.b32 %x, %a, 16; setp.ne.u32 %late, %x, 0; @%late bra MEET; mov.u32 %x, 0;
    LONG: add.u32 %x, %x, 1; setp.lt.u32 %late, %x, 100; @%late bra LONG;
    MEET: elect.sync %d|%p, 0xffffffff;"""
    got = lanes.run(body, {"d": "b32", "p": "pred"}, {"a": ("b32", THREADS)}, partial=False)
    assert not got["d"].any() and got["p"].tolist() == [i % 32 == 0 for i in range(320)]
