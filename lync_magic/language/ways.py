"""What to do instead: one way for each construct that a cell cannot have here.

Rule of this file: the first words of a refusal choose the way; where there is none of its own, the cell belongs to the
PowerShell engine.
"""

from __future__ import annotations

import sys
from typing import Final

from lync_magic.language.cmdlets.known import WINDOWS_ALONE

WITH_POWERSHELL: Final = (
    "With PowerShell 7 on this machine the whole cell runs: install it (aka.ms/powershell), then %%lync --engine "
    "powershell."
)
"""The way of most refusals, as a cell of `%%lync` takes it."""
_ENGINE: Final = f"Nothing of the cell was run. {WITH_POWERSHELL}"
_WAYS: Final[dict[str, str]] = {
    "command Out-GridView": "Nothing of the cell was run. Keep the objects in a variable, and in Python: "
    "variable.show()",
    "command ogv": "Nothing of the cell was run. Keep the objects in a variable, and in Python: variable.show()",
    "command Start-Job": "Nothing of the cell was run. Jobs have no place in a cell: run the command itself.",
    "command Invoke-WebRequest": "Nothing of the cell was run. In Python: requests.get(…).text",
    "command Invoke-RestMethod": "Nothing of the cell was run. In Python: requests.get(…).json()",
    "command Send-MailMessage": "Nothing of the cell was run. In Python: smtplib.SMTP(…).send_message(…)",
    "running the file": "Nothing of the cell was run. Paste the file into a cell, or: %lync run FILE.ps1",
    "background job": "Nothing of the cell was run. Take the & at the end away: the cell waits for the command.",
    "class or enum": f"{_ENGINE} Without it: a [pscustomobject] and a function.",
    "-replace with a script block": f"{_ENGINE} Without it: [regex]::Replace($text, 'pattern', {{ … }}).",
}
_FIRST: Final = tuple(sorted(_WAYS, key=len, reverse=True))


def way(what: str) -> str:
    """The advice for a refused construct."""
    folded = what.lower()
    name = what.removeprefix("command ")
    if name != what and name.lower() in WINDOWS_ALONE and sys.platform != "win32" and what not in _WAYS:
        return f"Nothing of the cell was run. {name} is there on Windows alone: run it on the machine that it is about."
    found = next((one for one in _FIRST if folded.startswith(one.lower())), None)
    return _ENGINE if found is None else _WAYS[found]
