"""`seawall`: one table of commands, their parser, and what a failure says.

A command is a file beside this one, and a line of `COMMANDS`.
"""

import argparse
import os
import sys
from importlib.metadata import version

import grpc

from ..client import SeawallError
from ..files import FileRefused
from . import (
    assess,
    compare,
    demo,
    execute,
    exit_codes,
    hand_over,
    listing,
    register,
    replay,
    report,
    scenario,
    schedule,
    show,
    templates,
    validate,
    verify,
)
from .exit_codes import Exit
from .extras import ExtraMissing
from .server_process import ServerUnavailable

#: In the order of `seawall --help`.
COMMANDS = (
    hand_over.SERVE,
    schedule.COMMAND,
    validate.COMMAND,
    register.COMMAND,
    scenario.COMMAND,
    templates.COMMAND,
    execute.COMMAND,
    replay.COMMAND,
    show.COMMAND,
    listing.COMMAND,
    verify.COMMAND,
    hand_over.KEYGEN,
    hand_over.DB,
    assess.COMMAND,
    report.COMMAND,
    compare.COMMAND,
    demo.COMMAND,
)


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code says how it ended."""
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except FileRefused as refused:
        return _failed(f"{refused}", Exit.FILE_AT_FAULT)
    except ExtraMissing as missing:
        return _failed(f"{missing}", Exit.WRONG_USAGE)
    except ServerUnavailable as unavailable:
        return _failed(f"{unavailable}", Exit.NO_SERVER)
    except SeawallError as error:
        if error.code is grpc.StatusCode.UNAVAILABLE and not error.reason:
            no_server = f"No server answers at {arguments.server}. Start one with: seawall serve\n  {error}"
            return _failed(no_server, Exit.NO_SERVER)
        return _failed(f"{error}", Exit.REFUSED)
    except UnicodeEncodeError as error:
        return _failed(f"not UTF-8: {error.object!r}", Exit.WRONG_USAGE)
    except BrokenPipeError:  # whoever reads the output has closed it; what is left would be flushed once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.REFUSED
    except OSError as error:
        return _failed(f"{error}", Exit.REFUSED)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    return code


def _failed(message: str, code: Exit) -> int:
    print(message, file=sys.stderr)
    return code


def parser() -> argparse.ArgumentParser:
    """The parser of every command."""
    top = argparse.ArgumentParser(
        prog="seawall",
        description="Stress a company's cash month by month, on a Seawall server.",
        epilog=exit_codes.HELP,
    )
    top.add_argument("--version", action="version", version=f"seawall {version('seawall')}")
    group = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        options = {"help": command.summary, "description": command.summary, **command.parser_options}
        own = group.add_parser(command.name, **options)
        command.take_arguments(own)
        own.set_defaults(run=command.run)
    return top
