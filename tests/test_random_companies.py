"""The random companies and scenarios leave out nothing that an input can say: walked from the fields of the inputs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import MISSING
from typing import Any

from seawall.engine.inputs.company import DatasetVersion
from seawall.engine.inputs.scenario import Scenario
from seawall.engine.values.value import Field, fields_of
from tests.engine import scale
from tests.random_companies import group

SEED, SIZE = 20_261_128, 2
GROUPS = scale.cases(40, 250)
FEWEST = scale.cases(1, 15)  #: companies that use an option


def test_every_option_of_an_input_is_used(capsys):
    """Each member of each choice, each field that is given and each that may be left out."""
    used: Counter[str] = Counter()
    for number in range(GROUPS):
        for scenario, company, _ in group(SEED, number, SIZE):
            used.update({*_options(scenario), *_options(company)})
    options = {*_all_options(Scenario), *_all_options(DatasetVersion)}
    rarest = ", ".join(f"{name} {used[name]}" for name in sorted(options, key=used.__getitem__)[:3])
    with capsys.disabled():
        print(f"\n{len(options)} options in {GROUPS * SIZE} random companies of seed {SEED}; rarest: {rarest}")
    assert {name: used[name] for name in options if used[name] < FEWEST} == {}


def test_a_seed_and_a_number_give_the_same_cases_of_one_horizon():
    cases = group(SEED, 1, 2)
    assert cases == group(SEED, 1, 2)
    assert cases != group(SEED + 1, 1, 2)
    assert {case.scenario.horizon_months for case in cases} == {cases[0].scenario.horizon_months}


def _options(value: Any) -> Iterator[str]:
    """What a value says, and what it leaves out."""
    cls: Any = type(value)
    for field in fields_of(cls):
        content, name = getattr(value, field.name), _name(cls, field)
        if not field.required:
            yield name if content != field.default else f"no {name}"
        items = content if field.repeated else () if content is None else (content,)
        if field.choices:
            yield from (f"{name} {item.value}" for item in items)
        elif field.value:
            for item in items:
                yield from _options(item)


def _all_options(cls: Any) -> set[str]:
    """What a value of this class can say, and leave out."""
    options: set[str] = set()
    for field in fields_of(cls):
        name = _name(cls, field)
        if field.default is not MISSING:
            options |= {name, f"no {name}"}
        if field.choices:
            options |= {f"{name} {choice.value}" for choice in field.choices}
        elif field.value:
            options |= _all_options(field.value)
    return options


def _name(cls: Any, field: Field) -> str:
    return f"{cls.__name__}.{field.name}"
