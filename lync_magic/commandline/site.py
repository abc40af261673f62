"""`lync-magic site`: a folder of documents becomes a site that was checked."""

from __future__ import annotations

from pathlib import Path

import click

from lync_magic.commandline.check import FOUND_WRONG
from lync_magic.commandline.codes import COULD_NOT
from lync_magic.commandline.convert import KERNELS, documents_in
from lync_magic.documents import Making, read
from lync_magic.documents.checking import Checking, as_text, summary
from lync_magic.documents.publishing import build
from lync_magic.errors import UsageError
from lync_magic.messages import say
from lync_magic.safe_text import visible


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("site"),
    show_default=True,
    help="The site's folder.",
)
@click.option("--title", default="", help="What the site is called. [default: the folder's name]")
@click.option("--kernel", type=click.Choice(sorted(KERNELS)), default="python", help="The notebooks' kernel.")
@click.option("--lang", metavar="LANGUAGE", help="The language of the documents, if their words do not tell.")
@click.option(
    "--setup", type=click.Path(exists=True, path_type=Path), help="A script (.ps1) to run before each document."
)
@click.option("--user", default=Making.user, show_default=True, help="Who signs in, where the document does not say.")
@click.option("--no-check", is_flag=True, help="Build only; run nothing.")
@click.option("--force", is_flag=True, help="Write into a folder that holds other files.")
def site(
    folder: Path,
    output: Path,
    title: str,
    kernel: str,
    lang: str | None,
    setup: Path | None,
    user: str,
    no_check: bool,
    force: bool,
) -> int:
    """Make a site of a FOLDER of documents, and check them.

    Each document becomes a page, with what checking it against a sandbox tenant found under each command, and a
    notebook to run. The folder's structure, pictures and links are kept; index.html has the contents, check.html and
    check.xml the whole report. The exit code is 1 when a document is not true any more.
    """
    inside = output.resolve()
    documents = [path for _root, path in documents_in((folder,)) if not path.resolve().is_relative_to(inside)]
    if not documents:
        raise UsageError(f"{folder} holds no documents.", "Name a folder of Markdown, HTML, text or notebooks.")
    checking = None if no_check else Checking(setup=read(setup) if setup is not None else None)
    try:
        built = build(
            folder,
            documents,
            output,
            checking=checking,
            making=Making(user=user),
            kernel=KERNELS[kernel],
            language=lang,
            title=title,
            force=force,
        )
    finally:
        if checking is not None:
            checking.keeper.stop()
    wrong = [result for result in built.results if result.failed]
    if wrong:
        click.echo(as_text(wrong).rpartition("\n")[0])
    for path, why in built.problems.items():
        click.echo(visible(f"{path}: {why}"), err=True)
    if built.results:
        click.echo(summary(built.results))
    click.echo(say("Open {place}", place=built.first))
    return FOUND_WRONG if built.failed else COULD_NOT if built.problems else 0
