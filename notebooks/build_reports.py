"""Makes the example reports from `sources/LANGUAGE/reports/NAME.md`, each with a tape of a sandbox tenant and its page.

    python notebooks/build_reports.py

Rules: a report is a notebook of Python whose cells stand in its source, fenced as ```python (words behind that are the
cell's tags); what it says is in English and in French, what it does is the same. The tenant federates with some
partners, and did with others when the tape of last week was made.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import nbformat

import lync_magic
from lync_magic.tapes import MODE_VARIABLE, TAPE_VARIABLE

HERE: Final = Path(__file__).parent
USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"
VARIABLE: Final = "LYNC_REPORT_PASSWORD"
KERNELSPEC: Final = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
REPORTS: Final = ("policies", "no-policy", "federation", "health")
LAST_WEEK: Final = "federation-last.tape"
WITHOUT_LINE: Final = ("packerman@litwareinc.com", "janecl@litwareinc.com")
"""Users whose voice is turned on and who are given no line."""
_CELL: Final = re.compile(r"^```python *([^\n]*)\n(.*?)^```\n?", re.DOTALL | re.MULTILINE)


def notebook_of(source: str) -> Any:
    """A report as a notebook, nothing run yet."""
    made = nbformat.v4.new_notebook()
    made.metadata = {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    text, *rest = _CELL.split(source)
    cells = [(text, None)]
    for tags, code, after in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        cells += [(code, tags.split()), (after, None)]
    for number, (said, tags) in enumerate((said.strip(), tags) for said, tags in cells if said.strip()):
        new = nbformat.v4.new_markdown_cell if tags is None else nbformat.v4.new_code_cell
        made.cells.append(new(said, id=f"report-{number}", metadata={"tags": tags} if tags else {}))
    return made


def main() -> None:
    os.environ[VARIABLE] = PASSWORD
    with lync_magic.connect(USER, password=PASSWORD) as session:
        for name in WITHOUT_LINE:
            session.Set_CsUser(Identity=name, EnterpriseVoiceEnabled=True)
        for language in ("en", "fr"):
            folder = HERE / language / "reports"
            folder.mkdir(parents=True, exist_ok=True)
            os.chdir(folder)
            federate(session, ["contoso.com", "fabrikam.com"], ["blocked.example.com"])
            with lync_magic.connect(USER, password=PASSWORD, record=LAST_WEEK, mode="rewrite") as last:
                last.Get_CsTenantFederationConfiguration()
                last.Get_CsTenantPublicProvider()
            federate(session, ["contoso.com", "northwindtraders.com"], ["blocked.example.com", "spam.example.net"])
            for name in REPORTS:
                notebook = notebook_of((HERE / "sources" / language / "reports" / f"{name}.md").read_text("utf-8"))
                nbformat.write(notebook, f"{name}.ipynb")
                record(notebook, f"{name}.tape")
                replay(name, language)


def federate(session: Any, allowed: list[str], blocked: list[str]) -> None:
    """Have the tenant federate with these domains, and not with those."""
    patterns = [session.New_CsEdgeDomainPattern(Domain=domain)[0] for domain in allowed]
    domains = session.New_CsEdgeAllowList(AllowedDomain=patterns)[0]
    session.Set_CsTenantFederationConfiguration(AllowedDomains=domains, BlockedDomains=blocked)


def record(notebook: Any, tape: str) -> None:
    """Run the cells in this process, whose tenant it is, and keep what is answered."""
    os.environ |= {TAPE_VARIABLE: tape, MODE_VARIABLE: "rewrite"}
    try:
        variables: dict[str, Any] = {"__name__": "__main__"}
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, tape, "exec", dont_inherit=True), variables)  # noqa: S102 - our own source
        variables["lync"].close()
    finally:
        del os.environ[TAPE_VARIABLE], os.environ[MODE_VARIABLE]


def replay(name: str, language: str) -> None:
    """Run it from its tape as anybody would, and keep its page."""
    command = [sys.executable, "-m", "lync_magic", "--speak", language, "report", f"{name}.ipynb"]
    command += ["--replay", f"{name}.tape", "--html", f"{name}.html"]
    subprocess.run(command, check=True)
    Path(f"{name}.run.ipynb").unlink()


if __name__ == "__main__":
    main()
