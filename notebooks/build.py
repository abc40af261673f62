"""Makes the project's notebooks from their texts (`sources/`), runs them in a real kernel, and keeps what came.

    python notebooks/build.py [NAME...]        en/1-connecting, fr/1-connecting, ...; all of them by default

Rules: a source is Markdown; a fence of `powershell` is a `%%lync` cell, one of `python` a cell of Python, and the word
`fails` beside it lets the cell end in an error. Where a cell shows the sign-in form, the sandbox's own administrator is
typed in, as the tests do it. No password stands in what is written but the sandbox's, which its page prints.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"
FENCE = re.compile(r"^```(powershell|python)( fails)?\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
ANSI = re.compile(r"\x1b\[[0-9;]*m")
SIGNED_IN = ("Signed in", "Connecté", "The credential is there", "identification sont là")
"""What a form that has done its work is closed to, in either language."""
SECONDS = 90.0


def cells_of(text: str) -> list[dict[str, Any]]:
    """A source's cells."""
    cells: list[dict[str, Any]] = []
    at = 0
    for found in FENCE.finditer(text):
        _prose(cells, text[at : found.start()])
        language, fails, code = found.groups()
        source = f"%%lync\n{code}" if language == "powershell" else code
        metadata: dict[str, Any] = {"vscode": {"languageId": language}}
        if fails:
            metadata["tags"] = ["raises-exception"]
        code_cell = {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}
        cells.append(code_cell)
        at = found.end()
    _prose(cells, text[at:])
    for number, cell in enumerate(cells):
        cell["id"] = hashlib.sha256(f"{number} {cell['source']}".encode()).hexdigest()[:12]
    return cells


def _prose(cells: list[dict[str, Any]], text: str) -> None:
    if text.strip():
        cells.append({"cell_type": "markdown", "metadata": {}, "source": text.strip()})


def run(cells: list[dict[str, Any]], kernel: Any) -> None:
    """Run the cells, and keep their outputs in them."""
    count = 0
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        count += 1
        message = kernel.send(cell["source"])
        kernel.wait(lambda message=message: kernel.outcome(message).status == "idle", SECONDS)
        kernel._reply(message, SECONDS)
        if "Get-Credential" in cell["source"] or cell["source"].startswith("%lync connect"):
            sign_in(kernel, types_name="Get-Credential" in cell["source"])
        cell["execution_count"] = count
        cell["outputs"] = outputs_of(kernel.everything, message, count)
        failed = any(output["output_type"] == "error" for output in cell["outputs"])
        if failed != ("tags" in cell["metadata"]):
            raise SystemExit(f"The cell {'failed' if failed else 'did not fail'}:\n{cell['source']}\n{cell['outputs']}")


def sign_in(kernel: Any, *, types_name: bool) -> None:
    """Fill the form in, as a person does, and wait until it has closed."""
    before = len(kernel.everything)
    if types_name:
        kernel.wait(lambda: any(state.get("_model_name") == "TextModel" for state in kernel.widgets.values()))
        kernel.comm(
            kernel.widget(_model_name="TextModel"), {"method": "update", "state": {"value": USER}, "buffer_paths": []}
        )
    kernel.submit_form(PASSWORD)
    kernel.wait(lambda: any(done in str(kernel.everything[before:]) for done in SIGNED_IN), SECONDS)
    kernel.drain(0.5)


def outputs_of(messages: list[dict[str, Any]], parent: str, count: int) -> list[dict[str, Any]]:
    """What a cell showed in the end: displays that were updated once, streams joined, what was taken away left out."""
    made: list[dict[str, Any]] = []
    shown: dict[str, dict[str, Any]] = {}
    for message in messages:
        kind, content = message["msg_type"], message["content"]
        handle = content.get("transient", {}).get("display_id")
        if kind == "update_display_data" and handle in shown:
            shown[handle]["data"] = content["data"]
        if message["parent_header"].get("msg_id") != parent:
            continue
        if kind == "stream":
            if made and made[-1].get("name") == content["name"]:
                made[-1]["text"] += content["text"]
            else:
                made.append({"output_type": "stream", "name": content["name"], "text": content["text"]})
        elif kind in ("display_data", "execute_result"):
            output = {"output_type": kind, "data": content["data"], "metadata": {}}
            if kind == "execute_result":
                output["execution_count"] = count
            made.append(output)
            if handle:
                shown[handle] = output
        elif kind == "error":
            trace = [ANSI.sub("", line) for line in content["traceback"]]
            said = {"ename": content["ename"], "evalue": content["evalue"]}
            made.append({"output_type": "error", **said, "traceback": trace})
    return [_kept(one) for one in made if one.get("data", True)]


def _kept(output: dict[str, Any]) -> dict[str, Any]:
    """An output as it is saved: a notebook that is read holds no widgets."""
    data = output.get("data")
    if data is not None:
        output["data"] = {kind: value for kind, value in data.items() if "widget" not in kind}
    return output


def build(name: str, running: Any) -> None:
    """Make one notebook."""
    source = HERE / "sources" / f"{name}.md"
    cells = cells_of(source.read_text("utf-8"))
    os.chdir((HERE / name).parent)  # where JupyterLab runs it
    with running(LANG="fr_FR.UTF-8" if name.startswith("fr/") else "C.UTF-8") as kernel:
        run(cells, kernel)
    for cell in cells:
        cell["source"] = cell["source"].splitlines(keepends=True)
        for output in cell.get("outputs", ()):
            if "text" in output:
                output["text"] = output["text"].splitlines(keepends=True)
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    (HERE / f"{name}.ipynb").write_text(f"{text}\n", "utf-8")
    print(name)


def main() -> None:
    """Make the notebooks that the command line names."""
    spec = importlib.util.spec_from_file_location("kernels", HERE.parent / "tests" / "notebook" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    kernels = importlib.util.module_from_spec(spec)
    sys.modules["kernels"] = kernels
    spec.loader.exec_module(kernels)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # `!lync-magic` is this one
    sources = HERE / "sources"
    found = sorted(path.relative_to(sources).with_suffix("").as_posix() for path in sources.glob("*/*.md"))
    for name in sys.argv[1:] or found:
        build(name, kernels.running)


if __name__ == "__main__":
    main()
