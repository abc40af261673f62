"""How the words after `%lync` are read: a verb's parser, its help, and what is said of words that it does not take.

Rules: `-h`, `--help` and `-?` are heard wherever they stand, before anything else is read. A word that is not known is
named with the nearest one that is. A password is never an argument: a line that looks like it holds one is refused
without repeating it. A word `{name}` or `$name` is what that variable of the notebook holds, as in IPython's magics.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePath
from typing import Any, Final, NoReturn

from IPython.core.magic_arguments import MagicArgumentParser

from lync_magic.errors import UsageError

HELP: Final = ("-h", "--help", "-?")
_VARIABLE: Final = re.compile(r"(?P<option>--[a-z][a-z-]*=)?(?:\{(?P<braced>\w+)\}|\$(?P<named>\w+))")

NO_PASSWORD_ON_A_LINE: Final = UsageError(
    "A password does not belong on a magic's line: it would be saved in the notebook and in the history.",
    "Leave it out and sign in in the form, or use --prompt, --keyring or --env NAME. If it was a real one, change it.",
)

NO_PASSWORD_OF_A_PROXY: Final = UsageError(
    "A proxy's user name and password do not belong on a magic's line: they would be saved in the notebook.",
    "Put the proxy's whole address into HTTPS_PROXY before the kernel starts, or use lync_magic.connect(proxy=...).",
)


@dataclass(frozen=True)
class Option:
    """One option of a verb, for completion. names: `--auth`.  takes_value: whether a word follows.

    choices: its values, where they are known.  metavar: what stands for its value (`NAME`, `FILE`), or "".
    """

    names: tuple[str, ...]
    takes_value: bool
    choices: tuple[str, ...]
    metavar: str
    help: str


@dataclass(frozen=True)
class Verb:
    """One verb: its name, one line on what it does, and the parser of what follows it.

    forwards: what follows its first word is not its own, so that an option there is no option of the verb.
    """

    name: str
    summary: str
    parser: Parser
    forwards: bool = False

    def parse(self, line: str, variables: Mapping[str, object] | None = None) -> argparse.Namespace:
        """The arguments in a line. variables: the notebook's.  Raises UsageError, naming the usage."""
        written = self._words(line)
        plain = set(line.split()) if variables else ()  # what stands in quotes is meant as it is
        words = [_filled(word, variables or {}) if word in plain else word for word in written]
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said):
                found: argparse.Namespace = self.parser.parse_args(words)
        except ParserError as error:
            near = f"{error.near} " if error.near else ""
            told = str(error)
            for value, word in zip(words, written, strict=True):  # what a variable holds is not repeated
                if value != word:
                    told = word.join(re.split(rf"(?<!\w){re.escape(value)}(?!\w)", told))
            raise UsageError(f"{self.parser.prog}: {told}.", f"{near}Help: {self.parser.prog} --help") from None
        return found

    def asks_help(self, line: str) -> bool:
        """Whether a line asks for help: `-h`, `--help` or `-?` among its words."""
        words = line.split()
        return any(word in HELP for word in (words[:1] if self.forwards else words))

    def help(self) -> str:
        """The verb's help as text."""
        text: str = self.parser.format_help()
        return text.replace("\n\n\n", "\n\n").strip()

    @property
    def takes(self) -> str:
        """The metavar of what the verb takes by position, or ""."""
        found = (action.metavar for action in _shown(self.parser) if not action.option_strings)
        return next((one for one in found if isinstance(one, str)), "")

    def options(self) -> list[Option]:
        """What the verb takes by name."""
        return [_option(action) for action in _shown(self.parser) if action.option_strings]

    def choices(self) -> tuple[str, ...]:
        """The words that the verb takes by position, where they are known."""
        found = (action.choices or () for action in _shown(self.parser) if not action.option_strings)
        return tuple(str(one) for choices in found for one in choices)

    def _words(self, line: str) -> list[str]:
        try:
            return shlex.split(line)
        except ValueError as error:
            raise UsageError(f"{self.parser.prog}: {error}.", "Close the quotes.") from None


def _filled(word: str, variables: Mapping[str, object]) -> str:
    """A word with the text of the variable that it names. Raises UsageError where there is none, or it is no text."""
    found = _VARIABLE.fullmatch(word)
    if found is None:
        return word
    name = found["braced"] or found["named"]
    if name not in variables:
        raise UsageError(f"The notebook has no variable {name}.", near(name, variables))
    value = variables[name]
    if isinstance(value, bool) or not isinstance(value, str | int | PurePath):
        raise UsageError(f"{name} is a {type(value).__name__}, and a text is wanted here.")
    if value == "":
        raise UsageError(f"{name} is empty, and a text is wanted here.")
    return f"{found['option'] or ''}{value}"


class ParserError(Exception):
    """A line that the parser does not take. near: a sentence on what it may have meant, or ""."""

    def __init__(self, message: str, near: str = "") -> None:
        super().__init__(message)
        self.near = near


class Parser(MagicArgumentParser):
    """IPython's parser of a magic's arguments, whose errors are exceptions."""

    def error(self, message: str) -> NoReturn:
        raise ParserError(message)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        found, rest = self.parse_known_args(args, namespace)
        if rest:
            known = [name for action in _shown(self) for name in action.option_strings]
            said = [word.partition("=")[0] if word.startswith("-") else word for word in rest]
            raise ParserError(f"unrecognized arguments: {' '.join(said)}", near(said[0], known))
        return found

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            choices = [str(one) for one in action.choices]
            name = "/".join(action.option_strings) or action.metavar or action.dest
            message = f"{name}: there is no {str(value)!r}; there are: {', '.join(choices)}"
            raise ParserError(message, near(str(value), choices))


def asks_for_help(line: str) -> str | None:
    """The command that a line asks help on: `Get-CsTenant --help`, `-h` or `-?` and nothing else; or None."""
    words = line.split()
    return words[0] if len(words) == 2 and words[1] in HELP else None


def near(word: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest word, or ""."""
    names = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), names, n=1)
    return f"Did you mean {names[found[0]]}?" if found else ""


class RefusePassword(argparse.Action):
    """An option that would hold a password."""

    def __call__(self, *_args: object, **_named: object) -> NoReturn:
        raise NO_PASSWORD_ON_A_LINE


class ProxyAddress(argparse.Action):
    """Takes an address without a password."""

    def __call__(
        self, parser: object, namespace: argparse.Namespace, values: object, option_string: str | None = None
    ) -> None:
        if "@" in str(values):
            raise NO_PASSWORD_OF_A_PROXY
        setattr(namespace, self.dest, values)


class OneUser(argparse.Action):
    """Takes one word, and refuses a second one, which is most likely a password."""

    def __call__(
        self, parser: object, namespace: argparse.Namespace, values: object, option_string: str | None = None
    ) -> None:
        words = list(values) if isinstance(values, list) else []
        if len(words) > 1:
            raise NO_PASSWORD_ON_A_LINE
        setattr(namespace, self.dest, words[0] if words else "")


def _shown(parser: Parser) -> list[argparse.Action]:
    return [action for action in parser._actions if action.help != argparse.SUPPRESS]


def _option(action: argparse.Action) -> Option:
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    choices = tuple(str(one) for one in action.choices or ())
    return Option(tuple(action.option_strings), action.nargs != 0, choices, metavar, (action.help or "") % {})
