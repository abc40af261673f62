"""A request in one canonical form: what was asked, the same text for the same thing, however it was said.

Rules of this file: it reads what is sent (CREATE_PIPELINE, GET_COMMAND_METADATA; MS-PSRP 2.2.2.10, 2.2.2.14), so that
recording and replaying see the same. Names are compared in any case; a parameter is the same bound or as words, and the
order of named parameters does not count. A secret has no text here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from lync_magic.clixml import (
    MISSING,
    Credential,
    DecodeError,
    Null,
    ObjectLike,
    ScriptBlock,
    SecureString,
    decode,
    invariant_text,
)
from lync_magic.psrp import Message, MessageType

SECRET: Final = "[secret]"
REDACTED: Final = "[redacted]"
INCIDENTAL: Final = frozenset({"get-command", "get-help", "get-formatdata", "exit-pssession"})
"""Commands that are asked for the sake of the session itself: by an import, Tab, `?`. How often does not count."""

_READS: Final = frozenset({"get", "test", "find", "search", "measure"})
_SHAPES: Final = frozenset(f"{verb}-object" for verb in ("select", "where", "sort", "group", "measure", "compare"))
_PLAIN_WORD: Final = re.compile(r"[\w@.:/\\*-]+")

IsNamed = Callable[[str], bool]
"""Whether what a name names is kept off the tape."""


class Asked(NamedTuple):
    """A request. text: for a person.  key: for comparing.  changes: whether it may change something.

    incidental: whether it was asked for the session's own sake.  takes_input: whether objects are sent to it.
    """

    text: str
    key: str
    changes: bool = False
    incidental: bool = False
    takes_input: bool = False


class _Word(NamedTuple):
    text: str
    key: str


def asked(request: Message, is_named: IsNamed, clean: Callable[[str], str]) -> Asked:
    """The canonical form of a request. is_named: the parameters whose values are left out.  clean: takes secrets out
    of texts. Raises ValueError for a message that asks nothing.
    """
    try:
        told = decode(request.data)
    except DecodeError as error:
        raise ValueError(f"The request cannot be read ({error}).") from None
    if request.type == MessageType.GET_COMMAND_METADATA:
        names = ", ".join(sorted(map(str, _items(_get(told, "Name"))), key=str.lower))
        return Asked(f"Get-Command -Name {names}", f"metadata {names.lower()}", incidental=True)
    if request.type != MessageType.CREATE_PIPELINE:
        raise ValueError("The message asks nothing.")
    form = _Form(is_named, clean)
    shell = _get(told, "PowerShell")
    statements = [_get(each, "Cmds") for each in _items(_get(shell, "ExtraCmds"))] or [_get(shell, "Cmds")]
    commands = [_items(each) for each in statements]
    lines = [_joined([form.command(one) for one in each], " | ") for each in commands]
    whole = _joined(lines, "; ")
    flat = [command for each in commands for command in each]
    return Asked(
        whole.text,
        whole.key,
        changes=not all(map(_only_reads, flat)),
        incidental=bool(flat) and str(_get(flat[0], "Cmd")).lower() in INCIDENTAL,
        takes_input=_get(told, "NoInput") is False,
    )


def same(key: str, recorded: str) -> bool:
    """Whether a request is the one that was recorded, whose secrets were taken out."""
    if key == recorded:
        return True
    if SECRET not in recorded:
        return False
    return re.fullmatch(".+?".join(map(re.escape, recorded.split(SECRET))), key, re.DOTALL) is not None


class _Form:
    def __init__(self, is_named: IsNamed, clean: Callable[[str], str]) -> None:
        self._is_named = is_named
        self._clean = clean

    def command(self, command: Any) -> _Word:
        name = str(_get(command, "Cmd") or "")
        if _get(command, "IsScript"):
            text = self._clean(name)
            head = _Word("{" + text + "}", "{" + text + "}")
        else:
            head = _Word(name, name.lower())
        by_place, by_name = self._arguments(_items(_get(command, "Args")))
        words = [head, *by_place, *sorted(by_name, key=lambda word: word.key)]
        if _merges_errors(command):
            words.append(_Word("2>&1", "2>&1"))
        return _joined(words, " ")

    def _arguments(self, arguments: Iterable[Any]) -> tuple[list[_Word], list[_Word]]:
        """Values by place, and parameters each with the values after it."""
        by_place: list[_Word] = []
        by_name: list[_Word] = []
        hidden = False
        named = False
        for argument in arguments:
            name, value = _get(argument, "N"), _get(argument, "V")
            if name is not None:
                bare = str(name).strip("-:")
                hidden, named = self._is_named(bare), True
                by_name.append(_Word(f"-{bare}", f"-{bare.lower()}"))
                if value is None and str(name).startswith("-"):
                    continue  # a word; its value comes next, where it has one
            word = _Word(REDACTED, REDACTED) if hidden else self.value(value)
            if not named:
                by_place.append(word)
            elif word.key != "$true":  # a switch, which may be said without
                last = by_name[-1]
                by_name[-1] = _Word(f"{last.text} {word.text}", f"{last.key} {word.key}")
        return by_place, by_name

    def value(self, value: Any) -> _Word:
        """A value as PowerShell would write it, near enough to be read, and different for what is different."""
        if isinstance(value, str) and not isinstance(value, ScriptBlock):
            text = self._clean(str(value))
            shown = text if _PLAIN_WORD.fullmatch(text) and not text.isdecimal() else _quoted(text)
            return _Word(shown, _quoted(text))
        if isinstance(value, ObjectLike):
            return self._object(value)
        if isinstance(value, Mapping):
            return self._entries(value)
        if isinstance(value, list | tuple):
            return _enclosed("@(", [self.value(each) for each in value], ", ", ")")
        text = _plain(value, self._clean)
        return _Word(text, text)

    def _object(self, value: ObjectLike) -> _Word:
        name = value.type_names[0].removeprefix("Deserialized.") if value.type_names else "PSCustomObject"
        parts = []
        if value.base is not MISSING:
            if not len(value):
                return self.value(value.base)
            parts.append(self.value(value.base))
        for key, item in value.items():
            word = _Word(REDACTED, REDACTED) if self._is_named(key) else self.value(item)
            parts.append(_Word(f"{key}={word.text}", f"{key.lower()}={word.key}"))
        return _enclosed(f"[{name}]@{{", parts, "; ", "}")

    def _entries(self, value: Mapping[Any, Any]) -> _Word:
        parts = []
        for key, item in value.items():
            name = str(key)
            word = _Word(REDACTED, REDACTED) if self._is_named(name) else self.value(item)
            parts.append(_Word(f"{name}={word.text}", f"{name.lower()}={word.key}"))
        return _enclosed("@{", sorted(parts, key=lambda part: part.key), "; ", "}")


def _plain(value: Any, clean: Callable[[str], str]) -> str:
    if value is None or value is Null:
        return "$null"
    if isinstance(value, bool):
        return "$true" if value else "$false"
    if isinstance(value, SecureString):
        return "[securestring]"
    if isinstance(value, Credential):
        return f"[pscredential]{_quoted(value.user_name)}"
    if isinstance(value, ScriptBlock):
        return "{" + clean(str(value)) + "}"
    if isinstance(value, datetime | date):
        return f"[datetime]'{value.isoformat()}'"
    if isinstance(value, timedelta):
        return f"[timespan]'{value}'"
    if isinstance(value, UUID):
        return f"[guid]'{value}'"
    return clean(invariant_text(value))


def _only_reads(command: Any) -> bool:
    if _get(command, "IsScript"):
        return False
    name = str(_get(command, "Cmd") or "").lower()
    return name in _SHAPES or name.partition("-")[0] in _READS


def _merges_errors(command: Any) -> bool:
    merged = _get(command, "MergeError") if _get(command, "MergeError") is not None else _get(command, "MergeToResult")
    return invariant_text(merged) == "Output"


def _get(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, ObjectLike) else None


def _items(value: Any) -> list[Any]:
    held = value.base if isinstance(value, ObjectLike) else value
    return list(held) if isinstance(held, list | tuple) else []


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _joined(words: list[_Word], between: str) -> _Word:
    return _Word(between.join(word.text for word in words), between.join(word.key for word in words))


def _enclosed(start: str, words: list[_Word], between: str, end: str) -> _Word:
    inner = _joined(words, between)
    return _Word(f"{start}{inner.text}{end}", f"{start}{inner.key}{end}")
