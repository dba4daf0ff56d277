"""The steps of the command line `ml`, and their options."""

import argparse
from pathlib import Path
from typing import Any

from ..contract import TASKS

BUNDLE = Path("build/bundle/model.tar.gz")


class _Shown(argparse.ArgumentDefaultsHelpFormatter):
    """Shows a default where there is one: neither None nor False is."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help if action.default is None or action.default is False else super()._get_help_string(action)


class _Parser(argparse.ArgumentParser):
    """Shows how a step is used when it is given a word that it does not know; argparse would show `ml` alone."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        return found, rest


def parser() -> argparse.ArgumentParser:
    """Return the parser of `ml`, which names for each step the module that does it."""
    whole = _Parser(prog="ml", description="From data to a gated model, and to predictions.")
    steps = whole.add_subparsers(required=True, metavar="STEP")

    data = steps.add_parser("data", help="check, refresh, explore or adopt the data")
    actions = data.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="does the table keep the contract?", formatter_class=_Shown)
    check.add_argument("--input", type=Path, metavar="TABLE", help="a table other than the one in data.lock")
    check.set_defaults(module="data", step="check")
    refresh = actions.add_parser("refresh", help="accept a table: rewrite data.lock", formatter_class=_Shown)
    refresh.add_argument("--source", metavar="TABLE", help="a path or https URL other than the one in data.lock")
    refresh.add_argument("--sha256", metavar="HEX", help="what the table's publisher says its digest is")
    refresh.add_argument("--accept", action="store_true", help="take it although its volume is far from the last one's")
    refresh.set_defaults(module="data", step="refresh")
    explore = actions.add_parser("explore", help="draw every column: build/report/data.html", formatter_class=_Shown)
    explore.set_defaults(module="explore", step="explore")
    _adopt(actions)

    for name, module, help_ in (
        ("train", "train", "search, choose, export: build/model"),
        ("evaluate", "evaluate", "measure on the test part: build/metrics.json"),
        ("gate", "judge", "judge the measurements: build/verdicts.json, build/report"),
        ("package", "judge", "pack the judged model: build/bundle"),
    ):
        step = steps.add_parser(name, help=help_, description=help_, formatter_class=_Shown)
        if name == "evaluate":
            step.add_argument(
                "--champion", type=Path, metavar="BUNDLE", help="the model in production; none: not asked"
            )
            step.add_argument("--reproduce", action="store_true", help="train again, and compare the bytes")
        if name == "train":
            _scheduler(step)
        step.set_defaults(module=module, step=name)

    help_ = "is the challenger better than the champion?"
    told = "Ends with 0 if it is surely better, on test rows that neither trained on; with 3 if that is not sure."
    compare = steps.add_parser("compare", help=help_, description=help_, epilog=told, formatter_class=_Shown)
    compare.add_argument("--champion", type=Path, required=True, metavar="BUNDLE", help="the model in production")
    compare.add_argument(
        "--challenger", type=Path, default=BUNDLE, metavar="BUNDLE", help="the model that would replace it"
    )
    compare.set_defaults(module="life", step="compare")
    _monitor(steps)
    _score(steps)
    _status(steps)
    _add_serve(steps)
    return whole


def _adopt(actions: Any) -> None:
    help_ = "make the project one of your own table: contract, params, gates, data"
    step = actions.add_parser("adopt", help=help_, description=help_)
    step.add_argument("table", metavar="TABLE", help="a CSV or Parquet table, a path or https URL")
    step.add_argument("--target", required=True, metavar="COLUMN", help="the column to predict")
    step.add_argument("--task", default="", choices=[*TASKS], help="if not what it looks like")
    step.add_argument("--key", action="append", default=[], metavar="COLUMN", help="names a row, or whose it is")
    step.add_argument("--time", default="", metavar="COLUMN", help="when the row was true: split by it")
    step.add_argument("--positive", default="", metavar="VALUE", help="the class that is looked for")
    known_later = "known only after the outcome: no feature"
    step.add_argument("--unavailable", action="append", default=[], metavar="COLUMN", help=known_later)
    step.add_argument("--sha256", metavar="HEX", help="what the table's publisher says its digest is")
    step.add_argument("--dry-run", action="store_true", help="show what would be decided, write nothing")
    step.add_argument("--force", action="store_true", help="write over files edited by hand, and keep a backup")
    step.set_defaults(module="adopt", step="adopt")


def _add_serve(steps: Any) -> None:
    serve = steps.add_parser("serve", help="answer predictions over HTTP", formatter_class=_Shown)
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


def _score(steps: Any) -> None:
    help_ = "predict whole tables, in flat memory"
    told = (
        "Rows that cannot be scored go to a table beside OUT, named like it with .rejected, with two columns more: "
        "input_row, the number of the row in its file (the first below the header is 1, blank lines do not count), "
        "and reasons; drop both when the rows are mended and scored again. Columns of a Parquet table keep their "
        "types; those of CSV are written as the texts they are, to Parquet too (an empty cell is null there), "
        "whatever the contract types them; predictions are typed."
    )
    step = steps.add_parser("score", help=help_, description=help_, epilog=told, formatter_class=_Shown)
    step.add_argument("--input", type=Path, required=True, metavar="IN", help="a CSV or Parquet table, or a folder")
    step.add_argument("--output", type=Path, required=True, metavar="OUT", help="a table likewise, or a folder")
    step.add_argument("--bundle", type=Path, default=BUNDLE, help="the packed model")
    step.add_argument("--strict", action="store_true", help="refuse a table with bad rows, do not set them aside")
    _scheduler(step)
    step.set_defaults(module="score", step="score")


def _monitor(steps: Any) -> None:
    help_ = "have recent rows drifted from the training data?"
    step = steps.add_parser("monitor", help=help_, description=help_, formatter_class=_Shown)
    step.add_argument("--input", metavar="TABLE", help="recent rows, instead of [monitor] source in params.toml")
    step.add_argument(
        "--labels", type=Path, metavar="TABLE", help="what became true later, by key: judges the promises"
    )
    step.add_argument("--bundle", type=Path, default=BUNDLE, help="the model in production")
    step.set_defaults(module="monitor", step="monitor")


def _status(steps: Any) -> None:
    help_ = "ask GitHub what is in production, since when, by whom, and how it does"
    step = steps.add_parser("status", help=help_, description=help_, formatter_class=_Shown)
    step.add_argument("--channel", default="production", choices=["production", "staging"], help="which channel")
    step.set_defaults(module="status", step="status")


def _scheduler(step: argparse.ArgumentParser) -> None:
    step.add_argument("--scheduler", metavar="ADDRESS", help="do it on this Dask cluster, such as tcp://10.0.0.1:8786")
