"""What a command says that fails, and the exit code of each failure."""

import os
import sys
from argparse import Namespace

import grpc

from ..client import SeawallError
from ..files import FileRefused
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
    SeawallError: Exit.REFUSED,
    UnicodeEncodeError: Exit.WRONG_USAGE,
    OSError: Exit.REFUSED,
}


def exit_code(error: Exception, arguments: Namespace) -> int:
    """Prints what failed; raises an error again that no command should meet."""
    if isinstance(error, BrokenPipeError):  # whoever reads the output has closed it; what is left would be flushed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.REFUSED
    for kind, code in EXIT_CODES.items():
        if isinstance(error, kind):
            text, code = _unreachable(error, arguments) or (_words(error), code)
            print(text, file=sys.stderr)
            return code
    raise error


def _unreachable(error: Exception, arguments: Namespace) -> tuple[str, Exit] | None:
    if not isinstance(error, SeawallError) or error.code is not grpc.StatusCode.UNAVAILABLE or error.reason:
        return None
    return f"No server answers at {arguments.server}. Start one with: seawall serve\n  {error}", Exit.NO_SERVER


def _words(error: Exception) -> str:
    return f"not UTF-8: {error.object!r}" if isinstance(error, UnicodeEncodeError) else f"{error}"
