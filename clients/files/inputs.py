"""What each kind of input file describes: a dataset version, a scenario with its template, an instrument to preview."""

from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.scenario_pb2 import Scenario
from seawall.v1.stress_service_pb2 import PreviewInstrumentRequest

from .messages import build, build_with_amounts
from .tree import Fields, FileFault, FileRefused, Place, Text, place_of

TEMPLATE = "template_name"  #: is beside the scenario in a request, and in its file


#: Names that the files of one kind begin with, what such a file is, and what to do with it.
OF_OTHERS = {
    "entityName": ("company facts", "seawall init FILE --facts FACTS makes a company's file of them"),
    "horizon_months": ("a scenario", "name the company's file first, then the scenario's"),
    "income_statement": ("a company", "name the company's file first, then the scenario's"),
    "instrument": ("an instrument to preview", "seawall schedule shows it"),
}


def dataset_version(tree: Fields) -> DatasetVersion:
    """The figures of a company."""
    _refuse_another_kind(tree, "income_statement", "a company")
    return build_with_amounts(DatasetVersion, tree)


def schedule(tree: Fields) -> PreviewInstrumentRequest:
    """An instrument, the day its cash flows start from, the path of its index and further clauses."""
    return build_with_amounts(PreviewInstrumentRequest, tree)


def scenario(tree: Fields, dataset_version_id: str | None = None) -> tuple[Scenario, str | None]:
    """A scenario and the name of its template, for the dataset version that the caller or the file names."""
    _refuse_another_kind(tree, "horizon_months", "a scenario")
    fields = {name: value for name, value in tree.values.items() if name != TEMPLATE}
    described = build(Scenario, Fields(tree.place, fields, tree.names))
    if dataset_version_id:
        _refuse_another(described.dataset_version_id, dataset_version_id, tree)
        described.dataset_version_id = dataset_version_id
    return described, template(tree)


def _refuse_another_kind(tree: Fields, own: str, kind: str) -> None:
    """Raises FileRefused where a file is plainly of another kind, in place of a fault for each of its fields."""
    for name, (other, instead) in OF_OTHERS.items():
        if name != own and name in tree.values and own not in tree.values:
            raise FileRefused([FileFault(Place(tree.place.file), "", f"is of {other}", f"the file of {kind}", instead)])


def _refuse_another(in_the_file: str, named: str, tree: Fields) -> None:
    if in_the_file not in ("", named):
        field = "dataset_version_id"
        raise FileRefused(
            [FileFault(place_of(tree, field), field, f"found {in_the_file}", f"{named}, which the caller names")]
        )


def template(tree: Fields) -> str | None:
    """The name of a scenario's template, where its file names one."""
    name = tree.values.get(TEMPLATE)
    if name is not None and not isinstance(name, Text):
        raise FileRefused([FileFault(name.place, TEMPLATE, f"found {name.kind}", "the name of a template")])
    return name.text if name else None
