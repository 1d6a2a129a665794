"""What holds, as a configuration file: each setting, and in a comment where it comes from."""

import json
from collections.abc import Iterator, Mapping

from ..database.connect import DriverMissing, database_of
from ..database.database import DatabaseRefused
from .kinds import is_on
from .setting import HIDDEN, PREFIX, Setting, Text
from .table import SETTINGS


def lines_of(texts: Mapping[str, Text], environment: Mapping[str, str]) -> Iterator[str]:
    """What holds, as a configuration file: each setting, and in a comment where it comes from."""
    rows = [_assignment(setting, texts.get(setting.key)) for setting in SETTINGS]
    width = max(len(assignment) for assignment, _ in rows)
    for assignment, source in rows:
        yield f"{assignment:<{width}}  # {source}"
    known = {f"{PREFIX}CONFIG", *(setting.variable for setting in SETTINGS)}
    for variable in sorted(environment):
        if variable.startswith(PREFIX) and variable not in known:
            yield f"# {variable} is no setting of a server"


def _assignment(setting: Setting, text: Text | None) -> tuple[str, str]:
    if text is None:
        return f"# {setting.key} =", "not set"
    if bool in setting.kind.toml:
        value = str(is_on(text.text)).lower()
    elif str not in setting.kind.toml:
        value = text.text
    else:
        shown = _without_password(text.text) if setting.secret else text.text
        value = json.dumps(shown, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"{setting.key} = {value}", text.source


def _without_password(database: str) -> str:
    """The only secret so far is in the URL of a database; of one that cannot be taken apart nothing is shown."""
    try:
        return database_of(database).name
    except (DatabaseRefused, DriverMissing):
        return HIDDEN
