"""Zones of time: UTC, an offset such as +02:00, or a name of the IANA database such as Europe/Berlin."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo


def clock(name: str) -> tzinfo:
    """Return the zone of this name, or raise a ValueError that says what is asked for."""
    if name == "UTC":
        return UTC
    if name[:1] in ("+", "-"):
        offset = datetime.fromisoformat(f"2000-01-01T00:00{name}").tzinfo
        assert offset is not None
        return offset
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:  # what is no name at all is a ValueError of its own
        raise ValueError(f"zone {name!r} is unknown") from error
