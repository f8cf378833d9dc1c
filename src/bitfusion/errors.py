"""Every exception that this package raises on purpose: its CUresult, its exit code, its hint.

`detail` says what is wrong and names the value; `hint` says what to do. Standard library only. Three families, after
who is to blame: an operation failed (BitfusionError and its kinds), the peer broke the protocol
(RemoteProtocolError), a call of the client failed on the server (CallFailed: the session goes on). A bug is an
assert.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_BUSY = 75  # GPUs not available now: worth a retry
EXIT_PERMISSION = 77
EXIT_NOT_EXECUTABLE = 126
EXIT_NOT_FOUND = 127


class Code(IntEnum):
    """The CUresult values that bitfusion itself gives."""

    SUCCESS = 0
    INVALID_VALUE = 1
    OUT_OF_MEMORY = 2
    NO_DEVICE = 100
    INVALID_DEVICE = 101
    INVALID_IMAGE = 200
    INVALID_CONTEXT = 201
    OPERATING_SYSTEM = 304
    INVALID_HANDLE = 400
    NOT_FOUND = 500
    NOT_READY = 600
    NOT_SUPPORTED = 801
    CONNECTION_FAILED = 805  # no session: unreachable host, versions or token that do not fit
    CONNECTION_LOST = 806
    DRAINING = 807
    TOO_MANY_CLIENTS = 808
    TERMINATED = 810
    UNKNOWN = 999


# CUresults after which a context is of no use: every later call in it gives the same. Those of which CUDA's
# documentation says so, and the two uncorrectable hardware errors. C's copy is generated from here.
STICKY = {
    "CUDA_ERROR_ECC_UNCORRECTABLE": 214,
    "CUDA_ERROR_NVLINK_UNCORRECTABLE": 220,
    "CUDA_ERROR_CONTAINED": 226,
    "CUDA_ERROR_ILLEGAL_ADDRESS": 700,
    "CUDA_ERROR_LAUNCH_TIMEOUT": 702,
    "CUDA_ERROR_ASSERT": 710,
    "CUDA_ERROR_HARDWARE_STACK_ERROR": 714,
    "CUDA_ERROR_ILLEGAL_INSTRUCTION": 715,
    "CUDA_ERROR_MISALIGNED_ADDRESS": 716,
    "CUDA_ERROR_INVALID_ADDRESS_SPACE": 717,
    "CUDA_ERROR_INVALID_PC": 718,
    "CUDA_ERROR_LAUNCH_FAILED": 719,
    "CUDA_ERROR_TENSOR_MEMORY_LEAK": 721,
    "CUDA_ERROR_EXTERNAL_DEVICE": 911,
}
STICKY_CODES = frozenset(STICKY.values())


class BitfusionError(Exception):
    """An operation that failed. `exit_code` is that of a command it ends, `code` the CUresult that a client is told."""

    exit_code = EXIT_FAILED
    code: int = Code.UNKNOWN

    def __init__(self, detail: str, hint: str = "") -> None:
        super().__init__(f"{detail}; {hint}" if hint else detail)
        self.detail = detail
        self.hint = hint


class ConfigError(BitfusionError):
    """A flag, variable or file that cannot be used. With several mistakes: all of them, joined by "; "."""

    exit_code = EXIT_USAGE
    code = Code.INVALID_VALUE


class NotPermitted(BitfusionError):
    """This user may not do that."""

    exit_code = EXIT_PERMISSION


class NamesNone(ConfigError):
    """A file of servers that names none."""


class NotNamed(ConfigError):
    """No flag, variable or file says which server to use."""


class PortBusy(BitfusionError):
    """A port that the user named cannot be listened on."""

    code = Code.OPERATING_SYSTEM


class NoDevice(BitfusionError):
    """There is no driver, or no device to serve."""

    code = Code.NO_DEVICE


class SrsError(BitfusionError):
    """A resource scheduler answered with an error. `code` is that of its body, e.g. "not_offered"."""

    code: str  # type: ignore[assignment]

    def __init__(self, code: str, detail: str, hint: str = "") -> None:
        super().__init__(detail, hint)
        self.code = code


class SrsUnreachable(BitfusionError):
    """No resource scheduler answers at an address, or the connection broke before the whole answer was there."""

    code = Code.CONNECTION_FAILED


class Refused(BitfusionError):
    """The server does not take this client: what a REFUSED frame carries."""

    def __init__(self, code: int, reason: str, hint: str = "", versions: Sequence[int] = ()) -> None:
        super().__init__(reason, hint)
        self.code = code
        self.versions = tuple(versions)


class ConnectionLost(BitfusionError):
    """The peer went away in the middle of a session."""

    code = Code.CONNECTION_LOST


class ProtocolError(BitfusionError):
    """Bytes that the protocol does not allow."""

    code = Code.CONNECTION_LOST


class RemoteProtocolError(ProtocolError):
    """The peer broke the protocol; the connection ends."""


class FrameError(RemoteProtocolError):
    """The peer sent a frame header that breaks the rules. Raised before a byte of the body is read."""


class LocalProtocolError(ProtocolError):
    """This side tried to send what the state of the connection does not allow: a bug in the caller."""


class SchedulerError(BitfusionError):
    """The resource scheduler does not do what it was asked. `kind` is the code in the body of its HTTP answer."""

    kind = "failed"


class Draining(SchedulerError):
    """It is shutting down, and begins nothing any more: another one may, or this one later."""


class BadRequest(SchedulerError):
    """A request with a value that makes no sense, here or anywhere."""

    kind = "bad_request"


class NotFound(SchedulerError):
    """A ticket or lease that this scheduler does not know."""

    kind = "not_found"


class Gone(SchedulerError):
    """A ticket or lease that was here and has ended."""

    kind = "gone"


class NotOffered(SchedulerError):
    """A ticket that is confirmed for more GPUs than it is offered at this moment."""

    kind = "not_offered"


class TooLarge(SchedulerError):
    """A demand that this scheduler could not satisfy even if all its GPUs were free."""

    kind = "too_large"


class Unauthorized(SchedulerError):
    """A request without a token, or with one that is not known."""

    kind = "unauthorized"


class Forbidden(SchedulerError):
    """A ticket or lease that belongs to another user, or a request that the token is not for."""

    kind = "forbidden"


class OverQuota(SchedulerError):
    """More than the user may have."""

    kind = "over_quota"


class StoreError(BitfusionError):
    """The resource scheduler's state cannot be read or written."""


class CallFailed(Exception):
    """A call of the client failed with `code`; the session goes on."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
