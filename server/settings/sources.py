"""Where a setting comes from: the command line wins, then the environment, then a configuration file."""

from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .file import texts_in
from .kinds import SWITCH
from .setting import PREFIX, Setting, Text
from .table import settings_of


def take_settings(parser: ArgumentParser, command: str) -> None:
    """Makes an option of each setting of the command. No help shows a value: it may have a password."""
    parser.epilog = (
        "Each option also comes from the environment, under the name in brackets, or from the TOML file of --config,"
        " under its own name with _ for -; the command line wins, then the environment. A URL with a password belongs"
        " there: everybody on a machine can read its command lines."
    )
    parser.add_argument("--config", metavar="FILE", help=f"TOML file with settings [{PREFIX}CONFIG]")
    for setting in settings_of(command):
        options: dict[str, Any] = {"dest": setting.key, "help": f"{setting.words} [{setting.variable}]"}
        if setting.kind is SWITCH:
            options["action"] = BooleanOptionalAction
        else:
            options["metavar"] = setting.metavar
        parser.add_argument(setting.option, **options)


def resolve(arguments: Namespace, command: str, environment: Mapping[str, str]) -> dict[str, Text]:
    """Puts the value of each setting of the command into its arguments; gives where those that are set come from.

    Raises `SettingRefused` for a value that is not allowed, and for a file with a key or a value that is not.
    """
    path = arguments.config or environment.get(f"{PREFIX}CONFIG")
    in_file = texts_in(Path(path)) if path else {}
    texts: dict[str, Text] = {}
    for setting in settings_of(command):
        text = _text(setting, getattr(arguments, setting.key), environment, in_file)
        setattr(arguments, setting.key, setting.value(text) if text else None)
        if text:
            texts[setting.key] = text
    return texts


def _text(
    setting: Setting, option: str | bool | None, environment: Mapping[str, str], in_file: Mapping[str, Text]
) -> Text | None:
    """The text of a setting from the first place that has one."""
    if option is not None:
        return Text(str(option).lower() if isinstance(option, bool) else option, setting.option)
    if variable := environment.get(setting.variable):
        return Text(variable, setting.variable)
    return in_file.get(setting.key) or (Text(setting.default, "default") if setting.default else None)
