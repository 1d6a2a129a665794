"""The core of Seawall: pure, exact, the same bytes for ever. It knows nobody and reads nothing."""

from seawall.engine.assessment import assess
from seawall.engine.assessment_results import Assessment
from seawall.engine.company import DatasetVersion
from seawall.engine.debt_service import AssessmentTerms
from seawall.engine.execute import check, execute, execute_all
from seawall.engine.faults import Fault, Reason, Refused
from seawall.engine.results import MODEL, Execution
from seawall.engine.scenario import TEMPLATES, Scenario

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
    "assess",
    "check",
    "execute",
    "execute_all",
]
