"""The command line `ml`: one subcommand a line of work; the only place that prints or exits."""

from .main import main

__all__ = ["main"]
