"""What a block is: by what it looks like, by the sentence before it, and by both when they disagree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lync_magic.documents import Judged, judge, read, read_text
from lync_magic.documents.shapes import shape_of


def judged(sentence: str, block: str, info: str = "", *, language: str | None = None) -> Judged:
    return judge(read_text(f"# Page\n\n{sentence}\n\n```{info}\n{block}\n```\n", "page.md", language))[0]


COMMANDS = [
    ("Run this command:", "Get-CsTenant"),
    ("To see the users, use this command:", "Get-CsOnlineUser -ResultSize 5 | Select-Object DisplayName"),
    ("Type the variable's name and press ENTER:", "$credential"),
    ("Take the first one off the list:", "$x.AllowedDomain.RemoveAt(0)"),
    (
        "Find the disabled ones:",
        "Get-CsUser -Filter {Enabled -eq $False} | Enable-CsUser -SipAddressType UserPrincipalName",
    ),
    ("If this command fails, use the following command instead:", "Get-CsUser"),
    ("If you receive this error message, run this command:", "Get-CsTenant"),
    ("Store the answer:", "$x = (Get-CsTenantFederationConfiguration).AllowedDomains"),
]
PRINTED = [
    ("output", "You will see:", "Id Name\n-- ----\n1  Session1"),
    ("output", "Run this command:", "VERBOSE: Success\nVERBOSE: Success"),
    ("output", "For example:", "Identity : tag:Redmond"),
    ("output", "", "Id Name       State -- ----       -----\n2  Session2   Opened"),
    ("error", "Run this command:", "Remove-CsUserAcp : Cannot bind argument to parameter 'Identity'."),
    ("error", "", "Get-Item: Cannot find path '/nowhere' because it does not exist."),
    ("error", "", "Oops\n    + CategoryInfo          : ObjectNotFound\n    + FullyQualifiedErrorId : X"),
    (
        "prompt",
        "Run this:",
        "cmdlet Remove-CsUserAcp at command pipeline position 1\nSupply values for the following parameters:",
    ),
    ("prompt", "", "Confirm\nAre you sure you want to perform this action?\n[Y] Yes  [A] Yes to All  [N] No"),
]
PARTS = [
    ("fragment", "Use the display name:", '-Identity "Ken Myer"'),
    ("fragment", "Your tenant's number looks so:", "bf19b7db-6960-41e5-a139-2aa373474354"),
    ("fragment", "The syntax:", "Get-CsTenant [[-Identity] <String>] [<CommonParameters>]"),
    ("file", "Open Notepad and paste in the following commands:", "$c = Get-Credential\nGet-CsTenant"),
    ("file", "Add the following line to the bottom of your profile:", "Import-Module LyncOnlineConnector"),
    ("file", "`config.json` looks like this:", '{ "tenant": "contoso.com" }'),
    ("wrong", "A mistake many make is to leave out the quotation marks:", "Grant-CsVoicePolicy -PolicyName My Policy"),
    ("wrong", "This command will fail:", 'Grant-CsVoicePolicy -Identity "Ken Myer" -PolicyName "global"'),
]


@pytest.mark.parametrize(("sentence", "block"), COMMANDS)
def test_what_a_reader_types_is_a_command_that_runs(sentence: str, block: str) -> None:
    one = judged(sentence, block)
    assert (one.kind, one.runs) == ("command", True), one.why


@pytest.mark.parametrize(("kind", "sentence", "block"), PRINTED)
def test_what_a_console_prints_never_runs_whatever_the_sentence_says(kind: str, sentence: str, block: str) -> None:
    one = judged(sentence, block, "powershell")
    assert (one.kind, one.runs) == (kind, False), one.why


@pytest.mark.parametrize(("kind", "sentence", "block"), PARTS)
def test_what_is_no_command_by_itself_does_not_run(kind: str, sentence: str, block: str) -> None:
    one = judged(sentence, block)
    assert (one.kind, one.runs) == (kind, False), one.why


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Pour afficher les utilisateurs, tapez la commande suivante :", "command"),
        ("Collez les commandes suivantes dans un fichier de script :", "file"),
        ("Par exemple, cette commande échoue :", "wrong"),
    ],
)
def test_a_french_sentence_announces_as_an_english_one_does(sentence: str, kind: str) -> None:
    assert judged(sentence, "Get-CsOnlineUser", language="fr").kind == kind


def test_a_prompt_before_a_command_is_not_typed() -> None:
    one = judged("See:", "PS C:\\> Get-CsTenant\n\nDisplayName\n-----------\nLitware, Inc.")
    assert one.runs
    assert one.code == "Get-CsTenant"
    assert [(printed.kind, printed.line) for printed in one.prints] == [("output", 8)]


def test_a_command_above_its_table_is_told_apart_from_it() -> None:
    one = judged("See:", "Get-CsTenant\n\nDisplayName  Id\n-----------  --\nLitware      1", "powershell")
    assert one.code == "Get-CsTenant"
    assert "Litware" in one.prints[0].text


@pytest.mark.parametrize(
    "block",
    [
        "Start the service and wait.",
        "Get help",
        "Sort by name",
        "Get-CsTenant returns information about your tenant.",
        "Remove-CsVoicePolicy removes the policy of that name",
        "NAME\n    Get-CsTenant\n\nSYNOPSIS\n    Returns the tenant.",
        "Get-CsTenant\nGet-CsOnlineUser",
        "Access denied",
        "Name,Type\nKen,User",
        "Id = 5",
        "True",
        "OK",
        "Success!",
        "Ken Myer",
        "Where-Object",
    ],
)
@pytest.mark.parametrize("info", ["", "powershell"])
def test_what_a_console_may_print_does_not_run_after_its_sentence(block: str, info: str) -> None:
    assert not judged("Information similar to the following appears onscreen:", block, info).runs


def test_a_command_that_two_signs_pull_apart_is_text() -> None:
    one = judged("Windows PowerShell then displays something like this:", "Get-CsTenant")
    assert not one.runs


def test_a_program_is_a_command_that_no_cell_runs() -> None:
    one = judged("Run this command:", "powershell.exe -noexit C:\\Scripts\\Lync.ps1")
    assert (one.kind, one.runs) == ("command", False)


def test_a_placeholder_that_nobody_filled_in_does_not_run() -> None:
    one = judged("Run this command:", "Get-CsTenant -Identity <your tenant>", "powershell")
    assert (one.kind, one.runs) == ("command", False)


def test_a_text_that_was_translated_is_no_command() -> None:
    english = read_text("# A\n\nThe domain:\n\n    Get-Start\n", "a.md", "en")
    french = read_text("# A\n\nLe domaine :\n\n    Commencer\n", "a.md", "fr")
    assert judge(english)[0].runs
    assert not judge(english, french)[0].runs


WRITTEN = sorted((Path(__file__).parent / "data").glob("kinds_*.txt"))


@pytest.mark.parametrize("path", WRITTEN, ids=[path.stem for path in WRITTEN])
def test_blocks_in_the_manner_of_other_documents_are_what_they_are(path: Path) -> None:
    wrong: list[str] = []
    for case in path.read_text("utf-8").split("\n== ")[1:]:
        kinds, _, text = case.partition("\n")
        found = judge(read_text(text, "page.md", path.stem.removeprefix("kinds_")))
        for one, kind in zip(found, kinds.split(), strict=True):
            if one.kind not in kind.split("|") or (one.runs and kind != "command"):
                wrong.append(f"{kind}, not {one.kind}: {one.block.text} ({one.why})")
    assert wrong == []


def printed_blocks() -> list[str]:
    """What consoles print, of all that is written for these tests."""
    found: list[str] = []
    for path in WRITTEN:
        for case in path.read_text("utf-8").split("\n== ")[1:]:
            kinds, _, text = case.partition("\n")
            blocks = read_text(text, "page.md").blocks
            pairs = zip(blocks, kinds.split(), strict=True)
            found += [block.text for block, kind in pairs if kind in ("output", "error", "prompt")]
    return found


def that_run(texts: list[str], before: str, info: str, language: str) -> list[str]:
    """Which of the texts would run, each after the same sentence in a chapter of its own."""
    page = "".join(f"## Page\n\n{before}\n\n````{info}\n{text}\n````\n\n" for text in texts)
    asked = {text.strip() for text in texts}
    blocks = judge(read_text(page, "page.md", language))
    return [f"{one.block.text} ({one.why})" for one in blocks if one.runs and one.block.text.strip() in asked]


@pytest.mark.parametrize("info", ["", "powershell", "console"])
@pytest.mark.parametrize(
    ("before", "language"),
    [
        ("", "en"), ("Run this:\n\n```\nGet-Host\n```\n", "en"), ("You will see:", "en"), ("Vous verrez :", "fr"),
        ("The result:", "en"), ("La commande renvoie ce qui suit :", "fr"), ("The command then prints this:", "en"),
    ],
)  # fmt: skip
def test_what_a_console_prints_runs_nowhere_whatever_its_fence_says(before: str, language: str, info: str) -> None:
    texts = printed_blocks()
    assert len(texts) > 170
    if not before or "Run" in before:  # a command's own text is told from a command by the sentence alone
        texts = [text for text in texts if shape_of(text, info).shape != "command"]
        assert len(texts) > 160
    assert that_run(texts, before, info, language) == []


SAID = {
    "en": (
        "You'll see output like this:", "This is displayed:", "The cmdlet returns:", "Which returns:", "It prints:",
        "The list of commands is displayed:", "PowerShell then displays:", "The console shows:", "Here's the output:",
        "The history shows:", "You are prompted with:", "When you press ENTER, this appears:",
        "The following error appears:",
    ),
    "fr": (
        "La sortie ressemble à ceci :", "La commande renvoie :", "Ce qui renvoie :", "Ceci s'affiche :", "Résultat :",
        "Windows PowerShell affiche alors :", "Voici la sortie :", "Le journal contient :", "PowerShell vous demande :",
    ),
}  # fmt: skip
"""Sentences after which a console speaks."""
COMMANDS_PRINTED = [
    "Get-CsTenant", "Get-CsTenant\nGet-CsOnlineUser", "Remove-Team -GroupId 126b90a5", "Set-CsUser ken@contoso.com",
    "Get-Team | Select-Object Name", "$x = 5",
]  # fmt: skip


@pytest.mark.parametrize("info", ["", "powershell", "console", "output"])
@pytest.mark.parametrize("language", SAID)
def test_a_command_that_a_console_prints_does_not_run(language: str, info: str) -> None:
    """A history, a log, a list of names, a script that was read: their text is a command's, their sentence is not."""
    ran = [
        (before, *found) for before in SAID[language] if (found := that_run(COMMANDS_PRINTED, before, info, language))
    ]
    assert ran == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_familys_blocks_are_what_their_readers_say(family: Any, language: str) -> None:
    right = blocks = 0
    for name, labels in family.labels.items():
        document = read(family.path(language, name))
        assert document.language == language
        for one, label in zip(judge(document), labels, strict=True):
            assert one.block.line == label["line" if language == "en" else "line_fr"]
            assert not (one.runs and label["kind"] in ("output", "error", "prompt")), one.block.text
            blocks += 1
            right += one.kind == label["kind"]
    assert right >= 0.97 * blocks
