"""What connecting scripts say to WSMan itself: Test-WSMan, and the TrustedHosts of this machine.

Rule: there is no list of trusted hosts here, since nothing is sent to a server that has not proved who it is (by its
certificate, or by encrypting with what only it and the user know); a script that sets one is told so and goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.errors import LyncError
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.session_host import say_once, text_or_none, texts
from lync_magic.language.cmdlets.whatif import WHAT_IF
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.sessions import WSMAN_APPLICATION, computer_uri
from lync_magic.transports import look

TRUSTED_HOSTS: Final = tuple(
    f"WSMan:{root}localhost{sign}Client{sign}TrustedHosts" for sign in ("\\", "/") for root in (sign, "")
)
LOOK_SECONDS: Final = 10.0
NOTHING_TO_TRUST: Final = "There are no TrustedHosts here and none are needed; there is nothing to set."


def _set_item(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    names = [one.lower() for one in TRUSTED_HOSTS]
    if any(path.lower() not in names for path in texts(call.get("Path"))):
        raise NotKnownHere("Set-Item of anything but TrustedHosts")
    say_once(call, NOTHING_TO_TRUST)
    yield from ()


def _test(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    """Who answers, before anybody signs in."""
    application = str(call.get("ApplicationName") or WSMAN_APPLICATION)
    for computer in texts(call.get("ComputerName")) or ("localhost",):
        try:
            uri = computer_uri(computer, ssl=call.switch("UseSSL"), port=call.get("Port"), application=application)
            said = look(uri, ca=text_or_none(call.get("CA")), timeout=LOOK_SECONDS)
        except LyncError as error:
            call.services.error(error)
            continue
        content = {
            "wsmid": "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
            "ProtocolVersion": said.protocol,
            "ProductVendor": said.vendor,
            "ProductVersion": said.version,
        }
        yield PSObject(content, ("System.Xml.XmlElement",), "wsmid")


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
            ParameterSpec("CA", "string"),
        ),
        _test,
        class_name="TestWSManCommand",
    ),
)
