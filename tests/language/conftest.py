"""A small world for cells: the tenant of the recorded answers as a server, a dict as the notebook."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest

from lync_magic.clixml import EnumValue, ObjectLike, Single, Version
from lync_magic.errors import CellError, LyncError
from lync_magic.language import Interpreter, parse
from lync_magic.language.values.moment_members import ticks_of_date
from lync_magic.language.values.number_text import real_text
from lync_magic.language.values.types import NetType
from lync_magic.language.values.xml_nodes import XmlNode
from lync_magic.psrp import ErrorRecord, VerboseRecord, WarningRecord
from lync_magic.records import Records

sys.path.insert(0, str(Path(__file__).parent / "judge"))  # the judge's own modules, for this room's tests alone

from world import TenantRuntime


def as_json(value: object, depth: int = 0) -> object:
    """A value as PowerShell's ConvertTo-Json has it, as Python's json reads that."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, EnumValue):
        return value.value
    if isinstance(value, Version):
        parts = [*value.parts, -1, -1][:4]
        names = ("Major", "Minor", "Build", "Revision")
        revision = parts[3]
        return dict(zip(names, parts, strict=True)) | {"MajorRevision": revision >> 16, "MinorRevision": revision}
    if isinstance(value, str | UUID | NetType):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Single):
        return float(real_text(value))
    if isinstance(value, float | Decimal):
        return float(value)
    if isinstance(value, datetime):
        fraction = f".{ticks_of_date(value) % 10_000_000:07}".rstrip("0").rstrip(".")
        zone = "" if value.tzinfo is None else "Z" if not value.utcoffset() else value.strftime("%z")
        return value.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + fraction + zone
    if isinstance(value, timedelta):
        from lync_magic.language.values.members import get_property
        from lync_magic.language.values.moment_members import PROPERTY_NAMES

        return {name: as_json(get_property(value, name)) for name in PROPERTY_NAMES["System.TimeSpan"]}
    if isinstance(value, XmlNode):
        return [as_json(child) for child in value.children]
    if isinstance(value, ObjectLike):
        return {name: as_json(item, depth + 1) for name, item in value.items()}
    if isinstance(value, dict):
        return {str(key): as_json(item, depth + 1) for key, item in value.items()}
    if isinstance(value, Sequence | Records):
        return [as_json(item, depth + 1) for item in value]
    return str(value)


@cache
def _loads(text: str) -> object:
    return json.loads(text)


class Answer:
    """What a cell did in a `TenantRuntime`."""

    def __init__(self, code: str) -> None:
        self.runtime = TenantRuntime()
        self.refused: CellError | None = None
        self.ended: LyncError | None = None
        try:
            Interpreter(self.runtime).run(parse(code))
        except CellError as error:
            self.refused = error
        except LyncError as error:
            self.ended = error

    @property
    def output(self) -> list[object]:
        return [item for items in self.runtime.shown for item in items]

    @property
    def late(self) -> bool:
        """Whether something unknown came up only while running."""
        unknown = [e for e in self.runtime.events if isinstance(e, ErrorRecord) and e.error_id == "NotSupported"]
        return bool(unknown) or getattr(self.ended, "error_id", "") == "NotSupported"

    def differences(self, recorded: dict[str, object]) -> list[str]:
        """What PowerShell answered otherwise; empty when nothing."""
        found: list[str] = []
        wanted = [None if text is None else _loads(text) for text in recorded["json"]]
        if not any(str(kind).startswith("Microsoft.PowerShell.Commands.Internal.Format") for kind in recorded["types"]):
            got = [as_json(item) for item in self.output]
            comparable = [
                (w, g)
                for w, g, kind in zip(wanted, got, recorded["types"], strict=False)
                if kind is None or w is not None or kind == ""
            ]
            if len(got) != len(wanted) or any(not _same(w, g) for w, g in comparable):
                found.append(f"output {got!r:.600}, PowerShell {wanted!r:.600}")
        here = os.getcwd()  # the recorded answers call it /cell
        errors = [
            (e.message.replace(here, "/cell"), e.error_id, e.category)
            for e in self.runtime.events
            if isinstance(e, ErrorRecord)
        ]
        expected = [(e["message"], e["id"], e["category"]) for e in recorded["errors"]]
        if errors != expected:
            found.append(f"errors {errors!r:.900}, PowerShell {expected!r:.900}")
        ended = None if self.ended is None else (self.ended.message, getattr(self.ended, "error_id", ""))
        terminating = recorded["terminating"]
        wanted_end = None if terminating is None else (terminating["message"], terminating["id"])
        if ended != wanted_end:
            found.append(f"ended {ended}, PowerShell {wanted_end}")
        for stream, kind in (("warnings", WarningRecord), ("verbose", VerboseRecord)):
            said = [e.message for e in self.runtime.events if isinstance(e, kind)]
            if said != recorded[stream]:
                found.append(f"{stream} {said}, PowerShell {recorded[stream]}")
        found += self._variable_differences(recorded["variables"])
        return found

    def _variable_differences(self, recorded: dict[str, dict[str, str]]) -> list[str]:
        found = []
        left = dict(self.runtime.variables)
        for name, wanted in recorded.items():
            if name in ("Matches",):
                continue
            if name not in left:
                found.append(f"variable {name} is missing")
            elif wanted["json"] is not None and not _same(_loads(wanted["json"]), as_json(left[name])):
                found.append(f"variable {name} {as_json(left[name])!r:.200}, PowerShell {wanted['json']:.200}")
        return found


def _same(wanted: object, got: object) -> bool:
    if isinstance(wanted, float) and isinstance(got, float):
        return wanted == got
    if isinstance(wanted, dict) and isinstance(got, dict):
        return sorted(wanted) == sorted(got) and all(_same(wanted[key], got[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(got, list):
        return len(wanted) == len(got) and all(_same(w, g) for w, g in zip(wanted, got, strict=True))
    return type(wanted) is type(got) and wanted == got


@pytest.fixture
def runtime() -> TenantRuntime:
    """A fresh notebook and server."""
    return TenantRuntime()


@pytest.fixture
def answer() -> Callable[[str], Answer]:
    """Runs a cell and tells what it did."""
    return Answer


@pytest.fixture
def run() -> Callable[[str], list[object]]:
    """Runs a cell that must go well; its output as plain values."""

    def go(code: str) -> list[object]:
        done = Answer(code)
        assert done.refused is None, done.refused
        assert done.ended is None, done.ended
        errors = [event for event in done.runtime.events if isinstance(event, ErrorRecord)]
        assert errors == []
        return [as_json(item) for item in done.output]

    return go
