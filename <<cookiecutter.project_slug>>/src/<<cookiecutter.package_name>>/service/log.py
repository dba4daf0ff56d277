"""The server's own log: one JSON object a line on standard error."""

import json
import logging
from datetime import UTC, datetime

_log = logging.getLogger(__package__)


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage().strip(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def configure() -> None:
    """Write every log of this process so; of the HTTP library only what is our fault."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # Whoever sends nonsense must not fill the disk: bad requests are counted, not logged.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)


def event(name: str, **facts: object) -> None:
    """Log that something happened to the server."""
    _log.info(name, extra={"facts": facts})
