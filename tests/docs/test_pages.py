"""Every command of README.md and of the other documents is typed on machines of its page, in order, and must do what
the page shows. blocks.py says how a page is written, pages.yaml where its commands are typed.
"""

from __future__ import annotations

import blocks
import following
import pytest
from checkout import ROOT, name

PAGES = {name(page): page for page in blocks.pages()}
TYPED = [
    called
    for called, page in PAGES.items()
    if any(block.language == blocks.SESSION or blocks.FILE in block.comments for block in blocks.blocks(page))
]
SECURING = ("docs/operator/tls.md", "docs/operator/tokens.md")


def case(page: str):
    plain = pytest.mark.plain("shows how servers get TLS and tokens, and begins without")
    return pytest.param(page, marks=[plain] if page in SECURING else [])


@pytest.mark.parametrize("page", [case(page) for page in TYPED])
def test_what_a_page_shows_happens(page, tmp_path):
    with following.follower(page, tmp_path) as follower:
        follower.follow(blocks.blocks(ROOT / page))
        assert follower.typed
    if follower.renewed:
        following.renew(ROOT / page, follower.renewed)
