"""questions.md answers what a newcomer asks, each by a link; that links lead somewhere is looked at with all others."""

from __future__ import annotations

import re

import pytest
from checkout import ROOT

ROWS = re.findall(r"^\| ([^|]+\?) \| (.*) \|$", (ROOT / "docs" / "user" / "questions.md").read_text(), re.M)
ASKED = (
    "Debian",
    "Where do I get it",
    "machine with the program",
    "PyTorch",
    "How fast",
    "ports",
    "ssh or NAT",
    "secure",
    "boot",
    "Kubernetes",
    "half a GPU",
    "Who uses",
    "server dies",
    "upgrade",
    "error 80",
)


@pytest.mark.parametrize("words", ASKED)
def test_a_question_of_a_newcomer_has_an_answer_with_a_link(words):
    answers = [answer for question, answer in ROWS if words in question]
    assert len(answers) == 1
    assert re.search(r"\]\([^)]+\)", answers[0])
