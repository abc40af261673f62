"""`lync-magic report`: a notebook run by itself, for one target or several, with an exit code that can be trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import click

from lync_magic.commandline.declared_options import ReportCommand, given_by, names_of
from lync_magic.errors import LyncError, UsageError
from lync_magic.messages import chosen_language, say, spoken
from lync_magic.reports import (
    CODES,
    Outcome,
    Wanted,
    declared_in,
    discard,
    from_file,
    from_words,
    run_report,
    system_text,
)
from lync_magic.safe_text import visible

_PATH = click.Path(path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    cls=ReportCommand,
    epilog="\b\nExit codes:\n" + "\n".join(f"  {code:>3}  {state}" for state, code in CODES.items()),
)
@click.argument("notebook", type=_FILE)
@click.option("-p", "--parameter", "words", multiple=True, metavar="NAME=VALUE", help="A parameter of the notebook.")
@click.option("-f", "--parameters", "file", type=_PATH, metavar="FILE", help="Parameters, as YAML.")
@click.option("--target", "targets", multiple=True, metavar="NAME", help="Run it for this target (parameter: target).")
@click.option("--record", type=_PATH, metavar="TAPE", help="Record what is asked and answered.")
@click.option("--replay", type=_PATH, metavar="TAPE", help="Answer from a tape; nobody signs in.")
@click.option("--mode", type=click.Choice(["once", "none", "all", "rewrite"]), help="With --record. [default: rewrite]")
@click.option("--redact", metavar="NAMES", help="With --record: properties to keep off the tape.")
@click.option("--html", type=_PATH, metavar="FILE", help="Write one page to send.")
@click.option("--pdf", type=_PATH, metavar="FILE", help="Print the page.")
@click.option("--xlsx", type=_PATH, metavar="FILE", help="Write the tables of cells tagged xlsx.")
@click.option("--to", "folder", type=_PATH, metavar="FOLDER", help="Where the notebook and the page go. [default: .]")
@click.option("--time-limit", type=click.FloatRange(min=1), metavar="SECONDS", help="How long all cells may take.")
@click.option("--wait", type=float, default=0.0, metavar="SECONDS", help="Wait for another run of the same target.")
@click.option("--kernel", metavar="NAME", help="Another kernel than the notebook's.")
@click.option("--junit", type=_PATH, metavar="FILE", help="Write the outcome as JUnit's XML, too.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as a line of JSON for each target.")
def report(
    notebook: Path,
    words: tuple[str, ...],
    file: Path | None,
    targets: tuple[str, ...],
    record: Path | None,
    replay: Path | None,
    mode: str | None,
    redact: str | None,
    html: Path | None,
    pdf: Path | None,
    xlsx: Path | None,
    folder: Path | None,
    time_limit: float | None,
    wait: float,
    kernel: str | None,
    junit: Path | None,
    as_json: bool,
    **declared: Any,
) -> int:
    """Run NOTEBOOK as a report. With a notebook, --help shows its parameters, too.

    The exit code is 0 only if every cell ran, every command succeeded or was allowed to fail (-ErrorAction
    SilentlyContinue, or the cell's tag raises-exception), nothing was in doubt and no result was partial.
    """
    if record is not None and replay is not None:
        raise click.UsageError(spoken("A report is recorded or replayed, not both."))
    if mode is not None and record is None:
        raise click.UsageError(spoken("A mode belongs to a recording."))
    words = (*words, *(f"{name}={value}" for name, value in given_by(declared).items()))

    def parameters() -> dict[str, Any]:
        texts = names_of(declared_in(notebook))
        return {**(from_file(file) if file is not None else {}), **from_words(words, texts)}

    where = folder or Path()
    if html is None and pdf is None and xlsx is None:
        html = where / f"{notebook.stem}.html"
    wanted = Wanted(
        notebook=notebook,
        executed=where / (notebook.name if folder is not None else f"{notebook.stem}.run.ipynb"),
        record=record,
        replay=replay,
        mode=mode,
        redact=redact,
        time_limit=time_limit,
        wait=wait,
        kernel=kernel,
        html=html,
        pdf=pdf,
        xlsx=xlsx,
        language=chosen_language(),
    )
    outcomes = []
    for each in targets or ("",):
        outcome = _run(_for_target(wanted, each, several=len(targets) > 1), parameters)
        outcomes.append(outcome)
        click.echo(json.dumps(outcome.told(), ensure_ascii=False, default=str) if as_json else _told(outcome))
    if junit is not None:
        junit.parent.mkdir(parents=True, exist_ok=True)
        junit.write_text(_junit(outcomes), "utf-8")
    return next((each.code for each in sorted(outcomes, key=lambda one: -one.code)), 0)


def _run(wanted: Wanted, parameters: Callable[[], dict[str, Any]]) -> Outcome:
    """Run it; what keeps it from being run, or from being written, is an outcome too, so that other targets go on."""
    try:
        return run_report(replace(wanted, parameters=parameters()))
    except (LyncError, OSError) as error:
        discard(wanted)
        text = str(error) if isinstance(error, LyncError) else f"{system_text(error)}."
        click.echo(visible(text), err=True)
        state = "usage" if isinstance(error, UsageError) else "could not"
        return Outcome(wanted.notebook.name, state, [visible(text.partition("\n")[0])], target=wanted.target)


def _for_target(wanted: Wanted, target: str, *, several: bool) -> Wanted:
    """The same for one of several targets: each has files of its own."""
    if not several:
        return replace(wanted, target=target)

    name = re.sub(r"[^\w.@-]", "_", target)

    def own(path: Path | None) -> Path | None:
        return path.with_name(f"{path.stem}.{name}{path.suffix}") if path is not None else None

    own_tape = own(wanted.replay)  # as --record has named it; else one tape holds all targets
    return replace(
        wanted,
        target=target,
        executed=own(wanted.executed) or wanted.executed,
        html=own(wanted.html),
        pdf=own(wanted.pdf),
        xlsx=own(wanted.xlsx),
        record=own(wanted.record),
        replay=own_tape if own_tape is not None and own_tape.is_file() else wanted.replay,
    )


def _told(outcome: Outcome) -> str:
    name = f"{outcome.notebook} ({outcome.target})" if outcome.target else outcome.notebook
    lines = [f"{name}: {say(outcome.state)}, {outcome.seconds:.1f} s"]
    lines += [f"  {spoken(each)}" for each in outcome.why]
    lines += [f"  → {each}" for each in outcome.files]
    return "\n".join(map(visible, lines))


def _junit(outcomes: Sequence[Outcome]) -> str:
    """JUnit's XML: a suite for the report, a case for each target."""
    cases = []
    for each in outcomes:
        name = quoteattr(each.target or each.notebook)
        failure = ""
        if each.code:
            text = escape("\n".join(map(visible, each.why)))
            failure = f"<failure type={quoteattr(each.state)} message={quoteattr(each.state)}>{text}</failure>"
        cases.append(
            f'<testcase classname={quoteattr(each.notebook)} name={name} time="{each.seconds:.3f}">{failure}</testcase>'
        )
    failed = sum(1 for each in outcomes if each.code)
    head = f'<testsuite name="lync-magic report" tests="{len(outcomes)}" failures="{failed}">'
    return f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites>{head}{"".join(cases)}</testsuite></testsuites>\n'
