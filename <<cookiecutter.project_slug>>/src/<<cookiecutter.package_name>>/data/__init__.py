"""Read the source, pin it, validate it, split it."""

from .check import Violation, typed
from .source import Lock, digest, fetch, locked, read, read_lock
from .split import Parts, split

__all__ = ["Lock", "Parts", "Violation", "digest", "fetch", "locked", "read", "read_lock", "split", "typed"]
