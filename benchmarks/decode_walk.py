"""What a person would write by hand: ElementTree and a function for each element.

It reads what the benchmark's objects hold and no more: no references, no escapes in names, no checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element, fromstring

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_DURATION = re.compile("PT(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?")


def element_tree_walk(raw: bytes) -> dict[str, Any]:
    """The properties of one object."""
    return {child.get("N", ""): _value(child) for child in fromstring(raw).find("Props") or ()}


def _value(element: Element) -> Any:
    return READ[element.tag](element)


def _string(element: Element) -> str:
    text = element.text or ""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _duration(element: Element) -> int:
    match = _DURATION.fullmatch(element.text or "")
    assert match is not None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return (hours * 60 + minutes) * 60 + seconds


def _object(element: Element) -> Any:
    items = element.find("LST")
    if items is not None:
        return [_value(child) for child in items]
    return element.findtext("ToString"), int(element.findtext("I32") or 0)


READ: dict[str, Callable[[Element], Any]] = {
    "S": _string,
    "B": lambda element: element.text == "true",
    "Nil": lambda element: None,
    "I32": lambda element: int(element.text or ""),
    "Db": lambda element: float(element.text or ""),
    "DT": lambda element: datetime.fromisoformat((element.text or "").replace("Z", "+00:00")),
    "G": lambda element: UUID(element.text),
    "Version": lambda element: element.text,
    "TS": _duration,
    "Obj": _object,
}
