"""An existing Dask cluster: one task a piece of work, and one sentence where it cannot be used."""

from .connecting import connected, versions
from .tasks import gathered

__all__ = ["connected", "gathered", "versions"]
