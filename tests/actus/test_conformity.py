"""Each reference test of the ACTUS standard, event by event, unrounded, at 1e-8."""

import json
from pathlib import Path

import pytest

from tests.actus.__main__ import KNOWN, main
from tests.actus.compare import differences

FOLDER = Path(__file__).resolve().parent.parent / "data/actus"
FILES = sorted(FOLDER.glob("*.json"))


def published():
    for file in FILES:
        for name, test in json.loads(file.read_text(encoding="utf-8")).items():
            marks = [pytest.mark.xfail(strict=True, reason=f"{name} {KNOWN[name]}")] if name in KNOWN else []
            yield pytest.param(test, id=name, marks=marks)


@pytest.mark.parametrize("test", list(published()))
def test_every_event_is_the_published_one(test):
    assert differences(test) == []


def test_the_run_names_what_contradicts_the_standard_and_counts_what_passes(capsys):
    assert main([str(file) for file in FILES]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "65 of 66 passed"
    assert [line.partition(":")[0] for line in lines[:-1] if "expected to fail" in line] == list(KNOWN)


def reference(name: str, **terms: str):
    """A published test with other terms, and copies of its results to change."""
    tests = (test for file in FILES for key, test in json.loads(file.read_text(encoding="utf-8")).items())
    test = next(test for test in tests if test["identifier"] == name)
    return test | {"terms": test["terms"] | terms, "results": [dict(line) for line in test["results"]]}


def turned(test, *unturned: str):
    """The results from the other side of the contract; the payoffs of some types of events keep their sign."""
    for line in test["results"]:
        line["notionalPrincipal"] *= -1
        line["accruedInterest"] *= -1
        line["payoff"] *= 1 if line["eventType"] in unturned else -1
    return test


@pytest.mark.parametrize("role", ["RPA", "RPL"])
def test_accrued_interest_has_no_sign_and_the_role_signs_it(role):
    """100 at the exchange, and so 100 more in the coupon of that day."""
    test = reference("pam01", contractRole=role, accruedInterest="100")
    test["results"][0]["accruedInterest"] = test["results"][1]["payoff"] = 100
    assert differences(test if role == "RPA" else turned(test)) == []


def test_a_liability_changes_hands_for_the_price_and_its_own_accrued_interest():
    """3,000 at 10 %, actual/365, sold on day 29 with 7.00 accrued before: R x (-1) x (1,000 - 30.84) = 969.16."""
    test = turned(reference("pam12", contractRole="RPL", accruedInterest="7"), "PRD", "TD")
    bought, coupon, *_, ended = test["results"]
    bought["accruedInterest"] -= 7
    bought["payoff"] = 1000 + bought["accruedInterest"]
    coupon["payoff"] -= 7
    ended["payoff"] = -2900 + 13.97260273973
    assert differences(test) == []


def test_a_scaled_principal_is_paid_scaled_and_its_balance_stays_as_it_was_lent():
    """The index goes from 100 to 300, 400 and 350: 500 are paid as 1,500, 2,000 and 1,750, interest as it is."""
    test = reference("lam25", scalingEffect="ONO")
    levels, scale = iter([3, 4, 3.5, 6, 20]), 1.0
    for line in test["results"]:
        match line["eventType"]:
            case "SC":
                scale = next(levels)
            case "PR":
                line["payoff"] *= scale
            case "IP":
                line["payoff"] /= scale
    assert [line["payoff"] for line in test["results"] if line["eventType"] == "PR"][4:8] == [1500, 1500, 2000, 2000]
    assert differences(test) == []
