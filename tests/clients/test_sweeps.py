"""Sweeps from a program and from the command line: a plan's file, its rows as data frames and files, a proof."""

import asyncio
import json
from decimal import Decimal

import polars
import pyarrow
import pyarrow.parquet
import pytest

from seawall.clients import files, verify
from seawall.clients.cli.main import main
from seawall.clients.client import Retry, SeawallError, StressClient
from seawall.clients.client.frames import FrameMissing
from seawall.clients.files.sweeps import sweep_plan
from seawall.clients.files.tree import FileRefused
from seawall.v1.sweep_pb2 import SweepProgress
from tests.companies import company
from tests.server.running import registered, running
from tests.server.sweeping import lost, plan, small_blocks, threads

PLAN = """
name: Desk
horizon_months: 6
grid:
  axes:
    - assumption: revenue_change_factor
      values: [1, 0.75, 0.5]
"""


@pytest.fixture
async def server(sqlite_place, monkeypatch):
    """Blocks of four rows, computed by threads."""
    small_blocks(monkeypatch)
    threads(monkeypatch)
    async with running(sqlite_place.database, sqlite_place.files) as started:
        yield started


async def command(capsys, server, *words):
    """What a command prints, and its exit code."""
    code = await asyncio.to_thread(main, [*words, "--server", server.address])
    return code, capsys.readouterr()


async def test_rows_are_frames_of_what_is_installed_and_money_stays_exact(server, monkeypatch):
    ids = [await registered(server, company(company_name=f"Borrower {number}")) for number in range(2)]
    seen: list[SweepProgress] = []
    async with StressClient(server.address) as client:
        swept = await client.sweep(plan(ids), seen.append)
        assert seen[-1].rows_done == 12
        table = await swept.to_arrow()
        assert table.schema.field("totals.ebitda_minor").type == pyarrow.int64()
        minor = table.column("totals.ebitda_minor").to_pylist()
        exact = [Decimal(amount).scaleb(-2) for amount in minor]
        in_major = await swept.to_arrow(["totals.ebitda_minor", "refusal"], major=True)
        assert in_major.column("totals.ebitda").to_pylist() == exact
        assert in_major.schema.field("totals.ebitda").type == pyarrow.decimal128(38, 2)
        frame = await swept.to_polars()
        assert frame["totals.ebitda_minor"].to_list() == minor
        decimals = await swept.to_polars(["totals.ebitda_minor"], major=True)
        assert decimals.schema["totals.ebitda"] == polars.Decimal(38, 2)
        assert decimals["totals.ebitda"].to_list() == exact
        assert not [field for field in table.schema if pyarrow.types.is_floating(field.type)]

        entries = [entry async for entry in client.sweeps()]
        assert [entry.sweep_id for entry in entries] == [swept.completed.sweep_id]
        state = await client.sweep_state(swept.sweep_plan_id)
        assert state.progress.blocks_done == 3
        assert (await client.cancel_sweep(swept.sweep_plan_id)).rows_done == 12

        monkeypatch.setitem(__import__("sys").modules, "pandas", None)
        with pytest.raises(FrameMissing, match="pip install pandas"):
            await swept.to_pandas()


async def test_a_sweep_that_comes_no_further_is_given_up(server, monkeypatch):
    """Each call says first where the sweep stands, which is no progress."""
    threads(monkeypatch, lambda _block: lost(0))
    async with StressClient(server.address, retry=Retry(attempts=3, first_wait_seconds=0.01)) as client:
        with pytest.raises(SeawallError, match="workers were lost"):
            await client.sweep(plan([await registered(server)]))


async def test_the_command_writes_rows_and_a_proof_that_holds_offline(server, tmp_path, capsys):
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN)
    for number in range(2):
        await registered(server, company(company_name=f"Borrower {number}"))
    code, printed = await command(capsys, server, "sweep", str(file), "--dataset", "@all", "--dry-run")
    assert (code, printed.out) == (0, "")
    assert printed.err.startswith("6 rows: 2 dataset versions under 3 scenarios.")
    names = [tmp_path / name for name in ("rows.parquet", "rows.csv", "proof")]
    code, printed = await command(
        capsys, server, *("sweep", str(file), "--dataset", "@all", "--parquet", str(names[0]), "--csv", str(names[1])),
        *("--major", "--row", "5", "--proof", str(names[2])),
    )  # fmt: skip
    assert code == 0
    assert "6 rows: " in printed.out
    assert "The worst rows, amounts in USD" in printed.out
    rows = pyarrow.parquet.read_table(names[0])
    assert rows.num_rows == 6
    assert names[1].read_text().count("\n") == 7
    assert not list(tmp_path.glob("*.part"))
    key = [str(line) for line in (tmp_path / "seawall.db.key.pub").read_text().splitlines()]
    proof = ["--row", str(names[2] / "row.json"), str(names[2] / "receipt.txt"), str(names[2] / "sweep.json")]
    assert verify.main([*(word for line in key for word in ("--key", line)), *proof]) == 0
    shown = dict(
        line.strip().split(": ") for line in capsys.readouterr().out.split("row 5 of the sweep:")[1].splitlines()[1:]
    )
    assert Decimal(shown["totals.ebitda_minor"]).scaleb(-2) == rows.column("totals.ebitda")[5].as_py()
    row = json.loads((names[2] / "row.json").read_text())
    (names[2] / "row.json").write_text(json.dumps(row | {"row": 4}))
    assert verify.main([*(word for line in key for word in ("--key", line)), *proof]) == 1
    assert "these are not the figures of row 4 of the sweep" in capsys.readouterr().err


async def test_a_grid_of_two_axes_is_a_heat_map(server, tmp_path, capsys):
    file, page = tmp_path / "plan.yaml", tmp_path / "map.html"
    file.write_text(PLAN + "    - assumption: interest_rate_shift\n      values: [0.02, 0]\n")
    await registered(server)
    code, _ = await command(capsys, server, "sweep", str(file), "--dataset", "@all", "--html", str(page))
    assert code == 0
    html = page.read_text()
    assert html.count('<td class="h') == 6
    assert "revenue change factor from left to right, interest rate shift from top to bottom" in html
    assert "http" not in html.split("<body")[1]
    file.write_text(PLAN)
    code, printed = await command(capsys, server, "sweep", str(file), "--dataset", "@all", "--html", str(page))
    assert (code, printed.err) == (2, "--html: found a plan of 1 axes, allowed: a grid of two\n")


async def test_a_plan_is_refused_by_its_line(server, tmp_path, capsys):
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN.replace("0.75", "2.5"))
    await registered(server)
    code, printed = await command(capsys, server, "sweep", str(file), "--dataset", "@latest")
    assert code == 3
    assert f"{file}:7:19: grid.axes[0].values[1]: " in printed.err
    with pytest.raises(FileRefused, match="horizon"):
        sweep_plan(files.read_yaml("FILE", "name: A\nhorizon: 12"))


async def test_an_example_is_a_plan(server):
    tree = files.load("clients/examples/sweep.yaml")
    async with StressClient(server.address) as client:
        checked = await client.create_sweep(sweep_plan(tree, [await registered(server)]), validate_only=True)
    assert checked.estimate.rows == 105
