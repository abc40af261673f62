"""The connecting lines of public scripts, in cells of both engines: each works, or says what it does here."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import lync_magic
from lync_magic.errors import CellNotSupported, LyncError
from lync_magic.psrp import STOP_TIMEOUT
from lync_magic.sessions import registry
from lync_magic.sessions.sandbox import SandboxProcess

Cell = Callable[..., tuple[str, BaseException | None]]
SEATS = ("--seats-administrator", "100", "--seats-tenant", "100")
ENGINES = ("embedded", "powershell")
NOTHING_TO_TRUST = "There are no TrustedHosts here and none are needed; there is nothing to set."
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    running = SandboxProcess(SEATS)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def notebook(sandbox: SandboxProcess) -> Iterator[InteractiveShell]:
    """An IPython with the extension, and the sandbox's places as variables."""
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "lync_magic")
    place = sandbox.address
    shell.user_ns |= {
        "credential": lync_magic.Credential("kenmyer@litwareinc.com", "p@ssw0rd!"),
        "http": place.http,
        "https": place.https,
        "ca": place.ca,
        "port": int(place.http.rpartition(":")[2]),
    }
    yield shell
    shell.run_line_magic("unload_ext", "lync_magic")
    InteractiveShell.clear_instance()


def cells_of(notebook: InteractiveShell, engine: str) -> Cell:
    """Run a cell in one of the engines: what it wrote, and the error that it ended with."""
    if engine == "powershell" and not (os.environ.get("LYNC_MAGIC_PWSH") or shutil.which("pwsh")):
        pytest.skip("there is no PowerShell here (LYNC_MAGIC_PWSH, or pwsh on PATH)")

    def run(text: str) -> tuple[str, BaseException | None]:
        with capture_output() as captured:
            result = notebook.run_cell(f"%%lync --engine {engine}\n{text}")
        shown = "".join(str(one.data.get("text/plain", "")) for one in captured.outputs)
        written = COLOURS.sub("", captured.stdout + captured.stderr + shown)
        return written, result.error_in_exec

    return run


@pytest.fixture(scope="module", params=ENGINES)
def cell(request: pytest.FixtureRequest, notebook: InteractiveShell) -> Cell:
    """Run a cell, in each engine."""
    return cells_of(notebook, request.param)


@pytest.fixture(scope="module")
def powershell(notebook: InteractiveShell) -> Cell:
    """Run a cell in the PowerShell engine."""
    return cells_of(notebook, "powershell")


@pytest.fixture(autouse=True)
def no_sessions() -> Iterator[None]:
    yield
    for session in list(registry):
        session.close()


def says(outcome: tuple[str, BaseException | None]) -> str:
    """All that a person sees of a cell that went well."""
    written, error = outcome
    assert error is None, (written, error)
    return written


def refusal(outcome: tuple[str, BaseException | None]) -> str:
    """All that a person sees of one that did not: in the engine an error may end a statement, and not the cell."""
    written, error = outcome
    return f"{written} {error or ''} {error.advice if isinstance(error, LyncError) else ''}"


@pytest.mark.parametrize(
    "line",
    [
        "Get-PSSession | Remove-PSSession",
        "Get-PSSession | Where-Object { $_.State -ne 'Opened' } | Remove-PSSession",
        "Get-PSSession -Name nothing* | Remove-PSSession",
        "Get-PSSession | Disconnect-PSSession",
        "Exit-PSSession",
        "Test-WSMan -ComputerName localhost -Port 9 -ErrorAction SilentlyContinue | Out-Null",
    ],
)
def test_a_line_with_nothing_to_do_says_nothing(cell: Cell, line: str) -> None:
    assert says(cell(line)).strip() == ""


def test_every_documented_option_is_taken_and_read_back(cell: Cell) -> None:
    shown = says(
        cell(
            "$o = New-PSSessionOption -MaximumRedirection 3 -NoCompression -NoMachineProfile -Culture fr-FR "
            "-UICulture fr-FR "
            "-MaximumReceivedDataSizePerCommand 50000000 -MaximumReceivedObjectSize 50000000 -OutputBufferingMode Drop "
            "-MaxConnectionRetryCount 2 -OpenTimeout 60000 -CancelTimeout 5000 -IdleTimeout 120000 "
            "-OperationTimeout 60000 "
            "-ProxyAccessType NoProxyServer -ProxyAuthentication Basic -SkipCACheck "
            "-SkipCNCheck -SkipRevocationCheck "
            "-UseUTF16 -IncludePortInSPN\n"
            '"$($o.SkipCACheck) $($o.SkipRevocationCheck) $($o.NoEncryption) $($o.OperationTimeout) $($o.IdleTimeout) '
            '$($o.MaximumConnectionRedirectionCount) $($o.ProxyAccessType) $($o.Culture) $($o.OutputBufferingMode)"'
        )
    )
    *said, values = shown.strip().splitlines()
    assert values == "True True False 00:01:00 00:02:00 3 NoProxyServer fr-FR Drop"
    for line in said:  # what has no effect here is said once
        assert line.startswith("New-PSSessionOption: -NoCompression, ")
        assert line.endswith(" can be read back, and changes nothing here.")


def test_an_option_that_was_not_asked_for_is_powershells_default(cell: Cell) -> None:
    shown = says(
        cell('$o = New-PSSessionOption; "$($o.OpenTimeout) $($o.IdleTimeout) $($o.MaximumReceivedObjectSize)"')
    )
    assert shown.strip() == "00:03:00 -00:00:00.0010000 209715200"


def test_to_send_without_encryption_is_refused_with_what_to_do(cell: Cell) -> None:
    shown = refusal(cell("$o = New-PSSessionOption -NoEncryption"))
    assert "never sent without encryption" in shown
    assert "Negotiate and Kerberos encrypt each message" in shown


@pytest.mark.parametrize("option", ["-SkipCACheck", "-SkipCNCheck", "-SkipRevocationCheck"])
def test_an_unknown_certificate_is_shown_with_the_safe_ways(cell: Cell, option: str) -> None:
    shown = refusal(
        cell(
            'New-PSSession -ConnectionUri "$https/OcsPowershell" -Credential $credential -Authentication Basic '
            f"-SessionOption (New-PSSessionOption {option})"
        )
    )
    shown = " ".join(shown.replace("|", " ").split())
    found = re.search(r"subject CN=localhost, issuer CN=[^,]*, (SHA256:[0-9A-F]{64})\)\. Nothing was sent", shown)
    assert found is not None, shown
    assert f"-Pin {found[1]}" in shown
    assert "-CA FILE" in shown
    assert "pinned, and for no other" in shown
    assert not list(registry)


def test_skip_ca_check_is_honoured_for_a_certificate_that_is_pinned(cell: Cell) -> None:
    line = (
        '$s = New-PSSession -ConnectionUri "$https/OcsPowershell" -Credential $credential -Authentication Basic '
        "-SessionOption (New-PSSessionOption -SkipCACheck)"
    )
    found = re.search(r"-Pin (SHA256:[0-9A-F]{64})", " ".join(refusal(cell(line)).replace("|", " ").split()))
    assert found is not None
    assert says(cell(f"{line} -Pin {found[1]}\n$s.State.ToString()")).strip() == "Opened"


def test_an_authority_can_be_named(cell: Cell) -> None:
    line = (
        '$s = New-PSSession -ConnectionUri "$https/OcsPowershell" -Credential $credential -Authentication Basic -CA $ca'
    )
    assert says(cell(f"{line}\n$s.State.ToString()")).strip() == "Opened"


def test_options_reach_the_session(cell: Cell, sandbox: SandboxProcess) -> None:
    says(
        cell(
            '$s = New-PSSession -ConnectionUri "$http/OcsPowershell" -Credential $credential -Authentication Negotiate '
            "-SessionOption (New-PSSessionOption -IdleTimeout 120000)"
        )
    )
    seats: Any = sandbox.tell("seats")["seats"]
    assert [seat["idle_timeout"] for seat in seats] == [120.0]


def test_a_stop_may_take_as_long_as_the_options_say(cell: Cell) -> None:
    for asked, seconds in (("-CancelTimeout 5000", 5.0), ("", STOP_TIMEOUT)):
        says(cell(f"{OPEN.strip()} -SessionOption (New-PSSessionOption {asked})"))
        (session,) = registry
        assert session._hold.pool.stop_timeout == seconds
        session.close()


def test_the_server_is_told_the_application_arguments(cell: Cell) -> None:
    says(
        cell(
            f"{OPEN.strip()} -SessionOption (New-PSSessionOption -ApplicationArguments @{{ Who = 'Ken'; Number = 7 }})"
        )
    )
    (session,) = registry
    assert dict(session._hold.way.application_arguments or {}) == {"Who": "Ken", "Number": 7}


class ToldProxy:
    """A proxy that connects nobody, and keeps the log-on that it was given."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.told: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                with self._socket.accept()[0] as near:
                    head = near.recv(65536).decode("latin-1")
                    self.told += re.findall(r"(?i)proxy-authorization: (\S+ \S{6})", head)
                    near.sendall(b"HTTP/1.1 403 Not that one\r\nContent-Length: 0\r\n\r\n")

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[ToldProxy]:
    """The proxy that is set on this machine."""
    one = ToldProxy()
    monkeypatch.setenv("HTTPS_PROXY", one.address)
    yield one
    one.close()


@pytest.mark.parametrize(("way", "told"), [("Basic", "Basic a2VuOn"), ("Negotiate", "Negotiate YI")])
def test_a_proxy_is_told_its_own_credential_in_the_way_that_was_chosen(
    cell: Cell, proxy: ToldProxy, way: str, told: str
) -> None:
    shown = refusal(
        cell(
            "$own = [pscredential]::new('ken', (ConvertTo-SecureString 'pr0xy' -AsPlainText -Force))\n"
            f"$o = New-PSSessionOption -ProxyAccessType IEConfig -ProxyAuthentication {way} -ProxyCredential $own\n"
            'New-PSSession -ConnectionUri "$https/OcsPowershell" -Credential $credential -Authentication Basic '
            "-CA $ca -SessionOption $o"
        )
    )
    assert "does not connect us to localhost: it says 403 Not that one" in " ".join(shown.replace("|", " ").split())
    assert {one[:9] for one in proxy.told} == {told[:9]}


def test_a_script_may_say_that_no_proxy_is_asked(cell: Cell, proxy: ToldProxy) -> None:
    shown = says(
        cell(
            '$s = New-PSSession -ConnectionUri "$https/OcsPowershell" -Credential $credential -Authentication Basic '
            "-CA $ca -SessionOption (New-PSSessionOption -ProxyAccessType NoProxyServer)\n$s.State.ToString()"
        )
    )
    assert shown.strip() == "Opened"
    assert proxy.told == []


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("-ProxyCredential $credential", "Proxy credentials cannot be specified when using"),
        ("-ProxyAccessType WinHttpConfig -ProxyAuthentication Digest", "cannot be signed in to by Digest here"),
    ],
)
def test_what_does_not_go_together_for_a_proxy_is_refused(cell: Cell, options: str, why: str) -> None:
    line = f"{OPEN.strip()} -SessionOption (New-PSSessionOption {options})"
    assert why in " ".join(refusal(cell(line)).replace("|", " ").split())


def test_that_no_proxy_is_looked_for_is_said(cell: Cell) -> None:
    assert "No proxy is looked for in the network here" in says(
        cell("$o = New-PSSessionOption -ProxyAccessType AutoDetect\n$o.ProxyAccessType.ToString()")
    )


def test_computers_get_a_session_each(cell: Cell) -> None:
    shown = says(
        cell(
            "$all = New-PSSession -ComputerName localhost, 127.0.0.1 -Port $port -ApplicationName OcsPowershell "
            "-Credential $credential -Authentication Negotiate -ThrottleLimit 4\n"
            "$all | ForEach-Object { $_.ComputerName }\n$all | Remove-PSSession"
        )
    )
    assert shown.split() == ["localhost", "127.0.0.1"]


def test_a_computer_that_cannot_be_reached_does_not_keep_the_others(cell: Cell) -> None:
    shown = refusal(
        cell(
            "$all = New-PSSession -ComputerName no-such-host.invalid, localhost -Port $port "
            "-ApplicationName OcsPowershell -Credential $credential -Authentication Negotiate\n"
            '"opened: $(@($all).Count) $($all.ComputerName)"\n$all | Remove-PSSession'
        )
    )
    assert "no-such-host.invalid" in shown
    assert "opened: 1 localhost" in shown


TRUSTED = "WSMan:\\localhost\\Client\\TrustedHosts"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"(Get-Item {TRUSTED}).Value.Length", "0"),
        (f"(Get-Item -LiteralPath '{TRUSTED}').Name", "TrustedHosts"),
        (f"(Set-Item {TRUSTED} -Value a -Force -PassThru).Name", "TrustedHosts"),
        ("(Get-Item WSMan:\\localhost\\Client\\AllowUnencrypted).Value", "false"),
        ("(Get-Item WSMan:/localhost/Client/Auth/Basic).Value", "true"),
    ],
)
def test_what_scripts_read_of_the_wsman_drive_is_what_holds_here(cell: Cell, line: str, shown: str) -> None:
    assert says(cell(line)).split()[-1] == shown


@pytest.mark.parametrize("name", ["AllowUnencrypted", "Auth\\Basic", "Auth\\Digest"])
def test_what_scripts_set_on_the_wsman_drive_is_nothing_here_and_said_to_be(cell: Cell, name: str) -> None:
    written = says(cell(f"Set-Item -Path WSMan:\\localhost\\Client\\{name} -Value $true -Force")).strip()
    assert written == "" or written.endswith("there is nothing to set.")


def test_what_is_not_of_the_wsman_drive_is_read_as_ever(cell: Cell) -> None:
    assert says(cell("(Get-Item .).PSIsContainer")).strip() == "True"
    assert "Cannot find path" in refusal(cell("Get-Item ./no-such-file"))


@pytest.mark.parametrize(
    "path",
    [
        "WSMan:\\localhost\\Client\\TrustedHosts",
        "wsman:localhost\\client\\trustedhosts",
        "WSMan:/localhost/Client/TrustedHosts",
    ],
)
def test_there_are_no_trusted_hosts_to_set(cell: Cell, path: str) -> None:
    assert says(cell(f"Set-Item {path} -Value 'pool.litwareinc.com' -Force")).strip() in (NOTHING_TO_TRUST, "")


def test_the_protocol_of_tls_can_be_named(cell: Cell) -> None:
    written = says(cell("[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12"))
    assert written.strip() in ("", "The protocol of TLS is chosen by this computer; there is nothing to set here.")


OPEN = '$s = New-PSSession -ConnectionUri "$http/OcsPowershell" -Credential $credential -Authentication Negotiate\n'


def test_a_block_runs_in_a_session_with_its_arguments(cell: Cell) -> None:
    call = "Invoke-Command -Session $s -ScriptBlock { param($n) Get-CsOnlineUser -ResultSize $n } -ArgumentList 2"
    shown = says(cell(f"{OPEN}Import-PSSession $s -AllowClobber | Out-Null\n({call}).Count"))
    assert shown.strip() == "2"


def test_a_session_is_disconnected_and_connected_again(cell: Cell) -> None:
    shown = says(
        cell(
            f"{OPEN}Disconnect-PSSession $s | Out-Null\n$s.State.ToString()\n"
            "Connect-PSSession $s | Out-Null\n$s.State.ToString()"
        )
    )
    assert shown.split() == ["Disconnected", "Opened"]


def test_a_session_goes_through_a_pipeline_of_its_cmdlets(cell: Cell) -> None:
    line = "Get-PSSession | Disconnect-PSSession | Connect-PSSession | Remove-PSSession"
    assert says(cell(f"{OPEN}{line}\n@(Get-PSSession).Count")).strip() == "0"


def test_a_session_is_received_from_again(cell: Cell) -> None:
    shown = says(cell(f"{OPEN}Disconnect-PSSession $s | Out-Null\nReceive-PSSession $s\n$s.State.ToString()"))
    assert shown.strip() == "Opened"


def test_a_session_can_be_entered(cell: Cell) -> None:
    assert says(cell(f"{OPEN}Enter-PSSession -Session $s\n$s.State.ToString()")).strip() == "Opened"


@pytest.mark.parametrize("where", ["localhost", "-ComputerName localhost"])
def test_a_computer_can_be_entered_and_left(cell: Cell, where: str) -> None:
    entering = (
        f"Enter-PSSession {where} -Port $port -ApplicationName OcsPowershell -Authentication Negotiate "
        "-Credential $credential"
    )
    shown = says(cell(f"{entering}\n@(Get-PSSession).Count\nExit-PSSession\n@(Get-PSSession).Count"))
    assert shown.split() == ["1", "0"]


def test_what_the_evaluator_does_not_do_goes_to_the_engine_before_anything_ran(notebook: InteractiveShell) -> None:
    _, error = cells_of(notebook, "embedded")("Invoke-Command -ComputerName localhost { Get-CsTenant } -AsJob")
    assert type(error) is CellNotSupported


@pytest.mark.parametrize(
    "where",
    [
        "-ComputerName localhost -Port $port -ApplicationName OcsPowershell -Authentication Negotiate",
        '-ConnectionUri "$http/OcsPowershell" -Authentication Negotiate',
    ],
)
def test_a_block_runs_on_a_computer_and_leaves_no_session(cell: Cell, where: str) -> None:
    call = f"Invoke-Command {where} -Credential $credential -ScriptBlock {{ Get-CsTenant }}"
    assert says(cell(f"({call}).DisplayName")).strip() == "Litware, Inc."
    block = "{ param($n) Get-CsOnlineUser -ResultSize $n -Identity $using:who }"
    call = f"Invoke-Command {where} -Credential $credential {block} -ArgumentList 2"
    assert says(cell(f"$who = 'kenmyer@litwareinc.com'\n({call}).DisplayName")).strip() == "Ken Myer"
    assert not list(registry)


def test_an_error_on_a_computer_is_the_cells_and_its_session_goes(cell: Cell) -> None:
    where = '-ConnectionUri "$http/OcsPowershell" -Authentication Negotiate -Credential $credential'
    assert "nobody" in refusal(cell(f"Invoke-Command {where} {{ Get-CsOnlineUser -Identity nobody }}"))
    assert not list(registry)


def test_a_job_holds_what_a_session_gave(powershell: Cell) -> None:
    call = "Invoke-Command -Session $s -ScriptBlock { Get-CsTenant } -AsJob"
    assert says(powershell(f"{OPEN}({call} | Wait-Job | Receive-Job).DisplayName")).strip() == "Litware, Inc."


def test_a_computer_that_there_is_not_is_one_error_of_the_call(cell: Cell) -> None:
    written = refusal(
        cell("Invoke-Command -ComputerName a.invalid, b.invalid -Credential $credential { Get-CsTenant }")
    )
    assert "There is no host a.invalid" in written
    assert "There is no host b.invalid" in written


def test_set_item_sets_other_things_as_ever(powershell: Cell) -> None:
    assert says(powershell("Set-Item Env:LYNC_TESTED yes\n$env:LYNC_TESTED")).strip() == "yes"


def test_test_wsman_says_who_answers_before_anybody_signs_in(cell: Cell) -> None:
    asked = "Test-WSMan -ComputerName localhost -Port $port"
    shown = says(cell(f'$who = {asked}; "$($who.ProtocolVersion) $($who.ProductVendor) $($who.ProductVersion)"'))
    assert (
        shown.strip()
        == "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd Microsoft Corporation OS: 0.0.0 SP: 0.0 Stack: 3.0"
    )
    assert not list(registry)


def test_test_wsman_shows_a_certificate_that_is_not_trusted(cell: Cell, sandbox: SandboxProcess) -> None:
    port = sandbox.address.https.rpartition(":")[2]
    assert "SHA256:" in refusal(cell(f"Test-WSMan -ComputerName localhost -UseSSL -Port {port}"))
    shown = says(cell(f"(Test-WSMan -ComputerName localhost -UseSSL -Port {port} -CA $ca).ProductVendor"))
    assert shown.strip() == "Microsoft Corporation"


def test_test_wsman_says_what_is_wrong_where_nobody_listens(cell: Cell) -> None:
    assert "refuses connections on port 9" in refusal(cell("Test-WSMan -ComputerName localhost -Port 9"))


def test_a_cell_may_be_pasted_with_the_prompts_of_a_console(cell: Cell) -> None:
    """Both engines: without them a prompt is a command that writes a file named like what stands behind it."""
    assert says(
        cell("PS C:\\Users\\ken> $x = 1..3 |\n>> ForEach-Object { $_ * 2 }\nPS C:\\Users\\ken> $x -join '+'")
    ).split() == ["2+4+6"]
    assert says(cell("[pool01]: PS> 'a'\nPS> 'b'")).split() == ["a", "b"]
