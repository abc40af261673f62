"""What connecting scripts say to WSMan itself: Test-WSMan, and Set-Item on its drive, which sets nothing here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.errors import LyncError
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec, say_once
from lync_magic.language.cmdlets.session_host import text_or_none, texts
from lync_magic.language.cmdlets.whatif import WHAT_IF
from lync_magic.language.cmdlets.wsman_drive import PATHS, item_at, setting_at
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.sessions import WSMAN_APPLICATION, computer_uri
from lync_magic.transports import look

LOOK_SECONDS: Final = 10.0


def _set_item(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    for path in texts(call.get("Path")) + texts(call.get("LiteralPath")):
        setting = setting_at(path)
        if setting is None:
            raise NotKnownHere(f"Set-Item {path}")
        say_once(call, setting.why)
        if call.switch("PassThru"):
            yield item_at(path)


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
            ParameterSpec("Path", "string[]", position=0, mandatory=True, sets=("Path",), allowed=PATHS),
            ParameterSpec("LiteralPath", "string[]", ("PSPath",), mandatory=True, sets=("Literal",), allowed=PATHS),
            ParameterSpec("Value", "object", position=1),
            ParameterSpec("Force", "switch"),
            ParameterSpec("Concatenate", "switch"),
            ParameterSpec("PassThru", "switch"),
            *(
                ParameterSpec(name, "object", unsupported=True)
                for name in ("Filter", "Include", "Exclude", "Credential")
            ),
            *WHAT_IF,
        ),
        _set_item,
        aliases=("si",),
        class_name="SetItemCommand",
        default_set="Path",
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
