"""A story from a real server: what pages and workbooks are made of."""

from pathlib import Path

from seawall.clients import files
from seawall.clients.client import StressClient
from seawall.clients.files import inputs
from seawall.clients.report.story import Story, fetch_story
from seawall.clients.report.variants import with_variants
from seawall.v1.dataset_pb2 import DatasetVersion
from tests.server.running import running

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "clients/examples"


def example() -> DatasetVersion:
    """The company of the demo."""
    return inputs.dataset_version(files.load(EXAMPLES / "carbo_ceramics_2017.yaml"))


async def story_of(
    folder: Path, scenario: str = "severe", company: DatasetVersion | None = None, variants: bool = False
) -> Story:
    """The reports of a company, by default the demo's, under an example scenario; if asked with what drives it."""
    async with running(folder / "seawall.db") as server, StressClient(server.address) as client:
        dataset = (await client.register(company or example())).dataset_version_id
        described, template = inputs.scenario(files.load(EXAMPLES / f"scenario_{scenario}.yaml"), dataset)
        created = await client.create_scenario(described, template_name=template)
        async for event in client.execute(created.scenario_id, dataset, periods_per_message=24):
            if event.DESCRIPTOR.name == "ExecutionStarted":
                execution_id = event.header.execution_id  # type: ignore[union-attr]
        story = await fetch_story(client, execution_id)
        return await with_variants(client, story) if variants else story
