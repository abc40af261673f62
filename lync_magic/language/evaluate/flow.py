"""How `break`, `continue`, `return` and `exit` leave what they are in."""

from __future__ import annotations


class Flow(Exception):
    """Control that leaves a statement; not an error. items: what an assignment around it had gathered by then, which
    is output where it comes to its end."""

    def __init__(self, *told: object) -> None:
        super().__init__(*told)
        self.items: list[object] = []


class LoopFlow(Flow):
    """`break` or `continue`, with a label or ""."""

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.label = label

    def ended(self, label: str) -> list[object]:
        """What a loop with this label puts out where it ends this. Raises it on where another loop is meant."""
        if self.label and self.label.lower() != label.lower():
            raise self
        return self.items


class Break(LoopFlow):
    """`break`."""


class Continue(LoopFlow):
    """`continue`."""


class Return(Flow):
    """`return`, after its value has gone out."""


class Exit(Flow):
    """`exit`: the cell ends. code: what it was given, or 0."""

    def __init__(self, code: int = 0) -> None:
        super().__init__()
        self.code = code
