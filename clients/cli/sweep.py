"""`seawall sweep`: many companies under many scenarios, from a plan's file to a file of rows."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from seawall.v1.sweep_pb2 import SweepPlan, SweepProgress
from seawall.v1.sweep_service_pb2 import CreateSweepResponse, GetSweepRowResponse

from .. import files
from ..client import StressClient, Swept
from ..files.sweeps import sweep_plan
from ..report.sweep import show
from . import row_files, short_ids
from .calling import calling
from .command import WrongUsage
from .exit_codes import Exit
from .output import print_object
from .report import require_reports

ALL = "@all"
AXES_OF_A_MAP = 2


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("plan", metavar="PLAN", help="a plan's file, YAML or JSON, as clients/examples/sweep.yaml")
    datasets = f"a dataset version, in addition to those of the file; {ALL} for all that are stored; may be repeated"
    parser.add_argument("--dataset", metavar="ID", action="append", default=[], help=datasets)
    labels = "the dataset versions with this label, in addition; may be repeated"
    parser.add_argument("--label", metavar="LABEL", action="append", default=[], help=labels)
    parser.add_argument(
        "--dry-run", action="store_true", help="say how many rows it is and what it costs; store nothing"
    )
    parser.add_argument("--parquet", type=Path, metavar="FILE", help="write all rows as Parquet")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write all rows as CSV")
    major = "amounts in --parquet and --csv as decimals in units of the currency; default whole minor units"
    parser.add_argument("--major", action="store_true", help=major)
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a grid of two axes as a heat map of defaults")
    parser.add_argument("--row", type=int, metavar="N", help="write row N with its path for verify.py to --proof")
    parser.add_argument("--proof", type=Path, metavar="FOLDER", help="with --row: where its proof goes")


async def sweep(client: StressClient, arguments: Namespace) -> int:
    if arguments.parquet or arguments.csv or arguments.html:
        row_files.require_frames()
    tree = files.load(arguments.plan)
    plan = sweep_plan(tree, await _datasets(client, arguments))
    if arguments.html:
        require_reports()
        if len(plan.grid.axes) != AXES_OF_A_MAP:
            raise WrongUsage(f"--html: found a plan of {len(plan.grid.axes)} axes, allowed: a grid of two")
    with files.refused_by_line(tree, "plan"):
        created = await client.create_sweep(plan, validate_only=True)
        if not arguments.json:
            print(f"{_estimated(created)}", file=sys.stderr)
        if arguments.dry_run:
            if arguments.json:
                print_object("planned", created)
            return Exit.DONE
        swept = await _swept(client, plan, arguments)
    await row_files.write(swept, parquet=arguments.parquet, csv=arguments.csv, major=arguments.major)
    if arguments.html:
        await _write_map(client, swept, arguments.html)
    if arguments.row is not None:
        await _write_proof(client, swept, arguments.row, arguments.proof or Path())
    if arguments.json:
        print_object("planned", swept.created)
        print_object("completed", swept.completed)
    else:
        show(swept.completed.summary, Console())
        print(f"sweep {swept.completed.sweep_id} of plan {swept.sweep_plan_id}", file=sys.stderr)
    return Exit.DONE


async def _datasets(client: StressClient, arguments: Namespace) -> list[str]:
    """The ids of the dataset versions that the command names."""
    ids = [await short_ids.dataset_version_id(client, text) for text in arguments.dataset if text != ALL]
    lists = [client.dataset_versions(labels=[label]) for label in arguments.label]
    lists += [client.dataset_versions()] if ALL in arguments.dataset else []
    for summaries in lists:
        ids += [summary.dataset_version_id async for summary in summaries]
    return list(dict.fromkeys(ids))


def _estimated(created: CreateSweepResponse) -> str:
    """What a plan is, in a line."""
    estimate = created.estimate
    refused = f", {estimate.refused_rows:,} of them refused whatever the scenario" if estimate.refused_rows else ""
    companies = "1 dataset version" if estimate.companies == 1 else f"{estimate.companies:,} dataset versions"
    pairs = f"{companies} under {'1 scenario' if estimate.scenarios == 1 else f'{estimate.scenarios:,} scenarios'}"
    return (
        f"{estimate.rows:,} rows: {pairs}{refused}."
        f" {estimate.price:,} operations, {estimate.stored_bytes:,} bytes of rows to store."
    )


async def _swept(client: StressClient, plan: SweepPlan, arguments: Namespace) -> Swept:
    """The sweep, with a bar while it is computed: rows, rows a second, time left."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=arguments.json,
    ) as bar:
        task = bar.add_task("rows", total=None, rate="")

        def moved(progress: SweepProgress) -> None:
            speed = bar.tasks[task].speed
            rate = f"{speed:,.0f} rows/s" if speed else ""
            bar.update(task, total=progress.rows, completed=progress.rows_done, rate=rate)

        return await client.sweep(plan, moved)


async def _write_map(client: StressClient, swept: Swept, path: Path) -> None:
    """The heat map of the plan as it is stored, with the reports extra, which is loaded for it alone."""
    from ..page.heat_map import by_point, heat_map

    plan = (await client.sweep_state(swept.sweep_plan_id)).plan
    rows = await swept.to_arrow(["first_default_period"])
    names = (*(axis.assumption for axis in plan.grid.axes), "first_default_period")
    points = by_point(plan, *(rows.column(name).to_pylist() for name in names))
    ids = (("sweep", swept.completed.sweep_id), ("plan", swept.sweep_plan_id), ("root", swept.completed.summary.root))
    path.write_text(heat_map(plan, points, ids), encoding="utf-8", newline="\n")  # noqa: ASYNC240


async def _write_proof(client: StressClient, swept: Swept, number: int, folder: Path) -> None:
    """The row, the document of the sweep and the receipt, for `verify.py --row`."""
    row = await client.sweep_row(swept.sweep_plan_id, number)
    document = await client.evidence(row.sweep_id)
    _write_files(row, document.body, folder)


def _write_files(row: GetSweepRowResponse, sweep: bytes, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    proof = {"row": row.row, "leaf": row.leaf.hex(), "path": [each.hex() for each in row.path]}
    (folder / "row.json").write_text(json.dumps(proof, indent=1) + "\n", encoding="utf-8")
    (folder / "sweep.json").write_bytes(sweep)
    (folder / "receipt.txt").write_bytes(row.receipt.tlog_proof.encode())
    print(f"row {row.row}: {folder / 'row.json'}, {folder / 'sweep.json'}, {folder / 'receipt.txt'}", file=sys.stderr)


COMMAND = calling(take_arguments, sweep)
