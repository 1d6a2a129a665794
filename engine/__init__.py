"""The core of Seawall: pure, exact, the same bytes for ever. It knows nobody and reads nothing."""

from .analyse import Subject, attribute, find_breaking_point, measure_sensitivity
from .assessment.assess import assess
from .assessment.debt_service import AssessmentTerms
from .assessment.results import Assessment
from .beside import beside
from .execute import check, execute, execute_all
from .horizon.results import Execution
from .inputs.company import DatasetVersion
from .inputs.scenario import Scenario
from .inputs.templates import TEMPLATES
from .values.faults import Fault, Reason, Refused
from .values.model import MODEL

__all__ = [
    "MODEL",
    "TEMPLATES",
    "Assessment",
    "AssessmentTerms",
    "DatasetVersion",
    "Execution",
    "Fault",
    "Reason",
    "Refused",
    "Scenario",
    "Subject",
    "assess",
    "attribute",
    "beside",
    "check",
    "execute",
    "execute_all",
    "find_breaking_point",
    "measure_sensitivity",
]
