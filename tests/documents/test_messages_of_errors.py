"""What errors, warnings and verbs say is whole in the language that is spoken; PowerShell's words stay as they came."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import lync_magic
from lync_magic import errors
from lync_magic.errors import CommandNotFound, EndpointUnreachable, LyncError, QuotaExceeded, RemoteError
from lync_magic.messages import LANGUAGES, spoken, use_language
from lync_magic.ui.form_parts import trouble_html

PACKAGE = Path(lync_magic.__file__).parent
FRENCH = LANGUAGES["fr"]
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, LyncError)}
IN_ITS_OWN_WORDS = {"RemoteError", "CommandNotFound", "ParameterError", "EvaluationError", "CellSyntaxError"}
"""Errors whose message is PowerShell's."""
TAKES = {**dict.fromkeys(KINDS, 2), "spoken": 1, "warn": 1, "DependencyMissing": 0, "PromptRefused": 0}
"""How many of their arguments are texts for a person."""
CODE = re.compile(r"[%$#-][^.,;]*|\{\}[^a-z]*|itables|\S+", re.DOTALL)
"""An option, a command, a lone value: the same in every language."""
CODE_TOO = ("Invoke-Command -Session", "-SSHConnection @{", "-Options @{", "lync_magic {} (Python")
POWERSHELLS = (
    "Proxy credentials cannot be specified when",
    "Unable to query AutoDiscover URL at",
    "State of runspace is not valid",
    "Logon failed for the user",
    "No command proxies have been created",
    "Running the Get-Command command in a remote",
)
"""How PowerShell's own messages begin."""
SENTENCES = re.compile(r"(?<=[.?!]) (?=[A-Z%])|\n")


@pytest.fixture(autouse=True)
def in_french() -> Iterator[None]:
    use_language("fr")
    yield
    use_language(None)


def shape(node: ast.expr, constants: dict[str, str]) -> Iterator[str]:
    """The texts that an argument may be, with `{}` for each value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from shape(node.body, constants)
        yield from shape(node.orelse, constants)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from (
            left + right for left in shape(node.left, constants) or ("",) for right in shape(node.right, constants)
        )
    elif isinstance(node, ast.Name) and node.id in constants:
        yield constants[node.id]
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "format":
        assert isinstance(node.func, ast.Attribute)
        yield from (re.sub(r"\{\w*\}", "{}", one) for one in shape(node.func.value, constants))


def said() -> Iterator[tuple[str, str]]:
    """Every text that the client's side gives to an error, a warning, or a line for the person, and its file."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}
    constants: dict[str, str] = {}
    for tree in trees.values():
        for node in tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            value = getattr(node, "value", None)
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                constants[target.id] = value.value
    for path, tree in trees.items():
        where = path.relative_to(PACKAGE)
        if where.parts[0] == "sandbox":
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name == "say" and "magics" in where.parts and isinstance(node.func, ast.Attribute):
                count, own = 1, False
            else:
                count, own = TAKES.get(name, 0), name in IN_ITS_OWN_WORDS
            for argument in node.args[own : max(count, 0)]:
                for text in shape(argument, constants):
                    yield text, str(where)


def test_every_text_of_ours_is_whole_in_french() -> None:
    texts = set(said())
    assert len(texts) > 500
    missing = set()
    for text, where in texts:
        if not text or text in FRENCH or text.startswith((*POWERSHELLS, *CODE_TOO)) or CODE.fullmatch(text):
            continue
        parts = [part for part in SENTENCES.split(text.strip()) if not CODE.fullmatch(part)]
        if any(part not in FRENCH for part in parts):
            missing.add(f"{where}: {text}")
    assert sorted(missing) == []


@pytest.mark.parametrize(
    ("text", "french"),
    [
        (
            "pool.contoso.com refuses connections on port 443.",
            "pool.contoso.com refuse les connexions sur le port 443.",
        ),
        (
            "The proxy p:3128 on the way to a.b cannot be found.",
            "Le proxy p:3128, sur le trajet vers a.b, est introuvable.",
        ),
        ("Connect again. Check the network.", "Reconnectez-vous. Vérifiez le réseau."),
        ("The session was closed.\nThat is all.", "La session a été fermée.\nThat is all."),
    ],
)
def test_a_text_is_found_again_with_its_values(text: str, french: str) -> None:
    assert spoken(text) == french


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Cannot bind parameter 'Identity'.",
        "The pipeline was stopped.",
        "The file of the user cannot be read: denied.",
        "{} {0} {name}",
        "x refuses connections on port " * 200,
    ],
)
def test_a_text_that_is_not_ours_stays_as_it_came(text: str) -> None:
    assert spoken(text) == text


def test_values_hold_what_they_held() -> None:
    assert spoken("There is no tape {0} {}.") == "Il n’y a pas de bande {0} {}."


def test_an_error_is_whole_in_french_and_keeps_its_text_for_programs() -> None:
    error = EndpointUnreachable("There is no host nowhere: its name cannot be found.", "Check the spelling, and DNS.")
    assert str(error) == "Il n’y a pas d’hôte nowhere : son nom est introuvable.\nVérifiez l’orthographe et le DNS."
    assert error.message.startswith("There is no host")


def test_what_powershell_says_stays_english_above_french_advice() -> None:
    error = CommandNotFound("The session was closed.", "No session is connected. Connect: %lync connect USER")
    assert str(error).splitlines() == [
        "The session was closed.",
        "Aucune session n’est ouverte. Connectez-vous : %lync connect USER",
    ]


def test_the_advice_on_a_parameter_is_french() -> None:
    error = RemoteError("A parameter cannot be found.", error_id="NamedParameterNotFound,Get-CsTenant")
    assert str(error).splitlines()[1] == "Voyez ses paramètres : %lync help Get-CsTenant"


def test_the_form_is_french_where_it_fails() -> None:
    shown = trouble_html(EndpointUnreachable("web1 cannot be reached.", "Check network and VPN."))
    assert "web1 est injoignable." in shown
    assert "Vérifiez le réseau et le VPN." in shown


def test_a_quota_says_in_french_who_holds_the_seats() -> None:
    error = QuotaExceeded(
        "The maximum number of concurrent shells for this user has been exceeded.", "Known here: a; b."
    )
    assert str(error).splitlines()[1] == "Connues ici : a; b."
