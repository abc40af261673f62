"""What a command changes: read off its verb and noun, so that a reader, and `check`, know before it runs.

Rule: where it is not known, the graver answer is given.
"""

from __future__ import annotations

import re
from typing import Final

from lync_magic.documents.model import Effect
from lync_magic.documents.names import is_alias, is_cmdlet_name, is_program
from lync_magic.documents.shapes import parsed
from lync_magic.language import Script, commands_in, expressions, statements

_SESSION: Final = re.compile(
    r"^(?:New-CsOnlineSession|(?:New|Import|Remove|Enter|Exit|Connect|Disconnect|Receive)-PSSession|(?:Import|Remove)-Module"
    r"|(?:Connect|Disconnect)-\w+|[nir]psn|[nir]sn|ipmo|rmo)$",
    re.IGNORECASE,
)
_MEMORY: Final = re.compile(
    r"^(?:New-CsEdge\w+|(?:New|Remove)-Cs(?:\w*Pattern|\w*Rule(?:Parameter)?Object|VoiceRegex\w*|OnlineTimeRange|AutoAttendant(?:Menu\w*|Prompt|CallFlow"
    r"|CallableEntity|CallHandlingAssociation|DialScope))"
    r"|(?:New|Set|Remove|Clear)-(?:Variable|Object|Alias|TimeSpan|Guid|PSSessionOption)|(?:Add|Update)-(?:Member|TypeData|FormatData|Type))$",
    re.IGNORECASE,
)
_FILE: Final = re.compile(
    r"^(?:Out-File|Tee-Object|tee|Export-\w+|(?:Set|Add|Clear)-Content|(?:New|Set|Remove|Copy|Move|Rename|Clear)-(?:Item|ItemProperty)"
    r"|Start-Transcript|(?:Compress|Expand)-Archive|sc|ac|ni|ri|rm|del|rmdir|rd|mkdir|md|cp|copy|cpi|mv|move|mi|ren|rni|erase)$",
    re.IGNORECASE,
)
_MACHINE: Final = re.compile(
    r"^(?:Set-ExecutionPolicy|(?:Set|Push)-Location|New-TemporaryFile|(?:Start|Stop|Restart|Set|New|Remove|Suspend|Resume)-(?:Service|Computer|Process|Job|NetAdapter\w*"
    r"|NetIPAddress|NetFirewallRule|LocalUser|LocalGroup\w*|ScheduledTask\w*|SmbShare|WSManInstance|WSManQuickConfig|PSSessionConfiguration"
    r"|EventLog|Date|TimeZone|Partition|Disk|PSDrive|ADUser|Acl)|(?:Install|Uninstall|Update|Save|Publish|Register|Unregister|Enable|Disable)-"
    r"(?:Module|Package\w*|Script|PSResource|WindowsFeature|WindowsOptionalFeature|WindowsCapability|PSRemoting|PSRepository"
    r"|PSSessionConfiguration|PSResourceRepository|Help|ScheduledTask|ObjectEvent|ScheduledJob)|Out-Printer|Send-MailMessage"
    r"|Start-BitsTransfer|Invoke-(?:WebRequest|RestMethod|Expression|Item|WmiMethod|CimMethod|Command)|iex|iwr|irm|icm|kill|spps|saps|start"
    r"|curl|wget|Send-\w+|lp)$",
    re.IGNORECASE,
)
_CHANGING: Final = frozenset(
    {
        *(
            "add",
            "approve",
            "assign",
            "block",
            "clear",
            "complete",
            "copy",
            "deny",
            "deploy",
            "disable",
            "edit",
            "enable",
        ),
        *("grant", "import", "initialize", "install", "invoke", "lock", "merge", "mount", "dismount", "move", "new"),
        *(
            "publish",
            "register",
            "remove",
            "rename",
            "repair",
            "request",
            "reset",
            "restart",
            "restore",
            "resume",
            "revoke",
        ),
        *("set", "start", "stop", "submit", "suspend", "switch", "sync", "unblock", "undo", "uninstall", "unlock"),
        *("unpublish", "unregister", "update", "upgrade", "backup", "restore", "protect", "unprotect"),
    }
)
_LOCAL_METHODS: Final = re.compile(r"\.(?:RemoveAt|Remove|Add|AddRange|Insert|Clear|Sort|Reverse)\s*\(", re.IGNORECASE)
_GRAVEST: Final[tuple[Effect, ...]] = ("tenant", "machine", "file", "session", "memory")
_IN_MEMORY_ONLY: Final = frozenset(("select", "where", "sort", "group", "foreach", "measure", "write"))


def effect_of(code: str) -> Effect | None:
    """The gravest thing that a piece of PowerShell changes, or None where it only reads."""
    script = parsed(code)
    if script is None:
        return "machine"
    found: set[Effect] = {effect for name in commands_in(script) if (effect := _effect(name)) is not None}
    if _writes_a_file(script):
        found.add("file")
    if _LOCAL_METHODS.search(code):
        found.add("memory")
    return next((effect for effect in _GRAVEST if effect in found), None)


def _effect(written: str) -> Effect | None:
    name = written.rpartition("\\")[2]
    for pattern, effect in ((_SESSION, "session"), (_MEMORY, "memory"), (_FILE, "file"), (_MACHINE, "machine")):
        if pattern.match(name):
            return effect  # type: ignore[return-value]  # each is an Effect
    if is_cmdlet_name(name):
        return "tenant" if name.partition("-")[0].lower() in _CHANGING else None
    if is_program(name) and not is_alias(name):
        return "machine"
    return None


_READS: Final = re.compile(
    r"^(?:Get-(?:Content|Item|ItemProperty|ChildItem|Service|Process|ExecutionPolicy|Clipboard|EventLog|WinEvent|WmiObject"
    r"|CimInstance|Acl|FileHash|HotFix|ComputerInfo|NetAdapter\w*|NetIPAddress|PSDrive|PSRepository|InstalledModule)|Import-(?:Csv"
    r"|Clixml|PowerShellDataFile)|Select-String|(?:Resolve|Convert)-Path|Resolve-DnsName|Test-(?:Path|Connection|NetConnection|WSMan)|gc|cat|type"
    r"|gci|dir|ls|gi|gp|gsv|gps|ps|ipcsv|sls|gwmi)$",
    re.IGNORECASE,
)


def touches_machine(name: str) -> bool:
    """Whether a command reads or writes this machine: files, programs, services, the network."""
    bare = name.rpartition("\\")[2]
    return _effect(bare) in ("file", "machine") or _READS.match(bare) is not None


def _writes_a_file(script: Script) -> bool:
    """Whether a redirection in it (`> file`) goes elsewhere than into another stream or `$null`."""
    waiting: list[expressions.Node] = [script]
    while waiting:
        node = waiting.pop()
        if isinstance(node, statements.Redirection) and node.merge_to is None:
            target = node.target
            if not (isinstance(target, expressions.Variable) and target.name.lower() == "null"):
                return True
        waiting.extend(node.children())
    return False


def machine_names(code: str) -> tuple[str, ...]:
    """The commands of a text that reach this machine, and `>` where a file is written by it."""
    script = parsed(code)
    names = commands_in(script) if script is not None else ()
    files = (">",) if script is not None and _writes_a_file(script) else ()
    return (*(name for name in names if touches_machine(name)), *files)
