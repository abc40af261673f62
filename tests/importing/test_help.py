"""What `help()` and `?` say of a remote command, by a real PowerShell's own help objects."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import lync_magic
from lync_magic.sessions import Session


@pytest.fixture(scope="module")
def local() -> Iterator[Session]:
    """Commands of this machine's own PowerShell; skips where there is none."""
    found = os.environ.get("LYNC_MAGIC_PWSH") or shutil.which("pwsh")
    if found is None:
        pytest.skip("no PowerShell: neither pwsh in PATH nor LYNC_MAGIC_PWSH")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERSHELL_TELEMETRY_OPTOUT", "1")
        runtime = Path(found).resolve().parent / "dotnet"  # some are unpacked with their own
        if runtime.is_dir():
            patch.setenv("DOTNET_ROOT", str(runtime))
        with lync_magic.connect(process=[found, "-NoProfile", "-NoLogo", "-s"], timeout=60) as lync:
            yield lync


def test_the_syntax_of_a_command_without_a_help_file_is_powershells_own(local: Session) -> None:
    lines = [line.strip() for line in (local.Get_Process.__doc__ or "").splitlines()]
    assert "Get-Process [[-Name] <string[]>] [-Module] [-FileVersionInfo]" in lines
    assert "Get-Process -Id <int[]> [-Module] [-FileVersionInfo]" in lines
