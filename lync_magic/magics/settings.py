"""The settings of a notebook, by IPython's own means: `%config LyncMagic`, and `c.LyncMagic.…` in a profile of IPython.

Rule of this file: a setting is here when more than one line or cell follows it; its help is what `%config` shows.
"""

from __future__ import annotations

from typing import Any, Final

from IPython.core.interactiveshell import InteractiveShell
from traitlets import Enum, Float
from traitlets.config import Configurable

AUTO: Final = "auto"
EMBEDDED: Final = "embedded"
POWERSHELL: Final = "powershell"
LONGEST_IDLE: Final = 24 * 60.0
"""Minutes."""


class LyncMagic(Configurable):
    """`%config LyncMagic.engine = "powershell"`."""

    engine = Enum(
        (AUTO, EMBEDDED, POWERSHELL),
        default_value=AUTO,
        help="What runs %%lync cells: the embedded evaluator, PowerShell, or the first where it knows the cell.",
    ).tag(config=True)

    idle = Float(
        15.0,
        min=0.0,
        max=LONGEST_IDLE,
        help="Minutes without a command after which a session ends, so that its seat is free; 0 for never.",
    ).tag(config=True)


def settings(shell: InteractiveShell) -> LyncMagic:
    """The settings of a shell: the same each time."""
    configurables: Any = shell.configurables
    for one in configurables:
        if isinstance(one, LyncMagic):
            return one
    made = LyncMagic(parent=shell)
    configurables.append(made)
    return made


def forget_settings(shell: InteractiveShell) -> None:
    """The extension is unloaded: `%config` shows its settings no more."""
    configurables: Any = shell.configurables
    configurables[:] = [one for one in configurables if not isinstance(one, LyncMagic)]
