"""The command line `ml`: one subcommand a line of work; the only place that prints or exits.

Exit codes: 0 yes; 3 judged and refused; 2 wrong usage, configuration or input. 1 only ever means a crash.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from ..bundle import open_file, restore
from ..contract import InputError, Refusal

BUNDLE = Path("build/bundle/model.tar.gz")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `ml` with these arguments and return its exit code."""
    given = _parser().parse_args(arguments)
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
        return _sentence("stopped; nothing half done was kept")


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


def _parser() -> argparse.ArgumentParser:
    shown = argparse.ArgumentDefaultsHelpFormatter
    parser = argparse.ArgumentParser(prog="ml", description="From data to a gated model, and to predictions.")
    steps = parser.add_subparsers(required=True, metavar="STEP")

    data = steps.add_parser("data", help="check, refresh or explore the data")
    actions = data.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="does the table keep the contract?", formatter_class=shown)
    check.add_argument("--input", type=Path, metavar="TABLE", help="a table other than the one in data.lock")
    check.set_defaults(module="data", step="check")
    refresh = actions.add_parser("refresh", help="accept a table: rewrite data.lock", formatter_class=shown)
    refresh.add_argument("--source", metavar="TABLE", help="a path or https URL other than the one in data.lock")
    refresh.set_defaults(module="data", step="refresh")
    explore = actions.add_parser("explore", help="draw every column: build/report/data.html", formatter_class=shown)
    explore.set_defaults(module="data", step="explore")

    for name, module, help_ in (
        ("train", "model", "search, choose, export: build/model"),
        ("evaluate", "model", "measure on the test part: build/metrics.json"),
        ("gate", "judge", "judge the measurements: build/verdicts.json, build/report"),
        ("package", "judge", "pack the judged model: build/bundle"),
    ):
        step = steps.add_parser(name, help=help_, description=help_, formatter_class=shown)
        if name == "evaluate":
            step.add_argument(
                "--champion", type=Path, metavar="BUNDLE", help="the model in production; none: not asked"
            )
            step.add_argument("--reproduce", action="store_true", help="train again, and compare the bytes")
        step.set_defaults(module=module, step=name)

    compare = steps.add_parser("compare", help="is the challenger better than the champion?", formatter_class=shown)
    compare.add_argument("--champion", type=Path, required=True, metavar="BUNDLE", help="the model in production")
    compare.add_argument(
        "--challenger", type=Path, default=BUNDLE, metavar="BUNDLE", help="the model that would replace it"
    )
    compare.set_defaults(module="life", step="compare")
    monitor = steps.add_parser(
        "monitor", help="have recent rows drifted from the training data?", formatter_class=shown
    )
    monitor.add_argument("--bundle", type=Path, default=BUNDLE, help="the model in production")
    monitor.add_argument("--input", metavar="TABLE", help="recent rows, instead of [monitor] source in params.toml")
    monitor.set_defaults(module="life", step="monitor")

    _add_serve(steps)
    return parser


def _add_serve(steps: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = steps.add_parser(
        "serve", help="answer predictions over HTTP", formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    serve.add_argument("--bundle", type=Path, default=BUNDLE, help="the packed model")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    serve.add_argument("--port", type=int, default=8000, help="the port for requests")
    serve.add_argument("--admin-port", type=int, default=8001, help="the port of /live, /ready and /metrics")
    serve.add_argument("--drain", type=float, default=0.0, metavar="SECONDS", help="go on so long after SIGTERM")
    serve.add_argument(
        "--token", type=Path, metavar="FILE", help="a file with the bearer token that requests must show"
    )
    serve.add_argument("--log-predictions", type=Path, metavar="FILE", help="write each row and its prediction there")
    serve.add_argument("--log-keys", action="store_true", help="write columns of role key there too")
    serve.set_defaults(step="serve")
