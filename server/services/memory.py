"""What a server keeps in memory of the documents that computations stand on: nothing of it ever goes stale.

A document never changes, and was checked against its address as it came. So what is computed may stand on what is kept
here, and no call waits for the database to read it again. What a caller reads is not answered from here: that comes
from the database each time, so that damage is found. Nothing is kept of a tenant that its store did not give to it.
"""

from datetime import date
from typing import Any

from seawall.engine.compile.case import CompiledCase
from seawall.engine.values.kept import Kept

from ..documents.document import unseal
from ..documents.kinds import DocumentKind

INPUT_BYTES, CASE_BYTES = 64 * 2**20, 64 * 2**20  #: of each, of all tenants
#: An input with its value takes about so many bytes for each of its body, a case for each debt, and both some by
#: themselves: measured with tracemalloc on companies of 5 and of 200 loans.
BYTES_A_BYTE, BYTES_AN_INPUT, BYTES_A_DEBT, BYTES_A_CASE = 6, 2 * 2**10, 8 * 2**10, 96 * 2**10


class Input:
    """A stored scenario or dataset version, whose value is read from its bytes at most once."""

    __slots__ = ("_value", "address", "body")

    def __init__(self, address: str, body: bytes) -> None:
        self.address, self.body = address, body
        self._value: Any = None

    @property
    def is_open(self) -> bool:
        """Whether its value was read before."""
        return self._value is not None

    def open(self) -> Any:
        """The value of the bytes. Two threads that open it at once read the same."""
        if self._value is None:
            self._value = unseal(self.body).value
        return self._value


class Memory:
    """What is kept of all tenants, each under its own name."""

    def __init__(self) -> None:
        self._inputs: Kept[Input] = Kept(INPUT_BYTES)
        self._cases: Kept[CompiledCase] = Kept(CASE_BYTES)

    def of(self, tenant: str) -> "TenantMemory":
        """What is kept of one tenant."""
        return TenantMemory(tenant, self._inputs, self._cases)


class TenantMemory:
    """What is kept of one tenant: no other one is answered from it."""

    def __init__(self, tenant: str, inputs: Kept[Input], cases: Kept[CompiledCase]) -> None:
        self._tenant, self._inputs, self._cases = tenant, inputs, cases

    def input(self, kind: DocumentKind, address: str) -> Input | None:
        """The input of this kind and address, if it is kept."""
        return self._inputs.get((self._tenant, kind.name, address))

    def keep(self, kind: DocumentKind, document: Input) -> None:
        """Keeps one that the store of the tenant has."""
        weight = BYTES_AN_INPUT + BYTES_A_BYTE * len(document.body)
        self._inputs.add((self._tenant, kind.name, document.address), document, weight)

    def keep_case(self, case: CompiledCase, scenario: str, dataset_version: str, analysis_date: date) -> None:
        """Keeps the case that the check of a scenario compiled, for its execution."""
        weight = BYTES_A_CASE + BYTES_A_DEBT * len(case.structure.facilities)
        self._cases.add((self._tenant, scenario, dataset_version, analysis_date), case, weight)

    def take_case(self, scenario: str, dataset_version: str, analysis_date: date) -> CompiledCase | None:
        """The case that is kept for an execution, once: what was executed is stored, and is found there."""
        return self._cases.take((self._tenant, scenario, dataset_version, analysis_date))
