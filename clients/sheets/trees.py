"""The sheets of a file become the tree of a company or of a scenario, as if it were written in YAML."""

from collections.abc import Iterable

from ..files.kinds import InputKind
from ..files.tree import Fields, FileFault, FileRefused, Items, Place, Text, by_line
from . import forms, tables
from .grid import Grid, fault
from .layout import ALL, SHEETS, Sheet, sheets
from .names import OWN, meant, plain

MOST_FAULTS = 100  #: that are said of a file


def tree(file: Place, grids: Iterable[Grid], kind: InputKind) -> Fields:
    """The tree of one kind of file; raises FileRefused with all that is wrong with its sheets."""
    faults: list[FileFault] = []
    by_name = _by_name(grids, faults)
    root = Fields(file, {}, {})
    for sheet in sheets(kind):
        grid = by_name.get(sheet.name)
        if grid:
            _add(root, sheet, grid, faults)
        elif sheet.required:
            needed = ", ".join(sheet.title for sheet in sheets(kind) if sheet.required)
            faults.append(fault(file, f"has no sheet {sheet.title}", needed))
    if faults:
        more = [FileFault(file, "", f"and {len(faults) - MOST_FAULTS} more")] if len(faults) > MOST_FAULTS else []
        raise FileRefused([*by_line(faults)[:MOST_FAULTS], *more])
    return root


def _by_name(grids: Iterable[Grid], faults: list[FileFault]) -> dict[str, Grid]:
    by_name: dict[str, Grid] = {}
    titles = [sheet.title for sheet in ALL.values()]
    for grid in grids:
        name = plain(grid.title)
        if grid.title.startswith(OWN):
            continue
        if name not in ALL:
            instead = meant(grid.title, titles)
            allowed = f"{', '.join(titles)}; {OWN} before the name of a sheet of your own"
            faults.append(fault(grid.place, f"no sheet is called {grid.title!r}", allowed, instead))
        elif name in by_name:
            problem = f"the sheet {grid.title} occurs twice, first in {by_name[name].place}"
            faults.append(fault(grid.place, problem, "each sheet once"))
        else:
            by_name[name] = grid
    return by_name


def _add(root: Fields, sheet: Sheet, grid: Grid, faults: list[FileFault]) -> None:
    if not sheet.table:
        _add_form(root, sheet, grid, faults)
    elif sheet.key:
        _add_parts(root, sheet, grid, faults)
    elif items := tuple(tables.read(sheet, grid, faults)):
        (name,) = sheet.path
        root.values[name], root.names[name] = Items(grid.place, items), grid.place


def _add_form(root: Fields, sheet: Sheet, grid: Grid, faults: list[FileFault]) -> None:
    fields = forms.read(sheet, grid, faults)
    if fields is None:
        return
    if sheet.path:
        (name,) = sheet.path
        root.values[name], root.names[name] = fields, grid.place
    else:
        root.values.update(fields.values)
        root.names.update(fields.names)


def _add_parts(root: Fields, sheet: Sheet, grid: Grid, faults: list[FileFault]) -> None:
    """Rows that name an item: of a list they are its items in their order, of a message there is one for each."""
    assert sheet.key
    of_items, part = sheet.path
    owners = {_text(owner, sheet.key.name): owner for owner in _items(root, of_items)}
    parts: dict[str, list[Fields]] = {}
    for row in tables.read(sheet, grid, faults):
        place, identifier = row.names.pop(sheet.key.name), _text(row, sheet.key.name)
        del row.values[sheet.key.name]
        rows = parts.setdefault(identifier, [])
        if identifier not in owners:
            allowed = ", ".join(filter(None, owners)) or "a row there first"
            problem = f"{sheet.key.label} {identifier!r} is not on the sheet {SHEETS[of_items]}"
            faults.append(fault(place, problem, allowed))
        elif rows and not sheet.several:
            problem = f"{sheet.key.label} {identifier!r} occurs twice, first in {rows[0].place}"
            faults.append(fault(place, problem, "one row for each"))
        rows.append(row)
    for identifier, rows in parts.items():
        if owner := owners.get(identifier):
            owner.values[part] = Items(rows[0].place, tuple(rows)) if sheet.several else rows[0]
            owner.names[part] = rows[0].place


def _items(root: Fields, name: str) -> list[Fields]:
    items = root.values.get(name)
    return [item for item in items.items if isinstance(item, Fields)] if isinstance(items, Items) else []


def _text(fields: Fields, name: str) -> str:
    value = fields.values.get(name)
    return value.text if isinstance(value, Text) else ""
