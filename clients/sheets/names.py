"""What a field is called on a sheet, and back: `Interest annual` is interest_annual."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

CAPITALS = {"ebitda": "EBITDA", "pik": "PIK", "sha256": "SHA-256"}
OWN = "_"  #: begins the title of a sheet that its author keeps for working: nothing of it is read
REQUIRED = " *"  #: after the name of what must be filled in


def label(name: str) -> str:
    """The name of a field as a person reads it.  reported_ebitda_annual is Reported EBITDA annual."""
    words = [CAPITALS.get(word, word) for word in name.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def plain(text: str) -> str:
    """A label, a heading or the title of a sheet as the name that it stands for, however it is written."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower().replace("sha-256", "sha256")).strip("_")


def meant(text: str, labels: Iterable[str]) -> str:
    """Which label was meant by another; empty where none is close.  Principle is close to Principal."""
    by_name = {plain(known): known for known in labels}
    close = get_close_matches(plain(text), by_name, n=1)
    return f"did you mean {by_name[close[0]]}?" if close else ""
