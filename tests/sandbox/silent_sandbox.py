"""The sandbox on standard input and output, of which the tenant's commands are bound and then do nothing.

    python silent_sandbox.py EDITION

As the commands did nothing of which a real PowerShell was asked what it binds: so the two can be compared.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator

from lync_magic.sandbox.engine import runner
from lync_magic.sandbox.engine.builtins import BUILTINS
from lync_magic.sandbox.engine.context import Cmdlet, Context, Parameters

_own = runner.cmdlet_for


def _nothing(_: Context, calls: Iterator[Parameters]) -> Iterator[object]:
    for _call in calls:
        pass
    yield from ()


def _silent(name: str) -> Cmdlet:
    return _own(name) if name in BUILTINS else _nothing


runner.cmdlet_for = _silent
sys.argv = ["sandbox", "--stdio", "--edition", sys.argv[1]]
runpy.run_module("lync_magic.sandbox", run_name="__main__")
