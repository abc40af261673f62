"""A document that was converted, opened in JupyterLab and run by a person, in the document's own language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lync_magic.documents import Making, convert
from tests.browser.conftest import Lab, Notebook, _serve

pytestmark = pytest.mark.timeout(300)

DOCUMENT = """# Se connecter

Tapez la commande suivante, puis appuyez sur Entrée :

    $credential = Get-Credential

Exécutez cette commande :

    $session = New-CsOnlineSession -Credential $credential

Importez-la en exécutant cette commande :

    Import-PSSession $session

Supprimez la session à la fin. Exécutez cette commande :

    Remove-PSSession $session

Si vous exécutez de nouveau Import-PSSession, le message d’erreur suivant s’affiche :

    Import-PSSession : State of runspace is not valid for this operation.
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab of somebody whose surroundings are French."""
    with pytest.MonkeyPatch.context() as surroundings:
        for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
            surroundings.delenv(name, raising=False)
        surroundings.setenv("LANG", "fr_FR.UTF-8")
        yield from _serve("lab", tmp_path_factory.mktemp("jupyter"))


def test_a_french_document_runs_and_what_is_said_around_it_is_french(
    open_notebook: Callable[..., Notebook], tmp_path: Path
) -> None:
    document = tmp_path / "connexion.md"
    document.write_text(DOCUMENT, "utf-8")
    cells = json.loads(convert(document, making=Making()))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    notebook = open_notebook(*sources)
    asks = next(place for place, source in enumerate(sources) if "Get-Credential" in source)
    for place in range(asks + 1):
        notebook.run(place)
    form = notebook.output(asks)
    form.get_by_text("Mot de passe").wait_for()
    form.locator("input").first.fill("kenmyer@litwareinc.com")
    form.locator("input").last.click()
    notebook.page.keyboard.type("p@ssw0rd!")
    notebook.page.keyboard.press("Enter")
    form.get_by_text(re.compile("Connecté|sont là")).first.wait_for()
    for place in range(asks + 1, len(sources)):
        notebook.run(place)
    said = notebook.output(len(sources) - 1)
    said.get_by_text("State of runspace is not valid for this operation.").wait_for()
    assert "Reconnectez-vous" in said.inner_text()
    assert "Connect again" not in said.inner_text()
    notebook.picture("a-french-document")
