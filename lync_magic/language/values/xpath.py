"""XPath 1.0: the nodes that a path selects, in the document's order.

Rules of this file: it follows the recommendation, with the words of .NET where a path cannot be; a name without a
prefix is one of no namespace (2.3); what the prefixes of a path mean is told beside it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, NoReturn

from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.xml_nodes import XML, XmlNode
from lync_magic.language.values.xpath_values import FUNCTIONS, Value, compared, number_of, truth_of

Names = Mapping[str, str]
"""What prefixes mean."""


class BadPath(Exception):
    """What .NET says of a path."""


class Context(NamedTuple):
    """What an expression is worked out for. place, among: of the node, and how many a predicate looks at."""

    node: XmlNode
    place: int
    among: int


Expression = Callable[[Context], Value]


def select(start: XmlNode, document: XmlNode, path: str, names: Names | None = None) -> list[XmlNode]:
    """The nodes of a path, in the document's order. names: what its prefixes mean, None where nobody told.

    Raises NotKnownHere for a path that is not known here, BadPath for what .NET does not take.
    """
    found = _Reader(path, document, names).whole()(Context(start, 1, 1))
    if not isinstance(found, list):
        raise BadPath(_NO_NODES)
    return found


_NO_NODES: Final = "Expression must evaluate to a node-set."
_NO_TOKEN: Final = "'{0}' has an invalid token."
_NO_MANAGER: Final = (
    "Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function."
)
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<text>"[^"]*"|'[^']*')|(?P<sign>//|::|\.\.|!=|<=|>=|[/@.()\[\],|+\-=<>*$])"""
    r"""|(?P<name>[^\W\d][\w.\-]*(?::(?!:)(?:[^\W\d][\w.\-]*|\*))?))"""
)
_BEFORE_A_VALUE: Final = frozenset(
    ("@", "::", "(", "[", ",", "/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">=")
)
_WORDS: Final = frozenset(("and", "or", "mod", "div"))
_LEVELS: Final = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_OTHERS: Final = ("id", "lang")
"""Functions that are not known here."""
_NODE_TYPES: Final = frozenset(("node", "text", "comment", "processing-instruction"))
_TEXTS: Final = ("#text", "#cdata-section")


class _Token(NamedTuple):
    kind: str
    text: str


def _tokens(path: str) -> Iterator[_Token]:
    place, before = 0, _Token("sign", "(")
    while path[place:].strip():
        found = _TOKEN.match(path, place)
        if found is None or found.lastgroup is None:
            is_open = path[place:].lstrip()[0] in "\"'"
            raise BadPath("This is an unclosed string." if is_open else _NO_TOKEN.format(path))
        kind, text, place = found.lastgroup, found[found.lastgroup], found.end()
        is_between = before.kind != "operator" and not (before.kind == "sign" and before.text in _BEFORE_A_VALUE)
        if is_between and (text == "*" or (kind == "name" and text in _WORDS)):
            kind = "operator"
        before = _Token(kind, text)
        yield before


class _Reader:
    """Reads a path into an expression."""

    def __init__(self, path: str, document: XmlNode, names: Names | None) -> None:
        self.path = path
        self.document = document
        self.names = names
        self.tokens = [*_tokens(path), _Token("end", "")]
        self.at = 0
        self.order: dict[int, int] = {}

    def whole(self) -> Expression:
        """The expression that the path is."""
        made = self._level(0)
        return made if self._next().kind == "end" else self._broken()

    def _broken(self) -> NoReturn:
        """Where something stands in the path that does not belong there."""
        raise BadPath(_NO_TOKEN.format(self.path))

    def _unknown(self) -> NoReturn:
        raise NotKnownHere(f"the XPath {self.path}")

    def _next(self) -> _Token:
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def _ahead(self, count: int = 0) -> _Token:
        return self.tokens[min(self.at + count, len(self.tokens) - 1)]

    def _took(self, *signs: str) -> str:
        """The sign or operator that comes next, which is gone past; "" for another."""
        token = self._ahead()
        if token.kind not in ("sign", "operator") or token.text not in signs:
            return ""
        self.at += 1
        return token.text

    def _need(self, sign: str) -> None:
        if not self._took(sign):
            self._broken()

    # --- operators -------------------------------------------------------------------------------------------------

    def _level(self, level: int) -> Expression:
        if level == len(_LEVELS):
            return self._negative()
        made = self._level(level + 1)
        while told := self._took(*_LEVELS[level]):
            made = _operation(told, made, self._level(level + 1))
        return made

    def _negative(self) -> Expression:
        if self._took("-"):
            inner = self._negative()
            return lambda context: -number_of(inner(context))
        made = self._path()
        while self._took("|"):
            made = self._both(made, self._path())
        return made

    def _both(self, first: Expression, second: Expression) -> Expression:
        return lambda context: self._ordered([*_nodes(first(context)), *_nodes(second(context))])

    # --- paths -----------------------------------------------------------------------------------------------------

    def _path(self) -> Expression:
        token = self._ahead()
        if self._is_value(token):
            made = self._filtered()
        elif self._took("/"):
            whole: list[XmlNode] = [self.document]
            if not self._is_step():
                return lambda _context: whole
            made = self._stepped(lambda _context: whole)
        elif token.text == "//" and token.kind == "sign":
            made = lambda _context: [self.document]  # noqa: E731
        else:
            made = self._stepped(lambda context: [context.node])
        while slash := self._took("/", "//"):
            made = self._stepped(self._taking(made, "descendant-or-self", "node()", []) if slash == "//" else made)
        return made

    def _is_value(self, token: _Token) -> bool:
        """Whether what comes is no step: a text, a number, brackets, a function."""
        if token.kind == "name":
            return self._ahead(1).text == "(" and token.text not in _NODE_TYPES
        return token.kind in ("number", "text") or (token.kind == "sign" and token.text in ("(", "$"))

    def _is_step(self) -> bool:
        token = self._ahead()
        return token.kind == "name" or (token.kind == "sign" and token.text in ("@", ".", "..", "*"))

    def _filtered(self) -> Expression:
        """A value, with its predicates."""
        made = self._value()
        while self._took("["):
            made = self._kept(made, self._level(0))
            self._need("]")
        return made

    def _kept(self, of: Expression, test: Expression) -> Expression:
        return lambda context: _those(_nodes(of(context)), test)

    def _value(self) -> Expression:
        token = self._next()
        if token.kind == "number":
            number = float(token.text)
            return lambda _context: number
        if token.kind == "text":
            return lambda _context: token.text[1:-1]
        if token.text == "$":
            raise BadPath(_NO_MANAGER) if self.names is None else NotKnownHere(f"the XPath {self.path}")
        if token.text == "(":
            made = self._level(0)
            self._need(")")
            return made
        return self._function(token.text)

    def _function(self, name: str) -> Expression:
        self._need("(")
        told: list[Expression] = []
        while not self._took(")"):
            told.append(self._level(0))
            if self._ahead().text != ")":
                self._need(",")
        found = FUNCTIONS.get(name)
        if found is None and self.names is None and name not in _OTHERS:
            raise BadPath(_NO_MANAGER)
        if found is None:
            self._unknown()
        if not found.least <= len(told) <= found.most:
            raise BadPath(f"Function '{name}' in '{self.path}' has an invalid number of arguments.")
        if name == "last":
            return lambda context: float(context.among)
        if name == "position":
            return lambda context: float(context.place)
        call, of_node = found.call, found.of_node and not told
        return lambda context: call([[context.node]] if of_node else [one(context) for one in told])

    def _stepped(self, of: Expression) -> Expression:
        """A step from the nodes of an expression."""
        if self._took("."):
            return self._taking(of, "self", "node()", self._tests())
        if self._took(".."):
            return self._taking(of, "parent", "node()", self._tests())
        axis = "attribute" if self._took("@") else "child"
        if self._ahead().kind == "name" and self._ahead(1).text == "::":
            axis = self._next().text
            self.at += 1
        if axis not in _AXES:
            self._broken()
        return self._taking(of, axis, self._test(), self._tests())

    def _test(self) -> str:
        token = self._next()
        if token.kind != "name":
            if token.text != "*":
                raise BadPath(_NO_NODES)
            return token.text
        if token.text in _NODE_TYPES and self._took("("):
            self._need(")")
            return f"{token.text}()"
        prefix = token.text.rpartition(":")[0]
        if prefix and prefix != "xml" and self.names is None:
            raise BadPath(_NO_MANAGER)
        if prefix and prefix not in {"xml", *(self.names or {})}:
            raise BadPath(f"Namespace prefix '{prefix}' is not defined.")
        return token.text

    def _tests(self) -> list[Expression]:
        found = []
        while self._took("["):
            found.append(self._level(0))
            self._need("]")
        return found

    def _taking(self, of: Expression, axis: str, test: str, tests: list[Expression]) -> Expression:
        along, holds = _AXES[axis], _tester(axis, test, {"xml": XML, **(self.names or {})})

        def take(context: Context) -> Value:
            starts = _nodes(of(context))
            found: list[XmlNode] = []
            for start in starts:
                kept = [one for one in along(start) if holds(one)]
                for each in tests:
                    kept = _those(kept, each)
                found += kept
            return self._ordered(found) if len(starts) > 1 or axis in _BACKWARDS else found

        return take

    def _ordered(self, found: list[XmlNode]) -> list[XmlNode]:
        """Nodes, each once, in the document's order."""
        if len(found) < 2:
            return found
        if not self.order:
            self.order = {id(one): place for place, one in enumerate(_with_attributes(_outermost(self.document)))}
        return sorted({id(one): one for one in found}.values(), key=lambda one: self.order.get(id(one), -1))


def _nodes(value: Value) -> list[XmlNode]:
    if not isinstance(value, list):
        raise BadPath(_NO_NODES)
    return value


def _those(nodes: Sequence[XmlNode], test: Expression) -> list[XmlNode]:
    """The nodes that a predicate lets through: a number is a place."""
    kept = []
    for place, node in enumerate(nodes, 1):
        told = test(Context(node, place, len(nodes)))
        if told == place if type(told) is float else truth_of(told):
            kept.append(node)
    return kept


def _operation(sign: str, first: Expression, second: Expression) -> Expression:
    if sign == "or":
        return lambda context: truth_of(first(context)) or truth_of(second(context))
    if sign == "and":
        return lambda context: truth_of(first(context)) and truth_of(second(context))
    if sign in _COMPARING:
        compare = _COMPARING[sign]
        return lambda context: compared(compare, first(context), second(context), ordering=sign[0] in "<>")
    count = _COUNTING[sign]
    return lambda context: count(number_of(first(context)), number_of(second(context)))


def _divided(first: float, second: float) -> float:
    if second:
        return first / second
    raise NotKnownHere("a division by nought in an XPath")


def _rest(first: float, second: float) -> float:
    if not second or first != first or second != second:
        return float("nan")
    rest = abs(first) % abs(second)
    return -rest if first < 0 else rest


_COMPARING: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_COUNTING: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "div": _divided, "mod": _rest,
}  # fmt: skip


# --- axes -----------------------------------------------------------------------------------------------------------


def _children(node: XmlNode) -> list[XmlNode]:
    return [one for one in node.children if one.kind != "xml"] if node.kind in ("element", "document") else []


def _attributes(node: XmlNode) -> list[XmlNode]:
    return [one for one in node.attributes if one.name.partition(":")[0] != "xmlns"]


def _below(node: XmlNode) -> Iterator[XmlNode]:
    for one in _children(node):
        yield one
        yield from _below(one)


def _above(node: XmlNode) -> Iterator[XmlNode]:
    while node.parent is not None:
        node = node.parent
        yield node


def _beside(node: XmlNode, *, behind: bool) -> list[XmlNode]:
    """The siblings behind a node, or those before it, the nearest first."""
    if node.parent is None or node.kind == "attribute":
        return []
    held = _children(node.parent)
    place = next(number for number, one in enumerate(held) if one is node)
    return held[place + 1 :] if behind else held[:place][::-1]


def _behind(node: XmlNode) -> Iterator[XmlNode]:
    for one in (node, *_above(node)):
        for each in _beside(one, behind=True):
            yield each
            yield from _below(each)


def _before(node: XmlNode) -> Iterator[XmlNode]:
    for one in (node, *_above(node)):
        for each in _beside(one, behind=False):
            yield from reversed([each, *_below(each)])


def _outermost(node: XmlNode) -> XmlNode:
    return next(reversed([*_above(node)]), node)


def _with_attributes(node: XmlNode) -> Iterator[XmlNode]:
    yield node
    yield from node.attributes
    for one in node.children:
        yield from _with_attributes(one)


_AXES: Final[dict[str, Callable[[XmlNode], Iterable[XmlNode]]]] = {
    "child": _children,
    "attribute": _attributes,
    "self": lambda node: (node,),
    "parent": lambda node: () if node.parent is None else (node.parent,),
    "descendant": _below,
    "descendant-or-self": lambda node: (node, *_below(node)),
    "ancestor": _above,
    "ancestor-or-self": lambda node: (node, *_above(node)),
    "following-sibling": lambda node: _beside(node, behind=True),
    "preceding-sibling": lambda node: _beside(node, behind=False),
    "following": _behind,
    "preceding": _before,
}
_BACKWARDS: Final = ("ancestor", "ancestor-or-self", "preceding-sibling", "preceding")


def _tester(axis: str, test: str, names: Names) -> Callable[[XmlNode], bool]:
    """Whether a node of an axis is what a step asks for."""
    kind = "attribute" if axis == "attribute" else "element"
    if test == "node()":
        return lambda _node: True
    if test == "text()":
        return _is_text
    if test.endswith("()"):
        return lambda node: node.kind == "#comment" and test == "comment()"
    if test == "*":
        return lambda node: node.kind == kind
    prefix, _, local = test.rpartition(":")
    meant = names[prefix] if prefix else ""
    return lambda node: node.kind == kind and local in ("*", node.local_name) and node.namespace == meant


def _is_text(node: XmlNode) -> bool:
    """Whether it is a text; those beside each other are one to a path."""
    if node.kind not in _TEXTS:
        return False
    if next((one.kind for one in _beside(node, behind=True)), "") in _TEXTS:
        raise NotKnownHere("text() of texts beside each other")
    return True
