"""The engine: a PowerShell beside the kernel runs the cell, our session runs its imported commands."""

from lync_magic.powershell.bridge import World
from lync_magic.powershell.cells import CellEnd, Cells
from lync_magic.powershell.engine import Engine, EngineState
from lync_magic.powershell.finding import find, how_to_install
from lync_magic.powershell.output import Sink
from lync_magic.powershell.variables import as_powershell

__all__ = ["CellEnd", "Cells", "Engine", "EngineState", "Sink", "World", "as_powershell", "find", "how_to_install"]
