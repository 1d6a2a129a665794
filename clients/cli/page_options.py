"""The page that a command writes: where to, in what unit, and whether runs beside the execution go onto it."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

import grpc

from ..client import SeawallError, StressClient
from ..report.story import Story
from ..report.unit import UNITS
from ..report.variants import with_variants
from . import extras, server_process


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--html", type=Path, metavar="FILE", help="write one self-contained page")
    parser.add_argument("--units", choices=UNITS, help="of amounts on the page; default what fits total assets")
    parser.add_argument(
        "--causes",
        action="store_true",
        help="say on the page what drives the stress and what helps; takes seconds, on a server started for it",
    )


def check(arguments: Namespace) -> None:
    """Raises `SeawallError` (INVALID_ARGUMENT) where what is for a page has none, and `ExtraMissing` for its server."""
    for name in ("units", "causes"):
        if getattr(arguments, name) and not arguments.html:
            raise SeawallError(grpc.StatusCode.INVALID_ARGUMENT, f"--{name} is for a page: give --html FILE too")
    if arguments.causes:
        extras.require("server", "causes run on a server started for them, which is not installed")


async def for_page(story: Story, arguments: Namespace) -> Story:
    """A story as its page is to show it."""
    story = story._replace(units=arguments.units or "")
    return await with_causes(story) if arguments.causes else story


async def with_causes(story: Story) -> Story:
    """A story with its runs, which are evidence of nothing: their server and its database are gone afterwards."""
    with TemporaryDirectory(prefix="seawall-") as folder:
        database = Path(folder) / "seawall.db"
        async with (
            server_process.started(database, database.with_name("server.log")) as address,
            StressClient(address) as client,
        ):
            return await with_variants(client, story)
