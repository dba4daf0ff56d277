"""The prediction log: one JSON object a row, written by a thread of its own, in files that rotate."""

import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

from ..contract import Contract, InputError
from . import log
from .answer import dumps

LARGEST = 64 * 2**20  # bytes of one file
KEPT = 5  # older files
# So many rows may wait to be written; more are dropped, and counted.
WAITING = 20_000

Entry = tuple[datetime, Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]


class Journal:
    """Takes what was predicted without ever waiting: a full or broken disk costs lines, not requests."""

    def __init__(self, path: Path, contract: Contract, named: Mapping[str, str], *, keys: bool) -> None:
        self._path, self._named = path, named
        self._hidden = set() if keys else {column.name for column in contract.inputs if column.role == "key"}
        self._entries: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        # Each is written by one thread alone, so that no lock is needed.
        self._taken = self._done = 0
        self._lost = self._unwritten = 0
        self._broken = False
        try:
            self._file = self._opened()
        except OSError as error:
            raise InputError(f"{path}: cannot be written ({error.strerror}); name another --log-predictions") from error
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """How many rows were predicted and not logged."""
        return self._lost + self._unwritten

    def write(self, rows: Sequence[Mapping[str, Any]], predictions: Sequence[Mapping[str, Any]]) -> None:
        """Take the rows of one request."""
        if self._taken - self._done > WAITING:
            self._lost += len(rows)
            return
        self._taken += len(rows)
        self._entries.put((datetime.now(UTC), rows, predictions))

    def close(self) -> None:
        """Write what was taken, and end."""
        self._entries.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (entry := self._entries.get()) is not None:
            try:
                self._append(b"".join(self._lines(entry)))
                self._broken = False
            except OSError as error:
                self._unwritten += len(entry[1])
                if not self._broken:
                    log.event("the prediction log cannot be written", path=str(self._path), reason=str(error))
                self._broken = True
            self._done += len(entry[1])
        self._file.close()

    def _opened(self) -> FileIO:
        # Unbuffered: what could not be written is known at once, and taken back.
        return self._path.open("ab", buffering=0)

    def _append(self, lines: bytes) -> None:
        if self._file.closed:
            self._file = self._opened()
        size = self._file.tell()
        if size and size + len(lines) > LARGEST:
            self._rotate()
            size = 0
        if self._file.write(lines) != len(lines):
            self._file.truncate(size)
            # Or the position stays behind the end, and the next part would be cut there.
            self._file.seek(size)
            raise OSError("only a part could be written")

    def _rotate(self) -> None:
        """Number the files anew, the oldest falls away, and begin an empty one."""
        self._file.close()
        names = [self._path, *(self._path.with_name(f"{self._path.name}.{i}") for i in range(1, KEPT + 1))]
        for older, newer in zip(names[:0:-1], names[-2::-1], strict=True):
            if newer.exists():
                newer.replace(older)
        self._file = self._opened()

    def _lines(self, entry: Entry) -> Iterator[bytes]:
        moment, rows, predictions = entry
        for row, prediction in zip(rows, predictions, strict=True):
            seen = {name: value for name, value in row.items() if name not in self._hidden}
            told = {"time": moment.isoformat(), "model": self._named, "row": seen, "prediction": prediction}
            yield dumps(told) + b"\n"
