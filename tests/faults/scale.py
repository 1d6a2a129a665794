"""How much each fault is tried: a few times in every `make test`, often in `make faults`."""

import os
from random import Random, SystemRandom

LONG = os.environ.get("SEAWALL_FAULTS") == "long"
SEED = int(os.environ.get("SEAWALL_FAULTS_SEED", SystemRandom().randrange(10**6)))


def times(quick, long):
    return long if LONG else quick


def luck():
    """The same luck again, with SEAWALL_FAULTS_SEED."""
    return Random(SEED)
