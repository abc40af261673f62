"""The FullName of a generic .NET type, which names the assembly of each type that it is of."""

from __future__ import annotations

from typing import Final

_NET: Final = "b03f5f7f11d50a3a"
_OTHER_NET: Final = "cc7b13ffcd2ddd51"
_ASSEMBLIES: Final = (
    ("System.Management.Automation.", "System.Management.Automation, Version=7.6.0.500", "31bf3856ad364e35"),
    ("Microsoft.PowerShell.Commands.", "Microsoft.PowerShell.Commands.Utility, Version=7.6.0.500", "31bf3856ad364e35"),
    ("System.Xml.", "System.Private.Xml, Version=10.0.0.0", _OTHER_NET),
    ("System.Text.RegularExpressions.", "System.Text.RegularExpressions, Version=10.0.0.0", _NET),
    ("System.Uri", "System.Private.Uri, Version=10.0.0.0", _NET),
    ("System.Collections.Generic.S", "System.Collections, Version=10.0.0.0", _NET),
    ("System.Collections.Queue", "System.Collections.NonGeneric, Version=10.0.0.0", _NET),
    ("System.Collections.Stack", "System.Collections.NonGeneric, Version=10.0.0.0", _NET),
    ("System.Collections.Specialized.", "System.Collections.Specialized, Version=10.0.0.0", _NET),
    ("System.Console", "System.Console, Version=10.0.0.0", _NET),
    ("System.Net.Mail.", "System.Net.Mail, Version=10.0.0.0", _OTHER_NET),
    ("System.Net.Sec", "System.Net.Requests, Version=10.0.0.0", _NET),
    ("System.Net.", "System.Net.Primitives, Version=10.0.0.0", _NET),
    ("System.Numerics.", "System.Runtime.Numerics, Version=10.0.0.0", _NET),
    ("System.Security.Cryptography.", "System.Security.Cryptography, Version=10.0.0.0", _NET),
    ("System.Security.Principal.", "System.Security.Principal.Windows, Version=10.0.0.0", _NET),
    ("", "System.Private.CoreLib, Version=10.0.0.0", "7cec85d7bea7798e"),
)
"""How the names of types begin, the assemblies of those, and whose key signs those."""


def parted(name: str) -> tuple[str, list[str], str]:
    """A generic type's name, those in its brackets, and what stands behind them."""
    start = name.index("[", name.index("`"))
    arguments, depth, end = [""], 0, start
    for end in range(start + 1, len(name)):
        letter = name[end]
        if letter == "]" and not depth:
            break
        depth += (letter == "[") - (letter == "]")
        if letter == "," and not depth:
            arguments.append("")
        else:
            arguments[-1] += letter
    return name[:start], arguments, name[end + 1 :]


def qualified(name: str) -> str:
    """A type's FullName, of its name as a text of PowerShell has it: `List`1[System.Int32]`."""
    if "`" not in name:
        return name
    outer, arguments, rest = parted(name)
    return f"{outer}[{','.join(map(_argument, arguments))}]{rest}"


def _argument(name: str) -> str:
    assembly, key = next(told for prefix, *told in _ASSEMBLIES if name.startswith(prefix))
    return f"[{qualified(name)}, {assembly}, Culture=neutral, PublicKeyToken={key}]"
