"""`path shim|softgpu`: the directory to preload from."""

from __future__ import annotations

import click

from ... import native


@click.command("path")
@click.argument("library", type=click.Choice([native.SHIM, native.SOFTGPU]))
def command(library: str) -> None:
    """Print the directory that holds a native library.

    `shim` has libbfshim.so, the client: LD_PRELOAD=DIR/libbfshim.so. `softgpu` has libcuda.so.1, the software GPU.
    Both have links with the other names that programs look for; they are made when missing.
    """
    click.echo(native.link_directory(library))
