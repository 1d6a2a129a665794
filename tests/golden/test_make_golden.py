"""`make golden` takes new bytes only under a new name, and says which documents would have changed in silence."""

import asyncio
import shutil
from importlib import import_module

import pytest

from seawall.engine.horizon import records
from seawall.engine.sentences import reports
from seawall.server.documents import document
from seawall.server.documents.kinds import DATASET_VERSION, REPORT, SCENARIO, SWEEP_PLAN
from tests.golden import pinned
from tests.golden.__main__ import made, main, repin

WATCHING = {"teahouse.as_it_is.report.executive"}  #: the one pinned document that says WATCH


@pytest.fixture(scope="module")
def today():
    """The documents of today's code."""
    return asyncio.run(made())


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(pinned.FOLDER, tmp_path / "golden")


def changed(folder):
    """The names of the documents whose bytes are no longer those that are committed."""
    return {name for name, body in pinned.pinned().items() if pinned.pinned(folder)[name] != body}


def refused(capsys):
    """The names of the documents that the refusal gives."""
    first, *lines = capsys.readouterr().err.splitlines()
    assert first.startswith("refused: ")
    return {line.partition(":")[0].strip() for line in lines if line.startswith("  ") and ":" in line}


def reword(monkeypatch):
    monkeypatch.setattr(reports, "WATCH", "Nothing needs doing; liquidity is lowest in {month} with {amount}.")


def test_the_same_code_pins_the_same_documents(copy, today, capsys):
    assert repin(today, copy) == 0
    assert capsys.readouterr().out == f"{len(pinned.index())} documents are pinned, 0 of them new or changed\n"
    assert pinned.index(copy) == pinned.index()
    assert changed(copy) == set()


def test_a_sentence_is_reworded_under_a_new_method_only(copy, capsys, monkeypatch):
    reword(monkeypatch)
    assert main(copy) == 1
    assert refused(capsys) == WATCHING
    assert changed(copy) == set()

    monkeypatch.setattr(import_module("seawall.engine.reports.report"), "METHOD", "reports.v3")
    assert main(copy) == 0
    assert changed(copy) == {row.name for row in pinned.index() if row.kind == REPORT.name}
    assert b"Nothing needs doing" in pinned.pinned(copy)["teahouse.as_it_is.report.executive"]
    assert {row.address for row in pinned.index(copy)} == set(map(document.address_of, pinned.pinned(copy).values()))


def test_a_report_follows_the_execution_that_it_stands_on(copy, monkeypatch):
    """A new model gives every execution another id, and so every report another parent."""
    monkeypatch.setattr(document, "MODEL", "month.v9")
    monkeypatch.setattr(records, "MODEL", "month.v9")
    assert main(copy) == 0
    names = (DATASET_VERSION.name, SCENARIO.name, SWEEP_PLAN.name)
    assert changed(copy) == {row.name for row in pinned.index() if row.kind not in names}


def test_an_input_is_not_edited_under_the_same_kind(copy, tmp_path, capsys, monkeypatch):
    edited = tmp_path / "holding.yaml"
    text = pinned.COMPANIES["holding"].read_text(encoding="utf-8")
    edited.write_text(text.replace("0.0475", "0.0476"), encoding="utf-8")
    monkeypatch.setitem(pinned.COMPANIES, "holding", edited)
    assert main(copy) == 1
    assert refused(capsys) == {"holding.dataset_version"}


def test_a_pinned_document_is_not_dropped_or_renamed(copy, today, capsys):
    kept = {name: body for name, body in today.items() if not name.startswith("carbo.mild.")}
    assert repin(kept, copy) == 1
    assert refused(capsys) == {f"carbo.mild.{what}" for what in ("scenario", "execution", "report.executive")}


def test_a_pinned_document_whose_file_is_gone_is_not_made_up(copy, today, capsys):
    (copy / "documents/quarry.assessment.json").unlink()
    assert repin(today, copy) == 1
    assert refused(capsys) == {"quarry.assessment"}
