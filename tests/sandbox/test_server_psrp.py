"""A client that others wrote (pypsrp) runs pipelines on the tiny sandbox."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from foreign_client import connect, run
from pypsrp.complex_objects import PSInvocationState
from pypsrp.host import PSHost, PSHostUserInterface
from pypsrp.powershell import PowerShell, RunspacePool


@pytest.fixture
def pool(tiny_sandbox: Any) -> Iterator[RunspacePool]:
    with connect(tiny_sandbox) as wsman, RunspacePool(wsman) as opened:
        yield opened


@pytest.mark.parametrize(
    ("auth", "ssl"),
    [("basic", True), ("ntlm", True), ("negotiate", True), ("ntlm", False), ("negotiate", False)],
)
def test_a_foreign_client_opens_a_session_and_runs_a_command(tiny_sandbox: Any, auth: str, ssl: bool) -> None:
    with connect(tiny_sandbox, auth=auth, ssl=ssl) as wsman, RunspacePool(wsman) as pool:
        assert run(pool, "Get-Text", 2).output == ["text 0", "text 1"]


def test_ntlm_takes_the_short_name_of_the_domain(tiny_sandbox: Any) -> None:
    wsman = connect(tiny_sandbox, auth="ntlm", ssl=False, user="LITWAREINC\\kenmyer")
    with wsman, RunspacePool(wsman) as pool:
        assert run(pool, "Get-Text").output == ["text 0"]


def test_the_server_says_its_private_data(pool: RunspacePool) -> None:
    assert pool.application_private_data.data["PSVersionTable"]["PSVersion"] == "7.6.5"
    assert pool.protocol_version == "2.3"


def test_an_object_arrives_with_its_types_and_properties(pool: RunspacePool) -> None:
    (value,) = run(pool, "Get-Types").output
    assert value.types == ["Tiny.Everything", "System.Object"]
    assert str(value) == "everything"
    assert value.adapted_properties["Text"] == "a <b> & _x0041_ \t é \U0001f600"
    assert value.adapted_properties["Names"] == ["a", None, "b"]
    assert value.adapted_properties["Table"] == {"k": 1}


def test_an_object_larger_than_an_envelope_arrives_whole(pool: RunspacePool) -> None:
    assert run(pool, "Get-Large", 1_000_000).output == ["é" * 1_000_000]


def test_more_output_than_may_wait_arrives_whole(pool: RunspacePool) -> None:
    output = run(pool, "Get-Raw", 8000).output
    assert len(output) == 8000
    assert set(output) == {"x" * 1000}


def test_every_stream_arrives(pool: RunspacePool) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shell = run(pool, "Write-All")
    streams = shell.streams
    assert shell.output == ["output"]
    assert shell.state == PSInvocationState.COMPLETED
    assert [str(one) for one in streams.warning] == ["a warning"]
    assert [str(one) for one in streams.verbose] == ["a verbose line"]
    assert [str(one) for one in streams.debug] == ["a debug line"]
    assert [one.message_data for one in streams.information] == ["an information line", "a host line"]
    assert [one.tags for one in streams.information] == [["one", "two"], ["PSHOST"]]
    assert [(one.activity, one.percent_complete, one.seconds_remaining) for one in streams.progress] == [
        ("Working", 50, 10)
    ]
    (error,) = streams.error
    assert str(error) == "No such user."
    assert error.fq_error == "UserNotFound,Get-Tiny"
    assert error.category == 13
    assert error.message == "ObjectNotFound: (ken:String) [Get-Tiny], ManagementException"
    assert error.exception.types == [
        "Microsoft.Rtc.Management.AD.ManagementException",
        "System.Exception",
        "System.Object",
    ]


def test_a_pipeline_that_fails_as_a_whole_says_so_in_its_state(pool: RunspacePool) -> None:
    shell = run(pool, "Fail-Now")
    assert shell.state == PSInvocationState.FAILED
    assert shell.streams.error[0].fq_error == "NamedParameterNotFound,Fail-Now"
    assert run(pool, "Get-Text").output == ["text 0"]


def test_a_defect_of_the_engine_is_an_answer_and_not_a_wait(pool: RunspacePool) -> None:
    shell = run(pool, "Break-Now")
    assert shell.state == PSInvocationState.FAILED
    assert "ZeroDivisionError" in str(shell.streams.error[0])
    assert run(pool, "Get-Text").output == ["text 0"]


def test_an_unknown_command_of_the_engine_fails_too(pool: RunspacePool) -> None:
    assert run(pool, "Get-Nothing").state == PSInvocationState.FAILED


def test_a_script_reaches_the_engine_as_a_script(pool: RunspacePool) -> None:
    shell = PowerShell(pool)
    shell.add_script("Get-Date")
    shell.invoke()
    assert shell.streams.error[0].fq_error == "ScriptsNotAllowed"


def test_arguments_arrive_as_words(pool: RunspacePool) -> None:
    shell = PowerShell(pool)
    shell.add_cmdlet("Get-Words").add_parameter("-Identity", None).add_argument("x").add_argument(["a", 1])
    shell.invoke()
    assert shell.output == [["-Identity", "None"], [None, "'x'"], [None, "['a', 1]"]]


def test_two_statements_run_one_after_the_other(pool: RunspacePool) -> None:
    shell = PowerShell(pool)
    shell.add_cmdlet("Get-Text").add_statement().add_cmdlet("Get-Text").add_argument(2)
    shell.invoke()
    assert shell.output == ["text 0", "text 0", "text 1"]


def test_input_is_streamed_to_a_running_pipeline(pool: RunspacePool) -> None:
    assert run(pool, "Get-Input", given=["one", 2, None]).output == [
        ["got", "one"],
        ["got", 2],
        ["got", None],
    ]


def test_command_metadata_is_answered(pool: RunspacePool) -> None:
    (about,) = pool.get_command_metadata("Get-CsTenant")
    assert about.name == "Get-CsTenant"
    assert about.command_type.value == 2


def test_runspaces_are_counted_and_can_be_made_more(pool: RunspacePool) -> None:
    assert pool.get_available_runspaces() == 1
    pool.max_runspaces = 4
    assert pool.get_available_runspaces() == 4


def test_a_runspace_can_be_reset(pool: RunspacePool) -> None:
    pool.reset_runspace_state()
    assert run(pool, "Get-Text").output == ["text 0"]


def test_a_secret_travels_encrypted_both_ways(pool: RunspacePool) -> None:
    from pypsrp.complex_objects import ObjectMeta

    pool.exchange_keys()
    secret = pool.serialize("hidden \U0001f600", ObjectMeta("SS"))
    assert run(pool, "Get-Secret", secret).output[1] == "hidden \U0001f600"


def test_a_running_pipeline_stops_and_the_session_goes_on(pool: RunspacePool) -> None:
    shell = PowerShell(pool)
    shell.add_cmdlet("Wait-Long").add_argument(60)
    shell.begin_invoke()
    shell.poll_invoke()
    assert shell.output == ["started"]
    shell.stop()
    assert shell.state == PSInvocationState.STOPPED
    assert run(pool, "Get-Text").output == ["text 0"]


def test_a_pipeline_that_waits_behind_another_stops_too(pool: RunspacePool) -> None:
    first, second = PowerShell(pool), PowerShell(pool)
    for shell in (first, second):
        shell.add_cmdlet("Wait-Long").add_argument(60)
        shell.begin_invoke()
    second.stop()
    first.stop()
    assert run(pool, "Get-Text").output == ["text 0"]


def test_a_pipeline_blocked_by_its_own_output_stops(pool: RunspacePool) -> None:
    shell = PowerShell(pool)
    shell.add_cmdlet("Get-Raw").add_argument(1_000_000)
    shell.begin_invoke()
    shell.poll_invoke()
    shell.stop()
    assert run(pool, "Get-Text").output == ["text 0"]


# --- a client with a host -------------------------------------------------------------------------------------------


class _UserInterface(PSHostUserInterface):
    def __init__(self, answer: int) -> None:
        super().__init__()
        self.answer = answer
        self.lines: list[str] = []

    def PromptForChoice(
        self, runspace: Any, pipeline: Any, caption: str, message: str, choices: Any, default: int
    ) -> int:
        described = [tuple(one.extended_properties.values()) for one in choices]
        self.lines.append(f"{caption}|{message}|{described}|{default}")
        return self.answer

    def WriteWarningLine(self, runspace: Any, pipeline: Any, warning: str) -> None:
        self.lines.append(f"warning: {warning}")

    def WriteVerboseLine(self, runspace: Any, pipeline: Any, message: str) -> None:
        self.lines.append(f"verbose: {message}")

    def WriteDebugLine(self, runspace: Any, pipeline: Any, message: str) -> None:
        self.lines.append(f"debug: {message}")

    def WriteLine2(self, runspace: Any, pipeline: Any, value: str) -> None:
        self.lines.append(f"line: {value}")

    def WriteProgress(self, runspace: Any, pipeline: Any, source: Any, record: Any) -> None:
        self.lines.append(f"progress: {source} {'Working' in record}")


@pytest.fixture
def screen() -> _UserInterface:
    return _UserInterface(answer=0)


@pytest.fixture
def hosted_pool(tiny_sandbox: Any, screen: _UserInterface) -> Iterator[RunspacePool]:
    host = PSHost(None, None, False, "test", None, screen, "1.0")
    with connect(tiny_sandbox) as wsman, RunspacePool(wsman, host=host) as opened:
        yield opened


def test_a_question_is_asked_on_the_clients_host_and_its_answer_comes_back(
    hosted_pool: RunspacePool, screen: _UserInterface
) -> None:
    assert run(hosted_pool, "Ask-Choice").output == ["chosen 0"]
    assert screen.lines == ["Confirm|Remove it?|[('&Yes', 'Remove'), ('&No', 'Keep')]|1"]


def test_a_question_without_a_host_is_an_error_and_not_a_wait(pool: RunspacePool) -> None:
    shell = run(pool, "Ask-Choice")
    assert shell.state == PSInvocationState.FAILED
    assert "does not support user interaction" in str(shell.streams.error[0])


def test_with_a_host_each_record_comes_with_its_host_call(hosted_pool: RunspacePool, screen: _UserInterface) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shell = run(hosted_pool, "Write-All")
    assert [str(one) for one in shell.streams.warning] == ["a warning"]
    assert screen.lines == [
        "warning: a warning",
        "verbose: a verbose line",
        "debug: a debug line",
        "line: an information line",
        "line: a host line",
        "progress: 0 True",
    ]


# --- how many requests ----------------------------------------------------------------------------------------------


def test_a_session_opens_in_two_requests_and_a_command_takes_three(
    start_tiny: Callable[..., Any], tmp_path: Path
) -> None:
    log = tmp_path / "requests.log"
    sandbox = start_tiny("--log", str(log))
    with connect(sandbox) as wsman, RunspacePool(wsman) as pool:
        for count in (1, 500):
            run(pool, "Get-Text", count).close()
    # The last answer is logged after it was sent, so the log may end before it.
    done = [line.split("OcsPowershellLiveId ")[1].split(" ")[0] for line in log.read_text().splitlines()]
    assert done[:8] == ["Create", "Receive", *["Command", "Receive", "Signal"] * 2]
    assert done[8:] in ([], ["Delete"])


def test_nine_sessions_work_at_once(start_tiny: Callable[..., Any]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    sandbox = start_tiny("--seats-administrator", "9")

    def work(number: int) -> list[Any]:
        with connect(sandbox) as wsman, RunspacePool(wsman) as pool:
            time.sleep(0.2)
            return [run(pool, "Get-Text", number).output for _ in range(5)]

    with ThreadPoolExecutor(9) as workers:
        results = list(workers.map(work, range(1, 10)))
    assert results == [[[f"text {index}" for index in range(number)]] * 5 for number in range(1, 10)]


# --- the tenant itself ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("auth", "ssl"), [("basic", True), ("ntlm", False)])
def test_a_foreign_client_asks_the_tenant(sandbox: Any, auth: str, ssl: bool) -> None:
    with connect(sandbox, auth=auth, ssl=ssl) as wsman, RunspacePool(wsman) as pool:
        (tenant,) = run(pool, "Get-CsTenant").output
        assert "Microsoft.Rtc.Management.ADConnect.Schema.TenantObject" in tenant.types
        assert tenant.adapted_properties["DisplayName"]


def test_a_foreign_client_is_refused_a_script(sandbox: Any) -> None:
    with connect(sandbox) as wsman, RunspacePool(wsman) as pool:
        shell = PowerShell(pool)
        shell.add_script("Get-CsTenant")
        shell.invoke()
        (error,) = shell.streams.error
        assert str(error) == (
            "The syntax is not supported by this runspace. This can occur if the runspace is in no-language mode."
        )
        assert error.fq_error == "ScriptsNotAllowed"


def test_a_foreign_client_reads_the_metadata_of_all_commands(sandbox: Any) -> None:
    with connect(sandbox) as wsman, RunspacePool(wsman) as pool:
        names = {one.name for one in pool.get_command_metadata("*-Cs*")}
        assert {"Get-CsTenant", "Set-CsUser", "Grant-CsVoicePolicy"} <= names
        assert len(names) == 45
