"""What a command says that fails, and the exit code of each failure."""

import os
import sys
from argparse import Namespace

import grpc

from ..client import CredentialsRefused, NotConnected, SeawallError
from ..files import FileRefused
from . import credential_options
from .command import WrongUsage
from .exit_codes import Exit
from .extras import ExtraMissing
from .server_process import ServerUnavailable

#: The first type that an error is of counts. Of all others it is a defect, and its traceback is shown.
EXIT_CODES = {
    WrongUsage: Exit.WRONG_USAGE,
    FileRefused: Exit.FILE_AT_FAULT,
    ExtraMissing: Exit.WRONG_USAGE,
    ServerUnavailable: Exit.NO_SERVER,
    CredentialsRefused: Exit.WRONG_USAGE,
    SeawallError: Exit.REFUSED,
    UnicodeEncodeError: Exit.WRONG_USAGE,
    OSError: Exit.REFUSED,
}

NOTHING_SHOWN = "Nothing was sent that says who you are: give --token-file FILE, or --cert FILE and --cert-key FILE."


def exit_code(error: Exception, arguments: Namespace) -> int:
    """Prints what failed; raises an error again that no command should meet."""
    if isinstance(error, BrokenPipeError):  # whoever reads the output has closed it; what is left would be flushed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.REFUSED
    for kind, code in EXIT_CODES.items():
        if isinstance(error, kind):
            text, code = _of_the_call(error, arguments) or (_words(error), code)
            print(text, file=sys.stderr)
            return code
    raise error


def _of_the_call(error: Exception, arguments: Namespace) -> tuple[str, Exit] | None:
    """Of a call that was refused for who made it, or that met no server."""
    if isinstance(error, NotConnected):
        return error.message, Exit.NO_SERVER
    if not isinstance(error, SeawallError):
        return None
    if error.code is grpc.StatusCode.UNAVAILABLE and not error.reason:
        return f"No server answers at {arguments.server}. Start one with: seawall serve\n  {error}", Exit.NO_SERVER
    if error.code is grpc.StatusCode.UNAUTHENTICATED:
        hint = "" if credential_options.credentials(arguments).shown else f"\n  {NOTHING_SHOWN}"
        return f"{error}{hint}", Exit.NOT_PERMITTED
    if error.code is grpc.StatusCode.PERMISSION_DENIED:
        return f"{error}", Exit.NOT_PERMITTED
    return None


def _words(error: Exception) -> str:
    return f"not UTF-8: {error.object!r}" if isinstance(error, UnicodeEncodeError) else f"{error}"
