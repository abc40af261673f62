"""-WhatIf, -Confirm and -Verbose of cmdlets that change something."""

from __future__ import annotations

from typing import Final

from lync_magic.language.cmdlets.declare import BoundCall, ParameterSpec
from lync_magic.language.values.numeric import to_bool
from lync_magic.psrp import HostLine, VerboseRecord

WHAT_IF: Final = (
    ParameterSpec("WhatIf", "switch", ("wi",)),
    ParameterSpec("Confirm", "switch", ("cf",)),
)


def goes_on(call: BoundCall, action: str, target: str) -> bool:
    """Whether to do it; under -WhatIf it is only said, under -Verbose said too."""
    doing = f'Performing the operation "{action}" on target "{target}".'
    if call.switch("WhatIf") or (not call.given("WhatIf") and to_bool(call.services.get_variable("WhatIfPreference"))):
        call.services.report(HostLine(f"What if: {doing}"))
        return False
    if to_bool(call.common.get("Verbose", False)):  # `$VerbosePreference` alone does not make it say so
        call.services.report(VerboseRecord(doing))
    return True
