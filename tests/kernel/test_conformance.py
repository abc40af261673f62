"""Jupyter's own conformance suite (jupyter_kernel_test), whole: no test of it is skipped."""

from __future__ import annotations

import jupyter_kernel_test
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from tests.front_end import SPECS


@pytest.mark.usefixtures("powershell")
class TestConformance(jupyter_kernel_test.KernelTests):
    """The samples that the suite asks for."""

    kernel_name = "lync_magic"
    language_name = "powershell"
    file_extension = ".ps1"
    code_hello_world = "'hello, world'"
    code_stderr = "$Host.UI.WriteErrorLine('said on the error stream')"
    completion_samples = [  # noqa: RUF012
        {"text": "Get-ChildIt", "matches": {"Get-ChildItem"}},
        {"text": "Get-Item -Literal", "matches": {"-LiteralPath"}},
        {"text": "[System.Tupl", "matches": {"System.Tuple", "System.TupleExtensions"}},
        {"text": "'text'.ToUpperI", "matches": {"ToUpperInvariant("}},
        {"text": "$PSVersionTabl", "matches": {"$PSVersionTable"}},
        {"text": "%lync sess", "matches": {"sessions"}},
    ]
    complete_code_samples = ["1 + 1", "Get-Process | Select-Object -First 1", "%lync sessions", "# only a comment", ""]  # noqa: RUF012
    incomplete_code_samples = ["if ($true) {", "'text", "@'\ntext", "1 +", "Get-Process |"]  # noqa: RUF012
    invalid_code_samples = ["}", "1 + )", "function {}"]  # noqa: RUF012
    code_page_something = "Get-Item?"
    code_generate_error = "throw 'wrong'"
    code_execute_result = [  # noqa: RUF012
        {"code": "[pscustomobject]@{ A = 1 }", "mime": "text/html"},
        {"code": "Get-Item /", "mime": "text/plain"},
        {"code": "Get-Item /tmp, /", "mime": "text/html"},
    ]
    code_display_data = [{"code": "'<b>bold</b>' | Out-Display -MimeType text/html", "mime": "text/html"}]  # noqa: RUF012
    code_history_pattern = "Get-Item /tmp*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Get-Item"
    code_clear_output = "Clear-Host"

    @classmethod
    def setUpClass(cls) -> None:
        cls.km = KernelManager(
            kernel_name=cls.kernel_name, kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(SPECS)])
        )
        cls.km.start_kernel()
        cls.kc = cls.km.client()
        cls.kc.start_channels()
        cls.kc.wait_for_ready(timeout=60)

    def test_no_test_is_left_out(self) -> None:
        for name, samples in vars(jupyter_kernel_test.KernelTests).items():
            if name.startswith(("code_", "completion_", "complete_", "incomplete_", "invalid_", "supported_")):
                assert getattr(self, name), f"no samples for {name}, which is {samples!r} in the suite"
