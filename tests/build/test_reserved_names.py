"""The names that pre_gen refuses, against what a project really depends on today."""

import reserved_names

from hooks import pre_gen_project
from tests import projects


def test_no_project_can_take_the_name_of_what_it_depends_on(churn: projects.Project) -> None:
    """A fresh lock names nothing that pre_gen would accept; else tools/reserved_names.py has to run again."""
    modules = reserved_names.modules(churn.folder / ".venv" / "bin" / "python")
    names = reserved_names.distributions(churn.folder / "uv.lock") | modules
    assert [name for name in sorted(names - {"built_project"}) if not pre_gen_project.taken(name)] == []
