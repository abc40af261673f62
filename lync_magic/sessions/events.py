"""What a session reports of itself, beside what its pipelines say."""

from __future__ import annotations

from dataclasses import dataclass

from lync_magic.psrp import Event


@dataclass(frozen=True, slots=True)
class Step(Event):
    """One step of connecting or importing, in the words of `New-CsOnlineSession -Verbose`."""

    text: str
