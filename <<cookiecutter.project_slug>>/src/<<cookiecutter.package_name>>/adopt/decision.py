"""What was decided about a table, and why."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decision:
    """One thing that was decided, and what speaks for it; shown to people, all in one table."""

    about: str
    decided: str
    evidence: str

    def __str__(self) -> str:
        return f"{self.about}: {self.decided} ({self.evidence})"


@dataclass(frozen=True)
class Wishes:
    """What the user said about the table; the rest is found out."""

    target: str
    task: str = ""
    keys: tuple[str, ...] = ()
    time: str = ""
    positive: str = ""
    unavailable: tuple[str, ...] = ()
