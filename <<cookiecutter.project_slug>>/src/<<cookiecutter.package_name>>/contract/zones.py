"""Zones of time: UTC, an offset such as +02:00, or a name of the IANA database such as Europe/Berlin."""

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

OFFSET = re.compile(r"[+-]\d\d:\d\d")
# Not `localtime`, which is another zone on every machine, nor what Arrow does not know.
PLACE = re.compile(r"[A-Z]\w+(/[\w+-]+)+")


def clock(name: str) -> tzinfo:
    """Return the zone of this name, or raise a ValueError."""
    if name == "UTC":
        return UTC
    if OFFSET.fullmatch(name) and (offset := datetime.fromisoformat(f"2000-01-01T00:00{name}").tzinfo):
        return offset
    if not PLACE.fullmatch(name):
        raise ValueError("is no name of a zone")
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:
        raise ValueError("is the name of no zone that is known here") from error
