"""The pages for people: what they tell a reader to paste, what they say it prints, and where their links lead."""

import re
from pathlib import Path
from typing import NamedTuple

from tests.journeys.serving import ROOT

README, CONTRIBUTING = ROOT / "README.md", ROOT / "CONTRIBUTING.md"
PAGES = (README, CONTRIBUTING, *sorted((ROOT / "docs").glob("*.md")))
RUN = ("sh", "python")  #: the languages of blocks that a reader pastes
ANYTHING = "…"

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$(?:\s*?\n(?:\*|<!-- )Not run by the tests: (.+?)(?:\*| -->)$)?", re.M | re.S)
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.M)


class Block(NamedTuple):
    """A block that a reader pastes; `prints`: the first text block after it; `not_run`: why no test runs it."""

    language: str
    text: str
    prints: str
    not_run: str


class Link(NamedTuple):
    """Where a link of a page leads; the anchor is "" where it leads to the whole page."""

    target: Path
    anchor: str


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """The blocks to paste, in their order."""
    listed: list[Block] = []
    for language, text, not_run in _BLOCK.findall(text_of(page)):
        if language in RUN:
            listed.append(Block(language, text, "", " ".join(not_run.split())))
        elif language == "text" and listed and not (listed[-1].not_run or listed[-1].prints):
            listed[-1] = listed[-1]._replace(prints=text)
    return listed


def prose(page: Path) -> str:
    """A page without its blocks."""
    return re.sub(r"^```.*?^```$", "", text_of(page), flags=re.M | re.S)


def links(page: Path) -> list[Link]:
    """Every link that does not leave the repository."""
    matches = _LINK.findall(prose(page))
    return [Link((page.parent / target).resolve() if target else page, anchor) for target, anchor in matches]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and the site make them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(prose(page))}


def code(page: Path) -> list[str]:
    """What stands between backticks in the prose of a page."""
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose(page))


def rows(page: Path, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    section = re.split(r"^#{2,6} ", text_of(page).partition(f"# {heading}\n")[2], maxsplit=1, flags=re.M)[0]
    table = re.search(r"(?:^\|.*\n)+", section, re.M)
    assert table, heading
    lines = table[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def missing_line(prints: str, output: str) -> str:
    """The first line of a text block that the output does not have after those before it; "" where it has all."""
    place = 0
    for line in filter(None, map(str.rstrip, prints.splitlines())):
        if line == ANYTHING:
            continue
        pattern = ".*".join(map(re.escape, line.split(ANYTHING)))
        match = re.compile(rf"^{pattern}[ \t]*$", re.M).search(output, place)
        if not match:
            return line
        place = match.end()
    return ""
