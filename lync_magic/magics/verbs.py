"""The words that follow `%lync`: each verb with its arguments and its help.

Rule of this file: a verb's first line of help is what `%lync` alone prints for it.
"""

from __future__ import annotations

import argparse
import keyword
import re
import shutil
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Final

from lync_magic.errors import UsageError
from lync_magic.magics.grammar import OneUser, Parser, ProxyAddress, RefusePassword, Verb
from lync_magic.magics.settings import KINDS

AUTHENTICATIONS: Final = ("negotiate", "ntlm", "kerberos", "basic", "certificate", "credssp", "bearer")
TAPE_MODES: Final = ("once", "none", "all", "rewrite")

LONGEST_IDLE_MINUTES: Final = 24 * 60
_FIRST: Final = re.compile(r"(\S+)(?:\s+|$)")
_NAME: Final = re.compile(r"[A-Za-z]\w*", re.ASCII)
_USUAL_NAME: Final = re.compile(r"session\d+", re.IGNORECASE)


def _verb(
    name: str, summary: str, fill: Callable[[Parser], None], usage: str | None = None, *, forwards: bool = False
) -> Verb:
    parser = Parser(  # type: ignore[no-untyped-call]  # IPython's parser is not typed
        prog=f"%lync {name}" if name else "%%lync",
        description=summary,
        usage=usage,
        add_help=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.allow_abbrev = False
    fill(parser)
    return Verb(name, summary, parser, forwards)


def _importing(parser: Parser) -> None:
    parser.add_argument("--prefix", default="", metavar="P", help="import Get-CsTenant as Get-PCsTenant")
    parser.add_argument(
        "--allow-clobber", action="store_true", help="take names that already mean something in the notebook"
    )
    parser.add_argument(
        "--type",
        dest="types",
        action="append",
        default=[],
        type=str.capitalize,
        choices=("Cmdlet", "Function", "Alias", "Filter", "Configuration"),
        metavar="TYPE",
        help="only Cmdlet, Function or Alias",
    )
    parser.add_argument(
        "--of-module", dest="of_modules", action="append", default=[], metavar="NAME", help="only of this remote module"
    )
    parser.add_argument("--eager", action="store_true", help="ask for all parameters and help now, with progress")
    parser.add_argument("--no-name-check", action="store_true", help="say nothing of verbs that PowerShell discourages")


def _place(parser: Parser) -> None:
    parser.add_argument("--uri", help="the endpoint itself: https://host/OcsPowershell")
    parser.add_argument("--computer", metavar="HOST", help="a Windows host's own endpoint (WSMan)")
    parser.add_argument("--ssl", action="store_true", help="with --computer: over TLS")
    parser.add_argument("--port", type=int, metavar="N", help="with --computer: not 5985, or 5986 with --ssl")


def _connect(parser: Parser) -> None:
    parser.add_argument(
        "user",
        nargs="*",
        metavar="USER",
        action=OneUser,
        default="",
        help="who signs in: kenmyer@litwareinc.com; or a profile: contoso",
    )
    _place(parser)
    parser.add_argument("--process", metavar="COMMAND", help='a local program: "pwsh -NoProfile -NoLogo -s"')
    parser.add_argument("--ssh", metavar="USER@HOST[:PORT]", help="a host's PowerShell 7, by this machine's own ssh")
    parser.add_argument("--subsystem", metavar="NAME", help="with --ssh: not powershell")
    parser.add_argument("--key", dest="key_file", metavar="FILE", help="with --ssh: show this private key")
    parser.add_argument(
        "--ssh-option",
        dest="ssh_options",
        action="append",
        metavar="NAME=VALUE",
        help="with --ssh: as ssh_config has them: ProxyJump=bastion",
    )
    parser.add_argument("--local", action="store_true", help="this machine's own PowerShell, with the modules it has")
    parser.add_argument("--pwsh", metavar="PATH", help="with --local: this PowerShell")
    parser.add_argument(
        "--module", dest="modules", action="append", default=[], metavar="NAME", help="with --local: load this module"
    )
    parser.add_argument(
        "--run",
        default="",
        metavar="TEXT",
        help='with --local: sign in: "Connect-MicrosoftTeams -UseDeviceAuthentication"',
    )
    parser.add_argument("--auth", choices=AUTHENTICATIONS, help="how to sign in")
    parser.add_argument("--configuration", metavar="NAME", help="the session configuration: Microsoft.Exchange")
    parser.add_argument("--ca", metavar="FILE", help="trust this certificate authority (PEM), besides the system's")
    parser.add_argument(
        "--pin", metavar="SHA256:…", help="trust the one certificate, or ssh host key, with this fingerprint"
    )
    parser.add_argument(
        "--proxy",
        action=ProxyAddress,
        metavar="URL",
        help="reach the endpoint through this web proxy (no password here)",
    )
    parser.add_argument("--certificate", metavar="FILE", help="sign in with this client certificate (PEM)")
    parser.add_argument("--certificate-key", metavar="FILE", help="the certificate's key (PEM)")
    parser.add_argument(
        "--allow-host",
        "--allow-redirect",
        dest="redirect_hosts",
        action="append",
        metavar="HOST",
        help="the server, or the discovery, may send us and the credential to this host too",
    )
    asking = parser.add_mutually_exclusive_group()
    asking.add_argument("--prompt", action="store_true", help="ask for the password on the input line, not in a form")
    asking.add_argument("--env", metavar="NAME", help="read the password from this environment variable, and remove it")
    asking.add_argument(
        "--password-fd", type=int, metavar="N", help="read it from this open pipe or file, and close it"
    )
    asking.add_argument("--token-env", metavar="NAME", help="sign in with the token in this environment variable")
    parser.add_argument(
        "--keyring",
        action="store_true",
        help="take the password from the system's keyring; kept there once it was good",
    )
    parser.add_argument(
        "--forget",
        dest="forget_credential",
        action="store_true",
        help="wipe the password as soon as the session is open (not with basic)",
    )
    parser.add_argument("--profile-file", metavar="FILE", help="where the profiles are (TOML), in place of your own")
    asking.add_argument(
        "--oauth", action="store_true", help="sign in in your browser, with MFA if need be; without one, with a code"
    )
    asking.add_argument("--browser", action="store_true", help="the same, in a browser on this machine (needs msal)")
    asking.add_argument(
        "--device-code", action="store_true", help="the same, with a code in a browser anywhere (needs msal)"
    )
    parser.add_argument(
        "--application", metavar="ID", help="sign this application in (OAuth), by its secret or certificate"
    )
    parser.add_argument("--tenant", metavar="ID", help="with --application or --oauth: in this tenant")
    parser.add_argument("--client-secret-env", metavar="NAME", help="with --application: its secret, read and removed")
    parser.add_argument("--environment", metavar="NAME", help="a national cloud: TeamsGCCH, TeamsDOD or TeamsChina")
    parser.add_argument("--override-admin-domain", metavar="DOMAIN", help="the domain to administer (hybrid)")
    parser.add_argument("--override-discovery-uri", metavar="URL", help="where the discovery starts")
    parser.add_argument(
        "--override-powershell-uri", metavar="URL", help="skip the discovery: the endpoint it would find"
    )
    parser.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS", help="give up after (default 60)")
    parser.add_argument("--connect-timeout", type=float, metavar="SECONDS", help="for one connection, TLS in it (10)")
    parser.add_argument("--discovery-timeout", type=float, metavar="SECONDS", help="to find the endpoint (30)")
    parser.add_argument("--operation-timeout", type=float, metavar="SECONDS", help="for the answer to one request (30)")
    parser.add_argument(
        "--idle",
        type=_minutes,
        metavar="MINUTES",
        help="end the session after so long without a command; the next one takes it up again "
        "(default: %%config LyncMagic.idle, 15; 0: never)",
    )
    tape = parser.add_mutually_exclusive_group()
    tape.add_argument("--record", metavar="FILE", help="keep what is asked and answered on a tape, without secrets")
    tape.add_argument("--replay", metavar="FILE", help="have a tape answer in the server's place; nobody signs in")
    parser.add_argument(
        "--mode",
        choices=TAPE_MODES,
        help="with --record: once (replay the tape that is there, else record: the default, but in a CI), "
        "none, all (add to it), rewrite",
    )
    parser.add_argument(
        "--redact", metavar="NAMES", help='with --record: keep these off the tape too: "MobilePhone,*Mail*"'
    )
    parser.add_argument("--name", type=_session_name, metavar="WORD", help="call the session this: eu")
    lanes = parser.add_mutually_exclusive_group()
    lanes.add_argument(
        "--read-only",
        action="store_true",
        help="send only commands named Get-, Test-, Find-, Search-, Measure- and Select-",
    )
    lanes.add_argument("--confirm", action="store_true", help="ask before each call that may change something")
    parser.add_argument("--new", action="store_true", help="open another session where one is open already")
    parser.add_argument("--no-import", action="store_true", help="connect without importing commands")
    _importing(parser)
    for word in ("--password", "--pass", "--pwd", "-p"):
        parser.add_argument(word, nargs="*", action=RefusePassword, help=argparse.SUPPRESS)


def _minutes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= LONGEST_IDLE_MINUTES:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes from 0 (never) to {LONGEST_IDLE_MINUTES}")
    return value


def _session_name(text: str) -> str:
    """A name for a session: a word that is no verb and not like those that sessions get by themselves."""
    if _NAME.fullmatch(text) is None or _USUAL_NAME.fullmatch(text) or text.lower() in VERBS:
        raise argparse.ArgumentTypeError(f"{text!r} cannot name a session; take another word, such as eu")
    return text


def _import(parser: Parser) -> None:
    parser.add_argument("patterns", nargs="*", metavar="PATTERN", help="which commands: Get-Cs* (default: all)")
    parser.add_argument("--session", metavar="ID", help="of this session (default: the current one)")
    _importing(parser)


def _status(parser: Parser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID", help="this session (default: the current one)")


def _use(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID", help="the session's number or name; see %%lync sessions")


def _commands(parser: Parser) -> None:
    parser.add_argument("pattern", nargs="?", default="*", metavar="PATTERN", help="User, Get-* (default: all)")


def _remove(parser: Parser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="these sessions (default: the current one)")
    parser.add_argument("--all", action="store_true", help="all of them")


def _sandbox(parser: Parser) -> None:
    parser.add_argument("action", nargs="?", choices=("start", "stop"), default="start", help="start (default) or stop")
    parser.add_argument("--users", type=int, metavar="N", help="how many users the tenant has (default 200)")
    parser.add_argument("--hang", action="store_true", help="leave the fourth connection hanging, as it was in 2013")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="SPEC",
        help="have something go wrong: command@1:502, delete:503, receive:cut (also while it runs; clear: no more)",
    )
    parser.add_argument("--clock", type=float, metavar="SPEED", help="have its idle times pass so many times as fast")
    parser.add_argument("--dialect", choices=("windows", "omi", "strict"), help="answer as another server does")
    parser.add_argument(
        "--edition",
        choices=("online", "server", "teams", "all"),
        help="whose cmdlets it has (default: Lync Online's 45)",
    )


def _help(parser: Parser) -> None:
    parser.add_argument("verb", nargs="?", metavar="VERB", help="a verb of %%lync")


def _forget(parser: Parser) -> None:
    parser.add_argument("user", nargs="*", action=OneUser, default="", help="whose (default: the current session's)")
    _place(parser)
    parser.add_argument("--profile-file", metavar="FILE", help="where the profiles are (TOML), in place of your own")


def _check(parser: Parser) -> None:
    parser.add_argument("documents", nargs="+", metavar="DOCUMENT", help="a document, or a folder of them")
    parser.add_argument("--lang", metavar="LANGUAGE", help="the language of the documents, if their words do not tell")
    parser.add_argument("--setup", metavar="FILE", help="a script to run before each document")
    parser.add_argument("--explain", action="store_true", help="say which tolerances were needed")
    parser.add_argument("--verbose", action="store_true", help="show what is as told, too")


def _engine(parser: Parser) -> None:
    parser.add_argument("action", nargs="?", choices=("start", "restart", "stop"), help="start it, or start it anew")


def _run_file(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE.ps1", help="the script file")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="-Name value …", help="its parameters, as PowerShell")


def _cell(parser: Parser) -> None:
    parser.add_argument(
        "--engine", choices=("auto", "embedded", "powershell"), help="what runs this cell (%%config LyncMagic.engine)"
    )
    parser.add_argument("session", nargs="?", metavar="SESSION", help="in this session (default: the current one)")
    parser.add_argument("-o", dest="output", type=_variable, metavar="NAME", help="keep the objects as this variable")
    parser.add_argument(
        "--as", dest="kind", choices=KINDS, help="what the objects are kept, or shown, as (%%config LyncMagic.result)"
    )
    parser.add_argument("--quiet", action="store_true", help="show no output and no progress; errors are shown")
    parser.add_argument("--confirm", action="store_true", help="ask before each call that may change something")
    parser.add_argument("--whatif", action="store_true", help="only say what would be changed (-WhatIf)")
    parser.add_argument("--no-stop", action="store_true", help="an error is shown, and does not fail the cell")
    parser.set_defaults(keeps_only=False)
    parser.add_argument(
        "--remote", action="store_true", help="run the cell whole in the session itself, with $using:name variables"
    )


def _variable(text: str) -> str:
    if not text.isidentifier() or keyword.iskeyword(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no variable's name")
    return text


def _log(parser: Parser) -> None:
    parser.add_argument("session", nargs="?", metavar="ID", help="of this session (default: of all)")
    parser.add_argument("--last", type=int, metavar="N", help="only the last N")


def _nothing(_parser: Parser) -> None:
    return


VERBS: Final = {
    verb.name: verb
    for verb in (
        _verb(
            "connect",
            "Sign in, open a session and import its commands.",
            _connect,
            usage="%%lync connect [USER] [--uri URI | --ssh HOST | --process COMMAND] [options]",
        ),
        _verb("import", "Import commands of a session as Python functions.", _import),
        _verb("sessions", "List the sessions.", _nothing),
        _verb("status", "Show all that is known of a session, its server and its seat.", _status),
        _verb("manage", "A panel of the sessions, the seats and the last commands, with buttons.", _nothing),
        _verb("log", "Show what was sent, when, to which tenant, and how it ended.", _log),
        _verb("use", "Make another session the one that commands go to.", _use),
        _verb("commands", "List the imported commands.", _commands),
        _verb("remove", "Remove a session: its commands go, its seat is free.", _remove),
        _verb(
            "reclaim",
            "Take back the seats that notebooks and programs on this machine left behind when they died.",
            _connect,
            usage="%%lync reclaim [USER] [the options of %%lync connect that say where and how to sign in]",
        ),
        _verb("forget", "Remove a password from the system's keyring.", _forget),
        _verb(
            "run",
            "Run a PowerShell script file, with its parameters.",
            _run_file,
            usage="%%lync run FILE.ps1 [-Name value …]",
            forwards=True,
        ),
        _verb("engine", "Show the PowerShell that runs cells; start it anew.", _engine),
        _verb("sandbox", "Start (or stop) the sandbox tenant, to try everything without an account.", _sandbox),
        _verb("check", "Check that documents are still true, against a sandbox tenant of their own.", _check),
        _verb("help", "Show help on a verb.", _help),
    )
}

STATEMENT: Final = re.compile(
    r"(?:(?:foreach|for|while|if|switch)\s*[-(]|(?:do|try)\s*\{|(?:function|filter)\s+\w|throw\b)", re.IGNORECASE
)
"""How a statement of PowerShell begins that is no command."""
OTHER_WORDS: Final = {
    **dict.fromkeys(("login", "logon", "signin", "open"), "connect"),
    **dict.fromkeys(("disconnect", "logout", "logoff", "signout", "close", "exit", "quit", "delete"), "remove"),
    **dict.fromkeys(("list", "ls", "whoami", "who"), "sessions"),
    **dict.fromkeys(("history", "journal"), "log"),
    **dict.fromkeys(("select", "switch"), "use"),
    **dict.fromkeys(("panel", "dashboard"), "manage"),
    "reload": "import",
    "info": "status",
}
"""Words that other programs have for these verbs."""

CELL: Final = _verb(
    "", "Run the cell as PowerShell.", _cell, usage="%%%%lync [SESSION] [-o NAME] [--as KIND] [options]"
)
"""What stands after `%%lync`."""
CELL_OPTIONS: Final = {name: one.takes_value for one in CELL.options() for name in one.names}
"""Its options, and those of a line that is PowerShell: whether a word follows."""

_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_BRACES: Final = re.compile(r"(?<![$@\w])\{\s*(?P<name>[^\W\d]\w*)(?P<rest>[.\[][^{}\s]*)?\s*\}")
KEEPS: Final = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*<<(?:\s+|$)")
"""`name << …`: what comes is kept under this name, and not shown."""


def parsed_cell(line: str) -> argparse.Namespace:
    """What stands after `%%lync`, with `name <<` read as `-o name` that shows nothing. Raises UsageError."""
    keeps = KEEPS.match(line)
    told = CELL.parse(line[keeps.end() :] if keeps is not None else line)
    if keeps is not None:
        told.output, told.keeps_only = keeps["name"], True
    return told


def split_line(line: str, functions: Container[str] = ()) -> tuple[str, str]:
    """A line's options (those of `%%lync`, and a session's name before a command), and the PowerShell after them.
    functions: what cells made, in small letters."""
    rest = line.strip()
    keeps = KEEPS.match(rest)
    at = keeps.end() if keeps is not None else 0
    while True:
        found = _FIRST.match(rest, at)
        word = found[1] if found is not None else ""
        name, equals, _value = word.partition("=")
        if (
            found is None
            or not (name in CELL_OPTIONS or _NAME.fullmatch(word))
            or _is_command(word, rest[found.end() :])
            or word.lower() in functions
            or STATEMENT.match(rest, at)
        ):
            return rest[:at], rest[at:]
        at = found.end()
        if CELL_OPTIONS.get(name) and not equals:
            value = _FIRST.match(rest, at)
            at = value.end() if value is not None else at


def refuse_late_options(text: str) -> None:
    """Raise UsageError where an option of `%lync` stands behind the command, which would send it as a value."""
    command, _, rest = text.strip().partition(" ")
    words = _QUOTED.sub("''", rest).split()
    late = next((word for word in words if word.startswith("--") and word.partition("=")[0] in CELL_OPTIONS), "")
    if late and "-" in command and shutil.which(command) is None:
        value = words[words.index(late) + 1 :][:1] if CELL_OPTIONS.get(late) else []
        raise UsageError(
            f"{late} stands behind the command, which would send it.",
            f"Options of %lync stand before it: %lync {' '.join([late, *value, command])}",
        )


def refuse_braces(text: str, variables: Mapping[str, object], functions: Iterable[str]) -> None:
    """Raise UsageError where `{name}` names a variable of the notebook, as other magics have it: it would be sent as a
    script block. functions: what cells made, which such a block may call."""
    for found in _BRACES.finditer(_QUOTED.sub("''", text)):
        name, rest = found["name"], found["rest"]
        if name in variables and name.lower() not in map(str.lower, functions):
            written = f"$({'$' + name + rest})" if rest else f"${name}"
            raise UsageError(
                f"{found[0]} is a script block to PowerShell, and not the notebook's variable {name}.",
                f"Write {written} in its place.",
            )


def _is_command(word: str, after: str) -> bool:
    """Whether a first word is PowerShell's: nothing follows it that could be a command."""
    return not word.startswith("-") and (not after or after[0] in "|;")


OVERVIEW_END: Final = """
  %lync Get-CsTenant                       run a PowerShell command; x = %lync … keeps its result
  %lync eu Get-CsTenant                    in the session named eu (%lync connect … --name eu)
  %%lync                                   run the whole cell as PowerShell

New here? %lync connect kenmyer@litwareinc.com starts the sandbox tenant; the password is p@ssw0rd!"""


def overview() -> str:
    """What `%lync` alone prints."""
    lines = ["lync_magic: a remote PowerShell session in this notebook.", ""]
    lines += [f"  %lync {verb.name:<34} {verb.summary}" for verb in VERBS.values()]
    return "\n".join(lines) + OVERVIEW_END
