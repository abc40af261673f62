"""Parameters of a report: read from words and files, and no secrets among them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from lync_magic.errors import UsageError

_SECRET_NAME: Final = re.compile(r"pass(word|wd|phrase)?$|^pwd|secret|token|credential|api_?key|private_?key", re.I)
_SECRET_VALUE: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|^eyJ[\w-]+\.[\w-]+\.|^(Bearer|Basic)\s+\S{12,}")
RIGHT_WAYS: Final = (
    "A parameter is written into the notebook. Have the notebook sign in with --env NAME, --keyring or a profile."
)


def names_secret(name: str) -> bool:
    """Whether what has this name is a secret, by the name."""
    return _SECRET_NAME.search(name) is not None


def refuse_secrets(parameters: Mapping[str, Any]) -> None:
    """Raise UsageError where a parameter looks like a secret, by its name or its value; never repeat the value."""
    for name, value in _flat("", parameters):
        last = name.rpartition(".")[2]
        if names_secret(last) or (isinstance(value, str) and _SECRET_VALUE.search(value)):
            raise UsageError(f"The parameter {name} looks like a secret; nothing was run.", RIGHT_WAYS)


def from_words(words: Iterable[str], as_text: Collection[str] = ()) -> dict[str, Any]:
    """Parameters from `name=value` words; a value is what YAML takes it for. Raises UsageError.

    as_text: the names whose values stay text, since their types say what they are.
    """
    found: dict[str, Any] = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not sign or not name.strip().isidentifier():
            raise UsageError(f"{word.partition('=')[0]!r} is no parameter.", "It looks like: -p name=value")
        found[name.strip()] = text if name.strip() in as_text else _value(text)
    return found


def from_file(path: Path) -> dict[str, Any]:
    """Parameters from a YAML (or JSON) file. Raises UsageError."""
    import yaml  # type: ignore[import-untyped]

    try:
        read = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise UsageError(f"The parameters {path} cannot be read as YAML.", "A line is: name: value") from None
    if read is None:
        return {}
    if not isinstance(read, dict) or not all(isinstance(name, str) and name.isidentifier() for name in read):
        raise UsageError(f"The parameters {path} are no list of names and values.", "A line is: name: value")
    return read


def as_json(value: Any) -> Any:
    """A value as a notebook can keep it: dates as texts of ISO 8601."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list | tuple) else value


def _value(text: str) -> Any:
    """What a word says: true, null, a number; else the text as it is."""
    folded = text.lower()
    if folded in ("true", "false"):
        return folded == "true"
    if folded in ("null", "none"):
        return None
    if re.fullmatch(r"-?(0|[1-9]\d{0,17})", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+([eE][-+]?\d+)?", text):
        return float(text)
    if text[:1] in ("[", "{") and text[-1:] in ("]", "}"):
        import yaml

        try:
            return yaml.safe_load(text)
        except yaml.YAMLError:
            return text
    return text


def _flat(name: str, value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _flat(name, item)
    else:
        yield name, value
