"""GitHub as a folder: one repository, and everything that GitHub would remember about it."""

import copy
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from tests.runner.repository import Repository

State = dict[str, Any]
PATIENCE = 120  # seconds for which somebody may hold the state, such as to start the registry
EMPTY: State = {
    "number": 0,  # pull requests and issues count together
    "id": 1000,
    "pulls": [],
    "issues": [],
    "comments": [],
    "labels": [],
    "releases": [],
    "spoils": [],  # names of files of releases that are not stored as they were sent
    "deployments": [],
    "statuses": [],
    "runs": [],
    "artifacts": [],
    "attestations": [],
    "packages": {},
    "dispatches": [],
    "environments": {},
    "rulesets": [],
    "settings": {"can_approve_pull_request_reviews": False},
    "variables": {},
    "withheld": {},
    "tokens": {},
    "used": [],
    "registry": {},
}


class Hub:
    """The state folder. Processes and threads change it one at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = Repository(folder / "repository.git")
        self.lock = FileLock(f"{folder}.lock", timeout=PATIENCE)
        self.open = threading.local()

    @classmethod
    def create(cls, folder: Path, name: str = "acme/churn", *, visibility: str = "public", plan: str = "free") -> "Hub":
        """Begin with an empty repository on this plan: free, team or enterprise."""
        folder.mkdir(parents=True)
        hub = cls(folder)
        hub.repository.create()
        facts = {"name": name, "visibility": visibility, "plan": plan, "default_branch": "main"}
        hub.save({**copy.deepcopy(EMPTY), "repository": facts})
        return hub

    def copy(self, folder: Path) -> "Hub":
        """Return the same state in another folder; what was running or started stays behind."""
        with self.lock:
            shutil.copytree(self.folder, folder)
        hub = Hub(folder)
        with hub.change() as state:
            state["registry"] = {}
        return hub

    @property
    def name(self) -> str:
        """Return owner/name."""
        return str(self.facts["name"])

    @property
    def facts(self) -> dict[str, str]:
        """Return name, visibility, plan and default branch."""
        facts: dict[str, str] = self.read()["repository"]
        return facts

    @property
    def paid_features(self) -> bool:
        """Return whether protection and reviewers are to be had: on public repositories and paid plans."""
        return self.facts["visibility"] == "public" or self.facts["plan"] != "free"

    @property
    def attests(self) -> bool:
        """Return whether attestations are to be had: on public repositories and the enterprise plan."""
        return self.facts["visibility"] == "public" or self.facts["plan"] == "enterprise"

    def read(self) -> State:
        """Return the state as it is now."""
        with self.lock:
            state: State = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
        return state

    def save(self, state: State) -> None:
        """Write the state."""
        partial = self.folder / "state.partial"
        partial.write_text(json.dumps(state, indent=1), encoding="utf-8")
        partial.replace(self.folder / "state.json")

    @contextmanager
    def change(self) -> Iterator[State]:
        """Give the state to change; it is kept unless the change was refused."""
        with self.lock:
            outer = getattr(self.open, "state", None)
            if outer is not None:
                yield outer
                return
            self.open.state = state = self.read()
            try:
                yield state
                self.save(state)
            finally:
                self.open.state = None

    def next_id(self, counter: str = "id") -> int:
        """Count one further."""
        with self.change() as state:
            state[counter] += 1
            return int(state[counter])

    def configure(self, **settings: bool) -> None:
        """Change settings of the repository, as its owner does."""
        with self.change() as state:
            state["settings"].update(settings)

    def withhold(self, scope: str, level: str) -> None:
        """Give no token more than this level of a right, whatever its job declares."""
        with self.change() as state:
            state["withheld"] = {scope: level}

    def variable(self, name: str, value: str) -> None:
        """Set a variable of the repository."""
        with self.change() as state:
            state["variables"][name] = value
