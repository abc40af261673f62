"""ConvertTo-Html."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

from lync_magic.clixml import MISSING, ObjectLike
from lync_magic.language.cmdlets.csv_text import list_text
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.selecting import need_all_of, property_names
from lync_magic.language.cmdlets.stream import (
    Getter,
    all_of,
    getter,
    is_broken,
    named_properties,
    objects,
    reader,
    warn,
)
from lync_magic.language.cmdlets.terms import Term, terms_of
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.layout.shapes import as_one
from lync_magic.language.values.collections import is_collection, is_table
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.patterns import matches_wildcard
from lync_magic.language.values.text import local_text, net_text, to_text
from lync_magic.language.values.types import NetType, type_of

_DOCTYPE: Final = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 {0}//EN"  "http://www.w3.org/TR/xhtml1/DTD/xhtml1-{1}.dtd">'
)
_OF_HTTP: Final = ("content-type", "default-style", "x-ua-compatible")
_OF_META: Final = ("application-name", "author", "description", "generator", "keywords", "viewport")
_CHARSET: Final = r"^[A-Za-z0-9]\w+\S+[A-Za-z0-9]$"
_ODD_META: Final = (
    "Accepted meta properties are content-type, default-style, application-name, author, description, generator, "
    "keywords, x-ua-compatible, and viewport. The meta pair: {} and {} may not function correctly."
)
_Column = tuple[str, Getter, str]
"""A heading, how its cells are worked out, and the column's element."""


def _escaped(text: str) -> str:
    """As .NET's WebUtility encodes it: Latin letters and what is beyond the basic plane become numbers."""
    plain = html.escape(text).replace("&#x27;", "&#39;")
    return "".join(f"&#{ord(char)};" if 160 <= ord(char) <= 255 or ord(char) > 0xFFFF else char for char in plain)


def _columns(call: BoundCall, terms: list[Term], item: object) -> list[_Column]:
    if type_of(item).startswith("System.Xml."):
        raise NotKnownHere(f"a [{type_of(item)}] as HTML")
    made: list[_Column] = []
    for term in terms:
        if isinstance(term.expression, Block):
            label = term.source if term.label is None else term.label
            made.append((label, getter(call, term.expression), _element(term)))
            continue
        if term.pattern:
            need_all_of(item)
        names = [one for one in property_names(item) if matches_wildcard(term.expression, one)]
        if not names and term.pattern and is_table(item):
            raise NotKnownHere("a table's own properties as HTML")
        if not names and not term.pattern and reader(term.expression)(item) is not MISSING:
            names = [term.expression]
        made += [(name if term.label is None else term.label, _reader(name), _element(term)) for name in names]
    return made


def _element(term: Term) -> str:
    """`<col/>` with the width and alignment that a calculated column asks for."""
    looks = (("width", "width"), ("align", "alignment"))
    said = "".join(f' {name} = "{to_text(term.more[key])}"' for name, key in looks if key in term.more)
    return f"<col{said}/>"


def _reader(name: str) -> Getter:
    read = reader(name)
    return lambda item: None if (found := read(item)) is MISSING else found


def _to_html(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    _need_charset(call)
    terms = terms_of(call, ["*"] if call.get("Property") is None else call.get("Property"))
    fragment = call.switch("Fragment")
    if call.given("CssUri") and not to_text(call.get("CssUri")).strip():
        message = (
            "This command cannot be run because 'CSSUri' is empty or blank. Please specify CSSUri and then run the"
        )
        error_id, kind = f"ArgumentException,{call.error_suffix}", "ArgumentException"
        raise ScriptError(f"{message} command.", error_id, "InvalidArgument", exception=kind, target="CSSUri")
    if not fragment:
        kind = "Transitional" if call.switch("Transitional") else "Strict"
        yield _DOCTYPE.format(kind, kind.lower())
        yield '<html xmlns="http://www.w3.org/1999/xhtml">'
        yield "<head>"
        yield from _metas(call)
        if call.get("Head") is not None:
            yield from all_of(call.get("Head"))
        else:
            yield f"<title>{to_text(call.get('Title', 'HTML TABLE'))}</title>"
        if call.given("CssUri"):
            yield f'<link rel="stylesheet" type="text/css" href="{to_text(call.get("CssUri"))}" />'
        yield "</head><body>"
        yield from all_of(call.get("Body"))
    yield from all_of(call.get("PreContent"))
    yield "<table>"
    named_properties(call)
    items = (as_one(item) for item in objects(call, input) if item is not None)
    if to_text(call.get("As", "Table")).lower() == "list":
        yield from _list_rows(call, items, terms)
    else:
        yield from _rows(call, items, terms)
    if is_broken(input):
        return
    yield "</table>"
    yield from all_of(call.get("PostContent"))
    if not fragment:
        yield "</body></html>"


def _need_charset(call: BoundCall) -> None:
    given = to_text(call.get("Charset", ""))
    if not call.given("Charset") or re.search(_CHARSET, given):
        return
    message = (
        f'Cannot validate argument on parameter \'Charset\'. The argument "{given}" does not match the "{_CHARSET}" '
        f'pattern. Supply an argument that matches "{_CHARSET}" and try the command again.'
    )
    error_id, kind = f"ParameterArgumentValidationError,{call.error_suffix}", "ParameterBindingValidationException"
    raise ScriptError(message, error_id, "InvalidData", exception=kind, activity=call.command_name)


def _metas(call: BoundCall) -> Iterator[str]:
    """What the head says of the page. A property that no page has is warned of."""
    if call.given("Charset"):
        yield f'<meta charset="{to_text(call.get("Charset"))}">'
    for key, value in call.get("Meta", {}).items():
        name, content = to_text(key), net_text(value)
        if name.lower() not in (*_OF_HTTP, *_OF_META):
            warn(call, _ODD_META.format(name, content))
        yield f'<meta {"http-equiv" if name.lower() in _OF_HTTP else "name"}="{name}" content="{content}">'


def _cell(get: Getter, item: object) -> str:
    value = get(item)
    if is_collection(value) and not isinstance(value, ObjectLike):
        return _escaped(list_text(value))
    return _escaped(net_text(value) if isinstance(value, float | NetType) else local_text(value))


def _rows(call: BoundCall, items: Iterator[object], terms: list[Term]) -> Iterator[str]:
    """Rows under the first one's columns; what comes before the first with properties is left out."""
    columns: list[_Column] = []
    for item in items:
        if not columns:
            columns = _columns(call, terms, item)
            if not columns:
                continue
            yield "<colgroup>" + "".join(element for _name, _get, element in columns) + "</colgroup>"
            yield "<tr>" + "".join(f"<th>{name}</th>" for name, _get, _element in columns) + "</tr>"
        yield "<tr>" + "".join(f"<td>{_cell(get, item)}</td>" for _name, get, _element in columns) + "</tr>"


def _list_rows(call: BoundCall, items: Iterator[object], terms: list[Term]) -> Iterator[str]:
    for number, item in enumerate(items):
        columns = _columns(call, terms, item)
        if number and columns:
            yield "<tr><td><hr></td></tr>"
        for name, get, _element in columns:
            yield f"<tr><td>{name}:</td><td>{_cell(get, item)}</td></tr>"


HTML: Final = ClientCommand(
    "ConvertTo-Html",
    (
        ParameterSpec("InputObject", "object", by_value=True),
        ParameterSpec("Property", "object[]", position=0),
        ParameterSpec("Body", "string[]", position=3),
        ParameterSpec("Head", "string[]", position=1),
        ParameterSpec("Title", "string", position=2),
        ParameterSpec("As", "string"),
        ParameterSpec("CssUri", "string", ("cu", "uri")),
        ParameterSpec("Fragment", "switch"),
        ParameterSpec("PostContent", "string[]"),
        ParameterSpec("PreContent", "string[]"),
        ParameterSpec("Meta", "hashtable"),
        ParameterSpec("Charset", "string"),
        ParameterSpec("Transitional", "switch"),
    ),
    _to_html,
    (),
    "ConvertToHtmlCommand",
    own=True,
    as_it_comes=True,
)
CMDLETS: Final = (HTML,)
