"""A client that sends envelopes, and knows nothing but what a test tells it."""

from __future__ import annotations

import base64
import struct
import uuid
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from psrpcore import ClientPowerShell, ClientRunspacePool
from winrm.exceptions import WinRMTransportError
from winrm.transport import Transport

PASSWORD = "p@ssw0rd!"
USER = "kenmyer@litwareinc.com"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
ENUMERATE = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate"
RESOURCE = "http://schemas.microsoft.com/powershell/Microsoft.PowerShell"
FAULT = "{http://schemas.microsoft.com/wbem/wsman/1/wsmanfault}WSManFault"
RSP = f"{{{SHELL}}}"


class Answer:
    """An envelope that came back, with its HTTP status."""

    def __init__(self, status: int, envelope: bytes) -> None:
        self.status = status
        self.root = ElementTree.fromstring(envelope)

    @property
    def fault(self) -> int | None:
        found = self.root.find(f".//{FAULT}")
        return None if found is None else int(found.get("Code") or 0)

    @property
    def text(self) -> str:
        return "".join(self.root.find(f".//{FAULT}").itertext())  # type: ignore[union-attr]

    def find(self, name: str) -> ElementTree.Element | None:
        return self.root.find(f".//{RSP}{name}")

    @property
    def output(self) -> bytes:
        return b"".join(base64.b64decode(one.text or "") for one in self.root.findall(f".//{RSP}Stream"))


class Client:
    """Sends envelopes; knows nothing but what a test tells it."""

    def __init__(self, sandbox: Any, user: str = USER, *, auth: str = "basic", query: str = "") -> None:
        root = sandbox.http if auth == "ntlm" else sandbox.https
        self.transport = Transport(
            f"{root}/OcsPowershellLiveId{query}",
            username=user,
            password=PASSWORD,
            auth_method=auth,  # type: ignore[arg-type]
            ca_trust_path=sandbox.ca,
            read_timeout_sec=30,
        )
        self.shell_id = ""

    def send(self, action: str, body: str = "", **more: Any) -> Answer:
        return self.send_raw(self.envelope(action, body, **more))

    def envelope(
        self,
        action: str,
        body: str = "",
        *,
        resource: str = RESOURCE,
        timeout: float = 5,
        size: int = 153600,
        shell: str = "",
    ) -> str:
        selected = shell or self.shell_id
        selectors = (
            f'<w:SelectorSet><w:Selector Name="ShellId">{selected}</w:Selector></w:SelectorSet>' if selected else ""
        )
        return (
            '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
            'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
            'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>'
            f"<a:Action>{action}</a:Action><a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>"
            f"<w:ResourceURI>{resource}</w:ResourceURI><w:MaxEnvelopeSize>{size}</w:MaxEnvelopeSize>"
            f"<w:OperationTimeout>PT{timeout}S</w:OperationTimeout>{selectors}</s:Header>"
            f'<s:Body xmlns:rsp="{SHELL}">{body}</s:Body></s:Envelope>'
        )

    def send_raw(self, envelope: str) -> Answer:
        try:
            return Answer(200, self.transport.send_message(envelope))
        except WinRMTransportError as error:
            return Answer(error.code, error.response_text.encode() if isinstance(error.response_text, str) else b"")

    def create(self, idle: str = "", *, attributes: str = 'Name="Runspace1"') -> Answer:
        """Open a shell with a runspace pool in it."""
        self.pool = ClientRunspacePool()
        self.pool.open()
        creation = self.pool.data_to_send()
        assert creation is not None
        shell_id = str(self.pool.runspace_pool_id).upper()
        answer = self.send(
            f"{TRANSFER}/Create",
            f'<rsp:Shell ShellId="{shell_id}" {attributes}>{idle}<rsp:InputStreams>stdin pr</rsp:InputStreams>'
            "<rsp:OutputStreams>stdout</rsp:OutputStreams>"
            f'<creationXml xmlns="http://schemas.microsoft.com/powershell">{base64.b64encode(creation.data).decode()}'
            "</creationXml></rsp:Shell>",
        )
        if answer.fault is None:
            self.shell_id = shell_id
        return answer

    def open(self) -> None:
        assert self.create().fault is None
        self.receive()

    def receive(self, command_id: str = "", **more: Any) -> Answer:
        of = f' CommandId="{command_id}"' if command_id else ""
        return self.send(
            f"{SHELL}/Receive",
            f"<rsp:Receive><rsp:DesiredStream{of}>stdout</rsp:DesiredStream></rsp:Receive>",
            **more,
        )

    def command(self, name: str, *arguments: Any, given: bool = False) -> tuple[str, Answer]:
        """Begin a command. given: whether input follows."""
        powershell = ClientPowerShell(self.pool, no_input=not given)
        powershell.add_command(name)
        for argument in arguments:
            powershell.add_argument(argument)
        if self.pool.state.name != "Opened":
            self.pool.state = type(self.pool.state).Opened
        powershell.start()
        data = self.pool.data_to_send()
        assert data is not None
        command_id = str(powershell.pipeline_id).upper()
        first = f"<rsp:Arguments>{base64.b64encode(data.data).decode()}</rsp:Arguments>"
        answer = self.send(
            f"{SHELL}/Command", f'<rsp:CommandLine CommandId="{command_id}"><rsp:Command/>{first}</rsp:CommandLine>'
        )
        return command_id, answer

    def input(self, command_id: str, data: bytes, message_type: int = 0x00041002) -> Answer:
        """One object of a command's input, as CLIXML; or another message of a client's to a pipeline."""
        self.objects = getattr(self, "objects", 1000) + 1
        ids = self.pool.runspace_pool_id.bytes_le + uuid.UUID(command_id).bytes_le
        message = struct.pack("<II", 2, message_type) + ids + data
        fragment = struct.pack(">QQBI", self.objects, 0, 3, len(message)) + message
        stream = f'<rsp:Stream Name="stdin" CommandId="{command_id}">{base64.b64encode(fragment).decode()}</rsp:Stream>'
        return self.send(f"{SHELL}/Send", f"<rsp:Send>{stream}</rsp:Send>")

    def end_input(self, command_id: str) -> Answer:
        return self.input(command_id, b"", 0x00041003)

    def signal(self, command_id: str, code: str = f"{SHELL}/signal/terminate") -> Answer:
        return self.send(
            f"{SHELL}/Signal",
            f'<rsp:Signal CommandId="{command_id}"><rsp:Code>{code}</rsp:Code></rsp:Signal>',
        )

    def delete(self) -> Answer:
        return self.send(f"{TRANSFER}/Delete")


class CarefulClient(Client):
    """Sends all headers that the protocol knows. change: what a test makes of an envelope before it goes."""

    change: Callable[[str], str] = staticmethod(lambda envelope: envelope)

    def envelope(self, action: str, body: str = "", **more: Any) -> str:
        plain = super().envelope(action, body, **more)
        address = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
        creates = "<w:Option Name='protocolversion' MustComply='true'>2.3</w:Option>" if "Create" in action else ""
        headers = (
            f"<a:To>https://localhost/wsman</a:To><a:ReplyTo><a:Address>{address}/role/anonymous</a:Address></a:ReplyTo>"
            '<w:Locale s:mustUnderstand="false" xml:lang="en-US"/>'
            + (f"<w:OptionSet>{creates}</w:OptionSet>" if creates else "")
        )
        return type(self).change(plain.replace("</s:Header>", f"{headers}</s:Header>"))

    def changed(self, change: Callable[[str], str], action: str, body: str = "", **more: Any) -> Answer:
        envelope = change(self.envelope(action, body, **more))
        return self.send_raw(envelope)
