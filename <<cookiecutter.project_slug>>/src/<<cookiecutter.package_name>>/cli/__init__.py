"""The command line `ml`: one subcommand a line of work; the only place that prints or exits.

Exit codes: 0 yes; 3 judged and refused; 2 wrong usage, configuration or input; 130 stopped by Ctrl-C, as in shells.
1 only ever means a crash.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence

from ..atomic import restore
from ..bundle import open_file
from ..contract import InputError, Refusal
from .options import BUNDLE, parser

STOPPED = 130  # 128 and the number of SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `ml` with these arguments and return its exit code."""
    given = parser().parse_args(arguments)
    try:
        restore(BUNDLE.parent.parent)
        if given.step == "serve":
            return _serve(given)
        # Each step imports what it needs alone: the image that serves has no scikit-learn.
        steps = importlib.import_module(f"{__package__}.{given.module}")
        return int(getattr(steps, f"do_{given.step}")(given))
    except Refusal as refusal:
        print(*refusal.findings, sep="\n", end="\n" if refusal.findings else "")
        return _sentence(str(refusal), 3)
    except InputError as error:
        return _sentence(str(error))
    except OSError as error:
        return _sentence(f"{error.filename or 'a file'}: {error.strerror or error}; nothing was changed there")
    except KeyboardInterrupt:
        return _sentence("stopped; nothing half done was kept", STOPPED)


def _sentence(text: str, code: int = 2) -> int:
    print(f"ml: {text}", file=sys.stderr)
    return code


def _serve(given: argparse.Namespace) -> int:
    from .. import service  # noqa: PLC0415 (the service is not needed to train, nor the reverse)

    settings = service.Settings(
        given.host, given.port, given.admin_port, given.drain, given.token, given.log_predictions, given.log_keys
    )
    service.serve(open_file(given.bundle), str(given.bundle), settings)
    return 0
