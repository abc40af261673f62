"""`lync-magic sandbox`: the embedded tenant, as a program of its own."""

from __future__ import annotations

import subprocess
import sys

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    options_metavar="[OPTIONS]",
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def sandbox(words: tuple[str, ...]) -> int:
    """Start the sandbox tenant, to try everything without an account. (sandbox --help lists its options.)"""
    # Another program, as everywhere: nothing of the server is imported on the client's side.
    with subprocess.Popen([sys.executable, "-m", "lync_magic.sandbox", *words]) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the tenant has it, too, and ends by itself
                continue
