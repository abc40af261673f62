"""Finding users, rooms and contacts: by identity, -Filter, -LdapFilter, -OU and -ResultSize, alike for every
cmdlet that lists.

Rules of this file: what is not found is reported through the context, and the command goes on with its next
object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from lync_magic.sandbox.engine import failures
from lync_magic.sandbox.engine.coercion import as_text
from lync_magic.sandbox.engine.context import Context, Parameters
from lync_magic.sandbox.engine.describe import has_wildcard, wildcard
from lync_magic.sandbox.engine.entries import Entry, User, entry_matches
from lync_magic.sandbox.engine.failures import CommandError
from lync_magic.sandbox.engine.filters import FilterError, Predicate, parse_filter
from lync_magic.sandbox.engine.ldap import parse_ldap
from lync_magic.sandbox.engine.objects import is_this_tenant

Found = TypeVar("Found", User, Entry)

PROGRESS_FROM = 1000
"""From how many objects a listing reports its progress."""

_REPORTS = 20


def identified_users(context: Context, identity: str, *, wildcards: bool = False) -> Sequence[User]:
    """The users with that identity; none and several different ones are reported.

    wildcards: in display names.
    """
    if wildcards and has_wildcard(identity):
        pattern = wildcard(identity)
        return [one for one in context.tenant.users() if pattern.match(one.person.display)]
    found = context.tenant.find_users(identity)
    if not found:
        context.error(failures.object_not_found(context.command.name, identity))
    return found


def one_user(context: Context, identity: object) -> User | None:
    """The only user with that identity; None when there is none or more than one, which is reported."""
    found = identified_users(context, as_text(identity))
    if len(found) > 1:
        names = [one.distinguished_name for one in found]
        context.error(failures.object_not_unique(context.command.name, as_text(identity), names))
        return None
    return found[0] if found else None


def one_entry(context: Context, entries: Iterable[Entry], identity: object) -> Entry | None:
    """The room or contact with that identity; None when there is none, which is reported."""
    wanted = as_text(identity)
    for entry in entries:
        if entry_matches(entry, wanted):
            return entry
    context.error(failures.object_not_found(context.command.name, wanted))
    return None


def passing(
    context: Context,
    parameters: Parameters,
    objects: Iterable[Found],
    properties: Callable[[Found], Mapping[str, object]],
) -> Iterator[Found]:
    """Those that -Filter, -LdapFilter and -OU let through, at most -ResultSize of them."""
    size = parameters.get("ResultSize")
    left = size if isinstance(size, int) else None
    filters = any(parameters.get(one) for one in ("Filter", "LdapFilter"))
    unit = as_text(parameters.get("OU")).lower()
    tests: list[Predicate] | None = None
    for one in objects:
        if left is not None and left <= 0:
            return
        if filters or unit:
            shown = properties(one)
            if tests is None:
                tests = _parsed(context, parameters, {name.lower(): name for name in shown})
            in_unit = as_text(shown.get("Identity")).lower().endswith(unit)
            if not in_unit or not all(test(shown) for test in tests):
                continue
        if left is not None:
            left -= 1
        yield one


def matching(context: Context, parameters: Parameters, shown: Mapping[str, object]) -> bool:
    """Whether the filters of a command let one object through."""
    names = {name.lower(): name for name in shown}
    return all(test(shown) for test in _parsed(context, parameters, names))


def _parsed(context: Context, parameters: Parameters, names: Mapping[str, str]) -> list[Predicate]:
    tests = []
    for parameter, parse in (("Filter", parse_filter), ("LdapFilter", parse_ldap)):
        text = as_text(parameters.get(parameter))
        if text:
            try:
                tests.append(parse(text, names))
            except FilterError as complaint:
                raise CommandError(failures.bad_filter(context.command.name, text, str(complaint))) from None
    return tests


def scanned(context: Context, objects: Sequence[Found]) -> Iterator[Found]:
    """The same objects, with reports of progress where they are many or slow: at each of them a stop is seen."""
    total = len(objects)
    every = max(1, total // _REPORTS)
    for count, one in enumerate(objects):
        if _is_long(context, total) and count % every == 0:
            context.streams.progress(context.command.name, f"{count} of {total}", count * 100 // total)
        yield one


def scan_ended(context: Context, total: int) -> None:
    """Say that the scan of so many objects is over, if its progress was reported."""
    if _is_long(context, total):
        context.streams.progress(context.command.name, "Completed", completed=True)


def _is_long(context: Context, total: int) -> bool:
    return total >= PROGRESS_FROM or context.tenant.delay_per_object > 0


def of_this_tenant(context: Context, parameters: Parameters) -> bool:
    """Whether -Tenant means this tenant; another one is reported."""
    tenant = parameters.get("Tenant")
    if is_this_tenant(tenant):
        return True
    context.error(failures.wrong_tenant(context.command.name, as_text(tenant)))
    return False
