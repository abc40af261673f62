"""A password field that keeps no password: what is typed is taken over as soon as it arrives.

Rules of this file: the `value` of the widget is always empty on this side, and is emptied in the browser as
soon as it came; it is never echoed to other clients, never in a widget's saved state, and is taken out of the
message that brought it. While a password is held the field shows dots in place of text. Taking it empties the
field. A kernel that logs its messages (DEBUG) does so before they come here, so those of these fields are kept out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

import ipywidgets as widgets
from traitlets import Unicode, validate
from traitlets.log import get_logger

from lync_magic.clixml import SecureString

HELD = "●●●●●●●●"
"""What an emptied field shows while its password is held: always the same number of dots."""


COMM_LOGGER: Final = "Comm"
"""The logger to which the package comm gives each message, whole."""


class _Unlogged(logging.Filter):
    """Drops what would be logged of the messages of some comms."""

    def __init__(self) -> None:
        super().__init__()
        self._comms: set[str] = set()

    def keep_out(self, comm: str) -> None:
        """The messages of a comm are logged no more, also when it has been closed: the browser may still send."""
        self._comms.add(comm)
        kernels = get_logger()  # a kernel logs where traitlets does
        kernels = kernels.logger if isinstance(kernels, logging.LoggerAdapter) else kernels
        for logger in (logging.getLogger(COMM_LOGGER), kernels):
            logger.addFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log it."""
        if record.levelno > logging.DEBUG:
            return True
        text = record.getMessage()
        return not any(comm in text for comm in self._comms)


_unlogged: Final = _Unlogged()


class SecretField(widgets.Password):  # type: ignore[misc]
    """A masked field. `take` gives what was typed, once.

    on_arrival: called without arguments each time the browser has handed a text over: at Enter, and when the
    field is left.
    on_enter: called when Enter is pressed. The text of this Enter arrives after it (the browser sends the key
    first).
    """

    value = Unicode(help="Always empty.").tag(sync=True, echo_update=False)

    def __init__(self, on_arrival: Callable[[], None], on_enter: Callable[[], None], **traits: Any) -> None:
        self._held: SecureString | None = None
        super().__init__(continuous_update=False, **traits)
        self._on_arrival = on_arrival
        self._on_enter = on_enter
        self.on_msg(self._heard)
        _unlogged.keep_out(self.model_id)

    @property
    def holds_something(self) -> bool:
        """Whether there is a text to take."""
        return self._held is not None

    def take(self) -> SecureString | None:
        """What was typed, or None. The field goes on showing dots until `forget`."""
        held, self._held = self._held, None
        return held

    def forget(self) -> None:
        """Overwrite what was not taken, and empty the field in the browser."""
        held = self.take()
        if held is not None:
            held.wipe()
        self.placeholder = ""
        self.send_state("value")

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """What the browser sends. The text goes from the message into the SecureString and nowhere else."""
        arrived = bool(sync_data.get("value"))
        try:
            if arrived:
                self._held = SecureString(sync_data.pop("value"))
                self.placeholder = HELD
            super().set_state(sync_data)
        finally:
            sync_data.pop("value", None)
            self.send_state("value")
        if arrived:
            self._on_arrival()

    @validate("value")
    def _never_kept(self, _proposal: object) -> str:
        return ""

    def _heard(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        if content.get("event") == "submit":
            self._on_enter()
