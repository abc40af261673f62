"""What becomes of a cell's output besides being shown: kept under a name, as records or as another library's kind."""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from IPython.display import display

from lync_magic.errors import DependencyMissing
from lync_magic.magics.notebook import Notebook
from lync_magic.magics.settings import RECORDS
from lync_magic.records import Records

_PACKAGES: Final = {"pandas": "pandas", "polars": "polars", "arrow": "pyarrow"}


@dataclass(frozen=True)
class Keeping:
    """What is done with output. name: the variable that keeps it, or None.  kind: one of `settings.KINDS`.

    shown: whether it is shown too.
    """

    name: str | None = None
    kind: str = RECORDS
    shown: bool = True

    @classmethod
    def told(cls, told: argparse.Namespace, kind: str, *, quiet: bool) -> Keeping:
        """What a line says, where it says something; else the notebook's settings. Raises DependencyMissing."""
        chosen = told.kind or kind
        package = _PACKAGES.get(chosen)
        if package is not None and importlib.util.find_spec(package) is None:
            raise DependencyMissing(package, f"--as {chosen}", chosen)
        return cls(told.output, chosen, not (told.quiet or quiet or told.keeps_only))

    @property
    def shows_as_it_comes(self) -> bool:
        """Whether each statement's output is shown as it comes, as what it is."""
        return self.shown and self.kind == RECORDS

    @property
    def gathers(self) -> bool:
        """Whether the output is needed whole at the end."""
        return self.name is not None or (self.shown and self.kind != RECORDS)

    def made(self, output: Any) -> Any:
        """The output as the kind that was asked for; what is no objects stays what it is."""
        if self.kind == RECORDS or not isinstance(output, Records):
            return output
        if self.kind == "pandas":
            return output.to_pandas()
        if self.kind == "arrow":
            return output.to_arrow()
        import polars

        return polars.from_arrow(output.to_arrow())


SHOWN: Final = Keeping()
"""Shown as it comes, and kept nowhere."""


def keep(notebook: Notebook, keeping: Keeping, items: Sequence[object]) -> None:
    """Do with a cell's whole output what was asked for; what is shown as it comes has been shown."""
    if not keeping.gathers:
        return
    made = keeping.made(items if isinstance(items, Records) else Records.from_values(items))
    if keeping.name is not None:
        notebook.variables[keeping.name] = made
    if keeping.shown and keeping.kind != RECORDS:
        display(made)
