"""Everything that a report to people needs, fetched once: the three views, and what they stand on."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from seawall.v1.analysis_service_pb2 import AttributeResponse
from seawall.v1.common_pb2 import Ratio
from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.execution_pb2 import ExecutionHeader
from seawall.v1.log_pb2 import Receipt
from seawall.v1.report_pb2 import AggregatedReport, ExecutiveReport, Line, Report, ReportView
from seawall.v1.scenario_pb2 import Scenario

from ..client import StressClient
from ..client.values import micros
from .unit import Unit, unit_named, unit_of

Key = tuple[str, str, str]


def key(line: Line) -> Key:
    """What identifies a line of an execution."""
    return line.section, line.item, line.figure


def monthly_amounts(line: Line) -> list[int | None]:
    """The amounts of a line in minor units, month 1 first; None for the months of which it is not known."""
    return [None] * max(line.known_from_period - 1, 0) + list(line.amounts_minor)


class LogRecord(NamedTuple):
    """The record of an execution in the log: what its receipt proves, and what never changes of it."""

    number: int
    leaf_hash: str  #: SHA-256 of a zero byte and the record's bytes, hex: its leaf in the tree (RFC 6962)


class VariantRun(NamedTuple):
    """What the same company comes to under another scenario, or a changed company under the same."""

    name: str
    report: AggregatedReport
    funds_minor: tuple[int, ...]  #: liquidity less what is unpaid, at the end of each month


class Story(NamedTuple):
    """One execution with all of its reports, and what its page is to show beside them."""

    company: DatasetVersion
    scenario: Scenario
    header: ExecutionHeader
    lines: Mapping[Key, Line]  #: of the granular view, in its order
    aggregated: AggregatedReport
    executive: ExecutiveReport
    minimum_cash_minor: int
    report_ids: dict[str, str]  #: by view
    log_record: LogRecord
    causes: AttributeResponse | None = None  #: what each does to `funds_minor`; None where that is not known
    actions: tuple[VariantRun, ...] = ()  #: the whole scenario, each with one action
    has_variants: bool = False  #: whether causes were attributed and actions run
    units: str = ""  #: of UNITS, what amounts are written in; "" for the unit of the reports' sentences

    @property
    def company_name(self) -> str:
        return self.company.company_name

    @property
    def currency(self) -> str:
        return self.header.currency

    @property
    def minor_digits(self) -> int:
        return self.header.minor_digits

    @property
    def unit(self) -> Unit:
        """The unit that amounts are written in."""
        if self.units:
            return unit_named(self.units, self.currency, self.minor_digits)
        return unit_of(self.header.opening_total_assets_minor, self.currency, self.minor_digits)

    @property
    def first_default(self) -> int:
        """The month of the first default; 0 where there is none."""
        return self.aggregated.headline_figures.first_default_period

    def is_after_default(self, period: int) -> bool:
        """Whether a month is that of the default or a later one."""
        return 0 < self.first_default <= period

    @property
    def months(self) -> range:
        return range(1, self.header.horizon_months + 1)

    @property
    def funds_minor(self) -> int:
        """Liquidity less what is unpaid, in the last month of the headline."""
        last = self.aggregated.through_period - 1
        unpaid = self.amounts("shortfalls.total_outstanding")[last]
        return self.amounts("month.available_liquidity")[last] - unpaid

    def line(self, path: str, item: str = "") -> Line:
        """One line by its path: position.cash, or facilities.closing_balance of an item."""
        section, _, figure = path.rpartition(".")
        return self.lines[section, item, figure]

    def amounts(self, path: str, item: str = "") -> Sequence[int]:
        """The amounts of a line, in minor units, month 1 first."""
        return self.line(path, item).amounts_minor

    def ratios(self, path: str) -> Sequence[Ratio]:
        """The ratios of a line, month 1 first."""
        return self.line(path).ratios

    def ratios_in_micros(self, path: str) -> list[int | None]:
        """The same in millionths; None where a ratio has no value."""
        return list(map(micros, self.ratios(path)))


async def scenario_of(client: StressClient, header: ExecutionHeader) -> Scenario:
    """The scenario of an execution; a replay may stand on another dataset version than the one it was made for."""
    scenario_dataset = (await client.evidence(header.scenario_id)).parents[0].address
    return (await client.scenario(header.scenario_id, scenario_dataset)).scenario


async def granular(client: StressClient, execution_id: str) -> Report:
    """Every line of an execution."""
    return (await client.report(execution_id, ReportView.REPORT_VIEW_GRANULAR)).report


async def fetch_story(client: StressClient, execution_id: str) -> Story:
    """The three views of an execution, with its company and its scenario."""
    header = (await client.execution(execution_id)).header
    stored = {
        name.removeprefix("REPORT_VIEW_").lower(): await client.report(execution_id, name)
        for name in ReportView.keys()[1:]
    }
    return Story(
        company=(await client.dataset_version(header.dataset_version_id)).dataset_version,
        scenario=await scenario_of(client, header),
        header=header,
        lines={key(line): line for line in stored["granular"].report.granular.lines},
        aggregated=stored["aggregated"].report.aggregated,
        executive=stored["executive"].report.executive,
        minimum_cash_minor=stored["executive"].report.minimum_cash_minor,
        report_ids={view: answer.report_id for view, answer in stored.items()},
        log_record=record_of((await client.proof(execution_id)).receipt),
    )


def record_of(receipt: Receipt) -> LogRecord:
    """The record that a receipt is about; the second line of its tlog-proof carries the bytes."""
    body = b64decode(receipt.tlog_proof.splitlines()[1].removeprefix("extra "))
    return LogRecord(receipt.seq, sha256(b"\0" + body).hexdigest())
