"""What a job tells people: how its command ended, the reports it wrote, and its last lines, as plain text."""

import re

import pytest

from tests.runner import events
from tests.runner.hub import Hub
from tests.runner.runner import Runner

WORKFLOW = """
name: try
on: workflow_dispatch
permissions: {}
jobs:
  a:
    runs-on: ubuntu-24.04
    permissions: {contents: read}
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
      - run: mkdir -p build/report && echo older > build/report/older.md
      - run: bash scripts/summary.sh COMMAND
        shell: bash
"""
STEP = """
sleep 0.02
echo '| verdict |' > build/report/new.md
for i in $(seq 100); do echo "line $i"; done
printf '~~~~~~~~\\n~~~~~~~~~~~~\\n# Accepted\\n<img src=x> @acme/all\\n\\033[31mred\\033[0m\\n%0999d\\n' 0
exit CODE
"""


MAKEFILE = "judge:\n\tbash step.sh\n"


@pytest.mark.parametrize("command", ["bash step.sh", "make judge"], ids=["itself", "by-make"])
@pytest.mark.parametrize(
    ("code", "said"),
    [(0, "yes"), (3, "refused"), (2, "did not succeed (exit code 2)")],
    ids=["yes", "refused", "broken"],
)
def test_a_summary_tells_how_it_ended_and_shows_what_was_printed_as_it_is(
    hub: Hub, runner: Runner, command: str, code: int, said: str
) -> None:
    """Reports of this command alone; no printed line gets out of its fence, and the job ends as the command does."""
    files = {".github/workflows/try.yml": WORKFLOW.replace("COMMAND", command), "Makefile": MAKEFILE}
    hub.repository.commit({**files, "step.sh": STEP.replace("CODE", str(code))})
    job = runner.run("try.yml", events.dispatch(hub)).jobs["a"]
    assert job.result == ("failure" if code else "success"), job.log
    told, fenced, rest = re.split(r"^~~~~~~~~(?:text)?\n", job.summary, flags=re.MULTILINE)
    assert told == f"### {command}: {said}\n\n| verdict |\n\n"
    assert rest.strip() == ""
    lines = fenced.splitlines()
    assert len(lines) == 60
    printed = ["--------", "------------", "# Accepted", "<img src=x> @acme/all", "red"]
    assert [line for line in lines if line in printed] == printed
    assert max(map(len, lines)) == 300
