"""Functions that are made by their paths: `$function:name = { }`, `Set-Item function:name { }`."""

from __future__ import annotations

from dataclasses import replace

from lync_magic.language.evaluate.blocks import Block, block_of
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.values.collections import NOTHING
from lync_magic.language.values.failures import NotKnownHere, ScriptError


def put_function(name: str, value: object, scope: Scope) -> None:
    """`$function:name = { }`. Raises NotKnownHere for what makes none."""
    functions = scope.holder.functions
    if value is None or value is NOTHING:
        functions.pop(name.lower(), None)
        return
    if type(value) is str:
        try:
            value = block_of(value)
        except ScriptError as bad:
            raise NotKnownHere(f"a function that is made of such a text: {bad.message}") from None
    if not isinstance(value, Block) or value.captured is not None:
        raise NotKnownHere("a function that is made of this value")
    definition = f"function {name} {{{value.text}}}" if value.parameters is None else ""
    functions[name.lower()] = replace(value, name=name, definition=definition, piped=False)
