"""Test modules share one name space, as pytest imports them: a name that stands in two directories breaks a whole
run.
"""

from __future__ import annotations

from collections import Counter

from checkout import ROOT, files


def test_every_module_of_the_tests_has_a_name_of_its_own():
    names = Counter(
        path.name for path in files(".py") if (ROOT / "tests") in path.parents and path.name != "conftest.py"
    )
    assert len(names) > 40
    assert [name for name, count in names.items() if count > 1] == []
