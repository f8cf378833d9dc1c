"""A checkout of samples that cmake has read and whose programs are built, as far as the tool looks: for its tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import building

GROUP = "0_Start"


def configured(directory: Path, programs: Mapping[str, str]) -> building.Checkout:
    """With these programs, of which the text is given; the checkout is directory/source, its place directory/place."""
    source, place = directory / "source", directory / "place"
    (source / "Samples" / GROUP).mkdir(parents=True)
    (source / "CMakeLists.txt").touch()
    (place / "site").mkdir(parents=True)
    checkout = building.Checkout(source, building.Toolkit(place, {}))
    checkout.log.touch()
    replies = checkout.objects / building.REPLIES
    replies.mkdir(parents=True)
    targets = [{"jsonFile": f"{name}.json"} for name in programs]
    (replies / "index-1.json").write_text(json.dumps({"reply": {"codemodel-v2": {"jsonFile": "model.json"}}}))
    (replies / "model.json").write_text(json.dumps({"configurations": [{"targets": targets}]}))
    for name, text in programs.items():
        described = {"name": name, "type": "EXECUTABLE", "artifacts": [{"path": f"{name}/{name}"}]}
        (replies / f"{name}.json").write_text(json.dumps({**described, "paths": {"source": f"Samples/{GROUP}/{name}"}}))
        program = checkout.objects / name / name
        program.parent.mkdir()
        program.write_text(text)
        program.chmod(0o755)
    return checkout
