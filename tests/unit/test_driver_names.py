"""The generated calls name functions that cuda-python has; copies are cut into pieces that cover them."""

from __future__ import annotations

import ast
import importlib
import inspect

from hypothesis import given
from hypothesis import strategies as st

from bitfusion.api.emit_python import is_hand
from bitfusion.api.model import STRUCTURES
from bitfusion.api.table import WIRES
from bitfusion.driver import boxes, copies
from bitfusion.driver.binding import cuda
from bitfusion.generated import calls
from bitfusion.limits import COPY_CHUNK_BYTES


def test_every_name_that_is_taken_from_cuda_python_exists_there():
    taken = {
        node.attr
        for module in (boxes, calls, copies)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "cuda"
    }
    assert len(taken) > 30
    assert not [name for name in taken if not hasattr(cuda, name)]


def test_every_function_that_the_table_names_takes_the_arguments_of_its_call():
    named = {wire: wire.server.split(".") for wire in WIRES if is_hand(wire)}
    assert len(named) > 5
    for wire, (module, function) in named.items():
        found = inspect.signature(getattr(importlib.import_module(f"bitfusion.driver.{module}"), function))
        descriptions = [param for param in wire.reply_params if param.type in STRUCTURES]
        found.bind("session", *(["call"] if "whole" in wire.effects else (*wire.arg_params, *descriptions)))


@given(st.integers(1, 3 * COPY_CHUNK_BYTES), st.integers(1, 40), st.integers(0, 500))
def test_pieces_fit_a_chunk_and_cover_every_row_once(width, height, gap):
    pitch, at, offset = width + gap, 1 << 40, 0
    for piece in copies.pieces(at, pitch, width, height):
        assert piece.offset == offset and 0 < piece.size <= COPY_CHUNK_BYTES
        row, column = divmod(offset, width)
        assert piece.pointer == at + row * pitch + column
        assert gap == 0 or piece.rows == 1 or piece.width == width
        offset += piece.size
    assert offset == width * height


@given(st.integers(1, 3000), st.integers(1, 40), st.integers(1, 40), st.integers(16, 5000))
def test_pieces_of_a_box_fit_their_room_and_cover_each_of_its_bytes_once_in_order(width, height, depth, room):
    offset = 0
    for piece in boxes.pieces(width, height, depth, lambda: room):
        assert piece.offset == offset == (piece.z * height + piece.y) * width + piece.x
        assert 0 < piece.size <= room
        assert piece.x + piece.width <= width and piece.y + piece.rows <= height and piece.z + piece.slices <= depth
        assert piece.rows == 1 or piece.width == width
        assert piece.slices == 1 or piece.rows == height
        offset += piece.size
    assert offset == width * height * depth
