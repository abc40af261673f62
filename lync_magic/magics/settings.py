"""The settings of a notebook, by IPython's own means: `%config LyncMagic`, and `c.LyncMagic.…` in a profile of IPython.

Rules of this file: a setting is here when more than one line or cell follows it; its help is what `%config` shows. What
the person's profile of IPython does not say is read from `[tool.lync_magic]` in the pyproject.toml above the notebook,
else from `[settings]` in the file of profiles; what stands there wrongly is said once and not used.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from IPython.core.interactiveshell import InteractiveShell
from traitlets import Bool, Enum, Float, Int, List, TraitError, Unicode, default
from traitlets.config import Configurable

from lync_magic.toml import parsed

AUTO: Final = "auto"
EMBEDDED: Final = "embedded"
POWERSHELL: Final = "powershell"
RECORDS: Final = "records"
KINDS: Final = (RECORDS, "pandas", "polars", "arrow")
LONGEST_IDLE: Final = 24 * 60.0
"""Minutes."""
SHORTEST_LEASE: Final = 60.0
"""Seconds that a server keeps a silent session at least (MS-WSMV 2.2.4.38)."""
LONGEST_LEASE: Final = 24 * 3600.0
USUAL_REDACTION: Final = ("*password*", "*pwd*", "*secret*", "*token*", "*credential*", "*apikey*", "pin")
USUAL_ROWS: Final = 20
MOST_ROWS: Final = 1_000
PROJECT_FILE: Final = "pyproject.toml"
_VALUE: Final = re.compile(r"^\s*%config\s+LyncMagic\.(?P<name>\w+)\s*=\s*(?P<written>\S*)\Z", re.MULTILINE)


def usual_rows() -> int:
    """Up to how many rows of a result are all shown, where nobody says."""
    from lync_magic.tapes import in_report

    return MOST_ROWS if in_report() else USUAL_ROWS


class LyncMagic(Configurable):
    """`%config LyncMagic.engine = "powershell"`."""

    engine = Enum(
        (AUTO, EMBEDDED, POWERSHELL),
        default_value=AUTO,
        help="What runs %%lync cells: the embedded evaluator, PowerShell, or the first where it knows the cell.",
    ).tag(config=True)

    idle = Float(
        15.0,
        min=0.0,
        max=LONGEST_IDLE,
        help="Minutes without a command after which a session ends, so that its seat is free; 0 for never.",
    ).tag(config=True)

    lease = Float(
        SHORTEST_LEASE,
        min=SHORTEST_LEASE,
        max=LONGEST_LEASE,
        help="Seconds of silence after which the server frees a new session's seat: how long a dead kernel holds one.",
    ).tag(config=True)

    rows = Int(
        min=2,
        max=MOST_ROWS,
        help="Up to so many rows of a result are all shown: 20, and in a report, whose reader has nothing else, 1,000.",
    ).tag(config=True)

    @default("rows")
    def _usual_rows(self) -> int:
        return usual_rows()

    result = Enum(
        KINDS,
        default_value=RECORDS,
        help="What the objects of a line or cell are given as: records, or a table of pandas, polars or pyarrow.",
    ).tag(config=True)

    quiet = Bool(
        False, help="Show no progress, and no output of cells; errors are shown, and a line gives its objects."
    ).tag(config=True)

    confirm = Bool(False, help="Ask before each call that may change something.").tag(config=True)

    redaction = List(
        Unicode(),
        default_value=list(USUAL_REDACTION),
        help="Parameters, by wildcards, whose values are masked in the log and in questions.",
    ).tag(config=True)

    lines = Int(
        25_000,
        min=0,
        help="Lines of text that one cell shows at most; 0 for all of them.",
    ).tag(config=True)

    width = Int(
        120,
        min=20,
        max=2_000,
        help="Columns of the text that PowerShell formats.",
    ).tag(config=True)

    data = Enum(
        ("application/vnd.dataresource+json", "application/json", ""),
        default_value="application/vnd.dataresource+json",
        help="The MIME type of a table's records beside it; JupyterLab shows application/json instead of the table.",
    ).tag(config=True)


def settings(shell: InteractiveShell) -> LyncMagic:
    """The settings of a shell: the same each time."""
    configurables: Any = shell.configurables
    for one in configurables:
        if isinstance(one, LyncMagic):
            return one
    made = LyncMagic(parent=shell)
    for name, value, place in _from_files(Path.cwd()):
        if name not in made.config.LyncMagic:
            _set(made, name, value, place)
    configurables.append(made)
    return made


def values_at(text: str) -> tuple[list[str], str] | None:
    """What may stand after `%config LyncMagic.NAME = `, and what is written of it; None in any other text."""
    found = _VALUE.search(text)
    values = _values(found["name"]) if found is not None else []
    if found is None or not values:
        return None
    written = found["written"]
    quote = written[:1] if written[:1] in ("'", '"') else '"'
    offered = [f"{quote}{one}{quote}" if isinstance(one, str) else repr(one) for one in values]
    fitting = [one for one in offered if one.startswith(written)]
    return (fitting, written) if fitting or written[:1] == quote else None


def _values(name: str) -> list[object]:
    """The values of a setting: all where they are few; else the usual one, the least and the greatest."""
    trait: Any = LyncMagic.class_traits(config=True).get(name)
    if trait is None:
        return []
    if isinstance(trait, Enum):
        return list(trait.values or ())
    if isinstance(trait, Bool):
        return [True, False]
    usual = getattr(LyncMagic(), name)
    ends = (trait.min, trait.max) if isinstance(trait, Int | Float) else ()
    return list(dict.fromkeys([usual, *(one for one in ends if one is not None)])) if ends else [usual]


def forget_settings(shell: InteractiveShell) -> None:
    """The extension is unloaded: `%config` shows its settings no more."""
    configurables: Any = shell.configurables
    configurables[:] = [one for one in configurables if not isinstance(one, LyncMagic)]


def _set(made: LyncMagic, name: str, value: object, place: str) -> None:
    known = made.class_trait_names(config=True)
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(sorted(known))}."
        sys.stderr.write(f"WARNING: {place} has no setting {name!r}. {hint}\n")
        return
    try:
        setattr(made, name, value)
    except TraitError as error:
        sys.stderr.write(f"WARNING: {place}: {error}\n")


def _from_files(folder: Path) -> Iterator[tuple[str, object, str]]:
    """Settings that files say: name, value and place; the project's after the person's, so that they are stronger."""
    from platformdirs import user_config_dir

    person = Path(user_config_dir("lync_magic", appauthor=False)) / "profiles.toml"
    yield from _table(person, ("settings",))
    project = next((one for up in (folder, *folder.parents) if (one := up / PROJECT_FILE).is_file()), None)
    if project is not None:
        yield from _table(project, ("tool", "lync_magic"))


def _table(path: Path, names: tuple[str, ...]) -> Iterator[tuple[str, object, str]]:
    """A table of a TOML file; nothing where there is no such file or table, or it cannot be read."""
    try:
        table: Any = parsed(path.read_text("utf-8")) if path.is_file() else {}
    except (OSError, ValueError) as error:
        sys.stderr.write(f"WARNING: {path.name} cannot be read, so its settings are not used: {error}\n")
        return
    for name in names:
        table = table.get(name, {}) if isinstance(table, Mapping) else {}
    if isinstance(table, Mapping):
        place = f"{path.name} [{'.'.join(names)}]"
        yield from ((str(name), value, place) for name, value in table.items())
