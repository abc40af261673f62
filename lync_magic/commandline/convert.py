"""`lync-magic convert`: documents and other kernels' notebooks become notebooks, and notebooks text."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from lync_magic.commandline.codes import COULD_NOT
from lync_magic.documents import (
    POWERSHELL,
    PYTHON,
    READABLE,
    WRITABLE,
    Judged,
    KernelName,
    Making,
    checked,
    judge,
    parameters_from,
    read,
)
from lync_magic.documents import convert as converted
from lync_magic.documents.linking import Places, files_beside
from lync_magic.documents.reading.including import FOLDERS
from lync_magic.documents.reading.read import NOTEBOOKS, text_in
from lync_magic.errors import LyncError, UsageError
from lync_magic.safe_text import visible

KERNELS: dict[str, KernelName] = {"python": PYTHON, "powershell": POWERSHELL}


@click.command()
@click.argument(
    "documents", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="DOCUMENT..."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file to write, or the folder. Its ending says the form: .ipynb, .dib, .md or .ps1. "
    "[default: beside the document]",
)
@click.option("--to", type=click.Choice([ending.lstrip(".") for ending in WRITABLE]), help="The form, for a folder.")
@click.option("--kernel", type=click.Choice(sorted(KERNELS)), help="The kernel that is to run the notebook.")
@click.option(
    "--lang", metavar="LANGUAGE", help="The language of the document (en, fr, ...), if its words do not tell."
)
@click.option(
    "--twin", type=click.Path(exists=True, path_type=Path), help="The same document, or folder, in another language."
)
@click.option("--parameter", "told", multiple=True, metavar='NAME="TEXT"', help="Make a placeholder a parameter.")
@click.option(
    "--parameters", "file", type=click.Path(exists=True, path_type=Path), help="The same, from a file (TOML, JSON)."
)
@click.option("--user", default=Making.user, show_default=True, help="Who signs in, where the document does not say.")
@click.option("--source", default="", metavar="URL", help="Where the document comes from, for the notebook's head.")
@click.option("--date", default="", help="The document's date, for the notebook's head.")
@click.option("--licence", "--license", default="", help="The document's licence, for the notebook's head.")
@click.option("--clear", is_flag=True, help="Leave the outputs out.")
@click.option("--blocks", is_flag=True, help="Write nothing; print what each block is, one JSON line a block.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
def convert(
    documents: tuple[Path, ...],
    output: Path | None,
    to: str | None,
    kernel: str | None,
    lang: str | None,
    twin: Path | None,
    told: tuple[str, ...],
    file: Path | None,
    clear: bool,
    blocks: bool,
    force: bool,
    user: str,
    **facts: str,
) -> int:
    """Turn documents into notebooks that run.

    DOCUMENT is Markdown, HTML, the plain text of a page, a script (.ps1), a notebook of another kernel
    (.ipynb, .dib), or a folder of them. A notebook becomes text again where -o ends in .ps1, .dib or .md.
    What of several documents cannot be converted is named, and the others are; the exit code is then 3.
    """
    files = list(documents_in(documents))
    if blocks:
        for _root, path in files:
            for line in block_lines(path, lang, twin_of(path, documents, twin)):
                click.echo(line)
        return 0
    parameters = {**(parameters_from(file) if file is not None else {}), **checked(dict(map(_parameter, told)))}
    many = len(files) > 1 or documents[0].is_dir()
    if many and output is not None and output.suffix and not output.is_dir():
        raise click.UsageError(f"{output} is one file, and there are {len(files)} documents. Name a folder.")
    places = places_of(files, output, to, many=many)
    carried = carried_by(files, output) if many and output is not None else {}
    linking = Places({**carried, **places})
    failed = 0
    for path, place in places.items():
        other = twin_of(path, documents, twin)
        try:
            if place.exists() and not force:
                raise UsageError(f"{place} is there already.", "Write over it with --force, or elsewhere with -o.")
            text = converted(
                path,
                place.suffix,
                making=Making(
                    user=user, parameters=parameters, facts=facts, twin=read(other) if other is not None else None
                ),
                kernel=KERNELS[kernel] if kernel else None,
                language=lang,
                clear=clear,
                places=linking,
            )
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8", newline="\n")
        except (LyncError, OSError) as error:
            if not many:
                raise
            failed += 1
            click.echo(visible(f"{path}: {error}"), err=True)
            continue
        click.echo(place)
    for source, place in carried.items():
        if not place.exists() or force:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)
    return COULD_NOT if failed else 0


def places_of(files: list[tuple[Path, Path]], output: Path | None, to: str | None, *, many: bool) -> dict[Path, Path]:
    """The file that each document becomes; no two become the same one. Raises UsageError."""
    places: dict[Path, Path] = {}
    taken: set[Path] = set()
    for root, path in files:
        place = _place(root, path, output, to, many=many)
        if place in taken:  # `a.dib` beside `a.ipynb`
            place = place.with_name(f"{path.stem}-{path.suffix.lstrip('.')}{place.suffix}")
        taken.add(place)
        places[path] = place
    return places


def carried_by(files: list[tuple[Path, Path]], output: Path) -> dict[Path, Path]:
    """The pictures and downloads that documents of a folder show, and where they go with them."""
    documents = {path.resolve() for _root, path in files}
    carried: dict[Path, Path] = {}
    for root, path in files:
        with contextlib.suppress(LyncError):  # it is told of when it is converted
            carried |= files_beside(text_in(path), path, root, output, documents)
    return carried


def documents_in(given: tuple[Path, ...]) -> Iterator[tuple[Path, Path]]:
    """Each document, with the folder that it was found in; those of a folder in the order of their names.

    A folder's hidden files, those that are parts of others (`includes/`), and notebooks that were made here of a
    document beside them, are none.
    """
    for path in given:
        if not path.is_dir():
            yield path.parent, path
            continue
        there = sorted(path.rglob("*"))
        named = {one.with_suffix("") for one in there if one.suffix.lower() in READABLE - NOTEBOOKS}
        for found in there:
            left_out = any(part.startswith(".") or part in FOLDERS for part in found.relative_to(path).parts)
            if found.suffix.lower() not in READABLE or left_out or not found.is_file():
                continue
            if found.suffix.lower() == ".ipynb" and found.with_suffix("") in named and _was_made_here(found):
                continue
            yield path, found


def _was_made_here(path: Path) -> bool:
    """Whether a notebook was made of a document."""
    try:
        facts = json.loads(text_in(path))["metadata"]["lync_magic"]
    except (LyncError, ValueError, KeyError, TypeError, RecursionError):
        return False
    return isinstance(facts, dict) and "document" in facts


def twin_of(path: Path, given: tuple[Path, ...], twin: Path | None) -> Path | None:
    """The document's twin: what --twin names, or the file of the same name in the folder that it names."""
    if twin is None or not twin.is_dir():
        return twin if len(given) == 1 else None
    found = twin / path.name
    return found if found.is_file() else None


def block_lines(path: Path, language: str | None, twin: Path | None) -> Iterator[str]:
    """A line of JSON for each block of a document."""
    document = read(path, language)
    for judged in judge(document, read(twin) if twin is not None else None):
        yield json.dumps(_told(path, judged), ensure_ascii=False)


def _told(path: Path, judged: Judged) -> dict[str, Any]:
    return {
        "file": str(path),
        "block": judged.number,
        "line": judged.block.line,
        "last": judged.block.last,
        "kind": judged.kind,
        "runs": judged.runs,
        "why": judged.why,
    }


def _parameter(told: str) -> tuple[str, str]:
    name, equals, text = told.partition("=")
    if not equals:
        raise click.UsageError(f"--parameter takes NAME=TEXT, not {told!r}.")
    return name.strip(), text


def _place(root: Path, path: Path, output: Path | None, to: str | None, *, many: bool) -> Path:
    """The file that a document becomes."""
    ending = f".{to}" if to else ".ipynb"
    if output is None:
        place = path.with_suffix(ending)
    elif many or output.is_dir():
        place = output / path.relative_to(root).with_suffix(ending)
    else:
        place = output
    if place.resolve() == path.resolve():
        raise UsageError(
            f"{path} would be written over itself.", "Name another file with -o, or another form with --to."
        )
    return place
