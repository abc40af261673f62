"""Makes the example reports from the texts below, runs each against a sandbox tenant, and keeps its tape and its page.

    python notebooks/build_reports.py

Rules: a report is a notebook of Python with one cell of parameters; what it says is in English and in French, what it
does is the same. The federation audit is given an older tape to compare with, made while a domain was blocked.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

import lync_magic

HERE = Path(__file__).parent
USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"
VARIABLE = "LYNC_REPORT_PASSWORD"
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
CONNECT = f"""\
import os

wanted = lync_magic.parameters(Wanted)
lync = lync_magic.connect(wanted.user, password=lambda: os.environ["{VARIABLE}"])"""
BLOCKED = "blocked.example.com"



def declared(*fields: str) -> str:
    """The cell of parameters: a user, and what a report wants besides."""
    lines = [f'user: str = "{USER}"  # who signs in', *fields]
    typing = "from typing import Literal\n" if "Literal" in "".join(fields) else ""
    body = "\n".join(f"    {line}" for line in lines)
    return f"from dataclasses import dataclass\n{typing}\nimport lync_magic\n\n\n@dataclass\nclass Wanted:\n{body}"


Cell = str | tuple[str, ...]
REPORTS: dict[str, dict[str, list[Cell]]] = {
    "policies": {
        "en": [
            "# Policy inventory\n\nEvery external access policy, and what it allows.",
            "## How many are alike",
        ],
        "fr": [
            "# Inventaire des stratégies\n\nChaque stratégie d’accès externe, et ce qu’elle permet.",
            "## Combien se ressemblent",
        ],
        "code": [
            (declared(), "parameters"),
            CONNECT,
            (
                "policies = lync.Get_CsExternalAccessPolicy()\n"
                'policies.show(mark={"EnableOutsideAccess": True, "EnablePublicCloudAccess": lambda on: on and "warn"})',
                "xlsx:Policies",
            ),
            "policies.describe()",
        ],
    },
    "no-policy": {
        "en": [
            "# Users without a policy\n\nWho has no conferencing policy of their own, so that the tenant's holds.",
            "## By department",
        ],
        "fr": [
            "# Utilisateurs sans stratégie\n\nQui n’a pas de stratégie de conférence propre.",
            "## Par service",
        ],
        "code": [
            (
                declared(
                    "most: int = 200  # how many users at most",
                    'policy: Literal["ConferencingPolicy", "ExternalAccessPolicy", "VoicePolicy"] = "ConferencingPolicy"',
                ),
                "parameters",
            ),
            CONNECT,
            (
                "users = lync.Get_CsOnlineUser(ResultSize=wanted.most)\n"
                "without = users.filter(lambda one: not one.get(wanted.policy))\n"
                'without[["DisplayName", "UserPrincipalName", "Department"]]',
                "xlsx:Users",
            ),
            'without.group_by("Department").count() if len(without) else "-"',
        ],
    },
    "federation": {
        "en": [
            "# Federation audit\n\nWith whom users may talk, and what changed since the last tape.",
            "## Changes since the last tape",
        ],
        "fr": [
            "# Audit de la fédération\n\nAvec qui l’on peut parler, et ce qui a changé depuis la dernière bande.",
            "## Changements depuis la dernière bande",
        ],
        "code": [
            (declared('since: str = "federation-last.tape"  # the tape to compare with'), "parameters"),
            CONNECT,
            "federation = lync.Get_CsTenantFederationConfiguration()\nfederation",
            "from lync_magic.tapes import Tape\n\n"
            "with Tape(wanted.since) as last:\n"
            '    known = next(one for one in last.entries if "Federation" in one.command)\n'
            "    changes = last.records(known).diff(federation)\n"
            "changes",
        ],
    },
    "health": {
        "en": [
            "# Seats and sign-in health\n\nWhether the sign-in works, and who the tenant is; the seats stand below.",
            "## The tenant",
        ],
        "fr": [
            "# Places et connexion\n\nSi la connexion marche, et quel est le locataire ; les places sont plus bas.",
            "## Le locataire",
        ],
        "code": [
            (declared(), "parameters"),
            CONNECT,
            '{"state": lync.state.value, "user": lync.user_name, "commands": len(lync.commands)}',
            "lync.Get_CsTenant()",
        ],
    },
}


def notebook_of(report: dict[str, list[Cell]], language: str) -> Any:
    """A report as a notebook, nothing run yet."""
    first, second = report[language]
    parameters, connect, table, rest = report["code"]
    cells = [first, parameters, connect, table, second, rest]
    made = nbformat.v4.new_notebook()
    made.metadata = {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    for number, cell in enumerate(cells):
        source, *tags = (cell,) if isinstance(cell, str) else cell
        new = nbformat.v4.new_markdown_cell if source.startswith("#") else nbformat.v4.new_code_cell
        made.cells.append(new(source, id=f"report-{number}", metadata={"tags": tags} if tags else {}))
    return made


def main() -> None:
    os.environ[VARIABLE] = PASSWORD
    for language in ("en", "fr"):
        folder = HERE / language / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        with lync_magic.connect(USER, password=PASSWORD) as session:
            session.Set_CsTenantFederationConfiguration(BlockedDomains=[BLOCKED])
            older = folder / "federation-last.tape"
            with lync_magic.connect(USER, password=PASSWORD, record=older, mode="rewrite") as last:
                last.Get_CsTenantFederationConfiguration()
            session.Set_CsTenantFederationConfiguration(BlockedDomains=[])
        for name, report in REPORTS.items():
            nbformat.write(notebook_of(report, language), folder / f"{name}.ipynb")
            run(folder, name, language)


def run(folder: Path, name: str, language: str) -> None:
    """Run one, and keep its tape and its page."""
    command = [sys.executable, "-m", "lync_magic", "--speak", language, "report", f"{name}.ipynb"]
    command += ["--record", f"{name}.tape", "--html", f"{name}.html"]
    subprocess.run(command, cwd=folder, check=True)
    (folder / f"{name}.run.ipynb").unlink()


if __name__ == "__main__":
    main()
