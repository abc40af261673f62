"""A folder of documents becomes a site: pages to read, notebooks to run, and what checking found under each command."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from lync_magic.commandline import main
from lync_magic.messages import use_language

TRUE = """# The tenant

![The console](images/console(1).png) See [the users](sub/users.md#who), and [the script](files/setup.ps1.txt).

1.  Run this command:

    ```powershell
    Get-CsOnlineUser -Identity "Ken Myer" | Select-Object DisplayName
    ```

    ```output
    DisplayName
    -----------
    Ken Myer
    ```

    It goes on with the item.

2.  Done.
"""
WRONG = """# Users

## Who

<script>alert(1)</script> Back to [the tenant](../tenant.md), not to [passwd](../../../../../../../../etc/passwd).

Run this command:

    Get-CsOnlineUserz

Une fin.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    docs = tmp_path_factory.mktemp("writer") / "docs"
    for name, text in {"tenant.md": TRUE, "sub/users.md": WRONG, "files/setup.ps1.txt": "x\n"}.items():
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(text, "utf-8")
    (docs / "images").mkdir()
    (docs / "images" / "console(1).png").write_bytes(b"png")
    return docs


def lync_magic(*words: object, code: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    assert ended.value.code == code


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Path]:
    place = folder.parent / "site"
    lync_magic("--speak", "en", "site", folder, "-o", place, code=1)
    yield place
    use_language(None)


def page(site: Path, name: str) -> str:
    return (site / name).read_text("utf-8")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.found.append(value)
            if name == "id" and value:
                self.names.add(value)


def links(path: Path) -> _Links:
    reader = _Links()
    reader.feed(path.read_text("utf-8"))
    return reader


def test_every_link_of_the_site_leads_to_something_that_is_there(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) == 5
    for path in pages:
        for link in links(path).found:
            if "passwd" in link:
                continue
            parts = urlsplit(link)
            place = path.parent / unquote(parts.path) if parts.path else path
            assert place.is_file(), f"{path.name}: {link}"
            assert not parts.fragment or parts.fragment in links(place).names, f"{path.name}: {link}"


def test_a_link_up_to_another_document_leads_to_its_page(site: Path) -> None:
    assert "../tenant.html" in links(site / "sub" / "users.html").found
    assert not list(site.rglob("*.md"))


def test_the_contents_name_each_document_and_how_it_ended(site: Path) -> None:
    contents = page(site, "index.html")
    assert re.search(r'href="tenant.html">The tenant</a></td><td>1</td><td class="passed">✓ true', contents)
    assert re.search(
        r'href="sub/users.html">Users</a></td><td>1</td><td class="failed">✗ not true any more \(line 9: ', contents
    )


def test_what_was_found_stands_under_its_command(site: Path) -> None:
    assert "✓ as told" in page(site, "tenant.html")
    wrong = page(site, "sub/users.html")
    assert 'class="block failed" id="line-9"' in wrong
    assert "line 9: There is no command Get-CsOnlineUserz. Is it Get-CsOnlineUser now?" in wrong


def test_a_document_keeps_its_order_and_each_block_stands_once(site: Path) -> None:
    told = page(site, "tenant.html")
    assert told.count("-----------") == 1
    assert told.index("Get-CsOnlineUser") < told.index("-----------") < told.index("<p>It goes on with the item.</p>")


def test_no_html_of_a_document_is_html_in_its_page(site: Path) -> None:
    assert "<script" not in page(site, "sub/users.html")


def test_the_reports_stand_beside_it(site: Path) -> None:
    suites = ElementTree.fromstring(page(site, "check.xml"))
    assert {suite.get("name"): suite.get("failures") for suite in suites} == {
        "files/setup.ps1.txt": "0",
        "sub/users.md": "1",
        "tenant.md": "0",
    }
    assert "Get-CsOnlineUserz" in page(site, "check.html")


def test_notebooks_and_pictures_go_along_and_nothing_of_elsewhere(site: Path) -> None:
    notebook = json.loads(page(site, "tenant.ipynb"))
    assert "[the users](sub/users.ipynb#who)" in json.dumps(notebook)
    assert (site / "images" / "console(1).png").read_bytes() == b"png"
    assert not list(site.rglob("passwd"))


def test_a_site_is_built_again_over_itself_and_over_nothing_else(folder: Path, site: Path, tmp_path: Path) -> None:
    lync_magic("site", folder, "-o", site, "--no-check")
    assert "✓" not in page(site, "index.html")
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    lync_magic("site", folder, "-o", tmp_path, "--no-check", code=3)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_a_first_page_of_the_folder_stays_the_first_page(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# Home\n", "utf-8")
    lync_magic("site", docs, "-o", tmp_path / "site", "--no-check")
    assert "<h1" in page(tmp_path / "site", "index.html")
    assert 'href="index.html"' in page(tmp_path / "site", "contents.html")


def test_pictures_go_with_a_folder_that_is_converted_and_stay_reached_by_one_document(
    folder: Path, tmp_path: Path
) -> None:
    lync_magic("convert", folder, "-o", tmp_path / "made")
    assert (tmp_path / "made" / "images" / "console(1).png").is_file()
    lync_magic("convert", folder / "tenant.md", "-o", tmp_path / "one" / "tenant.ipynb")
    text = (tmp_path / "one" / "tenant.ipynb").read_text("utf-8")
    found = re.search(r"!\[The console\]\((\S+?console\(1\)\.png)\)", text)
    assert found is not None
    assert (tmp_path / "one" / found[1]).read_bytes() == b"png"
