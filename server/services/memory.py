"""What a server keeps in memory of the documents that computations stand on: nothing of it ever goes stale.

A document never changes, and was checked against its address as it came. So what is computed may stand on what is kept
here, and no call waits for the database to read it again. What a caller reads is not answered from here: that comes
from the database each time, so that damage is found. Nothing is kept of a tenant that its store did not give to it.
"""

from datetime import date
from typing import Any, NamedTuple

from seawall.engine.compile.case import CompiledCase
from seawall.engine.values.kept import Kept

from ..documents.canonical import decode
from ..documents.document import unseal
from ..documents.kinds import WRITTEN_KINDS, DocumentKind

INPUT_BYTES, CASE_BYTES = 64 * 2**20, 64 * 2**20  #: of each, of all tenants
#: An input with its value takes about so many bytes for each of its body, a case for each debt, and both some by
#: themselves: measured with tracemalloc on companies of 5 and of 200 loans.
BYTES_A_BYTE, BYTES_AN_INPUT, BYTES_A_DEBT, BYTES_A_CASE = 6, 2 * 2**10, 8 * 2**10, 96 * 2**10
MOST_CHECKED = 100_000  #: scenarios that were created and not executed yet


class Input:
    """A stored scenario or dataset version, whose value is read from its bytes at most once in a process.

    `tenant` has it in its store: in no process is another one's work done with what was kept of it.
    """

    __slots__ = ("_summary", "_value", "address", "body", "tenant")

    def __init__(self, address: str, body: bytes, tenant: str = "") -> None:
        self.address, self.body, self.tenant = address, body, tenant
        self._value: Any = None
        self._summary: Summary | None = None

    def open(self) -> Any:
        """The value of the bytes. Two threads that open it at once read the same."""
        if self._value is None:
            self._value = unseal(self.body).value
        return self._value

    @property
    def is_summed_up(self) -> bool:
        """Whether its summary was read before."""
        return self._summary is not None

    def summary(self) -> "Summary":
        """What a call has to know of it, without its value."""
        if self._summary is None:
            fields = decode(self.body)
            if fields["kind"] not in WRITTEN_KINDS:
                self.open()  # refuses
            self._summary = Summary(
                fields.get("parents", {}).get("dataset_version", ""),
                fields.get("horizon_months", 0),
                date.fromisoformat(fields.get("as_of_date", "0001-01-01")),
            )
        return self._summary

    @property
    def weight(self) -> int:
        """The bytes that it takes in memory, once it is open."""
        return BYTES_AN_INPUT + BYTES_A_BYTE * len(self.body)

    def __reduce__(self) -> Any:
        return kept_input, (self.address, self.body, self.tenant)


class Summary(NamedTuple):
    """Of a scenario what it is for and how long it is, of a dataset version its day."""

    dataset_version_id: str
    horizon_months: int
    as_of_date: date


_INPUTS: Kept[Input] = Kept(INPUT_BYTES)  #: of a process that computes for a server
#: The cases that the check of a scenario compiled, for its execution.
_CASES: Kept[CompiledCase] = Kept(CASE_BYTES)


def kept_input(address: str, body: bytes, tenant: str) -> Input:
    """An input that came from another process: that which is open here already, if it is."""
    key = (tenant, address)
    known = _INPUTS.get(key)
    if known is None:
        known = Input(address, body, tenant)
        _INPUTS.add(key, known, known.weight)
    return known


def keep_case(case: CompiledCase, scenario: Input, dataset_version: Input, analysis_date: date) -> None:
    """Keeps the case of a scenario that was checked."""
    weight = BYTES_A_CASE + BYTES_A_DEBT * len(case.structure.facilities)
    _CASES.add(_key(scenario, dataset_version, analysis_date), case, weight)


def take_case(scenario: Input, dataset_version: Input, analysis_date: date) -> CompiledCase | None:
    """The case that is kept for an execution, once: what was executed is stored."""
    return _CASES.take(_key(scenario, dataset_version, analysis_date))


def _key(scenario: Input, dataset_version: Input, analysis_date: date) -> tuple[str, str, str, date]:
    return scenario.tenant, scenario.address, dataset_version.address, analysis_date


class Memory:
    """What is kept of all tenants, each under its own name."""

    def __init__(self) -> None:
        self._inputs: Kept[Input] = Kept(INPUT_BYTES)
        self._checked: Kept[bool] = Kept(MOST_CHECKED)

    def of(self, tenant: str) -> "TenantMemory":
        """What is kept of one tenant."""
        return TenantMemory(tenant, self._inputs, self._checked)


class TenantMemory:
    """What is kept of one tenant: no other one is answered from it."""

    def __init__(self, tenant: str, inputs: Kept[Input], checked: Kept[bool]) -> None:
        self.tenant, self._inputs, self._checked = tenant, inputs, checked

    def input(self, kind: DocumentKind, address: str) -> Input | None:
        """The input of this kind and address, if it is kept."""
        return self._inputs.get((self.tenant, kind.name, address))

    def keep(self, kind: DocumentKind, document: Input) -> None:
        """Keeps one that the store of the tenant has."""
        self._inputs.add((self.tenant, kind.name, document.address), document, document.weight)

    def created(self, inputs: str) -> None:
        """Remembers that a scenario was created here, with the inputs of an execution that nobody had asked for."""
        self._checked.add((self.tenant, inputs), True)

    def is_new(self, inputs: str) -> bool:
        """Whether nobody has executed these inputs since their scenario was created here. Says so once."""
        return self._checked.take((self.tenant, inputs)) is not None
