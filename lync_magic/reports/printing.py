"""A page as PDF: by a browser of the Chromium family where there is one, else by WeasyPrint."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Final

from lync_magic.errors import LyncError, UsageError

BROWSER_VARIABLE: Final = "LYNC_MAGIC_CHROMIUM"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
SECONDS: Final = 120.0


def print_pdf(page: Path, to: Path) -> None:
    """Print an HTML file. Raises UsageError where nothing here can, LyncError where it fails."""
    named = os.environ.get(BROWSER_VARIABLE)
    browser = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        _by_weasyprint(page, to)
        return
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, "--headless", "--disable-gpu", f"--user-data-dir={profile}", "--no-pdf-header-footer"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # a browser refuses to start for root otherwise, as in a container
        command += [f"--print-to-pdf={to.resolve()}", page.resolve().as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise LyncError(f"{browser} did not print the page ({type(error).__name__}).") from None
    if done.returncode or not to.exists():
        raise LyncError(f"{browser} did not print the page (it ended with {done.returncode}).")


def _by_weasyprint(page: Path, to: Path) -> None:
    try:
        weasyprint = import_module("weasyprint")
    except (ImportError, OSError):
        raise UsageError(
            "Nothing on this machine can print a page as PDF.",
            f"Install Chromium (or name a browser in {BROWSER_VARIABLE}), or: pip install weasyprint",
        ) from None
    weasyprint.HTML(filename=str(page)).write_pdf(str(to))
