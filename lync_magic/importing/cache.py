"""What is known of commands, kept in the person's cache folder from one session to the next.

Rules: names, types and help only, never a value that somebody gave. One file an endpoint, named by what the endpoint
says of itself: its hash of its commands, else where it is, its version and the names of its commands. What cannot be
read is not there; what cannot be written is not kept. Nothing here raises.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from platformdirs import user_cache_dir

from lync_magic.importing.details import Details, Example, Parameter, Use
from lync_magic.sessions import Session

FOLDER: Final = "LYNC_MAGIC_CACHE"
"""The variable that names another folder."""
SUFFIX: Final = ".commands.json"
FORMAT: Final = 1
VERSIONS: Final = ("PSVersion", "PSEdition", "GitCommitId", "BuildVersion", "OS")
MOST_FILES: Final = 20
"""How many endpoints are remembered; the longest unused goes first."""
MOST_DAYS: Final = 30
"""A file that is older is asked for anew: help changes, too."""
_DAY: Final = 86_400


def told_hash(session: Session) -> str | None:
    """The server's own hash of its commands: PowerShell's servers may send one in their private data."""
    implicit = session.application_private_data.get("ImplicitRemoting")
    told = implicit.get("Hash") if isinstance(implicit, Mapping) else None
    return None if told is None else str(told)


def key_of(session: Session, names: Iterable[str]) -> str:
    """What an endpoint's file is named by."""
    told = told_hash(session)
    if told is not None:
        parts = ["hash", session.configuration_name, told]
    else:
        place = urlsplit(session.connection_uri)
        version = session.application_private_data.get("PSVersionTable")
        said = [str(version.get(name, "")) for name in VERSIONS] if isinstance(version, Mapping) else []
        where = f"{place.scheme}://{place.hostname}{place.path}" if place.hostname else session.connection_uri
        parts = [where, session.configuration_name, *said, *sorted(name.lower() for name in names)]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class DetailsFile:
    """What is kept of one endpoint's commands."""

    def __init__(self, key: str, folder: Path | None = None) -> None:
        self._path = (folder or _folder()) / f"{key}{SUFFIX}"
        self._lock = threading.Lock()

    def read(self) -> dict[str, Details]:
        """What is kept, by lower-case name."""
        try:
            if time.time() - self._path.stat().st_mtime > MOST_DAYS * _DAY:
                return {}
            content = json.loads(self._path.read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                return {}
            return {row["name"].lower(): _from_row(row) for row in content["commands"]}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def write(self, known: Mapping[str, Details]) -> None:
        """Keep these, in the place of what was kept."""
        content = {"format": FORMAT, "commands": [_to_row(details) for details in known.values()]}
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(suffix=".tmp", dir=self._path.parent)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(content, file, separators=(",", ":"))
                Path(name).replace(self._path)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
                raise
            _prune(self._path.parent)


def _folder() -> Path:
    return Path(os.environ.get(FOLDER) or Path(user_cache_dir("lync_magic")) / "commands")


def _prune(folder: Path) -> None:
    files = sorted(folder.glob(f"*{SUFFIX}"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[MOST_FILES:]:
        file.unlink()


def _to_row(details: Details) -> dict[str, Any]:
    row = asdict(details)
    row["parameters"] = [{key: value for key, value in one.items() if value} for one in row["parameters"]]
    for one, parameter in zip(row["parameters"], details.parameters, strict=True):
        if parameter.position is not None:
            one["position"] = parameter.position
    return row


def _from_row(row: dict[str, Any]) -> Details:
    known: dict[str, Any] = {
        **row,
        "parameters": tuple(_parameter(one) for one in row["parameters"]),
        "sets": tuple(tuple(Use(**use) for use in one) for one in row["sets"]),
        "syntax": tuple(row["syntax"]),
        "examples": tuple(Example(**one) for one in row["examples"]),
    }
    return Details(**known)


def _parameter(row: dict[str, Any]) -> Parameter:
    lists: dict[str, Any] = {name: tuple(row[name]) for name in ("aliases", "values", "pipeline") if name in row}
    known: dict[str, Any] = {**row, **lists}
    return Parameter(**known)
