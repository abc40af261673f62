"""What connecting scripts say to WSMan itself: Test-WSMan, and the TrustedHosts of this machine.

Rule: there is no list of trusted hosts here, since nothing is sent to a server that has not proved who it is (by its
certificate, or by encrypting with what only it and the user know); a script that sets one is told so and goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.errors import UsageError
from lync_magic.importing import matches
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.session_host import texts
from lync_magic.language.cmdlets.whatif import WHAT_IF
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.psrp import HostLine
from lync_magic.sessions import registry

TRUSTED_HOSTS: Final = tuple(
    f"WSMan:{root}localhost{sign}Client{sign}TrustedHosts" for sign in ("\\", "/") for root in (sign, "")
)
NOTHING_TO_TRUST: Final = "There are no TrustedHosts here and none are needed; there is nothing to set."


def _set_item(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    names = [one.lower() for one in TRUSTED_HOSTS]
    if any(path.lower() not in names for path in texts(call.get("Path"))):
        raise NotKnownHere("Set-Item of anything but TrustedHosts")
    evaluator = call.services.evaluator
    if evaluator is None or NOTHING_TO_TRUST not in evaluator.said:
        call.services.report(HostLine(NOTHING_TO_TRUST))
    if evaluator is not None:
        evaluator.said.add(NOTHING_TO_TRUST)
    yield from ()


def _test(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    """Whether a session to that computer is open; nobody is asked."""
    for computer in texts(call.get("ComputerName")) or ("localhost",):
        if any(matches(session.computer_name, (computer,)) for session in registry):
            content = {
                "wsmid": "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
                "ProtocolVersion": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
            }
            yield PSObject(content, ("System.Xml.XmlElement",), "wsmid")
        else:
            error = UsageError(
                f"No session to {computer} is open, and nothing is asked before one is.", "Connect: New-PSSession"
            )
            call.services.error(error)


WSMAN: Final = (
    ClientCommand(
        "Set-Item",
        (
            ParameterSpec("Path", "string[]", position=0, mandatory=True, allowed=TRUSTED_HOSTS),
            ParameterSpec("Value", "object", position=1),
            ParameterSpec("Force", "switch"),
            ParameterSpec("Concatenate", "switch"),
            *(
                ParameterSpec(name, "object", unsupported=True)
                for name in ("LiteralPath", "PassThru", "Filter", "Include", "Exclude", "Credential")
            ),
            *WHAT_IF,
        ),
        _set_item,
        aliases=("si",),
        class_name="SetItemCommand",
        own=True,
    ),
    ClientCommand(
        "Test-WSMan",
        (
            ParameterSpec("ComputerName", "string[]", position=0),
            ParameterSpec("Authentication", "string"),
            ParameterSpec("Credential", "object"),
            ParameterSpec("UseSSL", "switch"),
            ParameterSpec("Port", "int"),
            ParameterSpec("ApplicationName", "string"),
        ),
        _test,
        class_name="TestWSManCommand",
    ),
)
