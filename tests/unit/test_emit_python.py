"""What the generator of the server's calls refuses."""

from __future__ import annotations

import pytest

from bitfusion.api.emit_python import calls_module
from bitfusion.api.model import TELL, Wire


@pytest.mark.parametrize(
    "server",
    [
        "cuda_",  # neither a word of the table nor a call
        "cuMemcpyHtoDAsync(dst, *data)",  # an argument is left out
        "cuMemcpyHtoDAsync(dst, *data, stream, flags)",  # an argument that the call has not
        "cuMemcpyHtoDAsync(dst, data, stream)",  # bytes without their address
        "cuMemcpyHtoDAsync(*dst, *data, stream)",  # a number as if it were bytes
    ],
)
def test_written_call_that_does_not_fit_the_arguments_is_refused(server):
    wire = Wire(58, "copy_small", TELL, "CUdeviceptr dst, bytes data, CUstream stream", server=server)
    with pytest.raises(ValueError, match=r"copy_small|given as"):
        calls_module([wire])
