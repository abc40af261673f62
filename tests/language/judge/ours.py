"""Our evaluator's answer to a snippet, in the judge's form, and the verdict on it.

    python tests/language/judge/ours.py FILE.jsonl [--show KIND] [--only TEXT]

equal: the same output, errors, streams and variables.  refused: before anything ran.  late: something not known came up
while it ran.  loud: an error that PowerShell does not have.  silent: another answer without a word.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from lync_magic.clixml import (
    Credential,
    DecodeError,
    EnumValue,
    ObjectLike,
    SecureString,
    Single,
    decode_document,
    ticks_of,
)
from lync_magic.errors import CellError, CellNotSupported, LyncError
from lync_magic.language import Interpreter, parse
from lync_magic.language.cmdlets.locations import forget
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.error_values import ErrorValue, ExceptionValue
from lync_magic.language.values.collections import NOTHING, SwitchParameter, is_collection, items_of
from lync_magic.language.values.culture import INVARIANT, in_culture, named
from lync_magic.language.values.enums import LocalEnum, flags_of
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.moment_members import ticks_of_date
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.regex_values import RegexValue
from lync_magic.language.values.text import local_text
from lync_magic.language.values.types import NetType, have_come, own_types, type_of
from lync_magic.psrp import ErrorRecord, HostLine, InformationRecord, VerboseRecord, WarningRecord

sys.path.insert(0, str(Path(__file__).parent))
from real import NO_FILES
from world import TenantRuntime

DEEP = 5
MEMORY = "/dev/shm"
HOST_WIDTH = 80
"""Of a host without a screen: what Out-String within a cell takes. Its output as a text is asked for 120 columns wide."""
_OF_PLACES = tuple(
    f"System.Management.Automation.{one}" for one in ("PSVariable", "PathInfo", "ProviderInfo", "PSDriveInfo")
)
_OF_REFERENCES = "System.Management.Automation.PSReference`1"
_OF_MEMBERS = tuple(f"System.Management.Automation.{one}" for one in ("PSNoteProperty", "PSProperty"))
RECORD = "System.Management.Automation.ErrorRecord"
CUSTOM = ("System.Management.Automation.PSCustomObject", "PSCustomObject")


_BY_TEXT = (
    *(".AliasInfo", ".FunctionInfo", ".FilterInfo", ".CmdletInfo", ".CallStackFrame", ".PSTypeName"),
    *(".CommandParameterSetInfo", ".CommandParameterInfo", ".VerbInfo"),
)


def canonical(value: Any, depth: int = 0, *, inside: bool = False) -> Any:
    """A value as [type, content], as Judge.cs has it. inside: it is within an object that came over the wire."""
    if value is None or value is NOTHING:
        return None
    kind = RECORD if isinstance(value, ErrorValue) else type_of(value)
    if isinstance(value, ErrorValue):
        record = value.record() if hasattr(value, "record") else None
        if record is None:
            return [kind, [getattr(value.error, "error_id", ""), str(value), getattr(value.error, "category", "")]]
        return [kind, [record.error_id, record.message, record.category]]
    if isinstance(value, ExceptionValue):
        return [kind, value.message]
    if isinstance(value, Block):
        return [kind, value.text]
    if isinstance(value, SwitchParameter):
        return [kind, value.on]
    if kind in ("System.IO.FileInfo", "System.IO.DirectoryInfo") or kind in _OF_PLACES:
        return [kind, str(value.text) if value.text is not None else kind]
    if kind.startswith(_OF_REFERENCES) or kind in _OF_MEMBERS:
        return [kind, str(value.text)]
    if kind.startswith("System.Xml.") and hasattr(value, "outer_xml"):
        return [kind, value.outer_xml]
    if kind.endswith(".MatchInfoContext"):
        return [kind, kind]
    if kind == "System.DateTimeOffset":
        return [kind, local_text(value)]
    if isinstance(value, RegexValue):
        kind_of_options = "System.Text.RegularExpressions.RegexOptions"
        told = [kind_of_options, str(flags_of(kind_of_options, value.options))]
        forever = ["System.TimeSpan", "-10000"]
        return [kind, [["Options", told], ["RightToLeft", ["System.Boolean", False]], ["MatchTimeout", forever]]]
    if isinstance(value, NetType):
        return ["System.Type", value.name]
    if isinstance(value, SecureString):
        return [kind, len(value.reveal()) if hasattr(value, "reveal") else 0]
    if isinstance(value, Credential):
        return [kind, value.user_name or None]
    if kind.endswith(("WarningRecord", "InformationRecord", "VerboseRecord", "DebugRecord", "HostInformationMessage")):
        return [kind, str(value)]
    if kind.endswith(_BY_TEXT) or (kind.startswith("System.Management.Automation.") and kind.endswith("Attribute")):
        return [kind, str(value)]
    if isinstance(value, ObjectLike) and not (value.text is None and hasattr(value, "base") and _is_base(value)):
        if value.base is not None and _is_base(value):
            return canonical(value.base, depth)
        if depth > DEEP:
            return [kind, "…"]
        came = inside or have_come(value.type_names)
        content = [
            [name, canonical(get_property(value, name) if came else item, depth + 1, inside=came)]
            for name, item in value.items()
        ]
        return [
            "PSCustomObject" if kind in CUSTOM else kind,
            content,
            value.type_names[0] if value.type_names else None,
        ]
    if isinstance(value, ObjectLike):
        return canonical(value.base, depth)
    if isinstance(value, bool):
        return [kind, value]
    if isinstance(value, EnumValue) and not isinstance(value, LocalEnum):
        return ["System.Int32", str(value.value)]  # what it is to a cell
    if isinstance(value, EnumValue):
        return [kind, str.__str__(value)]
    if isinstance(value, str):
        return [kind, str(value)]
    if isinstance(value, Single):
        return [kind, _round_trip(value)]
    if isinstance(value, float):
        return [kind, _round_trip(value)]
    if isinstance(value, Decimal):
        return [kind, format(value, "f")]
    if isinstance(value, int):
        return [kind, str(int(value))]
    if isinstance(value, datetime):
        zone = "" if value.tzinfo is None else "Z" if not value.utcoffset() else value.isoformat()[-6:]
        return [kind, f"{value:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + f".{ticks_of_date(value) % 10_000_000:07}" + zone]
    if isinstance(value, timedelta):
        return [kind, str(ticks_of(value))]
    if depth > DEEP:
        return [kind, "…"]
    if isinstance(value, Mapping):
        entries = [[canonical(key, depth + 1), canonical(item, depth + 1)] for key, item in value.items()]
        if "Ordered" not in kind:
            entries.sort(key=lambda one: json.dumps(one[0]))
        return [kind, entries]
    if is_collection(value):
        kind = "System.Collections.ArrayList" if inside and kind == "System.Object[]" else kind
        return [kind, [canonical(item, depth + 1, inside=inside) for item in list(items_of(value))[:2000]]]
    return [kind, str(value)]


def _is_base(value: ObjectLike) -> bool:
    from lync_magic.clixml import MISSING

    return value.base is not MISSING


def _round_trip(value: float) -> str:
    from lync_magic.clixml import invariant_text

    if isinstance(value, Single):
        from lync_magic.language.values.number_text import real_text

        return real_text(value)
    return invariant_text(value)


_ASSEMBLY = re.compile(r"\[([^\[\],]+(?:\[[^\[\]]*\])?)(?:, [^\[\]]*)\]")


def normal(value: Any) -> Any:
    """What both sides are brought to before they are compared: names of collections, zones, numbers' zeros."""
    if isinstance(value, list) and value and isinstance(value[0], str) and len(value) in (2, 3):
        kind, content = value[0], value[1]
        alone = not kind.endswith(("[]", "Collection"))
        if alone and kind.startswith("System.Text.RegularExpressions.") and isinstance(content, list):
            content = next((one[1][1] for one in content if one[0] == "Value"), content)
            return [kind, content]
        kind = _ASSEMBLY.sub(r"\1", _ASSEMBLY.sub(r"\1", kind))
        if value[0] == "System.String" and isinstance(content, str) and "PublicKeyToken" in content:
            content = _ASSEMBLY.sub(r"\1", content)
        if kind.startswith("System.Collections.Generic.KeyValuePair`") and isinstance(content, list):
            return [kind, f"[{content[0][1][1]}, {content[1][1][1]}]"]
        if kind in ("System.Double", "System.Single") and isinstance(content, str) and "N" not in content.upper():
            content = repr(float(content.replace("∞", "inf")))
        if kind == "System.RuntimeType":
            kind = "System.Type"
        if kind == "System.Management.Automation.SwitchParameter":
            kind = "System.Boolean"
        if kind == "PSCustomObject" and content == [] and len(value) == 3:
            return None
        if isinstance(content, list) and not (kind.endswith("ErrorRecord")):
            if kind.startswith("System.Collections.ObjectModel.Collection"):
                kind = "[]"
            if kind.startswith("System.Collections.Generic.List"):
                kind = "System.Collections.Generic.List"
            elif kind.endswith("[]") or "Collection" in kind.rpartition(".")[2] or kind.startswith("Deserialized"):
                kind = kind if kind.endswith("[]") and os.environ.get("STRICT_ARRAYS") else "[]"
            if "Hashtable" in kind and not kind.endswith("[]"):
                entries = [[normal(key), normal(item)] for key, item in content]
                return [kind, sorted(entries, key=lambda one: json.dumps(one[0]))]
            return [kind, [normal(item) if not _is_pair(item) else [item[0], normal(item[1])] for item in content]]
        if kind == "System.DateTime":
            content = content.replace("+00:00", "Z")
        return [kind, content, *value[2:]]
    if isinstance(value, list):
        return [normal(item) for item in value]
    return value


def _is_pair(item: Any) -> bool:
    return (
        isinstance(item, list)
        and len(item) == 2
        and isinstance(item[0], str)
        and (item[1] is None or isinstance(item[1], list))
        and not (isinstance(item[1], list) and (item[0].startswith("System.") or item[0] == "PSCustomObject"))
    )


class Ours:
    """What our evaluator did with a snippet."""

    def __init__(self, code: str, culture: str = "", given: Mapping[str, str] = NO_FILES) -> None:
        self.runtime = TenantRuntime({"ErrorView": "NormalView"}, came=True)  # as the judge's PowerShell has it
        self.runtime.width = HOST_WIDTH
        self.culture = culture
        self.refused: CellError | None = None
        self.ended: BaseException | None = None
        self.files: dict[str, bytes] = {}
        before, surroundings = os.getcwd(), dict(os.environ) if "env" in code.lower() else None
        at_home = os.environ.get("HOME")
        forget()
        with _folder_for(code) as folder:
            here, home = Path(folder) / "cell", Path(folder) / "root"
            here.mkdir()
            home.mkdir()
            os.environ["HOME"] = str(home)  # what a cell goes to by `cd`, and may clear
            os.chdir(here)
            for name, text in given.items():
                (here / name).parent.mkdir(parents=True, exist_ok=True)
                (here / name).write_text(text, encoding="utf-8")
            try:
                with _errors_as_of_functions():
                    Interpreter(self.runtime, culture).run(parse(code))
            except CellError as error:
                self.refused = error
            except LyncError as error:
                self.ended = error
            except Exception as error:  # noqa: BLE001 - a bug of ours: it is what is looked for
                self.ended = error
            finally:
                os.chdir(before)
                if surroundings is not None:
                    for name in os.environ.keys() ^ surroundings.keys():
                        os.environ.pop(name, None)
                    os.environ.update(surroundings)
                os.environ["HOME"] = at_home or ""
                if at_home is None:
                    del os.environ["HOME"]
            for path in sorted(here.rglob("*")) if os.listdir(here) else ():
                if path.is_file():
                    self.files[str(path.relative_to(here))] = path.read_bytes()

    def errors(self) -> list[ErrorRecord]:
        return [event for event in self.runtime.events if isinstance(event, ErrorRecord)]


@contextmanager
def _errors_as_of_functions() -> Iterator[None]:
    """The judge's commands are functions: an error of theirs is no server's, whose class is another."""
    held = own_types[ErrorValue]
    own_types[ErrorValue] = lambda _value: RECORD
    try:
        yield
    finally:
        own_types[ErrorValue] = held


@contextmanager
def _folder_for(code: str) -> Iterator[str]:
    """A folder for a cell, in memory where there is one: a disk makes each wait some milliseconds. Its path is as long
    as those that PowerShell had, which cuts what an error is about at 40 characters. What walks through folders meets
    them in the order of a disk.
    """
    if not os.access(MEMORY, os.W_OK) or "-rec" in code.lower():
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            yield folder
        return
    made = Path(MEMORY, f"{os.getpid():07}")
    made.mkdir()
    try:
        yield str(made)
    finally:
        shutil.rmtree(made)


def verdict(answer: dict[str, Any], *, deep: bool = True) -> tuple[str, list[str]]:
    """The kind of our answer beside PowerShell's, and what differs."""
    if answer.get("hung") or answer.get("judge_failed"):
        return "unjudged", []
    done = Ours(answer["code"], answer.get("culture", ""), answer.get("given", NO_FILES))
    if answer["parse_errors"]:
        if done.refused is None:
            return "silent", ["accepted; PowerShell: " + answer["parse_errors"][0]]
        return ("refused", []) if isinstance(done.refused, CellNotSupported) else ("equal", [])
    if done.refused is not None:
        kind = "refused" if isinstance(done.refused, CellNotSupported) else "syntax"
        return kind, [done.refused.message]
    errors = done.errors()
    if any(e.error_id == "NotSupported" for e in errors) or getattr(done.ended, "error_id", "") == "NotSupported":
        return "late", [e.message for e in errors] + [str(done.ended)]
    if done.ended is not None and not isinstance(done.ended, LyncError):
        return "crash", [f"{type(done.ended).__name__}: {done.ended}"]
    found = differences(answer, done, errors, deep=deep)
    if not found:
        return "equal", []
    loud = len(errors) > len(answer["errors"]) or (done.ended is not None and answer["terminating"] is None)
    return ("loud" if loud else "silent"), found


def _text(done: Ours) -> str | None:
    """What a console shows of it; None where that is not known: a notebook shows such a value in its own way."""
    try:
        with in_culture(named(done.culture) or INVARIANT):
            return done.runtime.text()  # type: ignore[no-any-return, attr-defined]
    except NotKnownHere:
        return None


def differences(answer: dict[str, Any], done: Ours, errors: list[ErrorRecord], *, deep: bool) -> list[str]:
    """What differs, told as the culture of the cell has it: so PowerShell's judge tells values that are only texts."""
    with in_culture(named(done.culture) or INVARIANT):
        return _differences(answer, done, errors, deep=deep)


def _differences(answer: dict[str, Any], done: Ours, errors: list[ErrorRecord], *, deep: bool) -> list[str]:
    found: list[str] = []
    items = [item for part in done.runtime.shown for item in part]
    if not answer["formatted"]:
        mine = _without_folder(normal([canonical(item) for item in items]))
        theirs = _without_folder(normal(answer["output"]))
        if mine != theirs:
            found.append(f"output {short(mine)}\n     PS     {short(theirs)}")
    elif hasattr(done.runtime, "text") and not any(isinstance(item, ErrorValue) for item in items):
        # (the judge has no $ErrorView: what a console shows of an error is another text there)
        mine, theirs = _without_folder(_text(done)), _without_folder(answer["text"])
        if mine is not None and theirs is not None and mine != theirs:  # PowerShell cannot show a view that was left
            found.append(f"text {mine!r}\n     PS   {theirs!r}")
    got = [facts(e) for e in errors]
    wanted = [stated(e, deep=deep) for e in answer["errors"]]
    if not deep:
        got = [one[:3] for one in got]
    got, wanted = _without_folder(got), _without_folder(wanted)
    if got != wanted:
        found.append(f"errors {short(got)}\n     PS     {short(wanted)}")
    ended, wanted_end = done.ended, answer["terminating"]
    mine = None if ended is None else [getattr(ended, "message", ""), getattr(ended, "error_id", "")]
    theirs = None if wanted_end is None else [wanted_end["message"], wanted_end["id"]]
    if _without_folder(mine) != _without_folder(theirs):
        found.append(f"ended {mine}\n     PS    {theirs}")
    for name, kind in (("warnings", WarningRecord), ("verbose", VerboseRecord)):
        said = [e.message for e in done.runtime.events if isinstance(e, kind)]
        if _without_folder(said) != _without_folder(answer[name]):
            found.append(f"{name} {said}, PS {answer[name]}")
    told = [e for e in done.runtime.events if isinstance(e, HostLine | InformationRecord) and not _only_seen(e.text)]
    host = "".join(e.text + ("\n" if isinstance(e, InformationRecord) or e.newline else "") for e in told)
    theirs_host = answer.get("host")
    if theirs_host is None:  # an answer of a judge without a screen
        theirs_host = "".join(f"{text}\n" for text in answer["information"] if text is not None)
    if _without_folder(host) != _without_folder(theirs_host):
        found.append(f"host {host!r}, PS {theirs_host!r}")
    left = {name.lower(): value for name, value in done.runtime.variables.items()}
    for name, wanted_value in answer["variables"].items():
        if name in ("matches", "error", "_", "lastexitcode", "foreach", "switch"):
            continue
        if ":" in name:  # which the judge reads as one of a drive
            continue
        mine, theirs = _without_folder(normal(canonical(left.get(name)))), _without_folder(normal(wanted_value))
        if isinstance(mine, list) and mine[0] == "[]" and theirs and "List" in theirs[0]:
            theirs[0] = "[]"  # Python's view of a list of objects is `Records`
        if mine != theirs:
            found.append(f"${name} {short(mine)}\n     PS {short(theirs)}")
    import base64

    theirs_files = {k: base64.b64decode(v) for k, v in answer["files"].items() if v is not None}
    if {k: _held(v) for k, v in theirs_files.items()} != {k: _held(v) for k, v in done.files.items()}:
        found.append(f"files {done.files}\n     PS {theirs_files}")
    return found


def _held(data: bytes) -> Any:
    """What a file is compared by: without the folder's name; CLIXML by its values, since the judge's runspaces share
    .NET's boxed numbers, to which other snippets added members."""
    if b"<Objs Version" not in data[:60] or not data.rstrip().endswith(b"</Objs>"):
        return _FOLDER.sub("/cell", data.decode("latin-1"))
    try:
        return json.dumps([canonical(one) for one in decode_document(data)])
    except DecodeError:  # in another encoding than its own
        return data.decode("latin-1")


def _only_seen(text: str) -> bool:
    """A line of ours alone: that a command has nothing to do in a notebook."""
    return re.search(r"nothing to \w+ here|there is nothing to", text) is not None


def facts(error: ErrorRecord) -> list[Any]:
    message = _OF_SERVER.sub("an object of the server's", error.message)
    return [error.error_id, error.category, message, error.target or "", error.activity or ""]


def stated(error: dict[str, Any], *, deep: bool) -> list[Any]:
    plain = [error["id"], error["category"], _OF_SERVER.sub("an object of the server's", error["message"])]
    return [*plain, error["target_name"] or "", error["activity"] or ""] if deep else plain


_OF_SERVER = re.compile(
    r"Selected\.System\.Management\.Automation\.PSCustomObject|Deserialized\.Microsoft\.Rtc\.[\w.]+"
)
"""What the objects of the server's commands are: the stand-in makes them with Select-Object."""
_FOLDER = re.compile(rf"(?:/tmp|{MEMORY}|{re.escape(tempfile.gettempdir())})/[^/\"]+/cell|(?<=…)[^/\"]*(?=/cell)")
"""The folder of a side, whole, or its end where a text was cut off before it."""
_HOME = re.compile(rf"(?:/tmp|{MEMORY}|{re.escape(tempfile.gettempdir())})/[^/\"]+/root")
"""The home folder of a side."""


_HALF = re.compile("[\ud800-\udfff]")
"""Half a character, of which the judge's JSON has a replacement."""


def _without_folder(value: Any) -> Any:
    """The same without the name of the folder that a side ran in, and as JSON has it."""
    told = json.dumps(value, ensure_ascii=False)
    made = _HOME.sub("/root", _FOLDER.sub("/cell", _HALF.sub("\ufffd", told)))
    return value if made == told else json.loads(made)


def short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:700]


def load(path: str) -> Iterable[dict[str, Any]]:
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def main() -> None:
    arguments = sys.argv[1:]
    show = arguments[arguments.index("--show") + 1].split(",") if "--show" in arguments else []
    only = arguments[arguments.index("--only") + 1] if "--only" in arguments else ""
    shallow = "--shallow" in arguments
    counted: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    for answer in load(arguments[0]):
        if only and only not in answer["code"]:
            continue
        start = time.monotonic()
        kind, found = verdict(answer, deep=not shallow)
        if time.monotonic() - start > 3:
            print("SLOW", round(time.monotonic() - start, 1), answer["code"][:200])
        counted[kind] += 1
        if kind in ("refused", "syntax"):
            refusals[found[0] if found else ""] += 1
        if kind in show:
            print(f"[{kind}] {answer['code']}")
            for line in found:
                print("    ", line)
    print(dict(counted))
    if "--refusals" in arguments:
        for reason, count in refusals.most_common(80):
            print(f"{count:4} {reason}")


if __name__ == "__main__":
    main()
