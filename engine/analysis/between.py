"""What lies between two scenarios of one company: some of the way from one to the other, or some assumptions of each.

Both have one horizon and one posture, and what acts acts over one course: a neutral side has none of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, NamedTuple

from ..inputs.scenario import NEUTRAL, Assumptions, Course, Scenario
from ..numbers.exact import half_even
from ..values.faults import Fault, Reason, Refused
from ..values.units import NANO, Kind, Measure, Unit
from ..values.value import Value, decimal_text, fields_of, outside

Path = tuple[int, ...]
Ends = tuple[Path, Path]

RELEASE, RATE_FACTOR = "inventory_release_share", "interest_rate_change_factor"
#: The assumptions that are numbers, each with its unit; the scope of the rate factor goes with that factor.
UNITS: dict[str, Unit] = {field.name: field.unit for field in fields_of(Assumptions) if field.unit}
NUMBERS: dict[str, int] = {name: NEUTRAL.get(name, 0) for name in UNITS}  #: with the value that changes nothing
LONGEST_NAME = 150  #: letters of a scenario's name that the name of what lies beside it repeats


AssumptionName = Annotated[str, Unit(Kind.TEXT, 1, 64, r"[a-z_]{1,64}", "an assumption that is a number, by its name")]
AssumptionValue = Annotated[
    int, Unit(Kind.DECIMAL, -365 * NANO, 365 * NANO, allowed="the range of the assumption, at most 9 fractional digits")
]


@dataclass(frozen=True, slots=True)
class AssumptionWay(Value):
    """An assumption from a value to another, each constant: left out, it starts where the scenario has it."""

    assumption: AssumptionName
    to_value: AssumptionValue
    from_value: AssumptionValue | None = None


class Between(NamedTuple):
    """Two scenarios that differ in numbers alone."""

    origin: Scenario  #: as it was stored
    base: Scenario  #: the same, over the course on which the target acts
    target: Assumptions
    differing: tuple[str, ...]  #: the assumptions that are not the same in both
    steps: int  #: the whole way: as many as the assumption makes on its grid that makes the most

    def grid(self, name: str) -> int:
        """The step of an assumption: 10^-9, or a whole day where it begins and ends on whole days."""
        return _grid(name, self.ends(name))

    def ends(self, name: str) -> Ends:
        """The values of an assumption on both sides, equally many."""
        return _ends(self.base.assumptions, self.target, name)

    def at(self, step: int) -> Scenario:
        """The scenario after so many steps: f = base + (target - base) x step / steps, rounded half-even once.

        Each assumption is on its own grid. From 1 to 0.65 in 35 steps of 0.01, the tenth is 0.90.
        """
        if step == 0:
            return self.origin
        moved = {name: tuple(value for (value,) in path) for name, path in self.values([step]).items()}
        name = f"{self.base.name[:LONGEST_NAME]}, severity {decimal_text(severity_of(step, self.steps))}"
        return replace(self.base, name=name, assumptions=with_paths(self.base.assumptions, moved))

    def values(self, steps: Sequence[int]) -> dict[str, list[list[int]]]:
        """What moves, after each of so many steps: of an assumption, for every value of its path a row."""
        return {name: self._moved(name, steps) for name in self.differing}

    def _moved(self, name: str, steps: Sequence[int]) -> list[list[int]]:
        grid, (here, there) = self.grid(name), self.ends(name)
        return [
            [begin + grid * half_even((end - begin) * step, grid * self.steps) for step in steps]
            for begin, end in zip(here, there, strict=True)
        ]

    def mixed(self, names: tuple[str, ...]) -> Scenario:
        """The base with the target's values of these assumptions."""
        return replace(
            self.base,
            assumptions=with_paths(self.base.assumptions, {name: path_of(self.target, name) for name in names}),
        )


def severity_of(step: int, steps: int) -> int:
    """How far that is, from 0 to 1, in nanos.  10 of 35 steps is 0.285714286."""
    return half_even(step * NANO, steps)


def between(base: Scenario, target: Assumptions, course: Course | None, field: str) -> Between:
    """The way from a scenario to other assumptions over a course; `field` is the path of both in the request.

    Raises `Refused` where they differ in nothing, or in more than numbers: the course and the scope of the rate factor,
    where neither side leaves them without effect.
    """
    faults = [*_two_courses(base, target, course, field), *_two_scopes(base.assumptions, target, field)]
    if not faults and all(path_of(base.assumptions, name) == path_of(target, name) for name in NUMBERS):
        faults = [
            Fault(field, Reason.CONFLICT, "the assumptions of the base", "at least one that differs from the base")
        ]
    if faults:
        raise Refused(faults)
    scope = (
        target.interest_rate_scope
        if _is_neutral(base.assumptions, RATE_FACTOR)
        else base.assumptions.interest_rate_scope
    )
    acting = course if is_neutral(base.assumptions) else base.course
    here, there = (
        replace(with_paths(side, _paths(side)), interest_rate_scope=scope) for side in (base.assumptions, target)
    )
    try:
        replace(base, assumptions=there, course=acting)
    except Refused as refused:
        raise Refused(fault.under(field) for fault in refused.faults) from None
    return way(base, here, there, acting)


def along(base: Scenario, one_way: AssumptionWay, field: str) -> Between:
    """The way of one assumption, all others as the base has them; `field` is the path of the way in the request.

    Raises `Refused` where a value is outside the range of the assumption, both are the same, or none is where to start.
    """
    faults = [*value_faults(one_way.assumption, {"from_value": one_way.from_value, "to_value": one_way.to_value})]
    if faults:
        raise Refused(fault.under(field) for fault in faults)
    own, begin = path_of(base.assumptions, one_way.assumption), one_way.from_value
    if begin is None and len(own) > 1:
        allowed = f"a value to start from: the scenario has {len(own)} of {one_way.assumption}"
        raise Refused([Fault(f"{field}.from_value", Reason.REQUIRED, "nothing", allowed)])
    begin = own[0] if begin is None else begin
    if begin == one_way.to_value:
        raise Refused(
            [Fault(f"{field}.to_value", Reason.CONFLICT, decimal_text(begin), "another value than the start")]
        )
    here, there = (with_paths(base.assumptions, {one_way.assumption: (value,)}) for value in (begin, one_way.to_value))
    return way(base, here, there, base.course)


def value_faults(assumption: str, values: Mapping[str, int | None]) -> Iterator[Fault]:
    """An assumption that is none, or values of it outside its range, each by its field."""
    unit = UNITS.get(assumption)
    if unit is None:
        yield Fault("assumption", Reason.UNKNOWN_REFERENCE, assumption, " ".join(UNITS))
        return
    for field, value in values.items():
        fault = None if value is None else outside(unit, value)
        if fault:
            yield fault.under(field)


def way(scenario: Scenario, base: Assumptions, target: Assumptions, course: Course | None) -> Between:
    """The way between two sets of assumptions over one course; the scenario is its first step if it has the base's."""
    differing = tuple(name for name in NUMBERS if path_of(base, name) != path_of(target, name))
    steps = 0
    for name in differing:
        here, there = ends = _ends(base, target, name)
        steps = max(steps, *(abs(end - begin) // _grid(name, ends) for begin, end in zip(here, there, strict=True)))
    origin = scenario
    if _paths(scenario.assumptions) != _paths(base):
        origin = replace(scenario, name=f"{scenario.name[:LONGEST_NAME]}, severity 0", assumptions=base)
    return Between(origin, replace(scenario, assumptions=base, course=course), target, differing, steps)


def _ends(base: Assumptions, target: Assumptions, name: str) -> Ends:
    """The values of an assumption on both sides, equally many: the last one holds beyond."""
    here, there = path_of(base, name), path_of(target, name)
    longest = max(len(here), len(there))
    return here + here[-1:] * (longest - len(here)), there + there[-1:] * (longest - len(there))


def _grid(name: str, ends: Ends) -> int:
    is_days = UNITS[name].measure is Measure.DAYS
    return NANO if is_days and all(value % NANO == 0 for path in ends for value in path) else 1


def _two_courses(base: Scenario, target: Assumptions, course: Course | None, field: str) -> list[Fault]:
    if course == base.course or is_neutral(base.assumptions) or is_neutral(target):
        return []
    return [Fault(f"{field}.course", Reason.CONFLICT, "another course than the base", "the course of the base")]


def _two_scopes(base: Assumptions, target: Assumptions, field: str) -> list[Fault]:
    same = base.interest_rate_scope is target.interest_rate_scope
    if same or any(_is_neutral(side, RATE_FACTOR) for side in (base, target)):
        return []
    name, allowed = f"{field}.assumptions.interest_rate_scope", f"that of the base, {base.interest_rate_scope.name}"
    return [Fault(name, Reason.CONFLICT, target.interest_rate_scope.name, allowed)]


def is_neutral(assumptions: Assumptions) -> bool:
    """Whether no path changes anything."""
    return all(_is_neutral(assumptions, name) for name in NEUTRAL)


def _is_neutral(assumptions: Assumptions, name: str) -> bool:
    return path_of(assumptions, name) == (NUMBERS[name],)


def path_of(assumptions: Assumptions, name: str) -> Path:
    """The values of an assumption, equal ones at the end once."""
    value = getattr(assumptions, name)
    path: Path = value if isinstance(value, tuple) else (value,)
    while len(path) > 1 and path[-1] == path[-2]:
        path = path[:-1]
    return path


def _paths(assumptions: Assumptions) -> dict[str, Path]:
    return {name: path_of(assumptions, name) for name in NUMBERS}


def with_paths(assumptions: Assumptions, paths: dict[str, Path]) -> Assumptions:
    """The assumptions with other values of some; the release share has one for all months."""
    changes: dict[str, Any] = {name: path[0] if name == RELEASE else path for name, path in paths.items()}
    return replace(assumptions, **changes)
