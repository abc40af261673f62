"""The declarations that stand in a notebook, read without running any of it.

Rules of this file: it reads the cell tagged `parameters` as papermill does, in Python or PowerShell: plain variables
(with or without a type), the fields of a dataclass, of a pydantic model. What cannot be told from the text has no type,
and takes everything. Help is the comment behind a parameter, or what the declaration itself says.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from lync_magic.reports.declared import Declared, Kind, Limits

TAG: Final = "parameters"
_KINDS: Final[Mapping[str, Kind]] = {
    "str": Kind.TEXT,
    "int": Kind.INTEGER,
    "float": Kind.NUMBER,
    "bool": Kind.SWITCH,
    "date": Kind.DATE,
    "datetime": Kind.MOMENT,
    "list": Kind.LIST,
    "List": Kind.LIST,
    "tuple": Kind.LIST,
    "Sequence": Kind.LIST,
    "dict": Kind.TABLE,
    "Dict": Kind.TABLE,
    "Mapping": Kind.TABLE,
    "EmailStr": Kind.TEXT,
    "PositiveInt": Kind.INTEGER,
    "Path": Kind.TEXT,
    "UUID": Kind.TEXT,
    "Decimal": Kind.TEXT,
}
_BY_VALUE: Final = ((bool, Kind.SWITCH), (int, Kind.INTEGER), (float, Kind.NUMBER), (str, Kind.TEXT))
_LIMITS: Final = frozenset(each.name for each in fields(Limits))
_ANNOTATED: Final = "Annotated"


def declared_in(path: Path) -> list[Declared]:
    """What a notebook declares; nothing where it is no notebook, or has no cell of parameters."""
    import nbformat

    try:
        notebook = nbformat.read(path, 4)
    except Exception:  # noqa: BLE001 - whoever runs it says what is wrong with it
        return []
    return declared_by(notebook)


def declared_by(notebook: Any) -> list[Declared]:
    """The same of a notebook of nbformat."""
    cell = next((each for each in notebook.cells if TAG in each.metadata.get("tags", ())), None)
    if cell is None:
        return []
    language = str(notebook.metadata.get("language_info", {}).get("name", "")).lower()
    language = language or str(notebook.metadata.get("kernelspec", {}).get("language", "")).lower()
    if language not in ("powershell", "pwsh"):
        return list(_of_python(cell.source))
    from lync_magic.reports.powershell_declarations import declared_by_powershell  # brings the parser along

    return list(declared_by_powershell(cell.source))


# --- Python --------------------------------------------------------------------------------------------------------


def _of_python(source: str) -> Iterator[Declared]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    comments = _comments(source)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and _declares(node):
            yield from _fields(node, comments)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield _variable(node.target.id, node.annotation, node.value, _comment(comments, node))
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield _variable(node.targets[0].id, None, node.value, _comment(comments, node))


def _declares(node: ast.ClassDef) -> bool:
    """Whether a class is a dataclass or a pydantic model, by its text."""
    heads = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
    return any(_name(each) == "dataclass" for each in heads) or any(
        _name(base) in ("BaseModel", "BaseSettings") for base in node.bases
    )


def _fields(node: ast.ClassDef, comments: Mapping[int, str]) -> Iterator[Declared]:
    for place, each in enumerate(node.body):
        if not isinstance(each, ast.AnnAssign) or not isinstance(each.target, ast.Name):
            continue
        name = each.target.id
        if name.startswith("_") or name == "model_config" or _name(_head(each.annotation)) == "ClassVar":
            continue
        below = node.body[place + 1] if place + 1 < len(node.body) else None
        told = _comment(comments, each)
        if not told and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            told = " ".join(str(below.value.value).split())
        yield _variable(name, each.annotation, each.value, told, in_class=True)


def _variable(
    name: str, annotation: ast.expr | None, value: ast.expr | None, told: str, *, in_class: bool = False
) -> Declared:
    notes: list[ast.expr] = []
    if annotation is not None and _name(_head(annotation)) == _ANNOTATED:
        annotation, *notes = _arguments(annotation)
    calls = [each for each in (*notes, value) if isinstance(each, ast.Call) and _name(each.func) in ("Field", "field")]
    options: dict[str, Any] = {}
    default: ast.expr | None = value
    for call in calls:
        given = {each.arg: each.value for each in call.keywords if each.arg}
        options |= {key: _literal(each) for key, each in given.items()}
        if call is value:
            factory = given.get("default_factory")
            made = ast.Call(factory, [], []) if factory is not None else None
            default = given.get("default") or next(iter(call.args), None) or made
    if isinstance(default, ast.Constant) and default.value is ...:
        default = None
    texts = [str(note.value) for note in notes if isinstance(note, ast.Constant) and isinstance(note.value, str)]
    metadata = options.get("metadata")
    said = [options.get("description"), metadata.get("help") if isinstance(metadata, dict) else None, *texts, told]
    kind, choices, optional, items = _type(annotation, default)
    limits = {key: options[key] for key in _LIMITS & options.keys() if options[key] is not None}
    return Declared(
        name,
        kind,
        default=ast.unparse(ast.fix_missing_locations(default)) if default is not None else "",
        required=default is None and (in_class or value is None),
        help=next((str(each) for each in said if each), ""),
        choices=choices,
        optional=optional,
        items=items,
        limits=Limits(**limits),
        typed=annotation is not None,
    )


def _type(annotation: ast.expr | None, default: ast.expr | None) -> tuple[Kind, tuple[Any, ...], bool, Kind | None]:
    """Kind, choices, whether None will do, of what a list consists."""
    if annotation is None:
        value = _literal(default) if default is not None else None
        return next((kind for one, kind in _BY_VALUE if isinstance(value, one)), _container(value)), (), True, None
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return Kind.ANY, (), True, None
    several = list(_union(annotation))
    optional = any(isinstance(each, ast.Constant) and each.value is None for each in several)
    rest = [each for each in several if not (isinstance(each, ast.Constant) and each.value is None)]
    if len(rest) != 1:
        return Kind.ANY, (), optional, None
    one = rest[0]
    head = _name(_head(one))
    if head == "Literal":
        return Kind.ANY, tuple(_literal(each) for each in _arguments(one)), optional, None
    kind = _KINDS.get(head, Kind.ANY)
    inner = _arguments(one)[:1] if kind is Kind.LIST else []
    return kind, (), optional, _KINDS.get(_name(_head(inner[0]))) if inner else None


def _union(annotation: ast.expr) -> Iterator[ast.expr]:
    """The types of `A | None`, `Optional[A]`, `Union[A, B]`."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        yield from _union(annotation.left)
        yield from _union(annotation.right)
    elif _name(_head(annotation)) in ("Optional", "Union"):
        yield from _arguments(annotation)
        if _name(_head(annotation)) == "Optional":
            yield ast.Constant(None)
    else:
        yield annotation


def _container(value: Any) -> Kind:
    return Kind.LIST if isinstance(value, list | tuple) else Kind.TABLE if isinstance(value, dict) else Kind.ANY


def _head(annotation: ast.expr) -> ast.expr:
    return annotation.value if isinstance(annotation, ast.Subscript) else annotation


def _arguments(annotation: ast.expr) -> list[ast.expr]:
    if not isinstance(annotation, ast.Subscript):
        return []
    return list(annotation.slice.elts) if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]


def _name(node: ast.expr) -> str:
    """The last part of a dotted name."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _comments(source: str) -> dict[int, str]:
    """The comment of each line."""
    found: dict[int, str] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                found[token.start[0]] = token.string.lstrip("#: ").strip()
    except (tokenize.TokenError, SyntaxError):
        return found
    return found


def _comment(comments: Mapping[int, str], node: ast.stmt) -> str:
    return comments.get(node.end_lineno or node.lineno, "")
