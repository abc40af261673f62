"""A sandbox with a tiny engine: one command for each thing that the protocol can do.

The protocol tests start it as a process: `python tiny_server.py --announce …` takes the sandbox's own command line.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from lync_magic.sandbox import (
    Call,
    EnumValue,
    ErrorRecord,
    Long,
    PipelineFailed,
    PSCredential,
    PSObject,
    Raw,
    SecureString,
    Streams,
    Uri,
    Version,
)
from lync_magic.sandbox.commandline import run


@dataclass(frozen=True)
class TinyAccount:
    user_name: str
    password: str = field(repr=False)
    domain: str = "litwareinc.com"
    is_administrator: bool = True
    remote_sessions_enabled: bool = True


ACCOUNTS = (
    TinyAccount("kenmyer@litwareinc.com", "p@ssw0rd!"),
    TinyAccount("pilar@litwareinc.com", "p@ssw0rd!"),
    TinyAccount("user@litwareinc.com", "p@ssw0rd!", is_administrator=False),
    TinyAccount("admin@contoso.com", "p@ssw0rd!", domain="contoso.com", remote_sessions_enabled=False),
)

EVERY_TYPE: dict[str, object] = {
    "Nothing": None,
    "Yes": True,
    "Small": -5,
    "Large": 2**40,
    "Wide": Long(7),
    "Half": 0.5,
    "Price": Decimal("1.230"),
    "Text": "a <b> & _x0041_ \t é \U0001f600",
    "Moment": datetime(2013, 12, 13, 10, 11, 12, 500000, tzinfo=timezone.utc),
    "Wait": timedelta(days=-1, hours=1),
    "Id": UUID(int=5),
    "Bytes": b"\x00\xff",
    "Names": ["a", None, "b"],
    "Table": {"k": 1},
    "Link": Uri("https://example.com/"),
    "Release": Version("1.2.3"),
    "Day": EnumValue("System.DayOfWeek", "Friday", 5),
    "Inner": PSObject(("Tiny.Inner", "System.Object"), {"A": 1}, text="inner", adapted=False),
}


class TinyEngine:
    """Runs the last command of a pipeline."""

    application_private_data: Mapping[str, object] = {"PSVersionTable": {"PSVersion": Version("7.6.5")}}

    def run(self, calls: Sequence[Call], pipeline_input: Iterable[object], streams: Streams) -> None:
        for call in calls:
            if call.is_script:
                raise PipelineFailed(ErrorRecord("The syntax is not supported by this runspace.", "ScriptsNotAllowed"))
            streams.began(call.name, {word.name or str(place): word.value for place, word in enumerate(call.words)})
            values = [word.value for word in call.words]
            number = next((one for one in values if isinstance(one, int)), 1)
            action = getattr(self, call.name.replace("-", "_").lower())
            action(streams, number, call, pipeline_input)

    def metadata(self, names: Sequence[str], command_type: int) -> Iterator[object]:
        custom = ("System.Management.Automation.PSCustomObject", "System.Object")
        counted = ("Selected.Microsoft.PowerShell.Commands.GenericMeasureInfo", *custom)
        yield PSObject(counted, {"Count": 1}, adapted=False)
        yield PSObject(
            ("Selected.System.Management.Automation.FunctionInfo", *custom),
            {
                "Name": names[0],
                "Namespace": "",
                "HelpUri": "",
                "CommandType": EnumValue("System.Management.Automation.CommandTypes", "Function", 2),
                "ResolvedCommandName": None,
                "OutputType": [],
                "Parameters": {},
            },
            adapted=False,
        )

    def get_text(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        for index in range(number):
            streams.output(f"text {index}")

    def get_types(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        streams.output(PSObject(("Tiny.Everything", "System.Object"), dict(EVERY_TYPE), text="everything"))

    def get_raw(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        ready = Raw("<S>" + "x" * 1000 + "</S>")
        for _ in range(number):
            streams.output(ready)

    def get_large(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        streams.output("é" * number)

    def get_input(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        for value in given:
            streams.output(["got", value])

    def get_words(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        for word in call.words:
            streams.output([word.name, repr(word.value)])

    def get_secret(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        for word in call.words:
            if isinstance(word.value, PSCredential):
                streams.output(f"{word.value.user_name} {len(word.value.password.clear)}")
            if isinstance(word.value, SecureString):
                streams.output(word.value.clear[::-1])
                streams.output(word.value)

    def write_all(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        streams.output("output")
        streams.warning("a warning")
        streams.verbose("a verbose line")
        streams.debug("a debug line")
        streams.information("an information line", ["one", "two"])
        streams.host_line("a host line")
        streams.progress("Working", "half", 50, 10)
        streams.error(
            ErrorRecord(
                "No such user.",
                "UserNotFound,Get-Tiny",
                "Microsoft.Rtc.Management.AD.ManagementException",
                "ObjectNotFound",
                13,
                activity="Get-Tiny",
                target="ken",
                target_name="ken",
                target_type="String",
            )
        )

    def get_null(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        for value in ("before", None, "after"):
            streams.output(value)

    def write_slowly(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        streams.sleep(number)
        self.write_all(streams, number, call, given)

    def wait_long(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        streams.output("started")
        streams.sleep(number)
        streams.output("never")

    def fail_now(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        raise PipelineFailed(
            ErrorRecord(
                "A parameter cannot be found that matches parameter name 'NoSuch'.",
                "NamedParameterNotFound,Fail-Now",
                "System.Management.Automation.ParameterBindingException",
                "InvalidArgument",
                5,
            )
        )

    def break_now(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        raise ZeroDivisionError("a defect")

    def ask_choice(self, streams: Streams, number: int, call: Call, given: Iterable[object]) -> None:
        chosen = streams.choose("Confirm", "Remove it?", [("&Yes", "Remove"), ("&No", "Keep")], 1)
        streams.output(f"chosen {chosen}")


if __name__ == "__main__":
    sys.exit(run(ACCOUNTS, lambda *_given: lambda _account: TinyEngine()))
