"""Makes a notebook of a document: prose, a cell for each command, and what the document says that it prints.

Rules: nothing runs but what is surely a command. Every other block stays as text, where it stood. What was added or
changed is said in a note, in the document's language, and kept in the cell's metadata.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lync_magic.documents.adapting import adapted
from lync_magic.documents.cells import PYTHON, Cell, KernelName, Notebook
from lync_magic.documents.effects import effect_of
from lync_magic.documents.judge import STANDS_FOR
from lync_magic.documents.model import Document, Judged, Printed, Prose
from lync_magic.documents.outline import Item, Shown, Step, outline
from lync_magic.documents.parameters import with_parameters
from lync_magic.documents.remarks import may_fail, remarks
from lync_magic.documents.shapes import parsed, shape_of
from lync_magic.language import commands_in
from lync_magic.messages import say_in

SIGNS_IN: Final = re.compile(r"\b(?:New-CsOnlineSession|New-PSSession|Connect-\w+|nsn)\b", re.IGNORECASE)
LOCAL: Final = frozenset(
    {"get-credential", "get-module", "get-help", "get-pssession", "import-module", "get-host", "get-executionpolicy"}
)
"""Commands that need no session."""
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'`]{1,500}")
_IMAGE: Final = re.compile(
    r'!\[([^\]\n]{0,300})\]\((?!https?:|data:)((?:[^()\s]|\([^()\s]{0,60}\)){1,300})(?:\s+"[^"\n]{0,300}")?\)'
)


@dataclass(frozen=True)
class Making:
    """How a notebook is made. user: who signs in, where the document does not say how.

    parameters: names, and the document's texts that they stand for.  facts: said in its head, over the document's own
    (`source`, `date`, `licence`, `title`).  twin: the document in another language.
    """

    kernel: KernelName = PYTHON
    user: str = "kenmyer@litwareinc.com"
    parameters: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    twin: Document | None = None


def notebook_of(document: Document, making: Making) -> Notebook:
    """The document as a notebook's cells."""
    document, used = with_parameters(document, making.parameters)
    items = outline(document, making.twin)
    return Notebook(
        tuple(_Maker(document, making, used).cells(items)),
        "powershell" if making.kernel != PYTHON else "python",
        {"document": provenance(document, making.facts)},
    )


def provenance(document: Document, told: Mapping[str, str]) -> dict[str, str]:
    """Where a document comes from, as far as it or the user says."""
    facts = document.facts
    address = facts.get("source") or facts.get("ms:mtpsurl") or facts.get("ms.source") or facts.get("canonicalUrl", "")
    found = {
        "title": facts.get("title", ""),
        "source": address or document.path.replace("\\", "/").rpartition("/")[2],
        "date": facts.get("ms.date") or facts.get("date") or facts.get("updated_at", ""),
        "licence": facts.get("license") or facts.get("licence", ""),
        "language": document.language,
        **{name: value for name, value in told.items() if value},
    }
    return {name: value for name, value in found.items() if value}


class _Maker:
    def __init__(self, document: Document, making: Making, parameters: Mapping[str, str]) -> None:
        self._document = document
        self._making = making
        self._parameters = parameters
        self._signed_in = False
        self._say: Callable[..., str] = lambda text, **values: say_in(document.language, text, **values)

    def cells(self, items: tuple[Item, ...]) -> Iterator[Cell]:
        """The cells, in the document's order."""
        yield Cell("markdown", self._head())
        steps = [item for item in items if isinstance(item, Step)]
        if steps and self._making.kernel == PYTHON:
            yield Cell("python", "%load_ext lync_magic", tags=("setup",))
        if self._parameters:
            yield self._parameter_cell()
        signs_in = any(SIGNS_IN.search(step.code) for step in steps)
        text: list[str] = []
        for item in items:
            if isinstance(item, Prose):
                text.append(_IMAGE.sub(self._image, item.text))
            elif isinstance(item, Shown):
                text.append(self._shown(item.judged))
            else:
                if not signs_in and not self._signed_in and _needs_session(item.code):
                    yield from _markdown(text)
                    yield from self._sign_in()
                text += self._remarks(item)
                yield from _markdown(text)
                yield self._cell(item)
        yield from _markdown(text)

    # --- text ------------------------------------------------------------------------------------------------------

    def _head(self) -> str:
        """Where all of it comes from."""
        facts = provenance(self._document, self._making.facts)
        source = facts.get("source", "")
        named = f"<{source}>" if _ADDRESS.fullmatch(source) else f"`{_said(source)}`"
        lines = [self._say("Made by lync_magic from the document {name}.", name=named)]
        if "date" in facts:
            lines.append(self._say("The document's date: {date}.", date=_said(facts["date"])))
        if "licence" in facts:
            lines.append(self._say("Its licence: {licence}.", licence=_said(facts["licence"])))
        lines.append(self._say("Each command is a cell; under it stands what the document says that it prints."))
        return f"> {' '.join(lines)}"

    def _image(self, found: re.Match[str]) -> str:
        """An image of the document: its text alone, where its file is not there."""
        try:
            there = (Path(self._document.path).parent / found[2]).is_file()
        except OSError:  # a name that no file can have
            there = False
        if there:
            return found[0]
        return f"*{found[1]}*" if found[1].strip() else ""

    def _shown(self, judged: Judged) -> str:
        remark = self._why_not_run(judged)
        info = "powershell" if judged.kind in ("command", "wrong", "fragment", "file") else "text"
        info = judged.block.info if judged.block.info.lower() not in ("", "output", "console") else info
        return f"{remark}{fenced(judged.block.text, info)}"

    def _why_not_run(self, judged: Judged) -> str:
        if judged.kind == "wrong":
            told = self._say("The document shows this as a mistake; it is not run.")
        elif judged.kind == "file":
            told = self._say("What a file is to hold; it is not run.")
        elif judged.kind == "command" and judged.why == STANDS_FOR:
            told = self._say("Not run here: words in it stand for others; --parameter fills them in.")
        elif judged.kind == "command" and shape_of(judged.block.text, judged.block.info).shape == "program":
            told = self._say("Not run here: it is not for this session.")
        elif not judged.sure:
            told = self._say("It is not certain what this is; it is not run.")
        else:
            return ""
        return f"> *{told}*\n\n"

    def _remarks(self, step: Step) -> list[str]:
        told = remarks(step, self._say)
        return [f"> *{' '.join(told)}*"] if told else []

    # --- cells that run --------------------------------------------------------------------------------------------

    def _sign_in(self) -> Iterator[Cell]:
        self._signed_in = True
        yield Cell("markdown", self._say("Sign in first; the commands of the document need a session."))
        yield Cell("python", f"%lync connect {self._making.user}", tags=("setup",))
        yield Cell("python", "import lync_magic\n\nawait lync_magic.signed_in()", tags=("setup",))

    def _parameter_cell(self) -> Cell:
        if self._making.kernel == PYTHON:
            lines = [f"{name} = {text!r}" for name, text in self._parameters.items()]
            return Cell("python", "\n".join(lines), tags=("parameters",))
        lines = ["${} = '{}'".format(name, text.replace("'", "''")) for name, text in self._parameters.items()]
        return Cell("powershell", "\n".join(lines), tags=("parameters",))

    def _cell(self, step: Step) -> Cell:
        code, changes = adapted(step.code, step.expected)
        effect = effect_of(step.code)
        facts: dict[str, Any] = {"line": step.line, "block": step.number}
        if step.expected:
            facts["expected"] = [
                {"kind": printed.kind, "line": printed.line, "text": printed.text} for printed in step.expected
            ]
        if step.why:
            facts["made"] = step.why
        if changes:
            facts["adapted"] = list(changes)
        if effect is not None:
            facts["changes"] = effect
        tags = (*(("raises-exception",) if may_fail(step) else ()), *((f"changes-{effect}",) if effect else ()))
        return Cell("powershell", code, step.line, tuple(_output(one) for one in step.expected), tags, facts)


def _said(fact: str) -> str:
    """What a document says of itself, as text and nothing else."""
    return " ".join(fact.split())[:200].replace("`", "'").replace("<", "&lt;").replace("[", "(")


def fenced(text: str, info: str) -> str:
    """Text as a fence that it cannot end."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{re.sub(r'[^A-Za-z0-9_+#.-]', '', info)}\n{text}\n{fence}"


def _markdown(text: list[str]) -> Iterator[Cell]:
    joined = "\n\n".join(piece for piece in text if piece.strip())
    text.clear()
    if joined:
        yield Cell("markdown", joined)


def _output(printed: Printed) -> dict[str, Any]:
    name = "stdout" if printed.kind == "output" else "stderr"
    return {"output_type": "stream", "name": name, "text": f"{printed.text}\n"}


def _needs_session(code: str) -> bool:
    script = parsed(code)
    names = commands_in(script) if script is not None else ()
    return any(name.lower() not in LOCAL for name in names)
