"""What happens to whom, in words: suppliers and the tax office, each debt, the covenants, the owners."""

from collections.abc import Iterator

from seawall.v1.report_pb2 import CapitalStructureLine, RecoveryLine

from .story import Story
from .wording import counted, month, percent

MOST_DEBTS = 3  #: by name, so that a first page is one page


def parties(story: Story) -> Iterator[tuple[str, str]]:
    """Each party and what it meets, up to the first default or the end of the horizon."""
    yield "Suppliers, staff and tax", _operations(story)
    recovered = {line.facility.facility_id: line for line in story.executive.recovery.lines}
    debts = story.executive.capital_structure
    for line in debts[:MOST_DEBTS]:
        name = line.facility.facility_id
        yield f"{name}, lien {line.facility.lien}", _debt(story, line, recovered.get(name))
    if len(debts) > MOST_DEBTS:
        yield f"{counted(len(debts) - MOST_DEBTS, 'further debt')}", "in the capital structure and under recovery"
    yield "Owners", _owners(story)


def _end(story: Story) -> int:
    return story.aggregated.through_period


def _operations(story: Story) -> str:
    unpaid = story.amounts("shortfalls.operating.outstanding")[_end(story) - 1]
    if not unpaid:
        return "paid in full and on time" if not story.first_default else "paid up to the default"
    return f"{story.unit.amount(unpaid)} unpaid at the end of {month(story, _end(story))}"


def _debt(story: Story, line: CapitalStructureLine, recovered: RecoveryLine | None) -> str:
    """What is in arrears at the end, and what a liquidation would then bring; of a sound company what is still owed."""
    name, period = line.facility.facility_id, _end(story)
    interest = story.amounts("facilities.interest_arrears", name)[period - 1]
    arrears = interest + story.amounts("facilities.overdue", name)[period - 1]
    said = f"{story.unit.amount(arrears)} in arrears" if arrears else "paid as agreed"
    if not story.first_default and not line.closing_balance_minor:
        return f"{said} and repaid within {counted(period, 'month')}"
    if not story.first_default:
        return f"{said}; {story.unit.amount(line.closing_balance_minor)} owed after {counted(period, 'month')}"
    if recovered is None:
        return f"{said}; what a liquidation would bring is not known"
    lost = recovered.claim_minor - recovered.paid_minor
    loss = f", a loss of {story.unit.amount(lost)}" if lost else ""
    return f"{said}; a liquidation then would bring {percent(recovered.share)} of its claim{loss}"


def _owners(story: Story) -> str:
    if not story.first_default:
        equity = story.amounts("position.equity")[_end(story) - 1]
        return f"equity of {story.unit.amount(equity)} at the end"
    if not story.executive.HasField("recovery"):
        return "what a liquidation would leave is not known"
    left = story.executive.recovery.owners_minor
    return f"a liquidation would leave {story.unit.amount(left)}" if left else "a liquidation would leave nothing"
