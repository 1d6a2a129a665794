"""Writes the files of a report, with what the reports extra brings: it is loaded here, and only for a file."""

from collections.abc import Sequence
from pathlib import Path

from seawall.v1.analysis_service_pb2 import MeasureSensitivityResponse

from ..report.story import Story


def write(story: Story, *, html: Path | None = None, xlsx: Path | None = None) -> list[Path]:
    """Write what has a path, with what the reports extra brings; gives the paths."""
    if html:
        from ..page.page import page

        html.write_text(page(story), encoding="utf-8", newline="\n")
    if xlsx:
        from ..workbook.workbook import workbook

        xlsx.write_bytes(workbook(story))
    return [path for path in (html, xlsx) if path]


def write_side_by_side(stories: Sequence[Story], html: Path) -> None:
    """Write the page of several executions, all of one company."""
    from ..page.scenarios_page import scenarios_page

    html.write_text(scenarios_page(stories), encoding="utf-8", newline="\n")


def write_sensitivity(answer: MeasureSensitivityResponse, company: str, scenario: str, html: Path) -> None:
    """The tornado of a sensitivity as a page."""
    from ..page.tornado import sensitivity_page

    html.write_text(sensitivity_page(answer, company, scenario), encoding="utf-8", newline="\n")
