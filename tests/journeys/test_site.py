"""The site that `make docs` builds: every call, message and refusal is on it, and it loads nothing from elsewhere.

Needs what the docs extra brings; `make docs` installs that, builds strictly, and then runs this.
"""

import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from seawall.engine.values.faults import Reason
from seawall.server.services.errors import CODES
from seawall.v1 import (
    assessment_pb2,
    common_pb2,
    covenant_pb2,
    dataset_pb2,
    debt_service_pb2,
    echo_pb2,
    evidence_service_pb2,
    execution_pb2,
    loan_pb2,
    log_pb2,
    options_pb2,
    report_pb2,
    scenario_pb2,
    stress_service_pb2,
)
from tests.journeys.serving import ROOT

pytest.importorskip("sphinx")
pytest.importorskip("myst_parser")
pytest.importorskip("furo")

CALLS = (stress_service_pb2, evidence_service_pb2)
MESSAGES = (
    *(common_pb2, dataset_pb2, loan_pb2, covenant_pb2, scenario_pb2, echo_pb2, execution_pb2),
    *(debt_service_pb2, assessment_pb2, report_pb2, log_pb2, options_pb2),
)
LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "object": "data"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Built strictly: a warning is an error, and a link that leads nowhere is a warning."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", str(folder / "doctrees")]
    done = subprocess.run([*command, str(ROOT / "docs"), str(folder / "html")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "html"


def page(site, name):
    return (site / f"{name}.html").read_text(encoding="utf-8")


def test_every_call_has_its_place(site):
    text = page(site, "api")
    for file in CALLS:
        for service in file.DESCRIPTOR.services_by_name.values():
            assert f'id="{service.name.lower()}"' in text
            assert [method.name for method in service.methods if f'id="{method.name.lower()}"' not in text] == []


@pytest.mark.parametrize(("name", "files"), [("api", CALLS), ("api-messages", MESSAGES)])
def test_every_message_and_enum_has_its_place_with_every_field(site, name, files):
    text = page(site, name)
    for file in files:
        for message in file.DESCRIPTOR.message_types_by_name.values():
            assert f'id="api-{message.name.lower()}"' in text, message.name
            assert [field.name for field in message.fields if f">{field.name}<" not in text] == []
        for enum in file.DESCRIPTOR.enum_types_by_name.values():
            assert [value.name for value in enum.values if f">{value.name}<" not in text] == []


def test_every_reason_is_told_with_the_code_that_the_server_gives_it(site):
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", page(site, "errors"), re.S)]
    codes = {trouble.name: code.name for trouble, code in CODES.items()}
    codes |= {reason.name: "INVALID_ARGUMENT" for reason in Reason}
    assert {name: cells[cells.index(name) + 1] for name in codes} == codes


def test_nothing_is_loaded_from_elsewhere(site):
    for path in site.glob("*.html"):
        loaded = Loaded()
        loaded.feed(path.read_text(encoding="utf-8"))
        assert [address for address in loaded.addresses if re.match(r"(https?:)?//", address)] == [], path.name
    for path in [*site.glob("_static/**/*.css")]:
        assert re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", path.read_text(encoding="utf-8")) == [], (
            path.name
        )


class Loaded(HTMLParser):
    """What a page asks a browser to fetch."""

    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag in LOADS and values.get(LOADS[tag]) and values.get("rel") != "canonical":
            self.addresses.append(values[LOADS[tag]])
