"""What tests of commands share: how they ended, and what they said."""

import pytest

from << cookiecutter.package_name >> import cli


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Return the exit code of a command and everything that it said."""
    code = cli.main(arguments)
    return code, "".join(capsys.readouterr())
