"""The FullName of a generic .NET type, which names the assembly of each type that it is of."""

from __future__ import annotations

from typing import Final

_SYSTEM, _XML, _AUTOMATION = "b03f5f7f11d50a3a", "cc7b13ffcd2ddd51", "31bf3856ad364e35"
_ASSEMBLIES: Final = (
    ("System.Management.Automation.", "System.Management.Automation, Version=7.6.0.500", _AUTOMATION),
    ("Microsoft.PowerShell.Commands.", "Microsoft.PowerShell.Commands.Utility, Version=7.6.0.500", _AUTOMATION),
    ("System.Xml.", "System.Private.Xml, Version=10.0.0.0", _XML),
    ("System.Text.RegularExpressions.", "System.Text.RegularExpressions, Version=10.0.0.0", _SYSTEM),
    ("System.Uri", "System.Private.Uri, Version=10.0.0.0", _SYSTEM),
    ("System.Net.Mail.", "System.Net.Mail, Version=10.0.0.0", _XML),
    ("System.Net.", "System.Net.Primitives, Version=10.0.0.0", _SYSTEM),
    ("System.Numerics.", "System.Runtime.Numerics, Version=10.0.0.0", _SYSTEM),
    ("System.Collections.Specialized.", "System.Collections.Specialized, Version=10.0.0.0", _SYSTEM),
    ("System.Collections.Generic.S", "System.Collections, Version=10.0.0.0", _SYSTEM),
    ("System.Collections.Queue", "System.Collections.NonGeneric, Version=10.0.0.0", _SYSTEM),
    ("System.Collections.Stack", "System.Collections.NonGeneric, Version=10.0.0.0", _SYSTEM),
    ("", "System.Private.CoreLib, Version=10.0.0.0", "7cec85d7bea7798e"),
)
"""Namespaces, the assemblies of their types, and whose key signs those."""


def qualified(name: str) -> str:
    """A type's FullName, of its name as a text of PowerShell has it: `List`1[System.Int32]`."""
    tick = name.find("`")
    if tick < 0:
        return name
    start = name.index("[", tick)
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
    return f"{name[:start]}[{','.join(map(_argument, arguments))}]{name[end + 1 :]}"


def _argument(name: str) -> str:
    assembly, key = next(told for prefix, *told in _ASSEMBLIES if name.startswith(prefix))
    return f"[{qualified(name)}, {assembly}, Culture=neutral, PublicKeyToken={key}]"
