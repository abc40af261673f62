"""What connecting scripts say to WSMan itself: Test-WSMan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.errors import LyncError
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.session_host import text_or_none, texts
from lync_magic.sessions import WSMAN_APPLICATION, computer_uri
from lync_magic.transports import look

LOOK_SECONDS: Final = 10.0


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
