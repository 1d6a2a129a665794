"""The picture of the README, drawn from two scenarios of the demo, so that none of its figures is typed in by hand.

`python docs/picture.py` starts a server, executes base and severe for the company of the demo, and draws one line for
each: cash and the available revolver, less what is due and unpaid. It crosses 0 at the default and is dashed from there
on, as creditors stand still. `make docs` draws it each time.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import NamedTuple

import svg
from google.protobuf import json_format

from seawall.clients.cli.server_process import started
from seawall.clients.client import StressClient
from seawall.v1.execution_pb2 import PeriodResult
from seawall.v1.scenario_pb2 import Scenario
from seawall.v1.stress_service_pb2 import RegisterDatasetVersionRequest

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "base_and_severe.svg"
COMPANY = ROOT / "clients" / "examples" / "register_request.json"
TITLE = "CARBO Ceramics: cash and available revolver, less what is due and unpaid, million USD; dashed after a default"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 300, 58, 70, 40, 34
MONTHS, MILLION = 24, 10**8  #: of minor units
STYLE = """
text { font: 12px system-ui, 'DejaVu Sans', sans-serif; fill: #57606a }
.title { font-weight: 600 } .grid { stroke: #8c959f; stroke-opacity: .3 } .axis { stroke: #8c959f }
path { fill: none; stroke-width: 2.5 } .after { stroke-dasharray: 3 4 }
.base { stroke: #1f6feb } .severe { stroke: #bc4c00 }
@media (prefers-color-scheme: dark) {
  text { fill: #9198a1 } .base { stroke: #58a6ff } .severe { stroke: #f0883e }
}
"""


class Line(NamedTuple):
    """One scenario: what the company has at the end of each month, below 0 where it owes more; minor units."""

    values: list[int]
    default_period: int  #: 0 where there is none


async def lines(address: str) -> dict[str, Line]:
    """The lines of base and severe."""
    request = json_format.Parse(COMPANY.read_text(encoding="utf-8"), RegisterDatasetVersionRequest())
    async with StressClient(address) as client:
        dataset_version_id = (await client.register(request.dataset_version)).dataset_version_id
        return {name: await _line(client, dataset_version_id, name) for name in ("base", "severe")}


async def _line(client: StressClient, dataset_version_id: str, name: str) -> Line:
    scenario = Scenario(dataset_version_id=dataset_version_id, name=name, horizon_months=MONTHS)
    created = await client.create_scenario(scenario, template_name=None if name == "base" else name)
    events = client.execute(created.scenario_id, dataset_version_id)
    months = [event async for event in events if isinstance(event, PeriodResult)]
    values = [month.available_liquidity_minor - month.shortfalls.total_outstanding_minor for month in months]
    return Line(values, next((month.period for month in months if month.after_default), 0))


def drawn(lines_by_name: dict[str, Line]) -> str:
    """The picture as SVG."""
    values = [0, *(value for line in lines_by_name.values() for value in line.values)]
    step = next(tick for tick in (5, 10, 20, 50, 100, 200, 500) if tick * 6 * MILLION >= max(values) - min(values))
    ticks = range(min(values) // (step * MILLION) * step, -(-max(values) // (step * MILLION)) * step + 1, step)

    def y(minor: int) -> float:
        span = (ticks[-1] - ticks[0]) * MILLION
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (ticks[-1] * MILLION - minor) / span, 1)

    def x(month: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (month - 1) / (MONTHS - 1), 1)

    elements: list[svg.Element] = [svg.Style(text=STYLE), svg.Text(x=8, y=18, text=TITLE, class_=["title"])]
    for tick in ticks:
        height, kind = y(tick * MILLION), "grid" if tick else "axis"
        elements += [svg.Line(x1=LEFT, x2=WIDTH - RIGHT, y1=height, y2=height, class_=[kind])]
        elements += [svg.Text(x=LEFT - 8, y=height + 4, text=f"{tick}", text_anchor="end")]
    for month in (1, 6, 12, 18, 24):
        elements += [svg.Text(x=x(month), y=HEIGHT - 12, text=f"month {month}", text_anchor="middle")]
    for name, line in lines_by_name.items():
        points = [(x(month), y(value)) for month, value in enumerate(line.values, 1)]
        before = line.default_period or MONTHS
        elements += [_path(points[:before], [name])]
        elements += [_path(points[before - 1 :], [name, "after"])] if line.default_period else []
        elements += [svg.Text(x=x(MONTHS) + 8, y=y(line.values[-1]) + 4, text=name)]
    description = svg.Title(text=f"{TITLE}. {'; '.join(_words(name, line) for name, line in lines_by_name.items())}.")
    picture = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, WIDTH, HEIGHT), elements=[description, *elements], extra={"role": "img"}
    )
    return f"{picture.as_str()}\n"


def _path(points: list[tuple[float, float]], classes: list[str]) -> svg.Path:
    return svg.Path(d=[(svg.L if place else svg.M)(*point) for place, point in enumerate(points)], class_=classes)


def _words(name: str, line: Line) -> str:
    return f"{name} defaults in month {line.default_period}" if line.default_period else f"{name} pays everything"


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with started(Path(folder) / "seawall.db", Path(folder) / "server.log") as address:
            PICTURE.write_text(drawn(await lines(address)), encoding="utf-8")
    print(PICTURE.relative_to(ROOT))


if __name__ == "__main__":
    asyncio.run(main())
