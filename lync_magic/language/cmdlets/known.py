"""PowerShell's own commands that are not known here: a cell that names one is refused before anything is sent,
unless the server has a command of that name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_NOUNS: Final[dict[str, str]] = {
    "Add": "Content History Member Type Computer",
    "Clear": "Content History Host Item ItemProperty RecycleBin Variable",
    "Compare": "Object",
    "Compress": "Archive PSResource",
    "Connect": "PSSession WSMan",
    "Convert": "Path",
    "ConvertFrom": "Csv Json Markdown SddlString SecureString StringData CliXml",
    "ConvertTo": "Csv Html Json SecureString Xml CliXml",
    "Copy": "Item ItemProperty",
    "Debug": "Job Process Runspace",
    "Disable": "PSBreakpoint PSRemoting PSSessionConfiguration ExperimentalFeature RunspaceDebug",
    "Disconnect": "PSSession WSMan",
    "Enable": "PSBreakpoint PSRemoting PSSessionConfiguration ExperimentalFeature RunspaceDebug",
    "Enter": "PSHostProcess PSSession",
    "Exit": "PSHostProcess PSSession",
    "Expand": "Archive",
    "Export": "Alias BinaryMiLog Clixml Csv FormatData ModuleMember PSSession",
    "Find": "Module Package Script Command DSCResource RoleCapability PackageProvider PSResource",
    "Format": "Custom Hex Wide",
    "Get": "Command Module PSSession Acl Alias ChildItem CimClass CimInstance Clipboard ComputerInfo "
    "Content Culture Error Event EventLog EventSubscriber ExecutionPolicy FileHash FormatData Help "
    "History Host HotFix InstalledModule Item ItemProperty ItemPropertyValue Job Location Member "
    "NetIPAddress PfxCertificate Process PSBreakpoint PSCallStack PSDrive PSProvider PSRepository "
    "PSSessionConfiguration Random Runspace SecureRandom Service TimeZone TraceSource TypeData "
    "UICulture Uptime Variable Verb WinEvent WmiObject InstalledScript CmsMessage "
    "ExperimentalFeature InstalledPSResource MarkdownOption Package PackageProvider PackageSource "
    "PSHostProcessInfo PSReadLineKeyHandler PSReadLineOption PSResourceRepository PSScriptFileInfo "
    "PSSubsystem RunspaceDebug",
    "Import": "PSSession Alias Clixml Csv LocalizedData Module PowerShellDataFile PackageProvider",
    "Install": "Module Package Script PSResource",
    "Invoke": "CimMethod Command Expression History Item RestMethod WebRequest WmiMethod",
    "Join": "Path String",
    "Move": "Item ItemProperty",
    "New": "PSSession PSSessionOption Alias CimInstance Event Guid Item ItemProperty Module ModuleManifest "
    "Object PSDrive PSRoleCapabilityFile PSSessionConfigurationFile Service TemporaryFile Variable "
    "WebServiceProxy ScriptFileInfo PSScriptFileInfo PSTransportOption",
    "Out": "File GridView Printer String Host",
    "Pop": "Location",
    "Protect": "CmsMessage",
    "Publish": "Module Script PSResource",
    "Push": "Location",
    "Read": "Host",
    "Receive": "Job PSSession",
    "Register": "EngineEvent ObjectEvent PSRepository PSSessionConfiguration ScheduledTask ArgumentCompleter "
    "PackageSource PSResourceRepository",
    "Remove": "PSSession Alias CimInstance Event Item ItemProperty Job Module PSBreakpoint PSDrive Service "
    "TypeData Variable PSReadLineKeyHandler",
    "Rename": "Computer Item ItemProperty",
    "Reset": "PSResourceRepository",
    "Resolve": "Path DnsName",
    "Restart": "Computer Service",
    "Save": "Help Module Script Package PSResource",
    "Select": "String Xml",
    "Send": "MailMessage",
    "Set": "Acl Alias Clipboard Content Date ExecutionPolicy Item ItemProperty Location MarkdownOption "
    "PSBreakpoint PSDebug PSSessionConfiguration Service StrictMode TraceSource Variable "
    "PackageSource PSReadLineKeyHandler PSReadLineOption PSResourceRepository",
    "Show": "Command Markdown",
    "Split": "Path",
    "Start": "Job Process Service Sleep ThreadJob Transcript",
    "Stop": "Computer Job Process Service Transcript",
    "Suspend": "Service",
    "Switch": "Process",
    "Tee": "Object",
    "Test": "Connection FileCatalog Json ModuleManifest NetConnection Path PSSessionConfigurationFile WSMan "
    "ScriptFileInfo PSScriptFileInfo",
    "Trace": "Command",
    "Unblock": "File",
    "Uninstall": "Module Script Package PSResource",
    "Unprotect": "CmsMessage",
    "Unregister": "Event PSRepository PackageSource PSResourceRepository",
    "Update": "FormatData Help List Module TypeData ModuleManifest Script ScriptFileInfo PSModuleManifest "
    "PSResource PSScriptFileInfo",
    "Wait": "Debugger Event Job Process",
    "Write": "Debug EventLog Information Progress",
}

_ALIASES: Final = (
    "gcm gmo gsn nsn rsn ipsn "
    "ac asnp cat cd chdir clc clear clhy cli clp cls clv cnsn compare copy cp cpi cpp curl cvpa dbp "
    "del diff dir dnsn ebp "
    "epal epcsv epsn erase etsn exsn fc fhx fw gal gbp gc gci gcs gdr gerr ghy gi gin gjb gl gm gp gps gpv gsv gtz "
    "gv h history icm iex ihy ii ipal ipcsv ipmo irm ise iwmi iwr kill lp ls man md mi mkdir more mount move mp "
    "mv nal ndr ni nmo npssc nsn nv ogv oh popd ps pushd pwd r rbp rcjb rcsn rd rdr ren ri rjb rm rmdir rmo rni rnp rp "
    "rsn rv rvpa rwmi sajb sal saps sasv sbp scb set shcm si sl sleep sls sp spjb spps spsv start "
    "sujb sv swmi tee trcm "
    "type wget wjb "
    "fdres fimo gcb gres isres pbres pumo svres udres upmo usres get-psresource help exec prompt cd.. cd\\ cd~ "
    "psconsolehostreadline tabexpansion2 get-credsfromcredentialprovider import-psgetrepository"
)  # fmt: skip


def _names(nouns_of: Mapping[str, str]) -> frozenset[str]:
    """`verb-noun` of each, in lower case."""
    return frozenset(f"{verb}-{noun}".lower() for verb, nouns in nouns_of.items() for noun in nouns.split())


ALIASES: Final = frozenset(_ALIASES.split())
"""Aliases of commands that are not known here, in lower case."""
NOT_KNOWN: Final = _names(_NOUNS) | ALIASES
"""Names in lower case; those that a registry has are looked up there first."""

OWN_FUNCTIONS: Final = (
    "cd..", "cd\\", "cd~", "Clear-Host", "exec", "help", "oss", "Pause", "prompt", "TabExpansion2",
)  # fmt: skip
"""Functions that PowerShell has by itself."""
_OWN_FUNCTIONS: Final = frozenset(map(str.lower, OWN_FUNCTIONS))
_OF_WINDOWS: Final[dict[str, str]] = {
    "add": "computer",
    "clear": "recyclebin",
    "connect": "pssession wsman",
    "convertfrom": "sddlstring",
    "disable": "psremoting pssessionconfiguration",
    "disconnect": "pssession wsman",
    "enable": "psremoting pssessionconfiguration",
    "export": "binarymilog",
    "get": "acl cimclass ciminstance computerinfo eventlog hotfix netipaddress pssessionconfiguration service winevent "
    "wmiobject",
    "invoke": "cimmethod wmimethod",
    "new": "ciminstance service webserviceproxy",
    "out": "gridview printer",
    "receive": "pssession",
    "register": "pssessionconfiguration scheduledtask",
    "remove": "ciminstance service",
    "rename": "computer",
    "resolve": "dnsname",
    "restart": "service",
    "set": "acl pssessionconfiguration service",
    "show": "command",
    "start": "service",
    "stop": "service",
    "suspend": "service",
    "test": "filecatalog netconnection pssessionconfigurationfile wsman",
    "write": "eventlog",
}
WINDOWS_ALONE: Final = _names(_OF_WINDOWS)
"""Those that a PowerShell 7 elsewhere than on Windows has not, in lower case."""


def is_own_function(name: str) -> bool:
    """Whether PowerShell has a function of that name by itself, in any case."""
    return name.lower() in _OWN_FUNCTIONS
