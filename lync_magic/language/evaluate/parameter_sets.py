"""Which parameters of an advanced function its arguments and the objects piped to it go to, and which of its parameter
sets that leaves: PowerShell's own steps, in its order.

Rules of this file: a set is its name as it was first written; None stands for every set, of which none is chosen yet.
What an object of the pipeline binds is undone before the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from lync_magic.language.cmdlets.binder import Waiting, Word
from lync_magic.language.cmdlets.binding_errors import failure
from lync_magic.language.cmdlets.declare import ClientCommand, ParameterSpec
from lync_magic.language.values.failures import ScriptError

ALL: Final = "*"
Sets = frozenset[str] | None


class Place(NamedTuple):
    """What a parameter is in one set. position: None for a name alone."""

    position: int | None
    mandatory: bool
    by_value: bool
    by_name: bool


@dataclass(frozen=True)
class Declared:
    """A parameter. places: by set, `*` for all."""

    spec: ParameterSpec
    places: Mapping[str, Place]

    @property
    def sets(self) -> frozenset[str]:
        """The sets that it names."""
        return frozenset(self.places) - {ALL}

    def among(self, sets: Sets) -> list[tuple[str, Place]]:
        """What it is in those sets."""
        return [(name, place) for name, place in self.places.items() if sets is None or name == ALL or name in sets]


@dataclass
class _Missing:
    """The mandatory parameters of one set that have no value: those that only the call can give, and those that the
    pipeline may."""

    told: list[str] = field(default_factory=list)
    fed_by_value: list[str] = field(default_factory=list)
    fed_by_name: list[str] = field(default_factory=list)

    @property
    def is_fed(self) -> bool:
        return bool(self.fed_by_value or self.fed_by_name)


Give = Callable[[Declared, bool], bool]
"""Binds a value to a parameter, converted where the second is true; whether that could be."""


class ParameterSets:
    """The parameters of one call that have no value yet, and the sets that are left.

    name: of the set that is chosen, or "".  current: the sets that are left.  waiting: script blocks that are worked
    out for each object.
    """

    def __init__(self, command: ClientCommand, declared: Sequence[Declared]) -> None:
        self.command = command
        self.default = command.default_set
        self.unbound = {one.spec.name: one for one in declared}
        self.current: Sets = None
        self.name = ""
        self.waiting: dict[str, Waiting] = {}
        self._used = frozenset(name for one in declared for name in one.sets)
        first = {self.default} if self.default else ()
        self._names = tuple(dict.fromkeys((*first, *(name for one in declared for name in one.places if name != ALL))))
        self._before: tuple[Sets, dict[str, Declared]] = (None, {})

    def bound(self, name: str) -> None:
        """A parameter has its value: the sets that it does not belong to are out."""
        one = self.unbound.pop(name, None)
        if one is not None and one.sets:
            self.current = one.sets if self.current is None else self.current & one.sets

    # --- arguments -------------------------------------------------------------------------------------------------

    def place(self, loose: list[Word], give: Callable[[Declared, Word, bool], bool]) -> None:
        """Give the values without a name to the positions that are left; `loose` keeps what found none. A parameter
        that has several positions may be given a value at each: the last one stays."""
        free = [one for one in self.unbound.values() if not one.spec.remaining]
        told = [place.position for one in free for _name, place in one.among(self.current)]
        for position in sorted({one for one in told if one is not None}):
            valid = self.current
            there = [
                (one, frozenset(name for name, place in one.among(valid) if place.position == position)) for one in free
            ]
            there = [(one, sets) for one, sets in there if sets]
            if not there:
                continue
            if not loose:
                return
            first: list[Sets] = [frozenset({self.default})] if self._has_default(valid) else []
            for converted in (False, True):
                if any(self._place_one(there, sets, loose[0], give, converted) for sets in (*first, valid)):
                    del loose[0]
                    break

    def _place_one(
        self,
        there: Sequence[tuple[Declared, frozenset[str]]],
        valid: Sets,
        word: Word,
        give: Callable[[Declared, Word, bool], bool],
        converted: bool,
    ) -> bool:
        done = False
        for one, sets in there:
            if (valid is None or ALL in sets or sets & valid) and give(one, word, converted):
                self.bound(one.spec.name)
                done = True
        return done

    def _has_default(self, sets: Sets) -> bool:
        return bool(self.default) and (sets is None or self.default in sets)

    def settle(self, *, waiting: bool, default: bool) -> int:
        """Choose a set where that can be done; how many are left. waiting: objects may still come.  default: the
        default set is taken where there are several. Raises PowerShell's error where it stays open."""
        if self.current is not None and not self.current:
            raise self._ambiguous()
        if self.current is not None and len(self.current) > 1:
            if self._has_default(self.current):
                self.name = self.default
                if default:
                    self.current = frozenset({self.default})
            elif not (waiting and self._may_be_fed()):
                self._by_mandatory()
            return len(self.current)
        left = 1
        if self.current is None:
            left = len(self._names) or 1
            if waiting and self._may_be_fed():
                pass
            elif self.default:
                if default:
                    self.current, left = frozenset({self.default}), 1
            elif left > 1:
                left = self._by_mandatory()
        self.name = self._named()
        return left

    def _named(self) -> str:
        return next(iter(self.current)) if self.current is not None and len(self.current) == 1 else self.default

    def _by_mandatory(self) -> int:
        """The one set whose mandatory parameters all have values."""
        left = self._used if self.current is None else self.current & self._used
        for one in self.unbound.values():
            left -= {name for name, place in one.places.items() if place.mandatory}
        if len(left) != 1:
            raise self._ambiguous()
        self.current = left
        self.name = self._named()
        return 1

    def _may_be_fed(self) -> bool:
        return any(
            place.by_value or place.by_name for one in self.unbound.values() for _, place in one.among(self.current)
        )

    def _ambiguous(self) -> ScriptError:
        message = (
            "Parameter set cannot be resolved using the specified named parameters. One or more parameters issued "
            "cannot be used together or an insufficient number of parameters were provided."
        )
        return failure(self.command, "AmbiguousParameterSet", message)

    def finish(self, supply: Callable[[Sequence[str]], bool], *, piped: bool) -> None:
        """All arguments have their places. supply: asks for what is missing, and binds it; whether it did. Raises
        PowerShell's error for what is missing still and for sets that stay open."""
        left = self.settle(waiting=piped, default=not piped)
        if left > 1 and piped:
            narrowed = self._fed()
            if narrowed != self.current:
                self.current = narrowed
                left = self.settle(waiting=True, default=False)
        missing = self.missing(left, piped=piped)
        if missing and not supply(missing):
            names = " ".join(missing)
            message = f"Cannot process command because of one or more missing mandatory parameters: {names}."
            raise failure(self.command, "MissingMandatoryParameter", message)
        if missing:
            self.settle(waiting=piped, default=not piped)
        if not piped and len(self._names) > 1 and self.current is None:
            if not self.default:
                raise self._ambiguous()
            self.current = frozenset({self.default})
        self._before = self.current, dict(self.unbound)

    def _fed(self) -> Sets:
        """The sets that take objects of the pipeline; those that are left where all or none do."""
        found: set[str] = set()
        for one in self.unbound.values():
            for name, place in one.among(self.current):
                if place.by_value or place.by_name:
                    if name == ALL:
                        return self.current
                    found.add(name)
        if not found:
            return self.current
        return frozenset(found) if self.current is None else self.current & found

    def missing(self, left: int, *, piped: bool) -> list[str]:
        """The mandatory parameters that have no value and get none from the pipeline."""
        gathered: dict[str, _Missing] = {}
        needing: set[str] = set()
        names: list[str] = []
        for one in self.unbound.values():
            for set_name, place in one.among(self.current):
                if not place.mandatory:
                    continue
                held = gathered.setdefault(set_name, _Missing())
                if piped and place.by_value:
                    held.fed_by_value.append(one.spec.name)
                if piped and place.by_name:
                    held.fed_by_name.append(one.spec.name)
                if not (piped and (place.by_value or place.by_name)):
                    held.told.append(one.spec.name)
                needing.add(set_name)
                names.append(one.spec.name)
        if not gathered or not piped:
            return list(dict.fromkeys(names))
        return self._missing_of_piped(gathered, needing, left)

    def _missing_of_piped(self, gathered: Mapping[str, _Missing], needing: set[str], left: int) -> list[str]:
        """The same where objects come: which of several sets is meant may show in them alone."""
        sets: Sets = frozenset(needing - {ALL}) or self.current
        if ALL in needing:
            sets = (frozenset(self._names) or None) if self.current is None else self.current
        if left > 1 and self._has_default(self.current) and sets is not None and self.default not in sets:
            others = [one for name, one in gathered.items() if name not in (ALL, self.default) and one.is_fed]
            if not others:  # the default set misses nothing, and no other can be meant
                sets = (frozenset(self._names) if self.current is None else self.current) - sets
                self.current = sets
                if sets == {self.default}:
                    self.name = self.default
        if sets is None or len(sets) <= 1:
            return self._told(gathered, sets)
        if self.default in sets and self._is_default_meant(gathered):
            self._keep(frozenset({self.default}))
            return self._told(gathered, self.current)
        return self._missing_of_several(gathered, sets)

    def _is_default_meant(self, gathered: Mapping[str, _Missing]) -> bool:
        others = [one for name, one in gathered.items() if name not in (ALL, self.default)]
        own = gathered.get(self.default, _Missing())
        if own.fed_by_name and not any(one.fed_by_name for one in others):
            return True
        return not any(one.is_fed and not one.told for one in others) or bool(gathered.get(ALL, _Missing()).told)

    def _keep(self, sets: frozenset[str]) -> None:
        self.current = sets
        self.name = self._named()

    def _without(self, sets: Iterable[str]) -> frozenset[str]:
        return (frozenset(self._names) if self.current is None else self.current).difference(sets)

    def _missing_of_several(self, gathered: Mapping[str, _Missing], sets: frozenset[str]) -> list[str]:
        """The same where several sets are left and none is the default's: the one that takes objects is meant, and
        those that miss nothing stay."""
        within = {name: one for name, one in gathered.items() if name in sets}
        by_value = [name for name, one in within.items() if one.fed_by_value]
        by_name = [name for name, one in within.items() if one.fed_by_name]
        one_by_value = by_value[0] if len(by_value) == 1 else ""
        one_by_name = by_name[0] if len(by_name) == 1 else ""
        chosen = one_by_value if not by_name or one_by_value == one_by_name else one_by_name if not by_value else ""
        lacking = [name for name, one in gathered.items() if one.told and (name == ALL or name in within)]
        chosen = chosen or (one_by_value if lacking else "")
        if chosen:
            apart = frozenset({chosen})
            self._keep(apart if within[chosen].told else self._without(set(gathered) - {ALL, chosen}))
            return self._told(gathered, apart)
        if lacking and len(by_value) <= 1 and len(by_name) <= 1:
            raise self._ambiguous()
        if set(lacking) - {ALL}:
            self._keep(self._without(lacking))
            if not self.current:
                raise self._ambiguous()
        return []

    @staticmethod
    def _told(gathered: Mapping[str, _Missing], sets: Sets) -> list[str]:
        found = (held.told for name, held in gathered.items() if sets is None or name == ALL or name in sets)
        return list(dict.fromkeys(name for names in found for name in names))

    # --- objects of the pipeline -----------------------------------------------------------------------------------

    def feed(self, give_value: Give, give_named: Give) -> bool:
        """Bind an object of the pipeline; whether any parameter took it. Raises PowerShell's error where that leaves
        several sets."""
        self.current, unbound = self._before
        self.unbound = dict(unbound)
        done = False
        for give, named, converted in (
            (give_value, False, False), (give_named, True, False), (give_value, False, True), (give_named, True, True),
        ):  # fmt: skip
            if self._feed_by(give, named, converted):
                self.settle(waiting=True, default=True)
                done = True
        self.settle(waiting=False, default=True)
        return done

    def _feed_by(self, give: Give, named: bool, converted: bool) -> bool:
        valid = self.current
        if self._has_default(valid):
            if self._feed_sets(frozenset({self.default}), give, named, converted):
                return True
            if valid is None:
                valid = frozenset(self._names)
            valid = valid - {self.default}
        return self._feed_sets(valid, give, named, converted)

    def _feed_sets(self, sets: Sets, give: Give, named: bool, converted: bool) -> bool:
        done = False
        for one in reversed(list(self.unbound.values())):
            places: Iterable[Place] = (place for _name, place in one.among(sets))
            if any(place.by_name if named else place.by_value for place in places) and give(one, converted):
                self.bound(one.spec.name)
                done = True
        return done

    def lacking(self) -> list[str]:
        """The mandatory parameters of the set that an object was bound in, which it did not fill."""
        return self.missing(1 if self.current is None else len(self.current), piped=False)
