"""The command line against a real server: ids on standard output, faults by line on standard error, exit codes."""

import hashlib
import json

import pytest
import pytest_asyncio

from seawall.clients.cli import examples
from tests.clients.test_examples import COMPANY, EXAMPLES, RESTATED
from tests.journeys.serving import seawall, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(tmp_path_factory):
    async with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


async def output(*arguments, address):
    done = await seawall(*map(str, arguments), address=address)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


async def test_from_a_file_to_an_execution_that_is_replayed_and_shown(address):
    dataset = await output("register", COMPANY, address=address)
    assert await output("register", COMPANY, address=address) == dataset
    scenario = await output("scenario", EXAMPLES / "scenario_base.yaml", "--dataset", dataset, address=address)

    shown = await output("execute", scenario, "--dataset", dataset, address=address)
    default = "default in month 15 (2019-03-31), suppliers, operating expenses or tax unpaid: a runway of 14 months"
    assert default in shown.splitlines()
    assert "covenant minimum-liquidity: least headroom -20.0 m USD in month 15, breached from month 11" in shown
    execution = shown.splitlines()[-1].removeprefix("execution ")

    assert shown.splitlines()[:-1] == (await output("show", execution, address=address)).splitlines()
    assert (await output("replay", execution, address=address)).endswith("replay: IDENTICAL")
    restated = await output("register", RESTATED, address=address)
    assert (await output("replay", execution, "--dataset", restated, address=address)).endswith(
        "replay: DIFFERENT_DATA"
    )

    for identifier in (dataset, scenario, execution):
        body = (await seawall("show", identifier, "--bytes", address=address)).stdout
        assert f"sha256:{hashlib.sha256(body.encode()).hexdigest()}" == identifier
    assert json.loads(await output("show", dataset, address=address))


async def test_a_program_reads_one_object_a_line(address, tmp_path):
    text = COMPANY.read_text(encoding="utf-8")
    another = tmp_path / "another.yaml"
    another.write_text(text.replace("company_name: ", "company_name: Another "), encoding="utf-8")
    dataset = json.loads(await output("register", another, "--json", address=address))
    assert dataset["created"] is True
    scenario = await output(
        "scenario", EXAMPLES / "scenario_severe.yaml", "--dataset", dataset["dataset_version_id"], address=address
    )
    lines = await output("execute", scenario, "--dataset", dataset["dataset_version_id"], "--json", address=address)
    events = [json.loads(line) for line in lines.splitlines()]
    assert [next(iter(event)) for event in events] == ["started", *["period"] * 24, "completed"]
    assert [event["period"]["period"] for event in events[1:-1]] == list(range(1, 25))
    assert events[-1]["completed"]["metrics"]["first_default_period"] == 9


@pytest.mark.parametrize("name", ["bakery.json", "carbo_ceramics_2017_restated.yaml"])
async def test_every_example_is_taken(address, name):
    dataset = await output("register", EXAMPLES / name, address=address)
    for scenario in sorted(EXAMPLES.glob("scenario_*.yaml")):
        identifier = await output("scenario", scenario, "--dataset", dataset, address=address)
        assert "execution sha256:" in await output("execute", identifier, "--dataset", dataset, address=address)


async def test_templates_are_listed(address):
    listed = (await output("templates", address=address)).splitlines()
    assert [line for line in listed if line[0] != " "] == ["mild", "moderate", "severe", "moderate_conventional"]
    assert listed.count("  The stress builds up over 3 months, stays in full for 9 months, fades over 12 months.") == 3


async def test_what_the_server_refuses_is_told_by_the_line_of_the_file(address, tmp_path):
    text = (
        COMPANY.read_text(encoding="utf-8")
        .replace("  lien: 2", "  lien: 200")
        .replace("tax_rate: 0.21", "tax_rate: 21%")
    )
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text, encoding="utf-8")
    done = await seawall("register", str(wrong), address=address)
    assert done.returncode == 3
    lines = text.splitlines()
    tax, lien = (next(n for n, line in enumerate(lines, 1) if text in line) for text in ("tax_rate: 21%", "lien: 200"))
    first, second = done.stderr.strip().splitlines()
    assert first.startswith(f"{wrong}:{tax}:3: income_statement.tax_rate: MALFORMED")
    assert second.startswith(f"{wrong}:{lien}:5: instruments[1].lien: OUT_OF_RANGE")


async def test_files_are_checked_without_being_stored(address, tmp_path):
    text = COMPANY.read_text(encoding="utf-8").replace("company_name: ", "company_name: Unseen ")
    unseen = tmp_path / "unseen.yaml"
    unseen.write_text(text.replace("fixed_rate: 0.09", "fixed_rate: 1.09"), encoding="utf-8")
    scenario = EXAMPLES / "scenario_severe.yaml"
    done = await seawall("validate", str(unseen), "--scenario", str(scenario), address=address)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "Unseen CARBO Ceramics Inc as of 2017-12-31"
    assert "  total assets 540.6 m USD, debt 91.5 m USD, liquidity 68.2 m USD" in lines
    assert (
        "  receivables 72.9 days of sales, inventory 211.4 days of sales ahead, payables 35.9 days of purchases"
        in lines
    )
    assert "  revenue -11.7 % in month 1, -35 % in month 3, unchanged at the end" in lines
    rate = 1 + next(n for n, line in enumerate(text.splitlines()) if "fixed_rate: 0.09" in line)
    warnings = done.stderr.splitlines()
    assert any(line.startswith(f"warning: {unseen}:{rate}:5: instruments[0].fixed_rate: 1.09. ") for line in warnings)
    assert any("assumptions.refinanced_share: related-party-notes on 2019-04-01. " in line for line in warnings)
    assert "Unseen" not in await output("list", "datasets", address=address)


async def test_everything_that_is_wrong_with_both_files_is_said_at_once_and_nothing_is_understood(address, tmp_path):
    company, scenario = tmp_path / "company.yaml", tmp_path / "scenario.yaml"
    text = COMPANY.read_text(encoding="utf-8")
    company.write_text(text.replace("tax_rate: 0.21", "tax_rate: 21"), encoding="utf-8")
    scenario.write_text("name: Short\nhorizon_months: 3\nassumptions: {refinanced_share: 2}\n", encoding="utf-8")
    tax = next(n for n, line in enumerate(text.splitlines(), 1) if "tax_rate: 0.21" in line)
    of_the_company = f"{company}:{tax}:3: income_statement.tax_rate: OUT_OF_RANGE"
    of_the_scenario = [
        f"{scenario}:2:1: horizon_months: OUT_OF_RANGE",
        f"{scenario}:3:15: assumptions.refinanced_share[0]: OUT_OF_RANGE",
    ]

    async def refused(*pair):
        done = await seawall("validate", *map(str, pair), address=address)
        assert (done.returncode, done.stdout) == (3, "")
        return [line.partition(",")[0] for line in done.stderr.splitlines()]

    assert await refused(company, scenario) == [of_the_company, *of_the_scenario]
    assert await refused(COMPANY, scenario) == of_the_scenario
    assert await refused(company, "severe") == [of_the_company]
    company.write_text(f"cahs: 1\n{text}", encoding="utf-8")
    scenario.write_text("nmae: Short\n", encoding="utf-8")
    wrong_names = [f"{file}:1:1: {name} is no field" for file, name in ((company, "cahs:"), (scenario, "nmae:"))]
    said = [line.partition(" of ")[0] for line in await refused(company, scenario)]
    assert said == [
        wrong_names[0],
        wrong_names[1],
        f"{scenario}:1:1: horizon_months: REQUIRED",
    ]


async def test_a_scenario_that_comes_along_is_named_and_another_name_is_refused_with_all_of_them(address):
    dataset = await output("register", COMPANY, address=address)
    for name in examples.SCENARIOS:
        lines = (await output("validate", COMPANY, name, address=address)).splitlines()
        on_stored = await output("validate", "--dataset", dataset, "--scenario", name, address=address)
        assert lines[lines.index(on_stored.splitlines()[0]) :] == on_stored.splitlines()
    refused = await seawall("validate", str(COMPANY), "sever", address=address)
    assert (refused.returncode, refused.stderr) == (
        3,
        "sever: no scenario of this name; allowed: base, mild, moderate, severe, workout, or a file: YAML, JSON, XLSX"
        " or CSV\n",
    )


async def test_a_template_that_is_none_of_the_servers_is_a_fault_of_the_file(address, tmp_path):
    company, scenario = tmp_path / "company.yaml", tmp_path / "scenario.yaml"
    company.write_text(COMPANY.read_text(encoding="utf-8").replace("lien: 2", "lien: 200"), encoding="utf-8")
    scenario.write_text("name: A\nhorizon_months: 24\ntemplate_name: Severe\n", encoding="utf-8")
    refused = await seawall("validate", str(company), str(scenario), address=address)
    assert refused.returncode == 3
    of_the_company, of_the_scenario = refused.stderr.splitlines()
    assert "instruments[1].lien: OUT_OF_RANGE" in of_the_company
    allowed = "mild, moderate, severe, moderate_conventional"
    assert of_the_scenario == f"{scenario}:3:1: template_name: found 'Severe'; allowed: {allowed}; write severe"


async def test_a_checked_file_at_fault_is_told_by_its_line(address, tmp_path):
    text = COMPANY.read_text(encoding="utf-8")
    without = "\n".join(line for line in text.splitlines() if "cost_of_sales_fixed_share" not in line)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(without.replace("kind: min_liquidity", "kind: min_net_leverage"), encoding="utf-8")
    done = await seawall("validate", str(wrong), address=address)
    kind = next(n for n, line in enumerate(without.splitlines(), 1) if "kind: min_liquidity" in line)
    allowed = "max_net_leverage, min_interest_coverage, min_fixed_charge_coverage, min_liquidity"
    assert done.returncode == 3
    missing, unknown = done.stderr.splitlines()
    assert "income_statement.cost_of_sales_fixed_share: REQUIRED" in missing
    assert unknown.startswith(f"{wrong}:{kind}:11: covenants[0].kind: found 'min_net_leverage'; allowed: {allowed}")
    wrong.write_text(without, encoding="utf-8")
    done = await seawall("validate", str(wrong), address=address)
    statement = next(n for n, line in enumerate(without.splitlines(), 1) if line == "income_statement:")
    assert done.returncode == 3
    assert done.stderr.startswith(f"{wrong}:{statement}:1: income_statement.cost_of_sales_fixed_share: REQUIRED")


#: What is written in the file of the example, what a hasty hand makes of it, and the line and the fault that name it.
MISTAKES = {
    "accrued interest that is no debt's": (
        "  accrued_interest: 0  ",
        "  accrued_interest: 5  ",
        "accrued_interest",
        "UNBALANCED, found 5.00, allowed: the accrued_interest of all debts together, 0.00: 5.00 apart",
    ),
    "a month 13": ("fiscal_year_end_month: 12", "fiscal_year_end_month: 13", "fiscal_year_end_month", "OUT_OF_RANGE"),
    "a covenant on a debt that is not there": ("[term-loan]", "[term-lone]", "facility_ids", "UNKNOWN_REFERENCE"),
    "a cure limit below 0": (
        "    kind: min_liquidity",
        "    cures_in_life: -1\n    kind: min_liquidity",
        "cures_in_life",
        "OUT_OF_RANGE",
    ),
    "a rank of a lien on everything twice": (
        "    lien: ",
        "    all_asset_lien: 1\n    lien: ",
        "all_asset_lien",
        "DUPLICATE",
    ),
    "a label twice": ("[example, public-filing]", "[example, example]", "labels", "DUPLICATE"),
    "a line that the balance sheet has not": (
        "balance_sheet_line: fixed_assets",
        "balance_sheet_line: plant",
        "balance_sheet_line",
        "allowed: none, receivables, inventory, fixed_assets, other_assets",
    ),
    "a multiple for an amount": (
        "        amount: 20000000.00",
        "        multiple: 2",
        "multiple",
        "CONFLICT, found 2, allowed: none for",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
async def test_a_mistake_in_a_field_of_month_v2_is_told_by_its_line(address, tmp_path, mistake):
    good, bad, field, fault = MISTAKES[mistake]
    text = COMPANY.read_text(encoding="utf-8")
    assert good in text
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text.replace(good, bad), encoding="utf-8")
    done = await seawall("validate", str(wrong), address=address)
    assert done.returncode == 3
    faults = done.stderr.splitlines()
    lines = wrong.read_text(encoding="utf-8").splitlines()
    (line,) = {int(each.split(":")[1]) for each in faults if fault in each}
    assert field in lines[line - 1], faults


async def test_a_posture_is_chosen_in_place_of_the_files(address):
    dataset = await output("register", COMPANY, address=address)
    severe, workout = EXAMPLES / "scenario_severe.yaml", EXAMPLES / "scenario_workout.yaml"
    creditors = ("--posture", "workout", "--acceleration-months", "3")
    chosen = await output("scenario", severe, "--dataset", dataset, *creditors, address=address)
    plain = await output("scenario", severe, "--dataset", dataset, address=address)
    assert chosen != plain
    still = await output("scenario", workout, "--dataset", dataset, "--posture", "standstill", address=address)
    assert json.loads(await output("show", still, address=address)).get("acceleration_months") is None
    assert json.loads(await output("show", chosen, address=address))["acceleration_months"] == 3
    refused = await seawall("scenario", str(severe), "--dataset", dataset, "--posture", "workout", address=address)
    assert refused.returncode == 3
    assert "acceleration_months: REQUIRED" in refused.stderr


async def test_what_is_stored_is_listed_by_company_label_dataset_and_scenario_and_found_by_its_first_digits(address):
    dataset = await output("register", EXAMPLES / "bakery.json", address=address)
    scenario = await output("scenario", EXAMPLES / "scenario_mild.yaml", "--dataset", dataset[7:19], address=address)
    shown = await output("execute", scenario[:19], "--dataset", dataset[:19], address=address)
    execution = shown.splitlines()[-1].removeprefix("execution ")
    heading, *rows = (await output("list", "companies", "--company", "corner-bakery", address=address)).splitlines()
    assert heading.split()[:2] == ["dataset", "version"]
    assert [row.split()[0] for row in rows] == [dataset[:15]]
    labelled = await output("list", "datasets", "--label", "public-filing", "--json", address=address)
    assert {json.loads(line)["company_id"] for line in labelled.splitlines()} == {"CIK-1009672"}
    for by in (("--dataset", dataset[7:19]), ("--scenario", scenario[:19])):
        assert execution in await output("list", *by, "--json", address=address)
    assert scenario[:15] in await output("list", "scenarios", "--dataset", dataset, address=address)
    assert len((await output("list", "--most", "1", address=address)).splitlines()) == 2
    for short in (execution[7:19], dataset[7:19]):
        assert json.loads((await output("show", short, "--json", address=address)).splitlines()[0])
    assert (await output("replay", execution[:19], address=address)).endswith("replay: IDENTICAL")
    assert (await output("report", execution[7:19], address=address)).startswith("Corner Bakery, Mild: ")
    unknown = await seawall("show", "00000000", address=address)
    assert unknown.returncode == 1
    assert "no execution and no dataset version begins with 00000000" in unknown.stderr


async def test_exit_codes(address, tmp_path):
    nothing = "sha256:" + "0" * 64
    (tmp_path / "wrong.yaml").write_text("minor_digits: 2\ncahs: 1\n", encoding="utf-8")
    for arguments, code, words in [
        (["show", nothing], 1, "NOT_FOUND EVIDENCE_NOT_FOUND"),
        (["execute", nothing, "--dataset", nothing], 1, "NOT_FOUND"),
        (["register", str(tmp_path / "wrong.yaml")], 3, "wrong.yaml:2:1: cahs: is no field of DatasetVersion"),
        (["register", str(tmp_path / "none.yaml")], 3, "No such file"),
        (["register"], 2, "usage"),
        (["register", str(tmp_path / "wrong.yaml"), "--server", "127.0.0.1:1"], 3, "wrong.yaml:2:1: cahs"),
        (["show", nothing, "--server", ""], 2, "found '', allowed: HOST:PORT"),
        (["show", nothing, "--server", "localhost:99999"], 2, "found 'localhost:99999', allowed: HOST:PORT"),
        (["show", "\udcff"], 2, "not UTF-8"),
        (
            ["show", nothing, "--server", "127.0.0.1:1"],
            4,
            "No server answers at 127.0.0.1:1. Start one with: seawall serve",
        ),
    ]:
        done = await seawall(*arguments, address=address)
        assert (done.returncode, words in done.stderr) == (code, True), (arguments, done.stderr)


@pytest.mark.parametrize(
    ("arguments", "name", "allowed"),
    [
        (("--label", "x"), "label", "--company and --dataset and --scenario"),
        (("scenarios", "--scenario", "sha256:12345678"), "scenario", "--company and --dataset"),
        (("datasets", "--dataset", "sha256:12345678"), "dataset", "--company and --label"),
    ],
)
async def test_a_filter_that_a_list_does_not_have_is_refused_and_not_dropped(address, arguments, name, allowed):
    refused = await seawall("list", *arguments, address=address)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"cannot be listed by --{name}, allowed: {allowed}" in refused.stderr
