"""A remote command as a Python function.

Rules: a call sends one pipeline of one command with bound parameters, never script text; the server binds and converts.
`None` means not given, `Null` is `$null`, a switch is True. Signature and help come from the server when someone looks;
what they say is wrong is refused before anything is sent.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from lync_magic.errors import ParameterError, RemoteError
from lync_magic.importing.asking import CommandDetails
from lync_magic.importing.checking import NO_PARAMETER, NOT_GIVEN, NULL_SENDS_NULL, check, near_parameters
from lync_magic.importing.details import Details
from lync_magic.importing.names import python_name
from lync_magic.importing.piping import Piped, pipe
from lync_magic.importing.sightings import sightings
from lync_magic.psrp import Argument, Command, Pipeline
from lync_magic.records import Records, RecordStream
from lync_magic.safe_text import visible
from lync_magic.sessions import Session

ADVICE_SECONDS: Final = 2.0
"""How long an error waits for the names that are near a wrong one."""


class RemoteCommand:
    """One command of a session. Call it with the command's parameters: `Get_CsOnlineUser(ResultSize=10)`.

    name: as the server has it.  alias: as it was imported, with a prefix perhaps.  python: what it is called here.
    """

    def __init__(
        self, session: Session, name: str, alias: str, details: CommandDetails, module: str, python: str = ""
    ) -> None:
        self.name = name
        self.alias = alias
        self.session = session
        self._details = details
        self.__name__ = python or python_name(alias)
        self.__qualname__ = self.__name__
        self.__module__ = module

    def __call__(self, *arguments: object, **parameters: object) -> Records:
        """Run the command to its end and return its output.

        arguments: by position, as the command has them.  parameters: by name.
        Raises ParameterError, before anything is sent, for what the command is known not to take; RemoteError where the
        command fails, SessionClosed, SessionBroken.
        """
        pipeline = self.checked(arguments, parameters)
        try:
            return self._noted(self.session.run(pipeline))
        except RemoteError as error:
            self.advise(error, pipeline.commands[0])
            raise

    def advise(self, error: RemoteError, sent: Command) -> None:
        """Have the server's error about a parameter that it does not know name those that are near."""
        if error.error_id.startswith(NO_PARAMETER):
            near = (self.near(one.name.strip("-: ")) for one in sent.arguments if one.name is not None)
            error.advice = next(filter(None, near), error.advice)

    def near(self, parameter: str) -> str:
        """What the name of a parameter that it does not have may have meant, as a sentence, or ""."""
        details = self.details(ADVICE_SECONDS)
        return near_parameters(details, parameter) if details is not None and not details.find(parameter) else ""

    def _noted(self, result: Records) -> Records:
        """What a result has for properties is remembered, for who writes the next line."""
        sightings.note(self.name, result)
        return result

    def pipe(
        self, objects: Iterable[object], *arguments: object, at_once: int | None = None, **parameters: object
    ) -> Piped:
        """Run the command with `objects` as its pipeline input: `Set_CsUser.pipe(users, AudioVideoDisabled=True)`.

        Says how far it is. Gives the output; what failed is in `.failed`, a record each, and was reported in one
        warning.  at_once: objects in one pipeline; None for so many that it takes about a second, 0 for all in one.
        Raises RemoteError where all of them failed, and as a call does.
        """
        pipeline = self.checked(arguments, parameters, piped=True)
        try:
            result = pipe(self.session, self.alias, pipeline, objects, at_once)
        except RemoteError as error:
            self.advise(error, pipeline.commands[0])
            raise
        self._noted(result)
        return result

    def stream(self, *arguments: object, **parameters: object) -> RecordStream:
        """Run the command and give its output in batches, as it comes; closing the stream stops the command."""
        return self.session.stream(self.checked(arguments, parameters))

    def checked(
        self, arguments: Sequence[object], parameters: Mapping[str, object], *, piped: bool = False
    ) -> Pipeline:
        """What a call sends, checked against what is known of the command. A call by position asks for that first.

        Raises ParameterError. What only an earlier session knew is asked anew before anything is refused.
        """
        given = {name: value for name, value in parameters.items() if value is not None}
        details = self.details() if arguments else self._details.known(self.name)
        if details is not None:
            try:
                self._check(details, arguments, given, piped=piped)
            except ParameterError as error:
                if error.error_id.startswith(NOT_GIVEN) and len(given) < len(parameters):
                    error.advice = f"{error.advice} {NULL_SENDS_NULL}"
                raise
        return self.pipeline(arguments, given)

    def _check(
        self, details: Details, arguments: Sequence[object], given: Mapping[str, object], *, piped: bool
    ) -> None:
        """Raise ParameterError where the command does not take this, by what the server says now."""
        try:
            check(details, arguments, given, piped=piped)
        except ParameterError:
            if self._details.is_fresh(self.name):
                raise
            fresh = self._details.refresh(self.name)
            if fresh is not None:
                check(fresh, arguments, given, piped=piped)

    def pipeline(self, arguments: Iterable[object], parameters: Mapping[str, object]) -> Pipeline:
        """What a call with these arguments sends."""
        words = [Argument(None, value) for value in arguments]
        words += [Argument(name, value) for name, value in parameters.items() if value is not None]
        return Pipeline((Command(self.name, tuple(words)),))

    def details(self, wait: float | None = None) -> Details | None:
        """Parameters and help, asked of the server when not yet known; None when it does not tell.

        A busy session is not waited for: Tab and `?` get what is known.  wait: seconds, None for as long as it takes.
        """
        if self.session.availability != "Available":
            return self._details.known(self.name)
        return self._details.help(self.name, wait)

    def known(self) -> Details | None:
        """What is known of it without asking."""
        return self._details.known(self.name)

    def ask_all(self, names: Sequence[str], told: Callable[[int], None]) -> None:
        """Ask for all that is to know of commands of this session. told: is given how many are known by now."""
        self._details.ask_all(names, told)

    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters, asked of the server when not yet known; empty when it does not tell."""
        details = self.details()
        return tuple(parameter.name for parameter in details.parameters) if details else ()

    @property
    def __signature__(self) -> inspect.Signature:
        details = self.details()
        if details is None:
            return inspect.Signature(
                [
                    inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL),
                    inspect.Parameter("parameters", inspect.Parameter.VAR_KEYWORD),
                ]
            )
        return details.signature()

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        details = self.details()
        return visible(details.document()) if details else f"The remote command {self.name} of {self.session.name}."

    def __repr__(self) -> str:
        return f"<remote command {self.alias} of {self.session.name}>"


def details_of(commands: Sequence[RemoteCommand]) -> Mapping[str, Details]:
    """The parameters of several commands of one session, by lower-case name, in one request for those not yet known.

    Raises what a remote command raises.
    """
    return commands[0]._details.parameters([command.name for command in commands]) if commands else {}
