"""How many random cases a law is tried on: enough to find what it finds in every `make test`, more in `make laws`."""

import os

LONG = os.environ.get("SEAWALL_LAWS") == "long"


def cases(quick: int, long: int) -> int:
    return long if LONG else quick
