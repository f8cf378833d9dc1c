"""docs/user/speed.md and its pictures are what the figures beside the benchmarks say."""

from __future__ import annotations

import json
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from checkout import ROOT
from patience import PATIENCE_S

PAGES = ROOT / "docs" / "user"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def figures():
    return json.loads((ROOT / "benchmarks" / "speed.json").read_text())


def test_the_page_is_what_the_figures_say():
    command = [sys.executable, str(ROOT / "benchmarks" / "speed_page.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("name", "lines"), [("speed-copies.svg", 4), ("speed-steps.svg", 2)])
def test_a_picture_is_well_formed_and_within_its_frame(name, lines):
    root = ElementTree.parse(PAGES / name).getroot()
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    drawn = root.findall(f"{SVG}polyline")
    assert len(drawn) == lines
    for line in drawn:
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width and 0 <= y <= height


def test_each_figure_stands_in_the_page(figures):
    text = (PAGES / "speed.md").read_text()
    for row in figures["sizes"]:
        assert f"| {row['to_device']:.2f} | {row['socket_to']:.2f} |" in text
    for row in figures["steps"]["rows"]:
        assert f"| {row['round_trip_ms']:.2f} | {row['step_ms']:.2f} |" in text
