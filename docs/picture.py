"""The picture of the README, drawn from two scenarios of the demo, so that none of its figures is typed in by hand.

`python docs/picture.py` starts a server, executes base and severe for the company of the demo, and draws one line for
each: cash and the available revolver, less what is due and unpaid. It crosses 0 where cash runs out. `make docs` draws
it each time.
"""

import asyncio
import tempfile
from pathlib import Path

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
TITLE = "CARBO Ceramics: cash and available revolver, less what is due and unpaid, million USD"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 300, 58, 70, 40, 34
MONTHS, MILLION = 24, 10**8  #: of minor units
STYLE = """
text { font: 12px system-ui, 'DejaVu Sans', sans-serif; fill: #57606a }
.title { font-weight: 600 } .grid { stroke: #8c959f; stroke-opacity: .3 } .axis { stroke: #8c959f }
path { fill: none; stroke-width: 2.5 } .base { stroke: #1f6feb } .severe { stroke: #bc4c00 }
@media (prefers-color-scheme: dark) {
  text { fill: #9198a1 } .base { stroke: #58a6ff } .severe { stroke: #f0883e }
}
"""


async def lines(address: str) -> dict[str, list[int]]:
    """What base and severe have at the end of each month, below 0 where they owe more than they have; minor units."""
    request = json_format.Parse(COMPANY.read_text(encoding="utf-8"), RegisterDatasetVersionRequest())
    async with StressClient(address) as client:
        dataset_version_id = (await client.register(request.dataset_version)).dataset_version_id
        return {name: await _line(client, dataset_version_id, name) for name in ("base", "severe")}


async def _line(client: StressClient, dataset_version_id: str, name: str) -> list[int]:
    scenario = Scenario(dataset_version_id=dataset_version_id, name=name, horizon_months=MONTHS)
    created = await client.create_scenario(scenario, template_name=None if name == "base" else name)
    events = client.execute(created.scenario_id, dataset_version_id)
    months = [event async for event in events if isinstance(event, PeriodResult)]
    owed = [
        month.shortfalls.operating.outstanding_minor + month.shortfalls.debt_service.outstanding_minor
        for month in months
    ]
    return [month.available_liquidity_minor - unpaid for month, unpaid in zip(months, owed, strict=True)]


def drawn(lines_by_name: dict[str, list[int]]) -> str:
    """The picture as SVG."""
    values = [0, *(value for line in lines_by_name.values() for value in line)]
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
        path = [(svg.L if month else svg.M)(x(month + 1), y(value)) for month, value in enumerate(line)]
        elements += [svg.Path(d=path, class_=[name])]
        elements += [svg.Text(x=x(MONTHS) + 8, y=y(line[-1]) + 4, text=name)]
    description = svg.Title(text=f"{TITLE}. {'; '.join(_words(name, line) for name, line in lines_by_name.items())}.")
    picture = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, WIDTH, HEIGHT), elements=[description, *elements], extra={"role": "img"}
    )
    return f"{picture.as_str()}\n"


def _words(name: str, line: list[int]) -> str:
    below = next((month for month, value in enumerate(line, 1) if value < 0), None)
    return f"{name} falls below 0 in month {below}" if below else f"{name} stays above 0"


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with started(Path(folder) / "seawall.db", Path(folder) / "server.log") as address:
            PICTURE.write_text(drawn(await lines(address)), encoding="utf-8")
    print(PICTURE.relative_to(ROOT))


if __name__ == "__main__":
    asyncio.run(main())
