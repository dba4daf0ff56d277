"""Tokens: what one may do is written down when it is made, and what it did as it does it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from tests.runner.hub import Hub
from tests.runner.refusal import FORBIDDEN, HttpError

RANK = {"none": 0, "read": 1, "write": 2}
BOT = "github-actions[bot]"


@dataclass(frozen=True)
class Token:
    """A token that GitHub knows."""

    hub: Hub
    actor: str
    run: int
    job: str
    permissions: Mapping[str, str]

    def holds(self, scope: str, level: str = "read") -> bool:
        """Return whether the token has a right, without using it."""
        return RANK[self.permissions.get(scope, "none")] >= RANK[level]

    def need(self, scope: str, level: str = "read", refusal: HttpError = FORBIDDEN) -> None:
        """Use a right, or be refused."""
        if not self.holds(scope, level):
            raise refusal
        with self.hub.change() as state:
            use = [self.run, self.job, scope, level]
            if use not in state["used"]:
                state["used"].append(use)

    def need_any(self, scopes: tuple[str, ...], level: str = "read") -> None:
        """Use the first of several rights that each suffice."""
        self.need(next((scope for scope in scopes if self.holds(scope, level)), scopes[0]), level)


def mint(hub: Hub, permissions: Mapping[str, str], *, actor: str = BOT, run: int = 0, job: str = "") -> str:
    """Make a token with these permissions and return its text."""
    text = f"ghs_{secrets.token_hex(18)}"
    with hub.change() as state:
        state["tokens"][text] = {"actor": actor, "run": run, "job": job, "permissions": dict(permissions)}
    return text


def find(hub: Hub, text: str) -> Token:
    """Return the token of this text; one that never was or whose job has ended is refused."""
    facts = hub.read()["tokens"].get(text)
    if facts is None:
        raise HttpError(401, "Bad credentials")
    return Token(hub, **facts)


def revoke(hub: Hub, text: str) -> None:
    """End a token with its job."""
    with hub.change() as state:
        del state["tokens"][text]


def used(hub: Hub, run: int, job: str) -> dict[str, str]:
    """Return the rights that a job of a run used, each at its highest level."""
    found: dict[str, str] = {}
    for of, name, scope, level in hub.read()["used"]:
        if (of, name) == (run, job) and RANK[level] > RANK[found.get(scope, "none")]:
            found[scope] = level
    return found
