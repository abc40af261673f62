"""The engine: a PowerShell beside the kernel runs the cell, our session runs its imported commands."""

from lync_magic.powershell.asking import KINDS, Completions, Match, Whole, complete, help_on, inspect, whole
from lync_magic.powershell.blocks import run_block, script, using_names
from lync_magic.powershell.bridge import World
from lync_magic.powershell.cells import CellEnd, Cells
from lync_magic.powershell.commands import item_cmdlets
from lync_magic.powershell.engine import Engine, EngineState
from lync_magic.powershell.output import Display, Sink
from lync_magic.powershell.values import as_powershell

__all__ = [
    "KINDS",
    "CellEnd",
    "Cells",
    "Completions",
    "Display",
    "Engine",
    "EngineState",
    "Match",
    "Sink",
    "Whole",
    "World",
    "as_powershell",
    "complete",
    "help_on",
    "inspect",
    "item_cmdlets",
    "run_block",
    "script",
    "using_names",
    "whole",
]
