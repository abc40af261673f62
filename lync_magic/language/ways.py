"""What to do instead: one way for each construct that a cell cannot have here.

Rules of this file: the first words of a refusal choose the way; where there is none of its own, the cell belongs to the
PowerShell engine. A way is one line: how a machine gets a PowerShell stands behind `%lync engine`, once for all.
"""

from __future__ import annotations

import re
import sys
from typing import Final

from lync_magic.language.cmdlets.known import WINDOWS_ALONE

_WITH_POWERSHELL: Final = "PowerShell 7 runs the whole cell: %lync engine tells how."
"""The way of most refusals."""
_NOTHING_RAN: Final = "Nothing of the cell was run."
_REST_RAN: Final = "What stands before it has run."
_VALIDATIONS: Final = (
    "NotNull", "NotNullOrEmpty", "NotNullOrWhiteSpace", "Length", "Count", "Set", "Range", "Pattern", "Script",
)  # fmt: skip
_INSTEAD: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (
        ("method .Save(", "method .Load("),
        "A document is read by [xml](Get-Content FILE -Raw), and kept by: $xml.OuterXml | Set-Content FILE",
    ),
    (
        tuple(f"[Validate{one}] of a [psobject]" for one in _VALIDATIONS),
        "Leave [psobject] out: a variable without a type takes any value, and its items are looked at.",
    ),
    (
        ("reading what Start-Transcript writes", "what Start-Transcript gives"),
        "The notebook keeps what a cell shows; into a file of its own: … | Tee-Object FILE",
    ),
    (
        ("Get-Command of",),
        "Those of a session alone: Get-Command -Module tmp_*, or with a pattern that none of PowerShell's own fits.",
    ),
    (
        ("an enumerator as a value",),
        "Go through it at once, foreach ($entry in $table.GetEnumerator()) { … }; as a list: @($table.GetEnumerator())",
    ),
    (
        ("what is laid out already",),
        "Lay objects out last: Format-Table and its like at a pipeline's end, or before Out-String for the text.",
    ),
    (
        (
            "command Out-GridView",
            "command ogv",
        ),
        "Keep the objects in a variable, and in Python: variable.show()",
    ),
    (
        (
            "command Start-Job",
            "command Start-ThreadJob",
            "command Wait-Job",
            "command Receive-Job",
            "command Get-Job",
            "command Remove-Job",
            "command Stop-Job",
        ),
        "Jobs have no place in a cell: run the command itself.",
    ),
    (
        (
            "command Invoke-WebRequest",
            "command iwr",
            "command curl",
            "command wget",
        ),
        "In Python: requests.get(…).text",
    ),
    (
        (
            "command Invoke-RestMethod",
            "command irm",
        ),
        "In Python: requests.get(…).json()",
    ),
    (
        (
            "New-Object System.Net.WebClient",
            "New-Object Net.WebClient",
            "[System.Net.WebRequest]",
            "[Net.WebRequest]",
            "[System.Net.Http",
        ),
        "In Python: requests.get(…).text",
    ),
    (
        ("command Send-MailMessage", "New-Object System.Net.Mail.", "New-Object Net.Mail."),
        "In Python: smtplib.SMTP(…).send_message(…)",
    ),
    (
        (
            "running the file",
            "running a script file",
        ),
        "Paste the file into a cell.",
    ),
    (("the script file ",), "Mend that line of the file, and run the cell again."),
    (("the help of a function (-?)",), "Get-Help NAME tells the same."),
    (
        ("command Get-History", "command h", "command Invoke-History"),
        "The cells that ran are the notebook's: %history",
    ),
    (("automatic variable $profile",), "A notebook has no profile: what comes first stands in its first cell."),
    (
        ("an error record's properties",),
        "What is known of it: $_.Exception.Message, $_.CategoryInfo, $_.InvocationInfo.PositionMessage, "
        "$_.ScriptStackTrace",
    ),
    (
        ("command New-Module", "command Export-ModuleMember"),
        "Functions need no module here: define them as they stand, or dot-source a .ps1 file.",
    ),
    (
        ("the module file ",),
        "Its functions without a module: . ([scriptblock]::Create((Get-Content FILE -Raw))); or keep it as a .ps1 file "
        "and dot-source that.",
    ),
    (
        ("#Requires ",),
        "Take that line out of the file: the commands of a session are here without their module.",
    ),
    (("background job",), "Take the & at the end away: the cell waits for the command."),
    (
        (
            "the program ",
            "command Start-Process",
            "command saps",
            "command start",
            "[System.Diagnostics.Process]",
            "[Diagnostics.Process]",
        ),
        "A program of this machine runs from Python: !program, or subprocess.run([…])",
    ),
    (
        (
            "command Test-Connection",
            "command Test-NetConnection",
            "command tnc",
        ),
        "Whether a host answers is asked from Python: !ping HOST",
    ),
    (("command Compress-Archive",), "In Python: shutil.make_archive(NAME, 'zip', FOLDER)"),
    (("command Expand-Archive",), "In Python: shutil.unpack_archive(FILE, FOLDER)"),
    (
        (
            "command Invoke-Item",
            "command ii",
        ),
        "In Python: webbrowser.open(PATH)",
    ),
    (
        (
            "command Set-Clipboard",
            "command scb",
            "command Get-Clipboard",
            "command gcb",
        ),
        "A notebook has no clipboard: keep the objects in a variable.",
    ),
    (
        (
            "command Format-Custom",
            "command fc",
        ),
        "Objects within objects are shown by: | ConvertTo-Json -Depth 5",
    ),
    (("command Import-LocalizedData",), "A file of texts is read by: Get-Content FILE -Raw | ConvertFrom-StringData"),
    (
        ("what a `finally` gives",),
        "Keep what the function gives first: $found = Get-Them; $found | ForEach-Object { … }",
    ),
    (
        ("break in a block of", "continue in a block of"),
        "Leave objects out before it: | Where-Object { … }; Select-Object -First ends the pipeline.",
    ),
    (("a piped expression with",), "Put it in $( … ): $(EXPRESSION) 2>&1 | …"),
    (
        ("a block of several parts",),
        "ForEach-Object takes them as -Begin { … } -Process { … } -End { … }.",
    ),
    (
        ("the text of an error record", "the text of a [System.Management.Automation.ErrorRecord]"),
        'Its message is a text: "$_" | Out-File FILE -Append; with more: "$(Get-Date -Format s) $($_.CategoryInfo) $_"',
    ),
    (("the text of an exception",), 'Its message is a text: "$($_.Exception.Message)"'),
    (("a command without its verb",), "Write the command's whole name, with its verb."),
    (("data section",), "A hashtable does the same: $texts = @{ … }"),
    (("Update-TypeData",), "Add the member to each object: Add-Member -MemberType ScriptProperty …"),
    (
        (
            "command Get-Error",
            "command gerr",
        ),
        "The last error: $Error[0].Exception.Message, $Error[0].CategoryInfo",
    ),
    (
        (
            "ForEach-Object -Parallel",
            "foreach -parallel",
            "switch -parallel",
            "ForEach-Object -ThrottleLimit",
        ),
        "Take -Parallel away: the same runs one after the other.",
    ),
    (
        (
            "[System.IO.File]",
            "[IO.File]",
            "type [System.IO.File",
            "type [IO.File",
            "[System.IO.StreamReader]",
            "[System.IO.StreamWriter]",
            "[IO.StreamReader]",
            "[IO.StreamWriter]",
            "New-Object System.IO.Stream",
            "New-Object IO.Stream",
        ),
        "Files are read and written by Get-Content -Raw, Set-Content and Add-Content.",
    ),
    (
        (
            "[System.IO.Directory]",
            "[IO.Directory]",
            "type [System.IO.Directory",
            "type [IO.Directory",
        ),
        "Folders are looked at by Get-ChildItem, and made by New-Item -ItemType Directory.",
    ),
    (
        ("New-Object -ComObject",),
        "COM is Windows' own. A workbook: | Export-Csv, or in Python: rows.to_pandas().to_excel(FILE)",
    ),
    (
        (
            "[System.Windows.",
            "type [System.Windows.",
            "New-Object System.Windows.",
            "[Windows.Forms",
            "type [Windows.Forms",
            "New-Object Windows.Forms",
        ),
        "A notebook opens no windows: ask by Read-Host, show by Write-Host or, in Python, variable.show()",
    ),
    (
        (
            "using module",
            "using assembly",
        ),
        "Paste the functions of the module into a cell; the server's commands come with Import-PSSession.",
    ),
    (("$using:",), "A block that runs here sees the variables around it: take $using: away."),
    (("Get-Member of what a command",), "Keep its output first: $x = …; $x | Get-Member"),
    (
        (
            "command ConvertFrom-SecureString",
            "ConvertTo-SecureString -Key",
            "ConvertTo-SecureString -SecureKey",
        ),
        "A password does not become text here: Get-Credential asks for it, and the keyring keeps it.",
    ),
    (
        (
            "[System.Runtime.InteropServices.Marshal]",
            "[Runtime.InteropServices.Marshal]",
            "type [System.Runtime.InteropServices",
            "type [Runtime.InteropServices",
            "[System.Net.NetworkCredential]",
            "[Net.NetworkCredential]",
            "type [System.Net.NetworkCredential",
            "type [Net.NetworkCredential",
            "New-Object System.Net.NetworkCredential",
            "New-Object Net.NetworkCredential",
            "method .GetNetworkCredential",
        ),
        "A password does not become text here: Get-Credential asks for it, and the keyring keeps it.",
    ),
    (
        (
            "New-Object System.Data.",
            "New-Object Data.",
            "[System.Data.",
            "[Data.",
            "type [System.Data.",
            "type [Data.",
        ),
        "A database is asked from Python: pandas.read_sql(…); a table of your own is a list of [pscustomobject]@{ … }",
    ),
    (
        (
            "command Get-InstalledModule",
            "command Find-Module",
            "command Uninstall-Module",
            "command Register-PSRepository",
        ),
        "There is nothing to install here: take it out, the session brings the commands.",
    ),
    (
        tuple(f"{one} behind ForEach-Object of" for one in ("throw", "break", "continue")),
        "Write the property or method in a block: ForEach-Object { $_.Name }",
    ),
    (("redirections to one file",), "Write them with the output: 2>&1 | Out-File FILE"),
    (
        ("2>&1 behind a cmdlet's block", "*>&1 behind a cmdlet's block"),
        "PowerShell loses the block's errors there. Put it inside, behind the command: { Get-CsUser $_ 2>&1 }",
    ),
    (
        ("attribute on a variable",),
        "A check of values belongs to a parameter: param([ValidateSet(…)] $x)",
    ),
    (
        ("dynamicparam",),
        "Declare every parameter in param( ).",
    ),
    (
        (
            "number of any size",
            "conversion to [bigint]",
            "type [bigint]",
            "[System.Numerics.BigInteger]",
            "[bigint]",
        ),
        "[decimal] holds 28 digits exactly, and Python's numbers have any size.",
    ),
    (
        ("-is [psobject] of what a pipeline gives", "-isnot [psobject] of what a pipeline gives"),
        "Ask for what it is: -is [string], -is [int], or whether it has a property: $_.PSObject.Properties['Name']",
    ),
    (
        (
            "-is with a type as text",
            "-isnot with a type as text",
            "-as with a type as text",
        ),
        "Write the type in brackets: -is [string]",
    ),
    (
        (
            "type [adsi",
            "[adsi",
            "New-Object System.DirectoryServices",
            "New-Object DirectoryServices",
            "[System.DirectoryServices",
            "[DirectoryServices",
            "type [System.DirectoryServices",
            "type [DirectoryServices",
        ),
        "The directory is asked through the server: Get-CsAdUser, Get-CsUser -LdapFilter …",
    ),
    (
        (
            "method .ReadKey",
            "[Console]::ReadKey",
            "[System.Console]::ReadKey",
        ),
        "Ask by: Read-Host 'Press Enter'",
    ),
    (
        (
            "[System.TimeZoneInfo]",
            "[TimeZoneInfo]",
            "type [System.TimeZoneInfo",
            "type [TimeZoneInfo",
            "the time zone ",
            "a property of a time zone",
            "Get-TimeZone ",
        ),
        "$date.ToLocalTime() and .ToUniversalTime() move between the machine's time and UTC; others in Python: "
        "zoneinfo",
    ),
    (
        (
            "automatic variable $ExecutionContext",
            "method .ExpandString",
        ),
        'A text between double quotes is filled in where it stands: "… $x $( … )"',
    ),
    (
        (
            "New-Object Microsoft.",
            "type [Microsoft.",
            "[Microsoft.",
        ),
        "A type of the server's is there alone: give its values as a hashtable, @{ … }",
    ),
    (
        (
            "[System.Collections.Generic.Sorted",
            "[Collections.Generic.Sorted",
            "New-Object System.Collections.Generic.Sorted",
            "keys of several types in a sorted table",
        ),
        "A hashtable is gone through in order by: $table.GetEnumerator() | Sort-Object Name",
    ),
    (
        (
            "[System.Collections.Generic.Queue",
            "[Collections.Generic.Queue",
            "type [System.Collections.Generic.Queue",
            "type [Collections.Generic.Queue",
            "New-Object System.Collections.Generic.Queue",
            "[System.Collections.Generic.Stack",
            "[Collections.Generic.Stack",
            "type [System.Collections.Generic.Stack",
            "type [Collections.Generic.Stack",
            "New-Object System.Collections.Generic.Stack",
        ),
        "The same without a type of items: [System.Collections.Queue]::new(), [System.Collections.Stack]::new()",
    ),
)
"""What refusals begin with, and what a person writes instead."""
_BESIDE: Final = (
    (("command Add-Type",), "Without it: a [pscustomobject] and a function."),
    (("class or enum",), "Without it: a [pscustomobject] and a function."),
    (("-replace with a script block",), "Without it: [regex]::Replace($text, 'pattern', { … })."),
)
"""The same where the way is not the same in all: PowerShell comes after it."""
_WAYS: Final[dict[str, str]] = {
    **{start.lower(): f"{_NOTHING_RAN} {told}" for starts, told in _INSTEAD for start in starts},
    **{start.lower(): f"{_NOTHING_RAN} {told} {_WITH_POWERSHELL}" for starts, told in _BESIDE for start in starts},
}
_FIRST: Final = tuple(sorted(_WAYS, key=len, reverse=True))


_IN_FILE: Final = re.compile(r" \([^()]*\.ps1, line [0-9]+\)$", re.I)


def way(what: str) -> str:
    """The advice for a refused construct."""
    what = _IN_FILE.sub("", what)
    folded = what.lower()
    name = what.removeprefix("command ")
    found = next((one for one in _FIRST if _begins(folded, one)), None)
    if found is None and name != what and name.lower() in WINDOWS_ALONE and sys.platform != "win32":
        return f"{_NOTHING_RAN} {name} is there on Windows alone: run it on the machine that it is about."
    return f"{_NOTHING_RAN} {_WITH_POWERSHELL}" if found is None else _WAYS[found]


def _begins(what: str, start: str) -> bool:
    """Whether a refusal begins with these words; a command's name is whole."""
    return what == start if start.startswith("command ") else what.startswith(start)


def way_on(what: str) -> str:
    """The advice where it was found only while the cell ran."""
    return way(what).replace(_NOTHING_RAN, _REST_RAN, 1)
