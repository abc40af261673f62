"""The `#!` lines of notebooks that were written for .NET Interactive, as they are.

Rules: what has a meaning here is carried out; every other one is refused by its name, with the way. A line that names
a language takes the text up to the next such line with it. No line shows or keeps a password.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

from IPython.display import display

from lync_magic.clixml import Credential, SecureString
from lync_magic.documents import NAMES, KernelNames, spec_language
from lync_magic.errors import UsageError
from lync_magic.kernel.bringing import bring_for
from lync_magic.kernel.importing import cells_of
from lync_magic.kernel.parts import Part, parts
from lync_magic.kernel.sharing import Values, as_json, from_address, from_file
from lync_magic.kernel.standing import Standing
from lync_magic.kernel.words import Options, Usage, Word, options_of, words_of
from lync_magic.ui import table_html, table_text

_SHOWN: Final = 60
"""Characters of a value in the table of `#!whos`."""
_WAYS: Final = {
    "csharp": "Write it in PowerShell, or give it to Add-Type -TypeDefinition.",
    "fsharp": "Write it in PowerShell or in Python (#!python).",
    "sql": "Ask the database from PowerShell (Invoke-Sqlcmd of the module SqlServer), or from Python.",
    "kql": "Ask from PowerShell (Invoke-AzOperationalInsightsQuery of the module Az), or from Python.",
    "http": "Ask with Invoke-RestMethod or Invoke-WebRequest.",
    "r": "Call Rscript from PowerShell (Rscript FILE.R), or write it in Python (#!python).",
}
"""What to do about a language that no kernel here runs."""


class Directive(NamedTuple):
    """A `#!` line that is known. does: in one line, for `#!lsmagic`.  run: carries it out, with its options."""

    usage: Usage
    does: str
    run: Callable[[Directives, Options, str], object]


class Directives:
    """The `#!` lines of one notebook: what they named, and what they hold."""

    def __init__(self, shell: Standing) -> None:
        self._shell = shell
        self._engines = shell.runner.engines
        self.kernels = KernelNames()
        """The languages that a line may name, those that the notebook connected among them."""
        notebook = shell.runner.notebook
        self._values = Values(shell.variables, notebook.host, self.kernels)
        self._started: float | None = None
        self._took: float | None = None
        shell.events.register("post_run_cell", self._say_time)
        self._result_name: str | None = None
        self._is_inside = False
        self._importing: list[Path] = []

    @contextmanager
    def around(self) -> Iterator[Callable[[object], None]]:
        """A cell: `#!time` says at its end how long it took. What is given is told the cell's value."""
        if self._is_inside:  # a part of the cell, and no cell of its own
            yield lambda _value: None
            return
        self._started, self._result_name, self._is_inside = None, None, True
        try:
            yield self._take_result
        finally:
            self._is_inside = False
            if self._started is not None:
                self._took = time.perf_counter() - self._started

    def _say_time(self, _ran: object) -> None:
        """What `#!time` says, once the cell's result has been shown."""
        took, self._took = self._took, None
        if took is not None:
            _tell(f"Wall time: {took * 1000:.1f}ms")

    def _take_result(self, value: object) -> None:
        if self._result_name is not None:
            self._put(self._result_name, value)

    def carry_out(self, part: Part) -> None:
        """Do what a `#!` line says. Raises UsageError for one that is not known here, LyncError for what fails."""
        name, _, line = part.text.strip().partition(" ")
        folded = name[2:].lower()
        directive = DIRECTIVES.get(folded)
        if directive is None:
            self._language(folded, name, line, part.body)
            return
        words = words_of(line)
        if words and words[0].text in ("-h", "--help", "-?"):
            _tell(f"{directive.usage.text}\n    {directive.does}")
            return
        options = options_of(name, words, directive.usage) if folded != "connect" else Options(rest=words)
        directive.run(self, options, line if folded == "connect" else part.body)

    def python_alone(self, text: str) -> str | None:
        """The Python of a cell that is nothing else (`#!python` and no other `#!` line), or None."""
        found = list(parts(text, self.kernels))
        if len(found) != 1 or self.kernels.language(found[0].text[2:]) != "python":
            return None
        return None if found[0].body.lstrip().startswith("#!") else found[0].body

    # --- languages ---------------------------------------------------------------------------------------------------

    def _language(self, folded: str, name: str, line: str, body: str) -> None:
        """The text of another language, that a line begins."""
        language = self.kernels.language(folded)
        if language is None:
            raise UsageError(f"{name} is not known here.", "#!lsmagic lists what is; take the line out otherwise.")
        mime = _MIME_TYPES.get(language)
        if mime is not None:
            text = self._with_shared(body, language).strip()
            display({mime: text, "text/plain": text}, raw=True)
        elif language == "python":
            self._python(body)
        elif language != "powershell":
            spoken = NAMES.get(language, language)
            raise UsageError(
                f"{name}: no kernel here runs {spoken}.",
                _WAYS.get(language, "Write it in PowerShell or in Python (#!python)."),
            )

    def _python(self, text: str) -> None:
        """Python in this process, with the `#!` lines at its head."""
        rest = self._head(text)
        if rest.strip():
            self._shell.run_python(rest)

    def _with_shared(self, text: str, language: str) -> str:
        """A text that is shown; in JavaScript with the values that its `#!share` and `#!set` lines ask for."""
        shared: dict[str, Any] = {}
        rest = self._head(text, shared)
        if language != "javascript":
            return rest
        return "".join(f"const {name} = {as_json(value)};\n" for name, value in shared.items()) + rest

    def _head(self, text: str, shared: dict[str, Any] | None = None) -> str:
        """Carry out the `#!` lines that a text begins with; the text without them. shared: gets what they share."""
        lines = text.split("\n")
        for number, line in enumerate(lines):
            if not line.strip():
                continue
            if not line.startswith("#!"):
                return "\n".join(lines[number:])
            name, _, rest = line.strip().partition(" ")
            directive = DIRECTIVES.get(name[2:].lower())
            if directive is None or name.lower() == "#!connect":
                raise UsageError(f"{name} is not known here.", "#!lsmagic lists what is.")
            options = options_of(name, words_of(rest), directive.usage)
            if shared is not None and name.lower() in ("#!share", "#!set"):
                made = self._value_of(options) if name.lower() == "#!set" else self._shared_by(options)
                shared[made[0]] = made[1]
            else:
                directive.run(self, options, "")
        return ""

    # --- values ------------------------------------------------------------------------------------------------------

    def _value_of(self, told: Options) -> tuple[str, Any]:
        """What `#!set` names, and its value."""
        name = self._named(told.values.get("name"), "#!set --name NAME --value VALUE")
        word = told.values.get("value")
        if word is None:
            raise UsageError("#!set needs --value.", f"Write: #!set --name {name} --value VALUE")
        return name, self._values.meant(word, name)

    def _put(self, name: str, value: object) -> None:
        """Make a variable, of PowerShell and of Python."""
        self._values.put(name, value)
        self._engines.cells.send_with_next(name)

    def set(self, told: Options, _body: str) -> None:
        if "from-result" in told.flags:
            self._result_name = self._named(told.values.get("name"), "#!set --name NAME --from-result")
            return
        self._put(*self._value_of(told))

    def _shared_by(self, told: Options) -> tuple[str, Any]:
        """What `#!share` makes, and its value."""
        usage = "#!share --from KERNEL NAME [--as NAME]"
        kernel = self._named(told.values.get("from"), usage)
        name = self._named(told.rest[0] if told.rest else None, usage)
        new = self._named(told.values["as"], usage) if "as" in told.values else name
        return new, self._values.shared(kernel, name)

    def share(self, told: Options, _body: str) -> None:
        self._put(*self._shared_by(told))

    def value(self, told: Options, body: str) -> None:
        name = self._named(told.values.get("name"), "#!value --name NAME, and the text below")
        if "from-file" in told.values:
            text: Any = from_file(self._path(self._values.text(told.values["from-file"], name)))
        elif "from-url" in told.values:
            text = from_address(self._values.text(told.values["from-url"], name))
        elif "from-value" in told.values:
            text = self._values.meant(told.values["from-value"], name)
        else:
            text, body = body.strip("\n"), ""
        self._values.hold(name, text)
        if "mime-type" in told.values and not isinstance(text, SecureString):
            display({told.values["mime-type"].text: str(text), "text/plain": str(text)}, raw=True)
        if body.strip():
            self._shell.run_powershell(body)

    def _named(self, word: Word | None, usage: str) -> str:
        name = self._values.text(word).strip() if word is not None else ""
        if not name:
            raise UsageError("A name is missing in this line.", f"Write: {usage}")
        return name.removeprefix("$")

    # --- the notebook ------------------------------------------------------------------------------------------------

    def time(self, _told: Options, _body: str) -> None:
        self._started = time.perf_counter()

    def import_(self, told: Options, _body: str) -> None:
        if not told.rest:
            raise UsageError("#!import needs a file.", "Write: #!import FILE (.ps1, .dib, .ipynb, .py, .html)")
        path = self._path(self._values.text(told.rest[0], "file")).resolve()
        if path in self._importing:
            raise UsageError(f"{path.name} imports itself.", "Take one of the #!import lines out.")
        self._importing.append(path)
        try:
            for language, text in cells_of(path):
                if language == "powershell":
                    self._shell.run_powershell(text)
                elif language in ("python", "javascript", "html", "markdown", "mermaid"):
                    self._language(language, f"#!{language}", "", text)
                else:
                    _tell(f"{path.name}: a cell of {NAMES.get(language, language)} is passed over.")
        finally:
            self._importing.pop()

    def _path(self, told: str) -> Path:
        """A file, as the notebook or the file that is being imported names it."""
        folder = self._importing[-1].parent if self._importing else Path.cwd()
        return folder / Path(told).expanduser()

    def connect(self, told: Options, line: str) -> None:
        kind = told.rest[0].text.lower() if told.rest else ""
        if kind == "lync":
            self._shell.run_line_magic("lync", f"connect {line.strip()[len(kind) :].strip()}")
        elif kind == "jupyter":
            self._connect_jupyter(told)
        else:
            spoken = NAMES.get(self.kernels.language(kind) or "", kind or "nothing")
            raise UsageError(
                f"#!connect {kind}: there is no connection to {spoken} here.",
                _WAYS.get(self.kernels.language(kind) or "", "For a PowerShell session: #!connect lync USER"),
            )

    def _connect_jupyter(self, told: Options) -> None:
        usage = Usage(
            "#!connect jupyter --kernel-name NAME --kernel-spec python3",
            frozenset(("kernel-name", "kernel-spec", "conda-env", "init-script", "url", "token", "bearer")),
            most=1,
        )
        options = options_of("#!connect jupyter", told.rest, usage)
        spec = options.values["kernel-spec"].text if "kernel-spec" in options.values else "python3"
        name = self._named(options.values.get("kernel-name"), usage.text)
        language = spec_language(spec)
        if language != "python" or "url" in options.values:
            raise UsageError(
                f"#!connect jupyter: the kernel {spec} is not run from here.",
                "Python cells (#!python, %%python) run in this kernel; open a notebook of its own for another.",
            )
        self.kernels.know(name, language)

    def who(self, _told: Options, _body: str) -> None:
        _tell("\t".join(self._names()))

    def whos(self, _told: Options, _body: str) -> None:
        shown = self._shell.user_ns
        rows = [(name, type(shown[name]).__name__, _brief(shown[name])) for name in self._names()]
        _show(("Variable", "Type", "Value"), rows)

    def _names(self) -> list[str]:
        """The variables that the cells made."""
        bring_for(self._shell.cells, "%who_ls")
        return list(self._shell.run_line_magic("who_ls", ""))

    def lsmagic(self, _told: Options, _body: str) -> None:
        rows = [(one.usage.text, one.does) for one in DIRECTIVES.values()]
        rows += [(f"#!{name}", does) for name, does in LANGUAGE_LINES.items()]
        _show(("Line", "What it does"), sorted(rows))
        _tell("%lsmagic lists IPython's magics, %lync the verbs for remote sessions.")

    def about(self, _told: Options, _body: str) -> None:
        rows = [
            ("lync_magic", version("lync-magic")),
            ("Python", f"{platform.python_version()}, {platform.platform()}"),
            *(_pair(line) for line in self._engines.about().splitlines()),
        ]
        _show(("Part", "Version"), rows)


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _show(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Rows under column names."""
    display({"text/html": table_html(columns, rows), "text/plain": table_text(columns, rows)}, raw=True)


def _brief(value: object) -> str:
    """A value in one line; of a secret its mask."""
    if isinstance(value, SecureString | Credential):
        return repr(value)
    text = " ".join(str(value)[: 10 * _SHOWN].split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


_MIME_TYPES: Final = {
    "html": "text/html",
    "markdown": "text/markdown",
    "javascript": "application/javascript",
    "mermaid": "text/vnd.mermaid",
}
"""As what the text of a language that a front end shows, or runs, is displayed."""
LANGUAGE_LINES: Final = {
    "pwsh": "what follows is PowerShell, as everything is",
    "python": "what follows is Python, in this kernel, with the same variables",
    "html": "what follows is shown as HTML",
    "markdown": "what follows is shown as Markdown",
    "javascript": "what follows runs in the page",
    "mermaid": "what follows is shown as a diagram",
}


def _takes(text: str, *options: str, flags: tuple[str, ...] = (), most: int = 0) -> Usage:
    return Usage(text, frozenset(options), frozenset(flags), most)


DIRECTIVES: Final[dict[str, Directive]] = {
    "set": Directive(
        _takes(
            "#!set --name NAME --value VALUE | @python:NAME | @input:PROMPT | @password:PROMPT",
            "name", "value", "mime-type", flags=("byref", "from-result"),
        ),
        "makes a variable of a value, of another language's, or of what somebody answers",
        Directives.set,
    ),
    "share": Directive(
        _takes("#!share --from KERNEL NAME [--as NAME]", "from", "as", "mime-type", flags=("byref",), most=1),
        "takes a variable from Python, from PowerShell or from #!value",
        Directives.share,
    ),
    "value": Directive(
        _takes(
            "#!value --name NAME [--from-file FILE | --from-url ADDRESS | --from-value VALUE] [--mime-type TYPE]",
            "name", "from-file", "from-url", "from-value", "mime-type",
        ),
        "keeps a text, to be taken with #!share --from value NAME",
        Directives.value,
    ),
    "time": Directive(_takes("#!time"), "says how long the cell took", Directives.time),
    "import": Directive(
        _takes("#!import FILE", most=1), "runs a script or the cells of a notebook", Directives.import_
    ),
    "connect": Directive(
        _takes("#!connect lync USER … | jupyter --kernel-name NAME --kernel-spec python3"),
        "opens a PowerShell session, as %lync connect does; names the cells of Python",
        Directives.connect,
    ),
    "who": Directive(_takes("#!who"), "lists the variables", Directives.who),
    "whos": Directive(_takes("#!whos"), "lists the variables with their types and values", Directives.whos),
    "lsmagic": Directive(_takes("#!lsmagic"), "lists these lines", Directives.lsmagic),
    "about": Directive(_takes("#!about"), "says what runs here", Directives.about),
}  # fmt: skip
"""Every `#!` line that is known, but for those that name a language."""
