"""The Python client: what a program imports to call a server.

- stress_client: `StressClient`, one method a call.
- analysis_calls: those of AnalysisService.
- sweep_calls: the calls of sweeps.
- frames: rows of a sweep as data frames, with what is installed.
- credentials: what a caller trusts of a server, and what it shows it.
- handshake: why TLS with a server fails.
- connection: the channel, its patience and its pages.
- streams: months that arrive once each, however often the connection is cut.
- retry: when a failed call is made again.
- errors: what a server refused, typed.
- values: messages as people count, money as Decimal.
- names: what fields and choices are called in files and reports.
"""

from .connection import DEFAULT_ADDRESS
from .credentials import Credentials, CredentialsRefused
from .errors import FieldViolation, SeawallError
from .handshake import NotConnected
from .retry import Retry
from .stress_client import StressClient
from .sweep_calls import Swept
from .values import View, view

__all__ = [
    "DEFAULT_ADDRESS",
    "Credentials",
    "CredentialsRefused",
    "FieldViolation",
    "NotConnected",
    "Retry",
    "SeawallError",
    "StressClient",
    "Swept",
    "View",
    "view",
]
