"""Carries out what `%lync` was told: verbs, a line of PowerShell, a cell of it."""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from IPython.core.interactiveshell import InteractiveShell

from lync_magic import language, ui
from lync_magic.errors import DocumentNotTrue, LyncError, UsageError
from lync_magic.importing import Wanted, matches, modules
from lync_magic.magics import display as show
from lync_magic.magics.cells import function_details, known_functions, run_line
from lync_magic.magics.engines import Engines, started_by
from lync_magic.magics.grammar import asks_for_help, near
from lync_magic.magics.keeping import Keeping
from lync_magic.magics.local import connect_local
from lync_magic.magics.managing import Managing
from lync_magic.magics.notebook import Notebook
from lync_magic.magics.placing import is_shown
from lync_magic.magics.runtime import NotebookRuntime, advice_on
from lync_magic.magics.settings import SHORTEST_LEASE, settings
from lync_magic.magics.signing_in import Connecting, Reclaiming, sign_in
from lync_magic.magics.ssh import connect_ssh
from lync_magic.magics.verbs import CELL, VERBS, overview, parsed_cell, refuse_braces, refuse_late_options, split_line
from lync_magic.records import Records, show_rows
from lync_magic.sessions import (
    KEYS,
    Lane,
    Session,
    State,
    Target,
    cell_rules,
    exits,
    forget,
    keyring_works,
    log,
    orphans,
    plan,
    profile_names,
    redaction,
    registry,
    sandbox,
)
from lync_magic.tapes import taped, use_surroundings, will_replay

if TYPE_CHECKING:
    from lync_magic.completing import Surroundings

SAID: Final = (*KEYS, "forget_credential", "redirect_hosts")
"""What a line of %lync connect may say of the target and the secret's place."""

SANDBOX_USER: Final = "kenmyer@litwareinc.com"
SESSION_COLUMNS: Final = ("Id", "Name", "ComputerName", "State", "Availability", "User", "Tenant", "Lane")
COMMAND_COLUMNS: Final = ("CommandType", "Name", "Python", "Source")


class Runner:
    """One notebook's verbs and cells."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.notebook = Notebook(shell)
        self.engines = Engines(self.notebook)
        use_surroundings()
        exits.watch(in_kernel=hasattr(shell, "kernel"))
        show.give_results_their_looks()
        formatter: Any = shell.display_formatter
        formatter.ipython_display_formatter.for_type(Session, self._show_session)
        self._config = settings(shell)
        self._config.observe(self._settings_changed, ("rows", "redaction"))
        self._settings_changed()
        if started_by(self.notebook) is None:
            import_module("lync_magic.completing")  # and the evaluator: the first cell and the first Tab need them

    def _show_session(self, session: Session) -> None:
        """A session that a cell ends with: its table, unless the cell has just connected it and shown that."""
        if not self.notebook.was_shown(session):
            show.show_sessions([session])

    def _settings_changed(self, _change: object = None) -> None:
        show_rows(self._config.rows)
        redaction.use(self._config.redaction)

    def run_line(self, line: str) -> Any:
        """Run one line of PowerShell and return its output. line: the options of `%%lync` may stand before it."""
        head, text = split_line(line, [one.lower() for one in known_functions(self.notebook)])
        told = parsed_cell(head)
        if head and not text:
            raise UsageError("%lync: there is no command.", "Help: %lync --help")
        asked = asks_for_help(text)
        if asked is not None:
            return self.run_verb("help", asked)
        refuse_late_options(text)
        refuse_braces(text, self.notebook.variables, known_functions(self.notebook))
        if told.engine or told.remote:
            self._as_told(told, lambda: self.engines.run(text, told))
            return None
        keeping = Keeping.told(told, self._config.result, quiet=self._config.quiet)
        shown = is_shown(self.notebook.shell)
        in_place = shown and keeping.shows_as_it_comes and keeping.name is None
        quiet = told.quiet or self._config.quiet
        output = self._as_told(told, lambda: run_line(self.notebook, text, quiet=quiet, in_place=in_place))
        output = keeping.made(output)
        if keeping.name is None:
            return None if told.quiet and shown else output
        self.notebook.variables[keeping.name] = output
        return output if keeping.shown else None

    def is_function(self, name: str) -> bool:
        """Whether a cell made a function, or an alias, of this name."""
        return name.lower() in map(str.lower, known_functions(self.notebook))

    def _as_told(self, told: argparse.Namespace, run: Callable[[], Any]) -> Any:
        """Run it in the session and under the rules that its line says."""
        rules = cell_rules(confirm=told.confirm or self._config.confirm, what_if=told.whatif)
        with self.notebook.using(told.session), rules:
            if not told.no_stop:
                return run()
            try:
                return run()
            except LyncError as error:
                show.show_error(error)
        return None

    def run_cell(self, cell: str, line: str = "") -> None:
        """Run a cell of PowerShell, showing its output. line: the options after `%%lync`."""
        if CELL.asks_help(line):
            show.say(CELL.help())
            return
        told = parsed_cell(line)
        self._as_told(told, lambda: self.engines.run(cell, told))

    def run_verb(self, name: str, line: str) -> Any:
        """Carry out a verb. Raises UsageError for arguments that it does not take."""
        if VERBS[name].asks_help(line):
            show.say(VERBS[name].help())
            return None
        if name == "run":
            return self.run_file(line)
        return _VERBS[name](self, VERBS[name].parse(line, self.notebook.variables))

    def surroundings(self) -> Surroundings:
        """What is known of this notebook for completion."""
        from lync_magic.completing import Surroundings

        return Surroundings(
            variables=self.notebook.shell.user_ns,
            verbs=VERBS,
            cell=CELL,
            cmdlets=self._session_cmdlets,
            functions=known_functions(self.notebook),
            details=partial(function_details, self.notebook),
            current=self.notebook.current,
            sessions=list(registry),
            who=self._who,
        )

    @cached_property
    def _session_cmdlets(self) -> tuple[language.ClientCommand, ...]:
        return language.session_commands(NotebookRuntime(self.notebook))

    def _who(self) -> list[str]:
        """Profiles, who is signed in, and the sandbox tenant's user."""
        return list(dict.fromkeys([*profile_names(), *(one.user_name for one in registry), SANDBOX_USER]))

    def say_version(self) -> None:
        """What runs here: ours, Python's, IPython's, and PowerShell's where one was found."""
        program = self.engines.engine.find()
        found = f"PowerShell {self.engines.engine.version or program}" if program else "no PowerShell"
        show.say(
            f"lync_magic {version('lync-magic')} (Python {platform.python_version()}, "
            f"IPython {version('ipython')}, {found})"
        )

    def close(self) -> None:
        """Remove every session and its names."""
        self.engines.leave()
        self.notebook.close()

    # --- the verbs -------------------------------------------------------------------------------------------------

    def connect(self, told: argparse.Namespace) -> Session | None:
        """Connect; the session, where no form has to be waited for."""
        wanted = plan({key: getattr(told, key, None) for key in SAID}, file=told.profile_file)
        importing = None if told.no_import else replace(_wanted(told), replace_imported=True)
        if told.local or told.pwsh:
            session = connect_local(self.notebook, told, importing)
            self.notebook.note_shown(session)
            return session
        lane = Lane.READ_ONLY if told.read_only else Lane.CONFIRM if told.confirm or self._config.confirm else Lane.OPEN
        if wanted.target.options.idle_timeout is None and self._config.lease != SHORTEST_LEASE:
            options = replace(wanted.target.options, idle_timeout=self._config.lease)
            wanted = replace(wanted, target=replace(wanted.target, options=options))
        minutes = self._config.idle if told.idle is None else told.idle
        named = told.record or told.replay
        connecting = Connecting(
            self.notebook,
            importing,
            told.timeout,
            minutes * 60 or None,
            reuse=not (told.new or named),
            taping=lambda: taped(told.record, told.replay, told.mode, told.redact),
            name=told.name or "",
            lane=lane,
        )
        replays = will_replay(told.record, told.replay, told.mode)
        if wanted.target.ssh is not None and not replays:
            connect_ssh(connecting, wanted, prompt=told.prompt, descriptor=told.password_fd)
        else:
            sign_in(connecting, wanted, prompt=told.prompt, descriptor=told.password_fd, replays=replays)
        self.notebook.note_shown(connecting.session)
        return connecting.session

    def reclaim(self, told: argparse.Namespace) -> None:
        wanted = plan({key: getattr(told, key, None) for key in SAID}, file=told.profile_file)
        if not orphans():
            show.say("No program on this machine has left a session behind.")
            return
        sign_in(Reclaiming(self.notebook, told.timeout), wanted, prompt=told.prompt, descriptor=told.password_fd)

    def forget(self, told: argparse.Namespace) -> None:
        if told.user:
            place = {key: getattr(told, key) for key in ("user", "uri", "computer", "ssl", "port")}
            targets = [plan(place, file=told.profile_file).target]
        else:
            current = self.notebook.current
            if current is None or not current.user_name:
                raise UsageError("Nobody is signed in, and no user is named.", "%lync forget USER")
            found_place = Target(current.user_name, uri=current.connection_uri)
            targets = [Target(current.user_name), found_place]
        name = targets[0].user_name
        if not keyring_works():
            show.say(f"None is kept for {name}: no keyring works on this machine.")
            return
        gone = sum(forget(target) for target in targets)  # each of them, not only the first that is there
        show.say(f"The password of {name} is no longer in the keyring." if gone else f"None is kept for {name}.")

    def import_(self, told: argparse.Namespace) -> None:
        session = self.notebook.session(told.session)
        wanted = replace(_wanted(told), names=tuple(told.patterns) or ("*",))
        show.show_modules([self.notebook.import_commands(session, wanted, show.writer())])

    def sessions(self, _told: argparse.Namespace) -> None:
        held = list(registry)
        if not held:
            show.say("There is no session. Connect: %lync connect USER")
            return
        current = self.notebook.current
        caption = f"Commands go to {current.name}." if current is not None and len(held) > 1 else ""
        rows = [(*one.row()[:4], one.availability, one.user_name, one.tenant, one.lane.value) for one in held]
        show.show_table(SESSION_COLUMNS, rows, caption)

    def manage(self, _told: argparse.Namespace) -> None:
        managing = Managing(self.notebook, self.run_verb)
        if not self.notebook.can_show_forms:
            show.say(managing.view().text())
            return
        self.notebook.show_panel(ui.Panel(managing.view, managing.act))

    def log(self, told: argparse.Namespace) -> Records:
        """What was sent, as records."""
        name = None if told.session is None else self._logged_name(told.session)
        entries = [one for one in log if name is None or one.session.lower() == name.lower()]
        return Records.from_values(one.__psobject__() for one in entries[-told.last if told.last else None :])

    def _logged_name(self, word: str) -> str:
        """A session's name; also of one that is no more."""
        found = registry.named(word)
        return found.name if found is not None else registry.removed(word) or self.notebook.session(word).name

    def status(self, told: argparse.Namespace) -> None:
        session = self.notebook.session(told.id)
        opened = session.state is State.OPENED
        lease, idle = session.lease, session.idle
        rows = [
            ("State", session.state.value if not session.why else f"{session.state.value}: {session.why}"),
            ("User", session.user_name),
            ("Tenant", session.tenant),
            ("Lane", session.lane.value),
            ("Endpoint", session.connection_uri),
            ("Server", (session.server() if opened else "") or "does not say what it is"),
            ("Commands", f"{len(session.commands or ())} imported"),
            ("Since", f"{session.since.astimezone():%H:%M:%S}; {session.http_requests} HTTP requests"),
            ("Seat", "ends with this program" if lease is None else f"free {lease:g} s after this program dies"),
            ("Idle", "never ends by itself" if idle is None else f"ends after {idle / 60:g} min without a command"),
        ]
        show.show_table(("Property", "Value"), rows, session.name)

    def use(self, told: argparse.Namespace) -> None:
        session = self.notebook.session(told.id)
        self.notebook.use(session)
        show.say(f"Commands go to {session.name} on {session.computer_name}.")

    def commands(self, told: argparse.Namespace) -> None:
        pattern = told.pattern if set("*?[") & set(told.pattern) else f"*{told.pattern}*"
        rows = [
            ("Function", command.alias, command.__name__, module.name)
            for module in modules
            for name, command in module.commands.items()
            if matches(name, (pattern,))
        ]
        if not rows:
            show.say("No command is imported." if not len(modules) else f"No imported command matches {told.pattern}.")
            return
        show.show_table(COMMAND_COLUMNS, rows)

    def remove(self, told: argparse.Namespace) -> None:
        if told.all:
            chosen = list(registry)
        elif told.ids:
            chosen = [self.notebook.session(number) for number in told.ids]
        elif self.notebook.current is None and len(registry):
            chosen = list(registry)  # none can be used, but each may hold a seat still
        else:
            chosen = [self.notebook.session()]
        self._remove(chosen)
        if not chosen:
            show.say("There is no session.")

    def _remove(self, chosen: Sequence[Session]) -> None:
        """Remove sessions, and say so."""
        self.notebook.remove(chosen)
        names = ", ".join(session.name for session in chosen)
        seats = "The seat is free." if len(chosen) == 1 else "The seats are free."
        if chosen:
            show.say(f"Removed: {names}. {seats}")

    def sandbox(self, told: argparse.Namespace) -> None:
        if told.action == "stop":
            address = sandbox.address
            ended = [one for one in registry if address is not None and address.serves(one.connection_uri)]
            self._remove(ended)
            show.say("The sandbox tenant has stopped." if sandbox.stop() else "No sandbox tenant was running.")
            return
        options = ["--users", str(told.users)] if told.users is not None else []
        options += ["--hang"] if told.hang else []
        options += [f"--clock={told.clock}"] if told.clock is not None else []
        options += [f"--dialect={told.dialect}"] if told.dialect is not None else []
        options += [f"--edition={told.edition}"] if told.edition is not None else []
        if options and sandbox.address is not None:
            raise UsageError("The sandbox tenant is running already.", "Stop it first: %lync sandbox stop")
        address = sandbox.start(options)
        for spec in told.fault:
            sandbox.tell("clear" if spec == "clear" else f"fault {spec}")
        show.say(f"The sandbox tenant {address.domains[0]} is running at {address.https}")
        show.say(f"Sign in as {SANDBOX_USER}, password p@ssw0rd!  (%lync connect {SANDBOX_USER})")

    def check(self, told: argparse.Namespace) -> None:
        words = [f"--{name}" for name in ("explain", "verbose") if getattr(told, name)]
        words += [f"--{name}={value}" for name in ("lang", "setup") if (value := getattr(told, name)) is not None]
        missing = next((one for one in told.documents if not Path(one).exists()), None)
        if missing is not None:
            raise UsageError(f"There is no document {missing}.", f"Paths count from {Path.cwd()}.")
        # Another process: a document may neither see this notebook's sessions nor end them.
        program = [sys.executable, "-m", "lync_magic", "check", *words, "--", *told.documents]
        ran = subprocess.run(program, capture_output=True, text=True, encoding="utf-8", check=False)
        show.say(f"{ran.stdout}{ran.stderr}".rstrip())
        if ran.returncode:
            raise DocumentNotTrue("The documents are not true, or could not be checked; the report stands above.")

    def engine(self, told: argparse.Namespace) -> None:
        if told.action == "stop":
            self.engines.close()
        elif told.action == "restart":
            self.engines.restart()
        elif told.action == "start":
            self.engines.engine.start()
        show.say(self.engines.about())

    def run_file(self, line: str) -> None:
        """Run a script file: what follows its name is PowerShell's."""
        told = VERBS["run"].parse(line)
        self.engines.run_file(told.file, line, parsed_cell(""))

    def help(self, told: argparse.Namespace) -> None:
        if told.verb is None:
            show.say(overview())
            return
        verb = VERBS.get(told.verb.lower())
        if verb is not None:
            show.say(verb.help())
            return
        command = modules.find(told.verb)
        if command is not None:
            show.say(command.__doc__)
            return
        if (
            language.find_cmdlet(told.verb) is not None
            or NotebookRuntime(self.notebook).client_command(told.verb) is not None
            or self.is_function(told.verb)
        ):
            found = run_line(self.notebook, f"Get-Help {told.verb}")
            show.show_output(found if isinstance(found, Records) else [found])
            return
        known = [*VERBS, *(one.alias for module in modules for one in module.commands.values())]
        where = advice_on(told.verb, self.notebook.current) if "-" in told.verb else "%lync alone lists the verbs."
        raise UsageError(f"There is no help on {told.verb!r}.", near(told.verb, known) or where)


def _wanted(told: argparse.Namespace) -> Wanted:
    """What a line says of an import."""
    return Wanted(
        types=tuple(told.types),
        modules=tuple(told.of_modules),
        prefix=told.prefix,
        allow_clobber=told.allow_clobber,
        check_names=not told.no_name_check,
        eager=told.eager,
    )


_VERBS: Final = {
    "connect": Runner.connect,
    "import": Runner.import_,
    "sessions": Runner.sessions,
    "status": Runner.status,
    "log": Runner.log,
    "manage": Runner.manage,
    "use": Runner.use,
    "commands": Runner.commands,
    "remove": Runner.remove,
    "reclaim": Runner.reclaim,
    "forget": Runner.forget,
    "engine": Runner.engine,
    "sandbox": Runner.sandbox,
    "check": Runner.check,
    "help": Runner.help,
}
