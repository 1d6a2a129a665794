"""`seawall templates`: the scenarios that come with the server, each assumption on a line."""

from argparse import Namespace

from ..client import StressClient, view
from ..report.scenario_words import course_in_words
from .calling import calling
from .command import no_arguments
from .exit_codes import Exit
from .output import as_json


async def templates(client: StressClient, arguments: Namespace) -> int:
    for template in await client.templates():
        if arguments.json:
            print(as_json(template))
            continue
        print(template.name)
        print(f"  {template.description}")
        assumptions = view(template.assumptions, minor_digits=0)
        for name in dir(assumptions):
            value = getattr(assumptions, name)
            print(f"  {name}: {value if isinstance(value, str) else ', '.join(value)}")
        if template.HasField("course"):
            print(f"  {course_in_words(template.course)}")
    return Exit.DONE


COMMAND = calling(no_arguments, templates)
