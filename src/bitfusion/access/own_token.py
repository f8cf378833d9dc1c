"""The token of this user: BF_TOKEN_FILE, or ~/.bitfusionio/token. shim/wire/token.c looks in the same places."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .. import places
from ..errors import ConfigError
from ..limits import TOKEN_FILE_BYTES_MAX
from . import private_file, token
from .token import Token

VARIABLE = "BF_TOKEN_FILE"
HOME_FILE = Path(".bitfusionio") / "token"  # below the home directory
_WHAT = "the token file"


def find(environ: Mapping[str, str]) -> Token | None:
    """The token to use, None if there is none: no file, or an empty variable. Raises ConfigError that names the file,
    and shows nothing of what is in it.
    """
    given = environ.get(VARIABLE)
    if given == "":
        return None
    home = places.home(environ)
    path = Path(given) if given else home and home / HOME_FILE
    if path is None:
        return None
    try:
        data, _ = private_file.read(path, _WHAT, TOKEN_FILE_BYTES_MAX)
    except FileNotFoundError:
        if not given:
            return None
        raise ConfigError(f"{VARIABLE}={given}: there is no such file", "name the file with your token") from None
    found = token.parse(data.decode("ascii", "replace"))
    if found is None:
        raise ConfigError(
            f"{_WHAT} {path} does not hold a token", "put what `flexdirect token create` has printed there"
        )
    return found
