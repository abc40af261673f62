"""Runs a document's commands, one after the other, and compares what comes with what the document prints.

Rules: the embedded evaluator runs them, in a `World` of their own, against a sandbox tenant that nobody else uses, or
against a live one where that was asked for. What changes a live tenant, or concerns this machine, is held back unless
it was allowed. Every step has a deadline. When a document ends, so do its sessions.
"""

from __future__ import annotations

import contextlib
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from lync_magic.clixml import Credential
from lync_magic.documents.adapting import adapted
from lync_magic.documents.catalog import documented
from lync_magic.documents.checking.came import Fault
from lync_magic.documents.checking.comparing import Difference
from lync_magic.documents.checking.deadlines import TimedOut, deadline
from lync_magic.documents.checking.engine import EngineRunner
from lync_magic.documents.checking.faults import difference_of
from lync_magic.documents.checking.results import DocumentResult, StepResult
from lync_magic.documents.checking.stand_ins import EXCHANGE
from lync_magic.documents.checking.verdict import verdict
from lync_magic.documents.checking.world import NOT_RECOGNIZED, World
from lync_magic.documents.effects import effect_of, machine_names
from lync_magic.documents.making import LOCAL, SIGNS_IN
from lync_magic.documents.model import Document
from lync_magic.documents.names import is_cmdlet_name
from lync_magic.documents.outline import Step, steps
from lync_magic.documents.shapes import parsed
from lync_magic.errors import CellError, LyncError, UsageError
from lync_magic.importing import Wanted
from lync_magic.language import WINDOWS_ALONE, Interpreter, check, commands_in, is_powershells, kept_apart, parse
from lync_magic.messages import say
from lync_magic.psrp import Report, ignore
from lync_magic.sessions import SandboxKeeper, Session, Target, connect

SANDBOX_USER: Final = "kenmyer@litwareinc.com"
SANDBOX_PASSWORD: Final = "p@ssw0rd!"
"""The sandbox's own administrator: it is printed where the sandbox starts, and opens nothing else."""
FURNITURE: Final[tuple[tuple[str, str, str], ...]] = (
    (
        ".AllowedDomain.RemoveAt",
        "New-CsEdgeAllowList",
        "$domains = New-CsEdgeDomainPattern contoso.com; $domains = $domains, (New-CsEdgeDomainPattern fabrikam.com)\n"
        "Set-CsTenantFederationConfiguration -AllowedDomains (New-CsEdgeAllowList -AllowedDomain $domains)",
    ),
    (
        "Remove-CsUserAcp",
        "Set-CsUserAcp",
        "foreach ($name in 'Fabrikam', 'Contoso') {\n"
        f'    Set-CsUserAcp {SANDBOX_USER} -Name "$name ACP" -Domain "$name.com" -TollNumber 14255551298 '
        "-ParticipantPassCode 13761\n}",
    ),
)
"""What documents take for granted that have the first words and not the second, and what makes it: a list of allowed
domains, a user's audio conferencing providers."""
STEP_SECONDS: Final = 60.0
_ASSIGNED: Final = re.compile(r"\s*\$(\w+)\s*=")
_SESSION: Final = re.compile(r"PSSession\b[^|;\n]*?\$(\w*session\w*)", re.IGNORECASE)
"""A command that is given a session, and the variable that holds it."""
_NUMBERED: Final = re.compile(r"\b((?:Remove|Get|Enter|Import)-PSSession)\s+(?:-Id\s+)?(\d+)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Checking:
    """How documents are checked.

    live: where a live tenant is, or None for the sandbox.  credential: gives who signs in there.
    changes: whether commands that change a live tenant may run.  machine: whether those that concern this machine may.
    engine: whether the machine's own PowerShell runs them, which can reach all of it.
    seconds: how long a step may take.  sandbox: further words for the sandbox.
    setup: a script whose commands run before each document, for what it takes for granted.
    """

    live: Target | None = None
    credential: Callable[[], Credential] | None = None
    changes: bool = False
    machine: bool = False
    engine: bool = False
    seconds: float = STEP_SECONDS
    sandbox: tuple[str, ...] = ()
    setup: Document | None = None
    keeper: SandboxKeeper = field(default_factory=SandboxKeeper)


def check_document(document: Document, checking: Checking, twin: Document | None = None) -> DocumentResult:
    """Run a document's commands and compare. Call it from the main thread, so that its deadlines hold."""
    began = time.monotonic()
    told = steps(document, twin)
    run = _Run(checking, told)
    results: list[StepResult] = []
    problem = ""
    try:
        for step in steps(checking.setup) if checking.setup is not None else ():
            run.prepare(step)
        for step in told:
            results.append(run.step(step))
    except LyncError as error:
        problem = error.said()[0]
    finally:
        run.end()
    title = document.facts.get("title", "")
    return DocumentResult(document.path, title, tuple(results), time.monotonic() - began, problem)


class _Run:
    """One document's run."""

    def __init__(self, checking: Checking, told: Sequence[Step]) -> None:
        self._checking = checking
        self._signs_in = any(SIGNS_IN.search(step.code) for step in told)
        self._codes = "\n".join(step.code for step in told)
        self._wanted = self._taken_for_granted(self._codes)
        self._world = World(self._open, self._credential, machine=checking.machine)
        self._interpreter = Interpreter(self._world)
        self._engine = EngineRunner(self._world) if checking.engine else None
        self._changed = False
        self._unmade: dict[str, int] = {}
        """Variables that a command should have assigned which failed, and its line."""

    def prepare(self, step: Step) -> None:
        """Run one command of what is done before a document. Raises LyncError where it fails."""
        found = self.step(step)
        if found.status != "passed":
            said = found.differences[0].message if found.differences else found.reason
            raise UsageError(say("Line {line} of the setup: {text}", line=step.line, text=said), "")

    def step(self, step: Step) -> StepResult:
        """Run one command, or say why not."""
        code, _changes = adapted(step.code, step.expected)
        failed = next((self._unmade[name] for name in _variables(code) if name in self._unmade), None)
        if failed is not None:
            told = say("It needs what line {line} should have made.", line=failed)
            return StepResult(step.line, step.code, "not checked", reason=told)
        reason = self._why_not(code)
        if reason:
            return self._unless_gone(step, code, StepResult(step.line, step.code, "held back", reason=reason))
        if _needs_session(code) and not _wants_none(step):
            self._sign_in()
        self._restore(code)
        if all(printed.kind != "error" for printed in step.expected):
            self._give_session(code)
        code = self._renumbered(code)
        self._changed = self._changed or effect_of(code) == "tenant"
        came = self._world.begin()
        try:
            with deadline(self._checking.seconds):
                self._carry_out(code)
        except CellError as error:
            return self._unless_gone(
                step, code, StepResult(step.line, step.code, "not checked", reason=str(error).splitlines()[0])
            )
        except TimedOut:
            told = say("It did not end within {seconds} seconds.", seconds=f"{self._checking.seconds:g}")
            return StepResult(step.line, step.code, "failed", (Difference(step.line, "time", told),))
        except LyncError as error:
            came.fail(error)
        result = verdict(step, came, self._world.commands, self._world.own, values=self._checking.live is None)
        result = self._unless_gone(step, code, result)
        if result.status == "failed":
            self._has_failed(step)
        return result

    def _unless_gone(self, step: Step, code: str, result: StepResult) -> StepResult:
        """A result, unless the text was not run and names a command that is gone: then that."""
        if result.status not in ("held back", "not checked"):
            return result
        gone = tuple(self._gone(step, code))
        return replace(result, status="failed", differences=gone, reason="") if gone else result

    def _has_failed(self, step: Step) -> None:
        """Go on after a command that failed: what needs its result is not checked, what needs a session has one."""
        assigned = _ASSIGNED.match(step.code)
        name = assigned[1].lower() if assigned is not None else ""
        made = any(one.lower() == name and value is not None for one, value in self._world.variables.items())
        if assigned is not None and not made:
            self._unmade[name] = step.line
        if SIGNS_IN.search(step.code) and not self._world.sessions:
            self._signs_in = False
            self._sign_in()

    def _carry_out(self, code: str) -> None:
        """Run a command. Raises CellError, before anything of it is done, where the evaluator does not know it."""
        if self._engine is not None:
            self._engine.run(code)
            return
        script = parse(code)
        check(script, self._world)
        with contextlib.nullcontext() if self._checking.machine else kept_apart():
            self._interpreter.run(script)

    def _why_not(self, code: str) -> str:
        names = machine_names(code)
        if names and not self._checking.machine:
            return say("{name} concerns this machine; --allow-machine lets it.", name=names[0])
        alone = next((name for name in names if name.lower() in WINDOWS_ALONE), None)
        if alone is not None and sys.platform != "win32":
            return say("{name} is there on Windows alone.", name=alone)
        if self._checking.live is not None and not self._checking.changes and effect_of(code) == "tenant":
            return say("It changes the tenant; --allow-changes lets it.")
        return ""

    def _gone(self, step: Step, code: str) -> Iterator[Difference]:
        """The commands of a text that is held back which the session has not, and nobody documents."""
        script = parsed(code)
        made = {name.lower() for name in self._interpreter.function_names()}
        for name in commands_in(script) if script is not None else ():
            if name.lower() in made or not is_cmdlet_name(name) or is_powershells(name) or documented(name) is not None:
                continue
            self._sign_in()
            if self._world.sessions and self._world.find(name) is None and self._world.client_command(name) is None:
                fault = Fault(NOT_RECOGNIZED.format(name), "CommandNotFoundException", name)
                yield difference_of(fault, step.line, self._world.commands)

    def _renumbered(self, code: str) -> str:
        """A session's number, where the document has another: sessions are numbered anew each time."""
        opened = [session.id for session in self._world.sessions]
        found = _NUMBERED.search(code)
        if found is None or not opened or int(found[2]) in opened:
            return code
        return f"{code[: found.start()]}{found[1]} -Id {opened[-1]}{code[found.end() :]}"

    # --- the tenant ------------------------------------------------------------------------------------------------

    def _sign_in(self) -> None:
        """Connect and import, where the document takes that for granted."""
        if not self._signs_in and not self._world.sessions:
            session = self._world.open_session(Target(SANDBOX_USER), None, ignore)
            self._world.adopt(session)
            self._world.import_session(session, Wanted(), ignore)

    def _open(self, target: Target, report: Report, world: World) -> Session:
        """Open a session to the tenant that is checked against, wherever the document would connect."""
        live = self._checking.live
        if live is not None:
            return connect(live, self._credential(), report=report, host=world)
        keeper = self._checking.keeper
        if keeper.address is None:
            keeper.start(self._checking.sandbox)
        self._furnish(keeper)
        place = Target(SANDBOX_USER)
        address = keeper.address
        if address is not None and _is_exchange(target):
            uri = f"{address.https}/PowerShell"
            place = Target(SANDBOX_USER, uri=uri, ca=address.ca, auth="basic", configuration=EXCHANGE)
        return connect(place, self._credential(), report=report, host=world, sandbox=keeper)

    def _give_session(self, code: str) -> None:
        """Give a command its session, where the document takes for granted that a variable holds one."""
        for name in _SESSION.findall(code):
            known = {one.lower() for one in self._world.variables}
            if re.search(rf"\${name}\s*=", self._codes, re.IGNORECASE) or name.lower() in known:
                continue
            self._sign_in()
            if self._world.sessions:
                self._world.variables[name] = self._world.sessions[-1]

    def _taken_for_granted(self, code: str) -> tuple[str, ...]:
        return tuple(making for words, made_by, making in FURNITURE if words in code and made_by not in self._codes)

    def _restore(self, code: str) -> None:
        """Give the tenant again what an earlier command took away and this one takes for granted."""
        if self._changed and self._checking.live is None and self._world.sessions:
            self._wanted = self._taken_for_granted(code)
            self._furnish(self._checking.keeper)

    def _furnish(self, keeper: SandboxKeeper) -> None:
        """Give the tenant, once, what the document takes for granted."""
        wanted, self._wanted = self._wanted, ()
        if not wanted:
            return
        self._changed = True
        before = World(self._open, self._credential)
        with connect(Target(SANDBOX_USER), self._credential(), host=before, sandbox=keeper) as session:
            before.adopt(session)
            before.import_session(session, Wanted(), ignore)
            for code in wanted:
                Interpreter(before).run(parse(code))

    def _credential(self) -> Credential:
        if self._checking.live is None or self._checking.credential is None:
            return Credential(SANDBOX_USER, SANDBOX_PASSWORD)
        return self._checking.credential()

    def end(self) -> None:
        """Close the document's sessions; a sandbox whose tenant was changed ends, so that the next one finds it new."""
        if self._engine is not None:
            self._engine.close()
        for session in self._world.sessions:
            with contextlib.suppress(LyncError):
                session.close()
        if self._changed:
            self._checking.keeper.stop()


def _variables(code: str) -> Iterator[str]:
    """The variables that a text reads or writes, in lower case; none of one that begins by assigning it anew."""
    assigned = _ASSIGNED.match(code)
    for found in re.finditer(r"\$(\w+)", code[assigned.end() :] if assigned is not None else code):
        yield found[1].lower()


def _wants_none(step: Step) -> bool:
    """Whether the document shows what a command says where nobody is connected."""
    return any(printed.kind == "error" and "is not recognized as" in printed.text for printed in step.expected)


def _is_exchange(target: Target) -> bool:
    return target.configuration == EXCHANGE or "outlook" in (target.uri or "").lower()


def _needs_session(code: str) -> bool:
    script = parsed(code)
    names = commands_in(script) if script is not None else ()
    return any(name.lower() not in LOCAL for name in names)
