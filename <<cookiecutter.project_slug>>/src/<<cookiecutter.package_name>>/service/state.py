"""What the parts of a running server know of each other: is it ready, does it drain, how late is its loop."""

import time
from collections.abc import Collection
from dataclasses import dataclass, field

# A loop that has not come round for so long, in seconds, is stuck and not merely busy.
STUCK = 10.0


@dataclass
class State:
    """Written by the event loop, read by the admin port's threads too."""

    started: bool = False
    draining: bool = False
    lag: float = 0.0
    beat: float = field(default_factory=time.monotonic)
    # Those that are being answered, as uvicorn keeps them.
    requests: Collection[object] = ()

    def tick(self, pause: float) -> None:
        """Note that the loop came round, `pause` seconds after the last time if it were not late."""
        now = time.monotonic()
        self.lag = max(0.0, now - self.beat - pause) if self.started else 0.0
        self.started, self.beat = True, now

    @property
    def crowded(self) -> bool:
        """Tell whether more than one request is being answered."""
        return len(self.requests) > 1

    @property
    def live(self) -> bool:
        """Tell whether the loop comes round; a server that stops is no longer asked to."""
        return self.draining or time.monotonic() - self.beat < STUCK

    @property
    def ready(self) -> bool:
        """Tell whether requests may be sent here."""
        return self.started and self.live and not self.draining
