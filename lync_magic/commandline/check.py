"""`lync-magic check`: documents are run, and what they print is compared with what comes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from lync_magic.clixml import Credential
from lync_magic.commandline.convert import documents_in, twin_of
from lync_magic.documents import read
from lync_magic.documents.checking import (
    RULES,
    Checking,
    DocumentResult,
    as_html,
    as_junit,
    as_text,
    check_document,
)
from lync_magic.errors import LyncError, UsageError
from lync_magic.messages import say
from lync_magic.sessions import from_environment, from_terminal, plan

FOUND_WRONG = 1


@click.command()
@click.argument(
    "documents", nargs=-1, type=click.Path(exists=True, allow_dash=True, path_type=Path), metavar="DOCUMENT..."
)
@click.option("--lang", metavar="LANGUAGE", help="The language of the documents, if their words do not tell.")
@click.option("--twin", type=click.Path(exists=True, path_type=Path), help="The same in another language.")
@click.option(
    "--setup", type=click.Path(exists=True, path_type=Path), help="A script (.ps1) to run before each document."
)
@click.option("--live", metavar="USER", help="Check against a live tenant: who signs in, or a profile's name.")
@click.option("--env", metavar="NAME", help="With --live: the password is in this environment variable.")
@click.option("--allow-changes", is_flag=True, help="With --live: let documents change the tenant.")
@click.option(
    "--engine",
    type=click.Choice(["embedded", "powershell"]),
    default="embedded",
    show_default=True,
    help="What runs the commands. This machine's PowerShell can reach all of the machine.",
)
@click.option("--allow-machine", is_flag=True, help="Let documents use this machine: its files, services and programs.")
@click.option(
    "--timeout", type=float, default=60.0, show_default=True, metavar="SECONDS", help="How long a command may take."
)
@click.option("--explain", is_flag=True, help="Say which tolerances were needed; alone: list them all.")
@click.option("-v", "--verbose", is_flag=True, help="Show what is as told, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line a document.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write a report as JUnit's XML, too.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a report as a page, too.")
def check(
    documents: tuple[Path, ...],
    lang: str | None,
    twin: Path | None,
    setup: Path | None,
    live: str | None,
    env: str | None,
    allow_changes: bool,
    allow_machine: bool,
    engine: str,
    timeout: float,
    explain: bool,
    verbose: bool,
    as_json: bool,
    junit: Path | None,
    html: Path | None,
) -> int:
    """Check that documents are still true.

    Each command of a DOCUMENT runs in the embedded evaluator against a sandbox tenant of its own, without files,
    programs and network, and what comes is compared with what the document prints. The exit code is 1 when a document
    is not true any more.
    """
    if not documents:
        if not explain:
            raise click.UsageError("Name a document, or a folder of documents.")
        for rule in RULES:
            click.echo(f"{rule.name}: {say(rule.meaning)}")
        return 0
    checking = _checking(live, env, changes=allow_changes, setup=setup)
    checking = replace(checking, machine=allow_machine, engine=engine == "powershell", seconds=timeout)
    results: list[DocumentResult] = []
    try:
        for path in _asked(documents):
            result = _checked(path, lang, twin_of(path, documents, twin), checking)
            results.append(result)
            if as_json:
                click.echo(json.dumps(result.told(), ensure_ascii=False))
    finally:
        checking.keeper.stop()
    if not as_json:
        click.echo(as_text(results, explain=explain, verbose=verbose))
    for place, text in ((junit, as_junit), (html, as_html)):
        if place is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text(results), "utf-8")
    return FOUND_WRONG if any(result.failed for result in results) else 0


def _asked(documents: tuple[Path, ...]) -> Iterator[Path]:
    """The documents that were named; with `-` those of the lines of standard input, as they come."""
    if documents == (Path("-"),):
        yield from (Path(line.rstrip("\r\n")) for line in sys.stdin if line.strip())
    else:
        yield from (path for _root, path in documents_in(documents))


def _checked(path: Path, language: str | None, twin: Path | None, checking: Checking) -> DocumentResult:
    """One document's result; what keeps it from being checked is its own problem, and not the others'."""
    try:
        return check_document(read(path, language), checking, read(twin) if twin is not None else None)
    except LyncError as error:
        return DocumentResult(str(path), "", (), problem=error.said()[0])


def _checking(live: str | None, env: str | None, *, changes: bool, setup: Path | None) -> Checking:
    before = read(setup) if setup is not None else None
    if live is None:
        if changes or env is not None:
            raise click.UsageError("--allow-changes and --env belong to --live: the sandbox may always be changed.")
        return Checking(setup=before)
    target = plan({"user": live}).target
    credential = _credential_of(target.user_name, env)
    return Checking(target, lambda: credential, changes, setup=before)


def _credential_of(user_name: str, env: str | None) -> Credential:
    if env is None:
        return from_terminal(user_name, "")
    if env not in os.environ:
        raise UsageError(f"There is no environment variable {env}.", "Put the password into it, or leave --env out.")
    return from_environment(user_name, env)
