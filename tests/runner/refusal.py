"""What stops a run: what this runner does not model, and what GitHub itself answers with an error."""


class UnknownError(Exception):
    """The runner was asked for something it does not model; it says so instead of skipping it."""


class HttpError(Exception):
    """GitHub answers a request with this status and message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{message} (HTTP {status})")
        self.status = status
        self.message = message


FORBIDDEN = HttpError(403, "Resource not accessible by integration")
NOT_FOUND = HttpError(404, "Not Found")


def known(what: str, names: object, allowed: object) -> None:
    """Refuse the first name that is not among those that are modelled."""
    modelled = {str(name) for name in allowed} if isinstance(allowed, (set, frozenset, tuple, list, dict)) else set()
    for name in names if isinstance(names, (set, tuple, list, dict)) else ():
        if str(name) not in modelled:
            raise UnknownError(f"{what}: {str(name)!r} is not modelled; known: {', '.join(sorted(modelled))}")
