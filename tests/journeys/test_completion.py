"""`seawall completion`: what a shell completes is what each command takes; anything else is left to it, as a file."""

import re

import pytest

from seawall.clients.cli.completion import SCRIPTS
from seawall.clients.cli.examples import SCENARIOS
from seawall.clients.cli.main import COMMANDS
from tests.journeys.serving import OF_THE_SERVER, run, seawall

#: Completes the words that follow, the last of which is begun, and prints what bash would offer.
COMPLETE = """
set -u
source /dev/stdin
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
_seawall
printf '%s\\n' "${COMPREPLY[@]}"
"""


async def script(shell):
    printed = await seawall("completion", shell)
    assert printed.returncode == 0, printed.stderr
    return printed.stdout


async def offered(*words):
    """What bash offers after `seawall`, for the last word."""
    done = await run("bash", "-c", COMPLETE, "bash", "seawall", *words, stdin=await script("bash"))
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


async def test_commands_are_completed():
    assert await offered("") == list(COMMANDS)
    assert await offered("re") == [name for name in COMMANDS if name.startswith("re")]


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in OF_THE_SERVER])
async def test_the_options_of_a_command_are_those_of_its_help(command):
    shown = (await seawall(command, "--help")).stdout
    in_help = set(re.findall(r"^  (?:-h, )?(--[a-z-]+)", shown, re.M))
    assert "--help" in in_help
    assert set(await offered(command, "--")) == in_help
    assert await offered(command, "--he") == ["--help"]


@pytest.mark.parametrize(
    ("words", "completions"),
    [
        (("run", "company.yaml", ""), list(SCENARIOS)),
        (("run", "company.yaml", "m"), ["mild", "moderate"]),
        (("run", "company.yaml", "severe", "--posture", ""), ["standstill", "workout"]),
        (("run", "company.yaml", "severe", "--json", "--h"), ["--help", "--html"]),
        (("run", "company.yaml", "severe", "--html", ""), []),
        (("validate", "--scenario", "se"), ["severe"]),
        (("report", ""), ["@latest"]),
        (("report", "@latest", "--view", "e"), ["executive"]),
        (("execute", "@latest", "--dataset", ""), ["@latest"]),
        (("list", ""), ["companies", "scenarios", "executions"]),
        (("completion", ""), ["bash", "zsh", "fish"]),
        (("register", "company"), []),
        (("db", ""), []),
    ],
)
async def test_what_an_argument_takes_is_completed(words, completions):
    assert await offered(*words) == completions


async def test_what_is_not_completed_is_left_to_bash_as_a_file():
    printed = await run("bash", "-c", "source /dev/stdin; complete -p seawall", stdin=await script("bash"))
    assert printed.stdout == "complete -o default -F _seawall seawall\n"


@pytest.mark.parametrize("shell", SCRIPTS)
async def test_every_shell_has_every_command_and_option(shell):
    text = await script(shell)
    for name in COMMANDS:
        assert re.search(rf"\b{name}\b", text)
    for option in ("posture", "acceleration-months", "xlsx", "receipt"):
        assert option in text
