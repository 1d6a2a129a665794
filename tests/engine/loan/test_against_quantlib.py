"""Our cash flows beside those of QuantLib, equal to the cent."""

from collections import defaultdict
from datetime import date
from random import Random

from seawall.engine.preview.cash_flows import preview
from seawall.engine.preview.preview import Preview
from tests.engine.loan.loans import random_preview
from tests.engine.loan.oracle import Paid, payments

LOANS, SEED = 600, 20_260_101


def ours(request: Preview) -> list[Paid]:
    """Interest and principal by the day of payment, without days on which nothing is paid."""
    paid: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for flow in preview(request):
        paid[flow.event_date][0] += flow.interest
        paid[flow.event_date][1] += flow.principal
    return [Paid(day, *figures) for day, figures in sorted(paid.items()) if any(figures)]


def test_random_loans_are_equal_to_the_cent():
    luck = Random(SEED)
    for number in range(LOANS):
        request = random_preview(luck)
        theirs = [paid for paid in payments(request) if paid.interest or paid.principal]
        assert ours(request) == theirs, f"loan {number} of seed {SEED}: {request}"
    print(f"{LOANS} random loans of seed {SEED} equal to the cent")
