"""A notebook works with every kind of server: connect, import, objects, an error, a question, close."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("dialect", ["windows", "omi", "strict"])
def test_the_main_flow_of_a_notebook(kernel: Any, dialect: str) -> None:
    assert kernel.run(f"%lync sandbox --dialect {dialect}").status == "ok"
    connected = kernel.run("%lync connect kenmyer@litwareinc.com --env LYNC_PASSWORD")
    assert connected.status == "ok", connected.error_text
    assert "Opened" in kernel.run("%lync sessions").text
    users = kernel.run("users = %lync Get-CsOnlineUser -ResultSize 3\n[user.DisplayName for user in users]")
    assert users.result["text/plain"].count(",") == 2
    assert (
        kernel.run("%%lync\nGet-CsTenant | Select-Object -ExpandProperty DisplayName").text.count("Litware, Inc.") == 1
    )
    failed = kernel.run("Get_CsOnlineUser(Identity='nobody@nowhere')")
    assert "nobody@nowhere" in failed.error_text
    assert kernel.run("%lync status").text
    assert kernel.run("%lync remove").status == "ok"
    assert "Opened" not in kernel.run("%lync sessions").text
