"""Functions and script blocks that are called: their parameters bound, their parts run over the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.language.cmdlets.binder import Bound, Word, bind, failure, find_parameter
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.expressions import known_type
from lync_magic.language.evaluate.flow import Return
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.evaluate.statements import StatementEvaluator
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import NOTHING
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.text import same_text, to_text
from lync_magic.language.values.types import NetType

_SWITCHES: Final = ("switch", "switchparameter", "system.management.automation.switchparameter")
_EMPTY_OF: Final[dict[str, object]] = {
    "System.Int32": 0, "System.Int64": 0, "System.Double": 0.0, "System.Boolean": False, "System.String": "",
}  # fmt: skip


class FunctionEvaluator(StatementEvaluator):
    """Calls what a cell defined."""

    def run_block(
        self, block: Block, words: list[Word], scope: Scope, input: Iterator[object] | None, *, shared: bool = False
    ) -> Iterator[object]:
        """Run a script block or function with its arguments; `shared`: in the caller's scope (`.`)."""
        inner = scope.child(transparent=shared)
        try:
            inner.caller = block.name or inner.caller
            declared = block.declared
            if declared:
                bound, rest = self._bind(block, words, piped=input is not None)
                self._set_parameters(block, bound, inner)
                _set_preferences(bound, inner)
            else:
                bound, rest = None, [item for word in words for item in _loose(word)]
            inner.own["args"] = rest
            yield from self._parts(block, bound, inner, input)
        except Return:
            return

    def _parts(
        self, block: Block, bound: Bound | None, scope: Scope, input: Iterator[object] | None
    ) -> Iterator[object]:
        parts = {part.kind: part for part in block.node.blocks}
        if "process" not in parts:
            scope.own["input"] = list(input) if input is not None else []
        begin, process, end = parts.get("begin"), parts.get("process"), parts.get("end")
        if begin is not None:
            yield from self.run_statements(begin.statements, scope)
        if process is not None:
            piped = _pipeline_parameter(block)
            if input is None:
                yield from self._process(process, scope)
            else:
                for item in input:
                    scope.own["_"] = item
                    if piped is not None and (bound is None or piped.variable.name not in bound.arguments):
                        scope.own[piped.variable.name.lower()] = _typed(piped, item, block.name)
                    yield from self._process(process, scope)
                scope.own["_"] = None
        elif input is not None:
            self._last_item(block, bound, scope)
        if end is not None:
            yield from self.run_statements(end.statements, scope)

    def _last_item(self, block: Block, bound: Bound | None, scope: Scope) -> None:
        """Without `process` a pipeline parameter holds the last object."""
        piped = _pipeline_parameter(block)
        gathered = scope.own["input"]
        if piped is None or not isinstance(gathered, list) or not gathered:
            return
        if bound is None or piped.variable.name not in bound.arguments:
            scope.own[piped.variable.name.lower()] = _typed(piped, gathered[-1], block.name)

    def _process(self, part: s.NamedBlock, scope: Scope) -> Iterator[object]:
        try:
            yield from self.run_statements(part.statements, scope)
        except Return:
            return

    # --- parameters ------------------------------------------------------------------------------------------------

    def _bind(self, block: Block, words: list[Word], *, piped: bool) -> tuple[Bound, list[object]]:
        command = _as_command(block)
        if _advanced(block):
            return bind(command, words, piped=piped), []
        kept: list[Word] = []
        rest: list[object] = []
        positions = sum(1 for spec in command.parameters if spec.position is not None)
        named = {find.name for word in words if word.name is not None and (find := _known(command, word.name))}
        free = positions - sum(1 for spec in command.parameters if spec.name in named and spec.position is not None)
        index = 0
        while index < len(words):
            word = words[index]
            index += 1
            spec = _known(command, word.name) if word.name is not None else None
            if word.name is not None and spec is None:
                rest.extend(_loose(word))
            elif spec is not None:
                kept.append(word)
                if not spec.is_switch and word.value is MISSING and index < len(words):
                    kept.append(words[index])
                    index += 1
            elif free > 0:
                free -= 1
                kept.append(word)
            else:
                rest.append(word.value)
        return bind(command, kept, piped=piped), rest

    def _set_parameters(self, block: Block, bound: Bound, scope: Scope) -> None:
        for declaration in block.declared:
            name = declaration.variable.name
            kind = _declared_type(declaration)
            if kind is not None:
                scope.types[name.lower()] = kind
            if name in bound.arguments:
                value = _typed(declaration, bound.arguments[name], block.name)
                _validate(declaration, value, block.name)
            elif declaration.default is not None:
                value = _typed(declaration, self.evaluate(declaration.default, scope), block.name)
            else:
                value = _EMPTY_OF.get(kind.name) if kind is not None else None
                if _is_switch(declaration):
                    value = False
            scope.own[name.lower()] = value


def _set_preferences(bound: Bound, scope: Scope) -> None:
    """Common parameters of an advanced function hold for what it calls."""
    if bound.common.get("Verbose"):
        scope.own["verbosepreference"] = "Continue"
    for parameter, variable in (("ErrorAction", "erroractionpreference"), ("WarningAction", "warningpreference")):
        if parameter in bound.common:
            scope.own[variable] = bound.common[parameter]


def _loose(word: Word) -> list[object]:
    """An argument that no parameter takes, as `$args` has it."""
    if word.name is None:
        return [word.value]
    return [f"-{word.name}"] if word.value is MISSING else [f"-{word.name}:", word.value]


def _known(command: ClientCommand, name: str) -> ParameterSpec | None:
    try:
        found = find_parameter(command, name)
    except ScriptError:
        return None
    return found if any(found is spec for spec in command.parameters) else None


def _advanced(block: Block) -> bool:
    """Whether it has `[CmdletBinding()]` or `[Parameter()]`: unknown arguments are errors then."""
    if any(attribute.type.name.lower() == "cmdletbinding" for attribute in block.node.attributes):
        return True
    return any(attribute.type.name.lower() == "parameter" for one in block.declared for attribute in one.attributes)


def _named(declaration: s.ParameterDeclaration, attribute_name: str, argument: str) -> e.NamedArgument | None:
    for attribute in declaration.attributes:
        if attribute.type.name.lower() == attribute_name:
            for one in attribute.named:
                if one.name.lower() == argument:
                    return one
    return None


def _flag(declaration: s.ParameterDeclaration, argument: str) -> bool:
    found = _named(declaration, "parameter", argument)
    if found is None:
        return False
    value = found.value
    return value is None or not (isinstance(value, e.Variable) and value.name.lower() == "false")


def _is_switch(declaration: s.ParameterDeclaration) -> bool:
    return any(kind.name.lower() in _SWITCHES for kind in declaration.types)


def _declared_type(declaration: s.ParameterDeclaration) -> NetType | None:
    return known_type(declaration.types[-1]) if declaration.types else None


def _pipeline_parameter(block: Block) -> s.ParameterDeclaration | None:
    return next((one for one in block.declared if _flag(one, "valuefrompipeline")), None)


def _as_command(block: Block) -> ClientCommand:
    explicit = any(_named(one, "parameter", "position") for one in block.declared)
    places = count()
    specs: list[ParameterSpec] = []
    for one in block.declared:
        position: int | None = None
        if _is_switch(one):
            position = None
        elif explicit:
            told = _named(one, "parameter", "position")
            if told is not None and isinstance(told.value, e.Constant) and isinstance(told.value.value, int):
                position = told.value.value
        else:
            position = next(places)
        aliases = tuple(
            to_text(item.value)
            for attribute in one.attributes
            if attribute.type.name.lower() == "alias"
            for item in attribute.positional
            if isinstance(item, e.String)
        )
        specs.append(
            ParameterSpec(
                one.variable.name,
                "switch" if _is_switch(one) else "object",
                aliases,
                position,
                mandatory=_flag(one, "mandatory"),
                by_value=_flag(one, "valuefrompipeline"),
            )
        )
    return ClientCommand(block.name or "", specs, _no_run)


def _no_run(_call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    """A function's body is run by the evaluator; the declaration serves the binder alone."""
    return iter(())


def _typed(declaration: s.ParameterDeclaration, value: object, function: str) -> object:
    made = None if value is NOTHING else value
    for kind in reversed(declaration.types):
        try:
            made = convert(made, known_type(kind))
        except ScriptError as bad:
            name = declaration.variable.name
            message = f"Cannot process argument transformation on parameter '{name}'. {bad.message}"
            error_id = f"ParameterArgumentTransformationError,{function}"
            raise ScriptError(message, error_id, "InvalidData", exception="ParameterBindingException") from None
    return made


def _validate(declaration: s.ParameterDeclaration, value: object, function: str) -> None:
    """`[ValidateSet(…)]`; `check` refuses the other validations."""
    for attribute in declaration.attributes:
        if attribute.type.name.lower() != "validateset":
            continue
        allowed = [to_text(item.value) for item in attribute.positional if isinstance(item, e.String)]
        if not any(same_text(to_text(value), one, case=False) for one in allowed):
            name = declaration.variable.name
            message = (
                f"Cannot validate argument on parameter '{name}'. The argument \"{to_text(value)}\" "
                f"does not belong to the set "
                f'"{",".join(allowed)}" specified by the ValidateSet attribute. Supply an argument '
                f"that is in the set and then "
                "try the command again."
            )
            command = ClientCommand(function, (), _no_run)
            raise failure(command, "ParameterArgumentValidationError", message, "InvalidData")
