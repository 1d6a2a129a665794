"""`seawall completion`: a script by which a shell completes commands, their options and what those take.

It is made from the parser of each command. A word that it does not know of is left to the shell, which completes files.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import NamedTuple

from .command import Command
from .examples import SCENARIOS
from .exit_codes import Exit
from .main import COMMANDS, command_of
from .newest import LATEST

#: What stands for an argument in the help of a command -> its words, beside any file or id.
NAMED = {"SCENARIO": SCENARIOS, **dict.fromkeys(("ID", "EXECUTION_ID", "SCENARIO_ID", "DATASET_ID"), (LATEST,))}


class Completed(NamedTuple):
    """What may follow a command."""

    options: list[str]
    values: dict[str, list[str]]  #: what may follow an option that takes one; nothing where only its user knows
    words: list[str]  #: in other places


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shell", choices=SCRIPTS, help="the shell that reads the script")


def completion(arguments: Namespace) -> int:
    print(SCRIPTS[arguments.shell]({name: _completed(name) for name in COMMANDS}), end="")
    return Exit.DONE


def _completed(name: str) -> Completed:
    command = command_of(name)
    parser = ArgumentParser(**command.parser_options)
    command.take_arguments(parser)
    completed = Completed([], {}, [])
    for action in parser._actions:
        words = list(map(str, action.choices or NAMED.get(f"{action.metavar}", ())))
        if not action.option_strings:
            completed.words.extend(word for word in words if word not in completed.words)
            continue
        option = action.option_strings[-1]
        completed.options.append(option)
        if action.nargs != 0:
            completed.values[option] = words
    return completed


#: Commands of one line each, in the syntax that bash and zsh share. "$1 $2 $3": command, word before, word begun.
WORDS = """\
_seawall_words() {{
    case "$1 $2 $3" in
{cases}
        *) echo {commands} ;;
    esac
}}
"""

BASH = """\
# Completion of seawall in bash. In ~/.bashrc: source <(seawall completion bash)
{words}
_seawall() {{
    local command="" word="${{COMP_WORDS[COMP_CWORD]}}"
    if [ "$COMP_CWORD" -gt 1 ]; then command="${{COMP_WORDS[1]}}"; fi
    COMPREPLY=($(compgen -W "$(_seawall_words "$command" "${{COMP_WORDS[COMP_CWORD-1]}}" "$word")" -- "$word"))
}}
complete -o default -F _seawall seawall
"""

ZSH = """\
#compdef seawall
# Completion of seawall in zsh. In ~/.zshrc, after compinit: source <(seawall completion zsh)
{words}
_seawall() {{
    local command=""
    if (( CURRENT > 2 )); then command="$words[2]"; fi
    compadd -- ${{=$(_seawall_words "$command" "$words[CURRENT-1]" "$words[CURRENT]")}}
    if (( CURRENT > 2 )); then _files; fi
}}
compdef _seawall seawall
"""


def _by_words(script: str) -> Callable[[dict[str, Completed]], str]:
    """A script around the function that bash and zsh share."""

    def of_commands(commands: dict[str, Completed]) -> str:
        cases = "\n".join(f"        {case}" for name, completed in commands.items() for case in _cases(name, completed))
        return script.format(words=WORDS.format(cases=cases, commands=" ".join(commands)))

    return of_commands


def _cases(name: str, completed: Completed) -> Iterator[str]:
    """The first pattern that fits counts: the value of an option, else an option, else a word."""
    for words, options in groupby(sorted(completed.values, key=completed.values.__getitem__), completed.values.get):
        yield _case("|".join(f"'{name} {option} '*" for option in options), words or [])
    yield _case(f"'{name} '*' -'*", completed.options)
    yield _case(f"'{name} '*", completed.words)


def _case(pattern: str, words: list[str]) -> str:
    return f"{pattern}) echo {' '.join(words)} ;;" if words else f"{pattern}) ;;"


def _fish(commands: dict[str, Completed]) -> str:
    lines = ["# Completion of seawall in fish. In ~/.config/fish/config.fish: seawall completion fish | source"]
    for name, listed in COMMANDS.items():
        summary = listed.summary.replace("\\", "\\\\").replace("'", "\\'")
        lines.append(f"complete -c seawall -n __fish_use_subcommand -f -a {name} -d '{summary}'")
    for name, completed in commands.items():
        after = f"complete -c seawall -n '__fish_seen_subcommand_from {name}'"
        for option in completed.options:
            values = completed.values.get(option)
            takes = "" if values is None else f" -x -a '{' '.join(values)}'" if values else " -r"
            lines.append(f"{after} -l {option.removeprefix('--')}{takes}")
        if completed.words:
            lines.append(f"{after} -a '{' '.join(completed.words)}'")
    return "\n".join([*lines, ""])


SCRIPTS = {"bash": _by_words(BASH), "zsh": _by_words(ZSH), "fish": _fish}

COMMAND = Command(take_arguments, completion)
