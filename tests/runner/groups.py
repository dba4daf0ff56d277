"""Concurrency groups: one member works, one waits, and a third takes the place of the one that waits."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.runner.expressions import Scope, fill, fill_text
from tests.runner.refusal import known
from tests.runner.values import truthy


class Groups:
    """The groups of a repository. A member is the event that tells it to stop."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.working: dict[str, threading.Event] = {}
        self.waiting: dict[str, threading.Event] = {}

    def ask(self, raw: Any, scope: Scope, member: threading.Event) -> str:  # noqa: ANN401 (a word or a mapping)
        """Get in line, and tell others to stop where the newcomer goes first; without a group nothing happens."""
        if raw is None:
            return ""
        body = {"group": raw} if isinstance(raw, str) else raw
        known("concurrency", body, {"group", "cancel-in-progress"})
        name = fill_text(body["group"], scope).lower()
        with self.changed:
            if name in self.waiting:
                self.waiting[name].set()
            if name in self.working and truthy(fill(body.get("cancel-in-progress", False), scope)):
                self.working[name].set()
            self.waiting[name] = member
            self.changed.notify_all()
        return name

    def enter(self, name: str, member: threading.Event) -> bool:
        """Wait for the group to be free and return whether it came to that."""
        if not name:
            return not member.is_set()
        with self.changed:
            while name in self.working and not member.is_set():
                self.changed.wait(0.1)
            if self.waiting.get(name) is member:
                del self.waiting[name]
            if not member.is_set():
                self.working[name] = member
        return not member.is_set()

    def leave(self, name: str, member: threading.Event) -> None:
        """Make room."""
        with self.changed:
            if self.working.get(name) is member:
                del self.working[name]
            self.changed.notify_all()

    @contextmanager
    def member(self, raw: Any, scope: Scope, member: threading.Event) -> Iterator[bool]:  # noqa: ANN401
        """Be in a group for a while; give whether the member was let in."""
        name = self.ask(raw, scope, member)
        try:
            yield self.enter(name, member)
        finally:
            self.leave(name, member)
