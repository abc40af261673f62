"""Names of commands as they are written: the verbs that are approved, the programs and aliases that people type.

Rule: a name is known by its form (an approved verb, a hyphen, a noun), so that a cmdlet of any module counts.
"""

from __future__ import annotations

import re
from typing import Final


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


_VERBS: Final = words(
    "add approve assert backup block build checkpoint clear close compare complete compress confirm connect convert "
    "convertfrom convertto copy debug deny deploy disable disconnect dismount edit enable enter exit expand export "
    "find format foreach get grant group hide import initialize install invoke join limit lock measure merge mount "
    "move new open optimize out ping pop protect publish push read receive redo register remove rename repair request "
    "reset resize resolve restart restore resume revoke save search select send set show skip sort split start step "
    "stop submit suspend switch sync tee test trace unblock undo uninstall unlock unprotect unpublish unregister "
    "update use wait watch where write"
)
NAME: Final = re.compile(r"([A-Za-z]{2,24})-([A-Za-z][A-Za-z0-9]{1,80})(?![\w-])")
"""A verb and a noun."""

_SPOKEN: Final = words(
    "%  ? cd chdir clc cls copy curl del dir echo exit foreach format ft fl gc gci gcm get gi gl gm gmo group gsn gsv "
    "gwmi help icm iex ipcsv ipmo ipsn irm iwr kill ls man measure mkdir more move nsn ni popd ps pushd pwd ren rm "
    "rmdir rsn sal select set sl sleep sort start tee type where wget write"
)
_ENGLISH: Final = words(
    "copy del echo format get group help kill man measure more move select set sort start tee type where write"
)
"""Those among them that are words of a sentence, too."""
_PROGRAMS: Final = words(
    "7z az bash choco cmd code curl docker dotnet gh git gpupdate helm icacls ipconfig kubectl msiexec msiexec.exe net "
    "netsh node notepad npm nslookup pip pip3 ping powershell pwsh py python python3 reg regsvr32 robocopy sc schtasks "
    "setspn setup ssh sudo systemctl tar terraform w32tm wget winget winrm wmic wusa apt apt-get brew snap yum"
)
POWERSHELL: Final = ("powershell", "pwsh", "ps1", "posh", "azurepowershell")
"""What a fence of PowerShell begins with (`azurepowershell-interactive`)."""
SHELLS: Final = frozenset({"bash", "sh", "shell", "zsh", "cmd", "bat", "batch", "dos", "azurecli"})
"""Fences that hold commands of another shell than PowerShell."""


def is_cmdlet_name(word: str) -> bool:
    """Whether a word is named as cmdlets are: an approved verb, a hyphen, a noun; a module before it is left out."""
    found = NAME.fullmatch(word.rpartition("\\")[2])
    return found is not None and found[1].lower() in _VERBS


def is_alias(word: str) -> bool:
    """Whether people type this word for a cmdlet, or it is a keyword that a line may begin with."""
    return word.lower() in _SPOKEN


def is_spoken_word(word: str) -> bool:
    """Whether a name by itself may as well be a word of English."""
    return word.lower() in _ENGLISH


def is_program(word: str) -> bool:
    """Whether a word names a program: it is not PowerShell's to run."""
    bare = word.strip("\"'").rpartition("\\")[2].rpartition("/")[2].lower()
    return bare.removesuffix(".exe") in _PROGRAMS or bare.endswith((".exe", ".bat", ".cmd", ".msi"))
