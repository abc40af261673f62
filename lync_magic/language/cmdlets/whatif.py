"""-WhatIf, -Confirm and -Verbose of what changes something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from lync_magic.language.cmdlets.declare import BoundCall, ParameterSpec
from lync_magic.language.cmdlets.stream import tell
from lync_magic.language.values.enums import enum_value
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.preferences import IMPACT, impact_wanted
from lync_magic.psrp import Choice, ScreenLine, VerboseRecord

WHAT_IF: Final = (
    ParameterSpec("WhatIf", "switch", ("wi",)),
    ParameterSpec("Confirm", "switch", ("cf",)),
)
_NEVER, _LOW, _MEDIUM, _HIGH = range(4)
"""ConfirmImpact: of a cmdlet how much it changes (Medium where it does not say), of `$ConfirmPreference` from where on
the person is asked."""
_ASK: Final = (
    Choice("&Yes", "Continue with only the next step of the operation."),
    Choice("Yes to &All", "Continue with all the steps of the operation."),
    Choice("&No", "Skip this operation and proceed with the next operation."),
    Choice("No to A&ll", "Skip this operation and all subsequent operations."),
)
Choose = Callable[[str, str, Sequence[Choice], int], int]
"""Asks the person: caption, message, choices, the default's place. Raises PromptRefused where nobody can be asked."""


class Confirmation:
    """What the person said for all that is left of one call."""

    def __init__(self) -> None:
        self._for_all: bool | None = None

    def given(self, choose: Choose, message: str, caption: str = "Confirm") -> bool:
        """Whether the person lets it be done."""
        if self._for_all is None:
            answer = choose(caption, message, _ASK, 0)
            if answer in (0, 2):
                return answer == 0
            self._for_all = answer == 1
        return self._for_all


def is_asked(impact: object, preference: object) -> bool:
    """Whether something of an impact is asked for under a `$ConfirmPreference`; None is what PowerShell begins with."""
    wanted = impact_wanted(preference)
    return wanted != _NEVER and enum_value(IMPACT, impact).value >= wanted


def are_you_sure(doing: str) -> str:
    """What the person is asked."""
    return f"Are you sure you want to perform this action?\n{doing}"


def is_verbose(call: BoundCall) -> bool:
    """Whether -Verbose is given; `$VerbosePreference` alone does not make what changes something say so."""
    return to_bool(call.common.get("Verbose", False))


def is_only_said(call: BoundCall) -> bool:
    """Whether a cmdlet without -WhatIf does nothing but say what it would do."""
    return to_bool(call.services.get_variable("WhatIfPreference"))


def only_said(call: BoundCall, action: str, target: str) -> bool:
    """Whether it is not done but said, under `$WhatIfPreference`, by a cmdlet without -WhatIf."""
    hidden = is_only_said(call)
    if hidden:
        call.services.report(ScreenLine(f'What if: Performing the operation "{action}" on target "{target}".'))
    return hidden


def goes_on(call: BoundCall, action: str, target: str) -> bool:
    """Whether to do it: under -WhatIf it is only said, under -Confirm the person says, under -Verbose it is said too.
    Raises PromptRefused where nobody can be asked."""
    doing = f'Performing the operation "{action}" on target "{target}".'
    if call.switch("WhatIf") or (not call.given("WhatIf") and to_bool(call.services.get_variable("WhatIfPreference"))):
        call.services.report(ScreenLine(f"What if: {doing}"))
        return False
    if call.switch("Confirm") or (
        not call.given("Confirm") and is_asked(_MEDIUM, call.services.get_variable("ConfirmPreference"))
    ):
        if call.confirmation is None:
            call.confirmation = Confirmation()
        confirmation: Confirmation = call.confirmation
        return confirmation.given(call.services.evaluator.runtime.choose, are_you_sure(doing))
    also_done(call, action, target)
    return True


def also_done(call: BoundCall, action: str, target: str) -> None:
    """Say under -Verbose what is done as a part of what was let go on."""
    if is_verbose(call):
        tell(call, VerboseRecord(f'Performing the operation "{action}" on target "{target}".'))
