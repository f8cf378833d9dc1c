"""Maps in the bodies of first frames: packed, and read field by field with the type that each must have. Sans-IO."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgpack

from ..errors import RemoteProtocolError
from .frames import Kind, pack_frame

_TEXT_MAX = 1024


def pack_map(kind: Kind, fields: Mapping[str, Any]) -> bytes:
    """A frame whose body is `fields`."""
    return pack_frame(kind, msgpack.packb(fields))


def parse_map(body: memoryview | bytes, nested: bool = False) -> dict[str, Any]:
    """The map that a body holds; `nested`: of any size. Raises RemoteProtocolError if it is none."""
    limits = (
        {} if nested else {"max_array_len": 64, "max_map_len": 64, "max_str_len": _TEXT_MAX, "max_bin_len": _TEXT_MAX}
    )
    try:
        fields = msgpack.unpackb(body, raw=False, **limits)
    except (ValueError, msgpack.UnpackException, UnicodeDecodeError) as error:
        raise RemoteProtocolError("the body is not msgpack of the expected size") from error
    if not isinstance(fields, dict):
        raise RemoteProtocolError(f"the body is not a map but {type(fields).__name__}")
    return fields


def get(fields: Mapping[str, Any], key: str, kind: type, default: Any = None) -> Any:
    """The value of `key`. Raises RemoteProtocolError if it is missing without a default, or of another type."""
    value = fields.get(key, default)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise RemoteProtocolError(f"{key} is not {kind.__name__} but {type(value).__name__}")
    return value


def get_versions(fields: Mapping[str, Any]) -> tuple[int, ...]:
    """The protocol versions under `versions`. Raises RemoteProtocolError."""
    versions = get(fields, "versions", list)
    if not all(isinstance(version, int) for version in versions):
        raise RemoteProtocolError("versions are not integers")
    return tuple(versions)
