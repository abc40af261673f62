"""-WhatIf and -Confirm of cmdlets that change something."""

from __future__ import annotations

from typing import Final

from lync_magic.language.cmdlets.declare import BoundCall, ParameterSpec
from lync_magic.language.values.numeric import to_bool
from lync_magic.psrp import HostLine

WHAT_IF: Final = (
    ParameterSpec("WhatIf", "switch", ("wi",)),
    ParameterSpec("Confirm", "switch", ("cf",)),
)


def goes_on(call: BoundCall, action: str, target: str) -> bool:
    """Whether to do it; under -WhatIf it is only said."""
    if call.switch("WhatIf") or (not call.given("WhatIf") and to_bool(call.services.get_variable("WhatIfPreference"))):
        call.services.report(HostLine(f'What if: Performing the operation "{action}" on target "{target}".'))
        return False
    return True
