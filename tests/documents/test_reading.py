"""Documents of every form are read, with their lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lync_magic.documents import Block, Document, Prose, judge, read, read_text
from lync_magic.errors import UsageError

LEARN = """---
title: Look at the tenant
ms.date: 05/01/2020
---
# Look at the tenant

> [!NOTE]
> You need to be connected.

# [Windows](#tab/windows)

1. Run this command:

    ```azurepowershell-interactive
    Get-CsTenant
    ```

1. You see:

    ```output
    DisplayName
    -----------
    Litware
    ```

---

:::image type="content" source="x.png" alt-text="The console":::
"""
PAGE = """<!DOCTYPE html>
<html lang="fr-FR"><head><title>Le client</title><script>alert(1)</script></head>
<body><h1>Le client</h1>
<div class="NOTE"><p>Connectez-vous d'abord.</p></div>
<p>Tapez la commande suivante :</p>
<pre><code class="lang-powershell">
Get-CsTenant | Select-Object DisplayName, &quot;TenantId&quot;
</code></pre>
</body></html>
"""
TEXT = """Expand All

Looking at the tenant

You can look at your tenant from the console at any time. Type the following command and press ENTER:

$tenant = Get-CsTenant
The variable now holds the tenant, and you can look at it as often as you want without asking again.

You will see information similar to this in the console:

DisplayName     TenantId
-----------     --------
Litware, Inc.   bf19b7db
That was all that there is to say about it, and it is more than enough for today.
"""
SCRIPT = """<#
.SYNOPSIS
Counts users.
.EXAMPLE
./count.ps1
#>
#region Counting
# The users of one department.
$users = Get-CsOnlineUser |
    Where-Object { $_.Department -eq "Finance" }

function Count-Them {

    $users.Count
}

Count-Them # how many
#endregion
"""


def kinds(document: Document) -> list[tuple[str, int]]:
    return [(one.kind, one.block.line) for one in judge(document)]


def prose(document: Document) -> str:
    return "\n".join(part.text for part in document.parts if isinstance(part, Prose))


def test_microsoft_learns_markdown_is_read() -> None:
    document = read_text(LEARN, "learn.md")
    assert kinds(document) == [("command", 14), ("output", 20)]
    assert document.facts["title"] == "Look at the tenant"


def test_what_only_another_site_understands_becomes_plain_markdown() -> None:
    text = prose(read_text(LEARN, "learn.md"))
    assert "> **Note**" in text
    assert "# Windows" in text
    assert "*The console*" in text
    assert ":::" not in text
    assert "#tab" not in text


def test_the_english_copy_beside_a_translation_goes() -> None:
    text = (
        '<span data-ttu-id="a-101">Exécutez la commande :</span>'
        '<span class="sxs-lookup"><span data-stu-id="a-101">Run the command:</span></span>\n\n    Get-CsTenant\n'
    )
    assert prose(read_text(text, "x.md")) == "Exécutez la commande :"


def test_a_block_in_a_nested_list_is_found_and_its_prose_stays() -> None:
    document = read_text("1.  First\n\n      - Run this:\n\n            Get-CsTenant\n\n        Then rest.\n", "x.md")
    assert kinds(document) == [("command", 5)]
    assert prose(document).split() == ["1.", "First", "-", "Run", "this:", "Then", "rest."]


def test_a_note_that_was_a_table_is_a_note() -> None:
    html = (
        '<table>\n<thead><tr><th><img src="n.gif" alt="note"/>Note:</th></tr></thead>\n'
        "<tbody><tr><td>Use <strong>it</strong>.</td></tr></tbody></table>\n"
    )
    assert prose(read_text(f"Before.\n\n{html}\nAfter.\n", "x.md")).split("\n\n")[1] == "> **Note**\n>\n> Use **it**."


def test_a_page_of_html_is_read_with_its_lines() -> None:
    document = read_text(PAGE, "page.html")
    assert document.language == "fr"
    assert kinds(document) == [("command", 7)]
    assert document.blocks[0].text == 'Get-CsTenant | Select-Object DisplayName, "TenantId"'
    assert "alert" not in prose(document)
    assert "**Remarque**" in prose(document)


def test_the_text_of_a_page_without_markup_is_taken_apart() -> None:
    document = read_text(TEXT, "page.txt")
    assert kinds(document) == [("command", 7), ("output", 12)]
    assert document.blocks[1].last == 14
    assert "Expand All" not in prose(document)


def test_a_sites_label_and_button_above_a_block_are_no_sentence_before_it() -> None:
    page = (
        "<body><p>Paste this line into your profile:</p><div class='code-header'><span>PowerShell</span>"
        "<button>Copy</button></div><pre><code class='lang-powershell'>Import-Module Contoso</code></pre></body>"
    )
    document = read_text(page, "page.html", "en")
    assert kinds(document) == [("file", 1)]
    assert "Copy" not in prose(document)
    assert "PowerShell" not in prose(document)


def test_the_labels_of_a_page_that_was_copied_say_what_its_blocks_are() -> None:
    text = "Policy\n\nCheck it:\n\nPowerShell\n\nCopy\nGet-ExecutionPolicy\nIt shows:\n\nOutput\nCopy\nRestricted\n"
    document = read_text(text, "page.txt", "en")
    assert kinds(document) == [("command", 8), ("output", 13)]
    assert "Copy" not in prose(document)


def test_a_scripts_help_and_comments_are_prose_and_its_functions_whole() -> None:
    document = read_text(SCRIPT, "count.ps1")
    blocks = [part.text.split("\n")[0] for part in document.parts if isinstance(part, Block)]
    assert blocks == ["$users = Get-CsOnlineUser |", "function Count-Them {", "Count-Them # how many"]
    assert "### Synopsis" in prose(document)
    assert "## Counting" in prose(document)


def test_a_scripts_function_runs_as_a_cell() -> None:
    assert [one.runs for one in judge(read_text(SCRIPT, "count.ps1"))] == [True, True, True]


def test_cells_of_a_dib_file_are_blocks() -> None:
    text = (
        '#!meta\n\n{"kernelInfo":{"defaultKernelName":"csharp"}}\n\n#!markdown\n\nRun this:\n\n'
        "#!pwsh\n\nGet-CsTenant\n\n#!csharp\n\nvar x = 1;\n"
    )
    document = read_text(text, "x.dib")
    assert kinds(document) == [("command", 11)]
    assert "var x = 1;" in prose(document)


def test_cells_of_a_notebook_are_blocks_and_their_outputs_too() -> None:
    cell = {
        "cell_type": "code",
        "source": "%%lync\nGet-CsTenant",
        "metadata": {},
        "execution_count": 1,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "Litware"}],
    }
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    assert [kind for kind, _line in kinds(read_text(json.dumps(notebook), "x.ipynb"))] == ["command", "output"]


def test_what_is_no_notebook_is_refused_with_the_reason() -> None:
    with pytest.raises(UsageError, match="is no notebook"):
        read_text('{"cells": 3}', "x.ipynb")


def test_what_a_document_includes_stands_in_it_with_the_line_of_the_include(tmp_path: Path) -> None:
    (tmp_path / "docs" / "users").mkdir(parents=True)
    (tmp_path / "docs" / "includes").mkdir()
    (tmp_path / "docs" / "includes" / "more.md").write_text("See [the tenant](../tenant.md).\n\n    Get-CsTenant\n")
    (tmp_path / "docs" / "tenant.md").write_text("# Tenant\n")
    page = tmp_path / "docs" / "users" / "page.md"
    page.write_text("# Page\n\nFirst.\n\n[!INCLUDE [more](../includes/more.md)]\n\nLast.\n")
    document = read(page)
    assert [(one.text, one.line) for one in document.blocks] == [("Get-CsTenant", 5)]
    prose = [part.text for part in document.parts if isinstance(part, Prose)]
    assert prose == ["# Page\n\nFirst.", "See [the tenant](../tenant.md).", "Last."]


@pytest.mark.parametrize("target", ["../../secret.md", "../notes.txt", "gone.md", "page.md", "%00.md"])
def test_what_may_not_be_included_stays_a_link(tmp_path: Path, target: str) -> None:
    (tmp_path / "docs" / "users").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("A secret.\n")
    (tmp_path / "docs" / "notes.txt").write_text("A note.\n")
    page = tmp_path / "docs" / "users" / "page.md"
    page.write_text(f"[!INCLUDE [more]({target})]\n")
    assert [part.text for part in read(page).parts if isinstance(part, Prose)] == [f"[more]({target})"]
