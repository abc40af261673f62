"""Where a `#!` line's values come from and go to: another language's variables, `#!value`, somebody who is asked.

Rules: PowerShell and Python have one set of variables here, so `#!share --from python x` finds what `$x` finds. What
was asked as a secret is a SecureString, and nowhere a text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any, Final

from lync_magic.clixml import SecureString
from lync_magic.documents import NAMES, KernelNames
from lync_magic.errors import UsageError
from lync_magic.kernel.words import Asked, Word, asked_by
from lync_magic.psrp import Host
from lync_magic.records import to_plain

_HERE: Final = frozenset(("powershell", "python"))
_MOST_BYTES: Final = 16_000_000
_SECONDS: Final = 30.0


class Values:
    """The variables of a notebook, and what `#!value` holds. kernels: by the names that it knows them."""

    def __init__(self, variables: MutableMapping[str, Any], host: Host, kernels: KernelNames) -> None:
        self._variables = variables
        self._host = host
        self._kernels = kernels
        self._values: dict[str, Any] = {}
        self._saved: dict[str, Any] = {}

    def put(self, name: str, value: object) -> None:
        """Make a variable, of PowerShell and of Python."""
        self._variables[name] = value

    def hold(self, name: str, text: object) -> None:
        """Keep what `#!value` was given."""
        self._values[name] = text

    def shared(self, kernel: str, name: str) -> Any:
        """A variable of another kernel. Raises UsageError for one that is not there."""
        language = self._kernels.language(kernel)
        held: Mapping[str, Any] = self._values if language == "value" else self._variables
        if language not in _HERE and language != "value":
            spoken = NAMES.get(language or "", kernel)
            raise UsageError(
                f"There is no kernel for {spoken} here, and so no variable {name} of it.",
                "Make it in PowerShell or in Python: $x is x there.",
            )
        try:
            return held[name]
        except KeyError:
            raise UsageError(
                f"{kernel} has no variable {name}.", "Run the cell that makes it first; #!who lists them."
            ) from None

    def meant(self, word: Word, name: str = "") -> Any:
        """What a word stands for: an answer, another kernel's variable, JSON, itself. name: what it is for."""
        asked = asked_by(word, name)
        if asked is not None:
            return self.answer(asked)
        if word.text.startswith("@") and not word.quoted and ":" in word.text:
            kernel, _, variable = word.text[1:].partition(":")
            return self.shared(kernel, variable)
        return word.value if word.value is not None else word.text

    def text(self, word: Word, name: str = "") -> str:
        """The same, where only a text will do. Raises UsageError for a secret."""
        value = self.meant(word, name)
        if isinstance(value, SecureString):
            raise UsageError("A password cannot stand here.", "Take @input, or #!set --name x --value @password.")
        return word.text if value is word.value and word.value is not None else str(value)

    def answer(self, asked: Asked) -> Any:
        """What somebody answers. Raises PromptRefused where nobody can be asked."""
        if asked.save_as and asked.save_as in self._saved:
            return self._saved[asked.save_as]
        prompt = f"{asked.prompt.rstrip()} "
        answer = self._host.read_masked(prompt) if asked.secret else self._host.read_line(prompt)
        if asked.save_as:
            self._saved[asked.save_as] = answer
        return answer


def as_json(value: object) -> str:
    """A value as JSON, as a script in a page may hold it: of a record its properties, of a secret its mask."""
    return json.dumps(to_plain(value), ensure_ascii=False).replace("</", "<\\/")


def from_file(path: Path) -> str:
    """A file's text. Raises UsageError for one that cannot be read."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UsageError(f"{path} is larger than {_MOST_BYTES // 1_000_000} MB.", "Read it in a cell.")
        return path.read_text("utf-8-sig", "replace")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.", "Name a file that is there.") from None


def from_address(address: str) -> str:
    """What stands at an address. Raises UsageError for what cannot be fetched."""
    import requests

    if not address.startswith(("https://", "http://")):
        raise UsageError(f"{address[:80]} is no address of the web.", "Begin it with https://, or take --from-file.")
    try:
        with requests.get(address, timeout=_SECONDS, stream=True) as answer:
            answer.raise_for_status()
            data = answer.raw.read(_MOST_BYTES + 1, decode_content=True)
            encoding = answer.encoding or "utf-8"
    except (requests.RequestException, OSError) as error:
        status = getattr(getattr(error, "response", None), "status_code", None) or type(error).__name__
        raise UsageError(
            f"{address[:200]} cannot be fetched: {status}.", "Look whether it opens in a browser."
        ) from None
    if len(data) > _MOST_BYTES:
        raise UsageError(f"More than {_MOST_BYTES // 1_000_000} MB stand there.", "Fetch it in a cell.")
    return str(data.decode(encoding, "replace"))
