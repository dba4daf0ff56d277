"""Zones of time: UTC, or an offset such as +02:00.

No place: where clocks change, an hour comes twice a year, and what lies between two moments is not what they show.
"""

import re
from datetime import UTC, datetime, tzinfo

OFFSET = re.compile(r"[+-]\d\d:\d\d")


def clock(name: str) -> tzinfo:
    """Return the zone of this name, or raise a ValueError."""
    if name == "UTC":
        return UTC
    zone = datetime.fromisoformat(f"2000-01-01T00:00{name}").tzinfo if OFFSET.fullmatch(name) else None
    if zone is None:
        raise ValueError("is neither UTC nor an offset")
    return zone
