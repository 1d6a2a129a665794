"""Whether an address is of this machine: what it reaches nobody else does."""

from ipaddress import ip_address


def is_of_this_machine(host: str) -> bool:
    """Whether no other machine reaches it; `ValueError` where it is neither an IP address nor localhost."""
    bare = host.removeprefix("[").removesuffix("]")
    return bare == "localhost" or ip_address(bare).is_loopback
