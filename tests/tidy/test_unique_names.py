"""Test modules are imported by their paths, and may have one name in two directories; those that others import are
found by their names.
"""

from __future__ import annotations

import re
from collections import Counter

from checkout import ROOT, files


def test_every_module_that_tests_import_has_a_name_of_its_own():
    modules = [path for path in files(".py", below="tests") if path.name != "conftest.py"]
    imported = {
        word for path in modules for word in re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(), re.MULTILINE)
    }
    names = Counter(path.stem for path in modules)
    assert len(names) > 40 and ROOT / "tests" in modules[0].parents
    shared = [name for name in names if name in imported]
    assert len(shared) > 20
    assert [name for name in shared if names[name] > 1] == []
