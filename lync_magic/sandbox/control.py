"""What a running sandbox can be told by whoever started it: a line on its stdin, answered by a line of JSON on stdout.

| line           | what it does                                        | answer                                    |
|----------------|-----------------------------------------------------|-------------------------------------------|
| `pass SECONDS` | puts the sandbox's clock forward; idle sessions end | `{"now": …}`, seconds by that clock       |
| `seats`        |                                                     | `{"seats": [{"shell", "owner", …}, …]}`   |
| `end [SHELL]`  | ends a session, or all, as a server's end would     | as `seats`                                |
| `journal`      |                                                     | `{"journal": […]}`, as `journal` has it   |
| `fault SPEC`   | adds a mishap, as `mishaps` has them                | as `faults`                               |
| `faults`       |                                                     | `{"faults": [{"spec", "seen", …}, …]}`    |
| `clear`        | takes all mishaps away                              | as `faults` before                        |

Rules of this file: it runs on the event loop; what it does not understand is answered by `{"error": …}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias

from lync_magic.sandbox import fields
from lync_magic.sandbox.clock import Clock
from lync_magic.sandbox.descriptions import state
from lync_magic.sandbox.journal import Journal
from lync_magic.sandbox.mishaps import Mishaps
from lync_magic.sandbox.shells import ShellTable

_Verb: TypeAlias = Callable[[str], Mapping[str, object]]


class Control:
    """Answers lines."""

    def __init__(self, shells: ShellTable, clock: Clock, journal: Journal, mishaps: Mishaps) -> None:
        self._shells = shells
        self._clock = clock
        self._journal = journal
        self._mishaps = mishaps
        self._verbs: dict[str, _Verb] = {
            "pass": self._pass,
            "seats": self._seats,
            "end": self._end,
            "journal": self._entries,
            "fault": self._add_fault,
            "faults": self._faults,
            "clear": self._clear,
        }

    def answer(self, line: str) -> str:
        """Do what a line says; what came of it, as JSON."""
        word, _, rest = line.strip().partition(" ")
        verb = self._verbs.get(word)
        if verb is None:
            return json.dumps({"error": f"{word!r} is none of {', '.join(self._verbs)}."})
        try:
            return json.dumps(verb(rest.strip()))
        except ValueError as error:
            return json.dumps({"error": str(error)})

    def _pass(self, seconds: str) -> Mapping[str, object]:
        self._clock.skip(float(seconds))
        self._shells.end_idle()
        return {"now": self._clock.now()}

    def _end(self, shell_id: str) -> Mapping[str, object]:
        ended = [one for one in self._shells.all() if shell_id.upper() in ("", fields.as_text(one.id))]
        if shell_id and not ended:
            raise ValueError(f"There is no session {shell_id}.")
        for shell in ended:
            self._shells.remove(shell)
        return self._seats("")

    def _entries(self, _nothing: str) -> Mapping[str, object]:
        return {"journal": self._journal.entries()}

    def _add_fault(self, spec: str) -> Mapping[str, object]:
        self._mishaps.add(spec)
        return self._faults("")

    def _faults(self, _nothing: str) -> Mapping[str, object]:
        return {"faults": self._mishaps.told()}

    def _clear(self, _nothing: str) -> Mapping[str, object]:
        told = self._faults("")
        self._mishaps.clear()
        return told

    def _seats(self, _nothing: str) -> Mapping[str, object]:
        return {
            "seats": [
                {
                    "shell": fields.as_text(one.id),
                    "owner": one.request.account.user_name,
                    "state": state(one),
                    "commands": [fields.as_text(command) for command in one.command_ids],
                    "waiting": one.waiting,
                    "age": one.age,
                    "inactivity": one.inactivity,
                    "idle_timeout": one.idle_timeout,
                }
                for one in self._shells.all()
            ]
        }
