"""Files of variables as systemd's EnvironmentFile= reads them: NAME=value lines, comments, quotes."""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import ConfigError

_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)")


def read_file(path: Path) -> dict[str, str]:
    """The variables of a file; none if it is not there. Raises ConfigError that names the line."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"cannot read {path}: {reason}", "make it readable for the service's user") from error
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise ConfigError(f"{path}:{number}: {line.strip()!r} is not NAME=value", "correct it, or begin it with #")
        found[match[1]] = _unquoted(match[2].strip())
    return found


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value
