"""Functions and script blocks that are called: their parameters bound, their parts run over the pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Final

from lync_magic.clixml import MISSING, ObjectLike
from lync_magic.language.cmdlets.binder import Bound, Word, bind, find_parameter
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.cmdlet_value import CmdletValue, invocation
from lync_magic.language.evaluate.common import Common, common_of
from lync_magic.language.evaluate.core import said_within
from lync_magic.language.evaluate.expressions import known_type
from lync_magic.language.evaluate.flow import Return
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.evaluate.statements import StatementEvaluator
from lync_magic.language.evaluate.validation import attribute, check_mandatory, is_parameter_bool, validate
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.source import Extent
from lync_magic.language.values.collections import (
    NOTHING,
    ArrayList,
    Hashtable,
    SwitchParameter,
    is_collection,
    plain,
)
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import enum_value
from lync_magic.language.values.failures import Ended, ScriptError, Stopping
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, type_of

_SWITCHES: Final = ("switch", "switchparameter", "system.management.automation.switchparameter")
_LAST_PLACE: Final = 1_000_000
"""Of a parameter that takes all that is left."""
_TEXTS: Final = ("string", "system.string")
_EMPTY_OF: Final[dict[str, object]] = {
    "System.Int32": 0, "System.Int64": 0, "System.Double": 0.0, "System.Boolean": False, "System.String": "",
}  # fmt: skip


class FunctionEvaluator(StatementEvaluator):
    """Calls what a cell defined."""

    def run_block(
        self,
        block: Block,
        words: list[Word],
        scope: Scope,
        input: Iterator[object] | None,
        *,
        shared: bool = False,
        place: Extent | None = None,
        failing: list[bool] | None = None,
    ) -> Iterator[object]:
        """Run a script block or function with its arguments; `shared`: in the caller's scope (`.`)."""
        around = scope if block.captured is None else scope.around(block.captured)
        inner = around.child(transparent=shared)
        if around is not scope and (item := scope.get("_")) is not MISSING:
            inner.own["_"] = item
        common = Common("", inner.sink)
        try:
            inner.caller = block.name or inner.caller
            bound: Bound | None = None
            if block.declared or _advanced(block):
                bound, rest = self._bind(block, words, piped=input is not None)
                common = common_of(bound, scope)
                inner.sink = common.sink
                self._set_parameters(block, bound, inner)
                if shared:  # `.` and a cell's head: the parameters are the caller's variables
                    for declaration in block.declared:
                        name = declaration.variable.name
                        scope.set(name, inner.own.pop(name.lower()))
                _set_preferences(bound, inner)
            else:
                rest = [item for word in words for item in _loose(word)]
            inner.own["args"] = rest
            inner.own["psboundparameters"] = Hashtable(_given_to(bound))
            inner.own["myinvocation"] = invocation(
                block, inner.own["psboundparameters"], rest, place, piped=input is not None
            )
            if _advanced(block):
                inner.own["pscmdlet"] = CmdletValue(self, block, bound, inner)
            for item in self._parts(block, bound, inner, input):
                if common.output is not None:
                    common.output.append(item)
                if common.pipeline_variable:
                    scope.set(common.pipeline_variable, item)
                yield item
        except Return as returned:
            yield from returned.items
        except (ScriptError, Stopping) as raised:
            said_within(raised.error if isinstance(raised, Stopping) else raised, block.name or "<ScriptBlock>")
            if isinstance(raised, Ended):  # it ends the function; to the caller it is the error of one statement
                raise raised.error from None
            raise
        finally:
            if failing is not None and getattr(inner.own.get("pscmdlet"), "failed", False):
                failing.append(True)
            if not shared:
                common.finish(scope)

    def _parts(
        self, block: Block, bound: Bound | None, scope: Scope, input: Iterator[object] | None
    ) -> Iterator[object]:
        parts = {part.kind: part for part in block.node.blocks}
        if block.is_filter and "process" not in parts and "end" in parts:
            parts = {"process": parts["end"]}
        if "process" not in parts:
            scope.own["input"] = list(input) if input is not None else []
        begin, process, end = parts.get("begin"), parts.get("process"), parts.get("end")
        if begin is not None:
            yield from self._process(begin, scope)
        if process is not None:
            if input is None:
                yield from self._process(process, scope)
            else:
                for item in input:
                    scope.own["_"] = item
                    if self._take(block, bound, scope, item):
                        yield from self._process(process, scope)
                scope.own["_"] = None
        elif input is not None:
            self._last_item(block, bound, scope)
        if end is not None:
            yield from self.run_statements(end.statements, scope)

    def _take(self, block: Block, bound: Bound | None, scope: Scope, item: object) -> bool:
        """Bind an object of the pipeline to the parameters that take it; whether that could be."""
        if bound is None:
            return True
        taking = [one for one in block.declared if one.variable.name not in bound.arguments]
        by_value = [one for one in taking if _flag(one, "valuefrompipeline")]
        by_name = [one for one in taking if _flag(one, "valuefrompipelinebypropertyname")]
        if not by_value and not by_name:
            return True
        found = False
        held = scope.own["psboundparameters"]
        assert isinstance(held, Hashtable)
        for declaration in by_value:
            if _fits_plainly(declaration, item) or (not by_name and not _is_object(item)):
                found |= self._taken(declaration, item, block, scope, held)
        if not found:
            for declaration in by_name:
                value = _named_value(declaration, item)
                if value is not MISSING:
                    found |= self._taken(declaration, value, block, scope, held)
        if not found:
            for declaration in by_value:
                found |= self._taken(declaration, item, block, scope, held)
        if not found:
            message = (
                "The input object cannot be bound to any parameters for the command either because the command does "
                "not "
                "take pipeline input or the input and its properties do not match any of the parameters that take "
                "pipeline input."
            )
            error = ScriptError(
                message, f"InputObjectNotBound,{block.name}", "InvalidArgument", target=item,
                exception="ParameterBindingException", activity=block.name,
            )  # fmt: skip
            self.failed(error, scope)
        return found

    def _taken(
        self, declaration: s.ParameterDeclaration, value: object, block: Block, scope: Scope, held: Hashtable
    ) -> bool:
        try:
            made = _typed(declaration, value, block)
        except ScriptError:
            return False
        self._check(declaration, made, block.name, scope, given=True)
        scope.own[declaration.variable.name.lower()] = made
        held[declaration.variable.name] = made
        return True

    def _last_item(self, block: Block, bound: Bound | None, scope: Scope) -> None:
        """Without `process` a pipeline parameter holds the last object."""
        gathered = scope.own["input"]
        if isinstance(gathered, list) and gathered:
            self._take(block, bound, scope, gathered[-1])

    def _process(self, part: s.NamedBlock, scope: Scope) -> Iterator[object]:
        try:
            yield from self.run_statements(part.statements, scope)
        except Return as returned:
            yield from returned.items

    # --- parameters ------------------------------------------------------------------------------------------------

    def _bind(self, block: Block, words: list[Word], *, piped: bool) -> tuple[Bound, list[object]]:
        command = _as_command(block)
        if _advanced(block):
            bound = bind(command, words, piped=piped, defaults=self._defaults(command))
            common = dict(bound.common)
            arguments = dict(bound.arguments)
            for name in ("WhatIf", "Confirm"):
                if _asks(block) and name in arguments:
                    common[name] = arguments.pop(name)
            return Bound(arguments, common, bound.set_name, bound.order), []
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
                if word.value is MISSING and index < len(words) and words[index].name is None:
                    rest.append(words[index].value)
                    index += 1
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
                value = _typed(declaration, bound.arguments[name], block)
                self._check(declaration, value, block.name, scope, given=True)
                bound.arguments[name] = value
            elif declaration.default is not None:
                value = _typed(declaration, plain(self.evaluate(declaration.default, scope)), block)
            else:
                value = _EMPTY_OF.get(kind.name) if kind is not None else None
                if _is_switch(declaration):
                    value = SwitchParameter(False)
            scope.own[name.lower()] = value

    def _check(
        self, declaration: s.ParameterDeclaration, value: object, function: str, scope: Scope, *, given: bool
    ) -> None:
        told = attribute(declaration, "validatenotnullorempty") or attribute(declaration, "validatenotnull")
        if given and _flag(declaration, "mandatory") and told is None:
            check_mandatory(declaration, value, function)
        validate(
            declaration,
            value,
            function,
            lambda node: self.evaluate(node, scope),
            lambda block, item: self.valuer(block, scope)(item),
        )


def _given_to(bound: Bound | None) -> list[tuple[object, object]]:
    """`$PSBoundParameters`: what was given, the common parameters among it."""
    if bound is None:
        return []
    given = bound.common | bound.arguments
    return [(name, given[name]) for name in dict.fromkeys((*bound.order, *bound.arguments)) if name in given]


def _set_preferences(bound: Bound, scope: Scope) -> None:
    """Common parameters of an advanced function hold for what it calls."""
    for parameter, variable in (("Verbose", "verbosepreference"), ("Debug", "debugpreference")):
        if parameter in bound.common:
            scope.own[variable] = _action("Continue" if to_bool(bound.common[parameter]) else "SilentlyContinue")
    for parameter, variable in (
        ("ErrorAction", "erroractionpreference"), ("WarningAction", "warningpreference"),
        ("InformationAction", "informationpreference"), ("WhatIf", "whatifpreference"),
        ("ProgressAction", "progresspreference"),
    ):  # fmt: skip
        if parameter in bound.common:
            value = bound.common[parameter]
            scope.own[variable] = to_bool(value) if parameter == "WhatIf" else _action(value)


def _action(value: object) -> object:
    return enum_value("System.Management.Automation.ActionPreference", value)


def _is_object(item: object) -> bool:
    return isinstance(item, ObjectLike) and item.base is MISSING


def _fits_plainly(declaration: s.ParameterDeclaration, item: object) -> bool:
    """Whether a parameter takes an object without converting it."""
    kind = _declared_type(declaration)
    return (
        kind is None
        or kind.name == "System.Object"
        or type_of(item) == kind.name
        or (kind.name == "System.Management.Automation.PSObject")
    )


def _named_value(declaration: s.ParameterDeclaration, item: object) -> object:
    if isinstance(item, Mapping) and not isinstance(item, ObjectLike):
        return MISSING  # a table's entries are no properties
    names = [declaration.variable.name]
    found = attribute(declaration, "alias")
    if found is not None:
        names += [to_text(one.value) for one in found.positional if isinstance(one, e.String)]
    for name in names:
        value = get_property(item, name)
        if value is not MISSING:
            return value
    return MISSING


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
    if any(one.type.name.lower() == "cmdletbinding" for one in block.node.attributes):
        return True
    return any(one.type.name.lower() == "parameter" for item in block.declared for one in item.attributes)


def _named(declaration: s.ParameterDeclaration, attribute_name: str, argument: str) -> e.NamedArgument | None:
    for one in declaration.attributes:
        if one.type.name.lower() == attribute_name:
            for item in one.named:
                if item.name.lower() == argument:
                    return item
    return None


def _flag(declaration: s.ParameterDeclaration, argument: str) -> bool:
    found = _named(declaration, "parameter", argument)
    if found is None:
        return False
    value = found.value
    return value is None or not (isinstance(value, e.Variable) and value.name.lower() == "false")


def _binding(block: Block, argument: str) -> e.NamedArgument | None:
    """An argument of `[CmdletBinding(…)]`."""
    for one in block.node.attributes:
        if one.type.name.lower() == "cmdletbinding":
            for item in one.named:
                if item.name.lower() == argument:
                    return item
    return None


def _asks(block: Block) -> bool:
    """Whether it has -WhatIf and -Confirm."""
    found = _binding(block, "supportsshouldprocess")
    return found is not None and not (isinstance(found.value, e.Variable) and found.value.name.lower() == "false")


def _is_switch(declaration: s.ParameterDeclaration) -> bool:
    return any(kind.name.lower() in _SWITCHES for kind in declaration.types)


def _declared_type(declaration: s.ParameterDeclaration) -> NetType | None:
    return known_type(declaration.types[-1]) if declaration.types else None


def _as_command(block: Block) -> ClientCommand:
    explicit = any(_named(one, "parameter", "position") for one in block.declared)
    positional = _binding(block, "positionalbinding")
    by_place = positional is None or not (
        isinstance(positional.value, e.Variable) and positional.value.name.lower() == "false"
    )
    places = count()
    specs: list[ParameterSpec] = []
    for one in block.declared:
        position: int | None = None
        if explicit:
            told = _named(one, "parameter", "position")
            if told is not None and isinstance(told.value, e.Constant) and isinstance(told.value.value, int):
                position = told.value.value
        elif by_place and not _is_switch(one):
            last = _flag(one, "valuefromremainingarguments")
            position = _LAST_PLACE if last else next(places)
        found = attribute(one, "alias")
        aliases = tuple(to_text(item.value) for item in found.positional if isinstance(item, e.String)) if found else ()
        specs.append(
            ParameterSpec(
                one.variable.name,
                "switch" if _is_switch(one) else "object",
                aliases,
                position,
                mandatory=_flag(one, "mandatory"),
                sets=_sets(one),
                remaining=_flag(one, "valuefromremainingarguments"),
                by_value=_flag(one, "valuefrompipeline") or _flag(one, "valuefrompipelinebypropertyname"),
                spelled=any(kind.name.lower() in _TEXTS for kind in one.types),
            )
        )
    if _asks(block):
        specs += [ParameterSpec("WhatIf", "switch", ("wi",)), ParameterSpec("Confirm", "switch", ("cf",))]
    default = _binding(block, "defaultparametersetname")
    chosen = to_text(default.value.value) if default is not None and isinstance(default.value, e.String) else ""
    return ClientCommand(block.name or "", specs, _no_run, default_set=chosen)


def _sets(declaration: s.ParameterDeclaration) -> tuple[str, ...]:
    """The parameter sets that its attributes name."""
    made = []
    for one in declaration.attributes:
        if one.type.name.lower() == "parameter":
            for item in one.named:
                if item.name.lower() == "parametersetname" and isinstance(item.value, e.String):
                    made.append(item.value.value)
    return tuple(made)


def _no_run(_call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    """A function's body is run by the evaluator; the declaration serves the binder alone."""
    return iter(())


_LIST: Final = "System.Collections.ArrayList"


def _one_as_list(value: object) -> object:
    """What a parameter of ArrayList gets: one value is a list of it."""
    if value is None or is_collection(value):
        return convert(value, NetType(_LIST))
    return ArrayList([value])


def _typed(declaration: s.ParameterDeclaration, value: object, block: Block) -> object:
    """An argument as its parameter's type has it."""
    function = block.name
    made = None if value is NOTHING else value
    if _is_switch(declaration) and isinstance(made, bool):
        return SwitchParameter(made)
    for kind in reversed(declaration.types):
        wanted = known_type(kind)
        try:
            bad = is_parameter_bool(wanted, made)
            if bad is not None:
                raise bad
            if wanted.name == "System.String" and is_collection(made) and _advanced(block):
                raise ScriptError("Cannot convert value to type System.String.", "", "InvalidData")
            made = _one_as_list(made) if wanted.name == _LIST else convert(made, wanted)
        except ScriptError as problem:
            name = declaration.variable.name
            message = f"Cannot process argument transformation on parameter '{name}'. {problem.message}"
            error_id = "ParameterArgumentTransformationError" + (f",{function}" if function else "")
            exception = "ParameterBindingArgumentTransformationException"
            raise ScriptError(message, error_id, "InvalidData", exception=exception, activity=function) from None
    return made
