"""What a field is called on a sheet, and back: `Interest annual` is interest_annual."""

import re

CAPITALS = {"ebitda": "EBITDA", "pik": "PIK", "sha256": "SHA-256"}
REQUIRED = " *"  #: after the name of what must be filled in


def label(name: str) -> str:
    """The name of a field as a person reads it.  reported_ebitda_annual is Reported EBITDA annual."""
    words = [CAPITALS.get(word, word) for word in name.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def plain(text: str) -> str:
    """A label, a heading or the title of a sheet as the name that it stands for, however it is written."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower().replace("sha-256", "sha256")).strip("_")
