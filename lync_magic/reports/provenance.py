"""What a report says of itself: whether it is complete, whose answers it holds, when, live or from a tape."""

from __future__ import annotations

import json
from datetime import datetime
from html import escape
from typing import Any

from lync_magic.messages import long_time, number_text, say, spoken
from lync_magic.reports.outcome import Outcome
from lync_magic.safe_text import visible


def banner_html(outcome: Outcome) -> str:
    """The first lines of the page: whether it is complete, and what went wrong."""
    if outcome.state == "ok":
        good = escape(say("Complete: every command succeeded."))
        return f'<header class="lync-banner lync-good" role="status">{good}</header>'
    rows = "".join(f"<li>{escape(visible(spoken(each)))}</li>" for each in outcome.why)
    head = escape(say(_HEADS.get(outcome.state, "Not complete: something failed.")))
    return f'<header class="lync-banner lync-bad" role="alert"><b>{head}</b><ul>{rows}</ul></header>'


def provenance_html(outcome: Outcome) -> str:
    """Where everything on the page is from."""
    rows = [*_run_rows(outcome), *_session_rows(outcome)]
    table = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(visible(text))}</td></tr>' for name, text in rows
    )
    return (
        f'<footer class="lync-provenance"><h2>{escape(say("Provenance"))}</h2>'
        f"<table><tbody>{table}</tbody></table>{_commands(outcome)}</footer>"
    )


def _run_rows(outcome: Outcome) -> list[tuple[str, str]]:
    rows = [(say("Notebook"), outcome.notebook)]
    target = outcome.target or ", ".join(dict.fromkeys(session["target"] for session in outcome.sessions))
    if target:
        rows.append((say("Target"), target))
    if outcome.started:
        started = long_time(datetime.fromisoformat(outcome.started))
        rows.append((say("Run"), say("{when}, for {seconds} s", when=started, seconds=number_text(outcome.seconds, 1))))
    rows.append((say("Cells"), say("{ran} of {cells} ran", ran=outcome.ran, cells=outcome.cells)))
    if outcome.parameters:
        given = (f"{name} = {_written(value)}" for name, value in outcome.parameters.items())
        rows.append((say("Parameters"), ", ".join(given)))
    if outcome.warnings:
        rows.append((say("Warnings"), number_text(outcome.warnings)))
    rows.append((say("Seats"), number_text(outcome.seats)))
    if outcome.versions:
        rows.append((say("Versions"), ", ".join(f"{name} {number}" for name, number in outcome.versions.items())))
    return rows


def _written(value: Any) -> str:
    """A parameter as it was given: text as it is, all else as JSON, which is YAML too."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _session_rows(outcome: Outcome) -> list[tuple[str, str]]:
    rows = []
    for session in outcome.sessions:
        origin = _with_age(session, outcome.started) if session["origin"] else say("live")
        rows.append((say("Session"), say("{user} on {computer}, {origin}", origin=origin, **_who(session))))
    return rows


def _with_age(session: dict[str, str], started: str) -> str:
    """Where its answers are from, and how old they were when the report was run."""
    recorded = session.get("recorded", "")
    if not recorded or not started:
        return session["origin"]
    days = (datetime.fromisoformat(started) - datetime.fromisoformat(recorded)).days
    age = (
        say("1 day old" if days == 1 else "{days} days old", days=number_text(days)) if days else say("of the same day")
    )
    return f"{session['origin']}, {age}"


def _who(session: dict[str, str]) -> dict[str, str]:
    return {"user": session["user"] or session["target"], "computer": session["computer"]}


def _commands(outcome: Outcome) -> str:
    if not outcome.commands:
        return ""
    first, *numbers = (escape(say(name)) for name in _COLUMNS)
    heads = f"<th>{first}</th>" + "".join(f'<th class="lync-n">{name}</th>' for name in numbers)
    rows = "".join(
        f"<tr><td>{escape(visible(each.command))}</td>{_number(number_text(each.times))}"
        f"{_number(number_text(each.seconds, 2))}{_number(number_text(each.failed))}</tr>"
        for each in outcome.commands
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _number(text: str) -> str:
    return f'<td class="lync-n">{text}</td>'


_COLUMNS = ("Command", "Times", "Seconds", "Failed")
_HEADS = {
    "failed": "Not complete: something failed.",
    "sign-in": "Not complete: nobody could sign in.",
    "quota": "Not complete: all seats were taken.",
    "in doubt": "In doubt: a change may have been made, or not.",
    "partial": "Not complete: a result is only a part.",
    "tape": "Not complete: the tape does not hold what was asked.",
    "time limit": "Not complete: the time was over.",
    "could not": "Not complete: it could not be written.",
    "interrupted": "Not complete: it was interrupted.",
}
