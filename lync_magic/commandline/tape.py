"""`lync-magic tape`: look at tapes, compare them, keep things off them, check that they are whole."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lync_magic.clixml import invariant_text
from lync_magic.errors import UsageError
from lync_magic.messages import long_time, number_text, say
from lync_magic.records import Records
from lync_magic.safe_text import visible
from lync_magic.tapes import Entry, Tape, compare, differences_of, redact_tape

DIFFERENT = 1
FOUND_WRONG = 1
COMPLETED = 4
_STATES = {None: "cut", 3: "stopped", COMPLETED: "completed", 5: "failed"}

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def tape() -> None:
    """Tapes: what sessions were asked and what they answered (%lync connect USER --record FILE)."""


@tape.command()
@click.argument("file", type=_FILE)
@click.option("--entry", type=int, metavar="N", help="Show the objects of this entry.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a line an entry, or an object.")
def show(file: Path, entry: int | None, as_json: bool) -> int:
    """Show what is on a tape: when, from where, which commands; or one answer."""
    with Tape(file) as opened:
        if entry is not None:
            _show_entry(opened, entry, as_json)
        elif as_json:
            for each in opened.entries:
                _echo_json(_told(each))
        else:
            _show_all(opened)
    return 0


@tape.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
@click.option("--key", metavar="NAME", help="The property that tells which objects are the same.")
@click.option("--ignore", metavar="NAMES", default="", help="Properties that do not count, with commas between them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line a change.")
def diff(before: Path, after: Path, key: str | None, ignore: str, as_json: bool) -> int:
    """Show what changed from one tape to another: objects added and removed, and each property that changed.

    The exit code is 1 where something changed.
    """
    with Tape(before) as old, Tape(after) as new:
        ignored = [name.strip() for name in ignore.split(",") if name.strip()]
        changes = differences_of(compare(old, new, key, ignored))
    if as_json:
        for row in changes:
            _echo_json({name: _plain(value) for name, value in row.items()})
    else:
        click.echo(_table(changes) if len(changes) else say("Nothing changed."))
    return DIFFERENT if len(changes) else 0


@tape.command()
@click.argument("file", type=_FILE)
@click.argument("names", metavar="NAMES")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it there, not in place.")
def redact(file: Path, names: str, output: Path | None) -> int:
    """Take more off a tape: properties and parameters, by NAMES with wildcards and commas ("MobilePhone,*Mail*")."""
    redact_tape(file, output or file, names)
    click.echo(str(output or file))
    return 0


@tape.command()
@click.argument("files", type=_FILE, nargs=-1, required=True)
def verify(files: tuple[Path, ...]) -> int:
    """Check that tapes are whole, and as they were written. The exit code is 1 where one is not."""
    code = 0
    for file in files:
        with Tape(file) as opened:
            wrong = opened.verify()
            count = len(opened.entries)
        for each in wrong:
            click.echo(f"{file}: {each}", err=True)
        if wrong:
            code = FOUND_WRONG
        else:
            click.echo(f"{file}: {say('{count} commands, whole and as written.', count=number_text(count))}")
    return code


def _show_all(opened: Tape) -> None:
    versions = ", ".join(f"{name} {number}" for name, number in dict(opened.about.get("versions", {})).items())
    click.echo(say("Recorded {when} with {versions}", when=long_time(opened.recorded), versions=versions))
    for session in opened.sessions.values():
        click.echo(visible(say("{target}: {user} on {computer}", **_session(session))))
    if not opened.whole:
        click.echo(say("The file was cut: this is what it has."))
    redacted = opened.about.get("redacted") or []
    if redacted:
        click.echo(say("Kept off it: {names}", names=visible(", ".join(map(str, redacted)))))
    click.echo()
    rows = opened.entries
    wide = len(str(max((each.number for each in rows), default=0)))
    for each in rows:
        state = "" if each.state == COMPLETED else f"  {_STATES.get(each.state, '?')}"
        told = say("{count} object" if each.objects == 1 else "{count} objects", count=number_text(each.objects))
        click.echo(visible(f"{each.number:>{wide}}  {each.command}  {told}, {each.seconds:.2f} s{state}"))


def _show_entry(opened: Tape, number: int, as_json: bool) -> None:
    found = next((each for each in opened.entries if each.number == number), None)
    if found is None:
        raise UsageError(f"The tape has no entry {number}.", f"See which it has: lync-magic tape show {opened.path}")
    if not as_json:
        click.echo(repr(opened.records(found)))
        return
    for batch in opened.stream(found):
        for item in batch:
            held = dict(item.items()) if hasattr(item, "items") else {"Value": item}
            _echo_json({name: _plain(value) for name, value in held.items()})


def _table(changes: Records) -> str:
    names = ("Change", "Identity", "Property", "Before", "After")
    lines: list[str] = []
    command = ""
    for row in changes:
        head = f"{row['Target']}: {row['Command']}"
        if head != command:
            command = head
            lines += ["", head] if lines else [head]
        change, identity, name, was, is_now = (row.get(each) for each in names)
        if name:
            lines.append(f"  ~ {identity}  {name}: {_plain_text(was)} → {_plain_text(is_now)}")
        else:
            sign = {"Added": "+", "Removed": "-"}.get(str(change), " ")
            lines.append(f"  {sign} {identity or change}")
    return visible("\n".join(lines))


def _session(session: object) -> dict[str, str]:
    return {name: str(getattr(session, name)) for name in ("target", "user", "computer")}


def _told(entry: Entry) -> dict[str, object]:
    return {
        "number": entry.number,
        "target": entry.target,
        "command": entry.command,
        "changes": entry.changes,
        "state": _STATES.get(entry.state, "cut"),
        "objects": entry.objects,
        "errors": entry.errors,
        "warnings": entry.warnings,
        "at": entry.at,
        "seconds": entry.seconds,
    }


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return invariant_text(value)


def _plain_text(value: object) -> str:
    if value is None:
        return "null"
    return f"[{', '.join(map(invariant_text, value))}]" if isinstance(value, list) else invariant_text(value)


def _echo_json(told: object) -> None:
    click.echo(json.dumps(told, ensure_ascii=False))
