"""Checks of what locks this node: its certificate with the key, the tokens that its servers accept, this user's own.

The files are those that a server would be given here: by variables, by the variables of its systemd service, and for
the certificate where `init --tls` puts it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

from .. import extras
from ..access import own_token, tokens_file
from ..config import environment_file
from ..config.server import parse_tls, parse_tokens
from ..errors import BitfusionError, ConfigError
from ..net.sockets import is_loopback
from ..net.trust import SYSTEM_FILE
from ..observe import health
from ..observe.health import Check
from .own_names import own_names
from .tls_files import Files

_SERVICES = ("server.env", "scheduler.env")


def door_checks(environ: Mapping[str, str] = os.environ, directory: Path = SYSTEM_FILE.parent) -> list[Check]:
    """`directory` has the files of this machine's services."""
    try:
        given = _given(environ, directory)
    except ConfigError as error:
        return [Check("certificate", health.FAIL, error.detail, error.hint), _own_token(environ)]
    return [_certificate(given, directory), _accepted(given), _own_token(environ)]


def _given(environ: Mapping[str, str], directory: Path) -> dict[str, str]:
    """The variables of the services, and before them those of this process. Raises ConfigError."""
    found: dict[str, str] = {}
    for name in _SERVICES:
        file = directory / name
        if os.access(file, os.R_OK):
            found = {**environment_file.read_file(file), **found}
    return {**found, **environ}


def _certificate(environ: Mapping[str, str], directory: Path) -> Check:
    problems: list[str] = []
    paths, made = parse_tls(environ, None, None, problems), Files(directory)
    if paths is None and made.certificate.exists():
        paths = str(made.certificate), str(made.key)
    if paths is None:
        return Check("certificate", health.PASS, "none: servers of this node speak no TLS, unless an option names one")
    if problems:
        return Check("certificate", health.FAIL, problems[0], "see BF_TLS_CERT and BF_TLS_KEY")
    try:
        extras.require(extras.SERVER)
        from ..server.identity import Identity

        identity = Identity(*paths)
    except BitfusionError as error:
        return Check("certificate", health.FAIL, error.detail, error.hint)
    lasts = identity.check()
    others = [name for name in own_names() if name != "localhost" and not is_loopback(name)]
    named = health.certificate_names(paths[0], identity.facts.names, others)
    return named if lasts.status == health.PASS and named.status != health.PASS else lasts


def _accepted(environ: Mapping[str, str]) -> Check:
    path = parse_tokens(None, environ)
    if not path:
        detail = "none: servers of this node accept everybody, unless an option names a file of tokens"
        return Check("tokens accepted", health.PASS, detail)
    try:
        tokens, _ = tokens_file.load(Path(path))
    except ConfigError as error:
        return Check("tokens accepted", health.FAIL, error.detail, error.hint)
    good = sum(not entry.ended(time.time()) for entry in tokens.entries.values())
    return health.tokens(path, good, len(tokens.entries))


def _own_token(environ: Mapping[str, str]) -> Check:
    try:
        token = own_token.find(environ)
    except ConfigError as error:
        return Check("token", health.FAIL, error.detail, error.hint)
    return Check("token", health.PASS, f"{token.id} is that of this user" if token else "this user has none")
