"""Options of a command that calls a server: what it trusts of the server, and who it says that it is."""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from ..client import Credentials

#: Of each: what it takes, its environment variable, what it is. The key of a log is another one: --key, SEAWALL_KEY.
OPTIONS = {
    "--ca": ("FILE", "SEAWALL_CA", "authorities of the server's certificate, PEM; the connection is then TLS"),
    "--cert": ("FILE", "SEAWALL_CERT", "your certificate, PEM, for a server that knows callers by theirs"),
    "--cert-key": ("FILE", "SEAWALL_CERT_KEY", "the private key of your certificate, PEM, without a passphrase"),
    "--token-file": ("FILE", "SEAWALL_TOKEN_FILE", "a token, or an API key; else the one in SEAWALL_TOKEN"),
    "--on-behalf-of": ("NAME", "SEAWALL_ON_BEHALF_OF", "the person that you act for, where the server lets you"),
}


def take_arguments(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("credentials", "Each file is read again when it changes.")
    for option, (value, variable, words) in OPTIONS.items():
        kind = Path if value == "FILE" else str
        group.add_argument(
            option, metavar=value, type=kind, default=os.environ.get(variable) or None, help=f"{words} [{variable}]"
        )


def credentials(arguments: Namespace) -> Credentials:
    """Raises CredentialsRefused for what does not go together."""
    return Credentials(
        ca=arguments.ca,
        cert=arguments.cert,
        cert_key=arguments.cert_key,
        token_file=arguments.token_file,
        token=None if arguments.token_file else os.environ.get("SEAWALL_TOKEN") or None,
        on_behalf_of=arguments.on_behalf_of or "",
    )
