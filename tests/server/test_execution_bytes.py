"""The matrix of an execution is written, byte for byte, as a walk over the values of its months writes them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from seawall.engine import Execution, execute
from seawall.engine.horizon.months import Months
from seawall.engine.month.results import Month
from seawall.server.documents import canonical
from seawall.server.documents.document import _rows, seal, unseal
from seawall.server.wire.months_to_message import written
from seawall.server.wire.to_message import message
from seawall.v1 import execution_pb2 as e
from tests.companies import company, scenario, term_loan
from tests.engine import scale
from tests.engine.groups import every_fourth_group, executions, groups

PARENTS = {"scenario": "sha256:" + "1" * 64, "dataset_version": "sha256:" + "2" * 64}
random_companies = groups if scale.LONG else every_fourth_group


@random_companies
def test_a_document_has_the_bytes_of_a_walk_over_its_months(number):
    for execution in executions(number):
        assert isinstance(execution.months, Months)
        document = seal(execution, **PARENTS)
        assert document == seal(execution._replace(months=tuple(execution.months)), **PARENTS)
        read = unseal(document.body).value
        assert read == execution
        assert list(read.months) == month_by_month(document.body) == list(execution.months)


@random_companies
def test_a_stream_has_the_bytes_of_the_messages_of_its_months(number):
    for execution in executions(number):
        streamed = list(written(execution, 1))
        periods = range(1, execution.horizon_months + 1)
        assert streamed == [period(execution, n).SerializeToString(deterministic=True) for n in periods]
        assert list(written(execution, periods[-2])) == streamed[-2:]
        assert list(written(execution, periods[-1] + 1)) == []


def period(execution: Execution, number: int) -> e.PeriodResult:
    """The message of a month, by a walk over its value."""
    month = execution.months[number - 1]
    facilities = [
        message(e.FacilityMonth, row, facility_id=facility.facility_id, lien=facility.lien)
        for facility, row in zip(execution.facilities, month.facilities, strict=True)
    ]
    categories = [
        message(e.CategoryExposure, row, category=name)
        for name, row in zip(execution.category_names, month.categories, strict=True)
    ]
    covenants = [
        message(e.CovenantTest, test, covenant_id=covenant.covenant_id)
        for covenant, test in zip(execution.metrics.covenants, month.covenants, strict=True)
    ]
    return message(
        e.PeriodResult,
        month,
        period=number,
        period_end=execution.period_ends[number - 1].isoformat(),
        facilities=facilities,
        categories=categories,
        covenants=covenants,
    )


def month_by_month(body: bytes) -> list[Month]:
    fields = json.loads(body)
    return _rows(Month, fields["months"], fields["horizon_months"])


Damage = Callable[[Any], None]


def without_assets() -> Any:
    """The fields of an execution whose collateral is not known, nor the principal of the year before."""
    stress = scenario(PARENTS["dataset_version"])
    return json.loads(
        seal(execute(stress, company(assets=(), instruments=(term_loan(collateral_asset_ids=()),))), **PARENTS).body
    )


def put(*path: str | int, entry: Any) -> Damage:
    """Writes an entry among the months."""

    def damage(fields: Any) -> None:
        *before, last = ("months", *path)
        for step in before:
            fields = fields[step]
        fields[last] = entry

    return damage


REVENUE, DSCR = ("income", "revenue"), ("coverage_month", "dscr")
TWELVE = "coverage_last_twelve_months"
DAMAGED: dict[str, tuple[Damage, str]] = {
    "a month less": (put(*REVENUE, entry="1*23"), "more or fewer months than 24"),
    "a month more": (put(*REVENUE, entry="1*23 2 3"), "more or fewer months than 24"),
    "endless months": (put(*REVENUE, entry="1*999999999999"), "a run of no months, or of more than 24"),
    "a run of none": (put(*REVENUE, entry="1*0 2*24"), "a run of no months"),
    "a run backwards": (put(*REVENUE, entry="1*-1 2*25"), "a run of no months"),
    "a run of a run": (put(*REVENUE, entry="1*2*12"), "a run of a run"),
    "two lines": (put(*REVENUE, entry="1*24\n1*24"), "a second line"),
    "a comma": (put(*REVENUE, entry="1,1*23"), "something else than whole numbers"),
    "a tab": (put(*REVENUE, entry="1\t1*23"), "something else than whole numbers"),
    "a tab at an end": (put(*REVENUE, entry="1 1*23\t"), "something else than whole numbers"),
    "a word": (put(*REVENUE, entry="much*24"), "something else than whole numbers"),
    "nothing": (put(*REVENUE, entry=""), "malformed"),
    "a space at an end": (put(*REVENUE, entry="1*24 "), "malformed"),
    "a sign inside": (put(*REVENUE, entry="1-1 1*22"), "malformed"),
    "a sign alone": (put(*REVENUE, entry="- 1*23"), "malformed"),
    "a fraction": (put(*REVENUE, entry="1.5*24"), "something else than whole numbers"),
    "not known where it must be": (put(*REVENUE, entry="NOT_KNOWN*24"), "something else than whole numbers"),
    "65 bits": (put(*REVENUE, entry="9223372036854775808*24"), "more than 64 bits"),
    "65 bits below 0": (put(*REVENUE, entry="-9223372036854775809*24"), "more than 64 bits"),
    "an amount beyond all": (put(*REVENUE, entry=f"{2**58 + 1}*24"), "an amount beyond"),
    "an amount below all": (put(TWELVE, "cfads", entry=f"{-(2**58) - 1}*24"), "an amount beyond"),
    "a ratio less": (put(*DSCR, entry="1.000000*23"), "a column has more or fewer months than 24"),
    "endless ratios": (put(*DSCR, entry="1.000000*999999999999"), "a run of no months, or of more than 24"),
    "a ratio of 65 bits": (put(*DSCR, entry="9223372036854.775808*24"), "more than 64 bits"),
    "a ratio in words": (put(*DSCR, entry="good*24"), "six digits after a point"),
    "a ratio of five digits": (put(*DSCR, entry="1.00000*24"), "six digits after a point"),
    "a ratio with two points": (put(*DSCR, entry="1.000000.000000*24"), "six digits after a point"),
    "a ratio without a point": (put(*DSCR, entry="1000000*24"), "six digits after a point"),
    "a length with a point": (put(*DSCR, entry="1*0.000024"), "six digits after a point"),
    "a rate of 65 bits": (put("facilities", 0, "rate", entry="9223372037*24"), "more than 64 bits"),
    "a rate in words": (put("facilities", 0, "rate", entry="high*24"), "no decimal"),
    "a rate that is nothing": (put("facilities", 0, "rate", entry="0.05*23 "), "no decimal"),
    "a rate that is a sign": (put("facilities", 0, "rate", entry="-*24"), "no decimal"),
    "a rate of ten digits": (put("facilities", 0, "rate", entry="0.0000000001*24"), "no decimal"),
    "a rate less": (put("facilities", 0, "rate", entry="0.05*23"), "more or fewer months than 24"),
    "endless rates": (
        put("facilities", 0, "rate", entry="0.05*999999999999"),
        "a run of no months, or of more than 24",
    ),
    "no status": (put("coverage_month", "status", entry="splendid*24"), "splendid"),
    "known in some months": (
        put("exposure", "estate_value", entry="NOT_KNOWN*23 1"),
        "something else than whole numbers",
    ),
    "a principal unlike its status": (
        put(TWELVE, "scheduled_principal", entry="NOT_KNOWN*24"),
        "known where its status",
    ),
    "a status unlike its principal": (put(TWELVE, "status", entry="not_known*24"), "known where its status"),
    "the mark of what is not known": (put(TWELVE, "scheduled_principal", entry=f"{-(2**63)}*24"), "where its status"),
    "too many debts": (put("facilities", entry=[{}] * 2_000), "2000 entries"),
    "no month": (lambda fields: fields.update(horizon_months=0), "horizon_months is 0"),
    "too many months": (lambda fields: fields.update(horizon_months=121), "horizon_months is 121"),
}


@pytest.mark.parametrize(("damage", "said"), DAMAGED.values(), ids=DAMAGED)
def test_damaged_months_are_no_months(damage, said):
    fields = without_assets()
    damage(fields)
    with pytest.raises(ValueError, match=said):
        unseal(canonical.encode(fields))
