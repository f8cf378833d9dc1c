"""What an installation lacks: the table against pyproject.toml, and what a user is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from checkout import ROOT

from bitfusion import extras

# Package -> its module, where that is not its name.
MODULE = {"cuda-bindings": "cuda.bindings", "nvidia-ml-py": "pynvml", "prometheus-client": "prometheus_client"}
PROJECT = Path(ROOT, "pyproject.toml").read_text()


@pytest.mark.parametrize("extra", extras.MODULES)
def test_the_table_has_the_packages_of_the_extra(extra):
    listed = re.search(rf"^{extra} = \[(.*?)\]", PROJECT, re.M | re.S)
    packages = re.findall(r'"([\w-]+)[^"]*"', listed[1])
    assert sorted(MODULE.get(package, package) for package in packages) == sorted(extras.MODULES[extra])


def test_the_distribution_has_the_name_that_users_are_told():
    assert f'\nname = "{extras.DISTRIBUTION}"\n' in PROJECT


def test_all_that_is_lacking_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr(extras, "MODULES", {"one": ("nobody_has_this",), "two": ("re", "nobody.has_that")})
    with pytest.raises(extras.MissingExtra) as raised:
        extras.require("one", "two")
    assert "nobody_has_this, nobody.has_that" in str(raised.value)
    assert str(raised.value).endswith("pip install 'open-flexdirect[one,two]'")


def test_what_is_there_is_not_asked_for(monkeypatch):
    monkeypatch.setattr(extras, "MODULES", {"one": ("re", "nobody_has_this"), "two": ("re",)})
    extras.require("two")
    with pytest.raises(extras.MissingExtra, match=r"open-flexdirect\[one\]'$"):
        extras.require("one", "two")
