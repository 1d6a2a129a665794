"""The kinds of files that people fill in: which fields each has, and which schema an editor checks it by."""

from typing import NamedTuple

from google.protobuf.descriptor import FieldDescriptor

from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.scenario_pb2 import Scenario
from seawall.v1.stress_service_pb2 import CreateScenarioRequest

from ..client.names import fields_by_file_name
from .amounts import SIZES
from .inputs import TEMPLATE

NAMED_BY_COMMAND = frozenset(("dataset_version_id",))  #: required, but not in a file: --dataset names it


class InputKind(NamedTuple):
    """A kind of file: its fields in their order."""

    name: str
    fields: tuple[FieldDescriptor, ...]
    units: tuple[str, ...] = ()  #: in which its amounts may be, where they are not in major units

    @property
    def schema_file(self) -> str:
        """The name of its schema, which lies beside it."""
        return f"seawall-{self.name}.schema.json"


COMPANY = InputKind("company", tuple(fields_by_file_name(DatasetVersion()).values()), tuple(SIZES))
SCENARIO = InputKind(
    "scenario",
    (*fields_by_file_name(Scenario()).values(), fields_by_file_name(CreateScenarioRequest())[TEMPLATE]),
)
