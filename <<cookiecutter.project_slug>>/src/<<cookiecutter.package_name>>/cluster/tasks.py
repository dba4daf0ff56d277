"""One task a piece of work, gathered as they end; what a cluster loses on the way is told in one sentence."""

import contextlib
import pickle
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from ..contract import InputError
from .connecting import line

POLL, PATIENCE = 2, 4  # seconds between two looks; after so many without a worker none will come
MORE = "give each worker more of it (dask worker --memory-limit), or less to do: smaller files, fewer rows to train on"

Item = TypeVar("Item")


def gathered(
    client: Any, work: Callable[..., Any], items: Sequence[Item], *shared: Any, named: Callable[[Item], str]
) -> Iterator[tuple[Item, Any]]:
    """Do one task an item, and yield each result when it is there; a task of a lost worker is done by another.

    `shared` goes to every worker once. `named` says what an item is, for the sentence about one that cannot be done.
    """
    import distributed  # noqa: PLC0415 (an extra)

    futures: dict[Any, Item] = {}
    try:
        futures |= _sent(client, work, items, shared)
        done: SimpleQueue[Any] = SimpleQueue()
        for future in futures:
            future.add_done_callback(done.put)
        for _ in items:
            future = _next(client, done)
            yield futures[future], future.result()
    except distributed.KilledWorker as error:
        raise InputError(
            f"{named(futures[future])}: every worker that tried it died, most likely out of memory; {MORE}"
        ) from error
    except (distributed.client.FutureCancelledError, distributed.comm.CommClosedError) as error:
        raise InputError(
            f"the cluster was lost in the middle ({line(error)}); start it, and run the same command again"
        ) from error
    finally:
        with contextlib.suppress(OSError):  # of a scheduler that is gone
            client.cancel(list(futures))


def _sent(client: Any, work: Callable[..., Any], items: Sequence[Item], shared: Sequence[Any]) -> dict[Any, Item]:
    """Send the tasks. What they share is a task too, so that a worker that dies with it does not take it along."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is large
        # As bytes, which the scheduler keeps and does not open.
        kept = [client.submit(pickle.loads, pickle.dumps(each), pure=False) for each in shared]
        sent = client.map(work, list(items), *([each] * len(items) for each in kept), pure=False)
    return dict(zip(sent, items, strict=True))


def _next(client: Any, done: "SimpleQueue[Any]") -> Any:
    """Return a task that is done; without a worker that takes tasks none would ever be."""
    idle, workers = 0, {}
    while idle < PATIENCE:
        try:
            return done.get(timeout=POLL)
        except Empty:
            workers = client.scheduler_info(n_workers=-1)["workers"]
            idle = 0 if any(map(_works, workers.values())) else idle + 1
    if workers:
        raise InputError(f"the workers are full and take no task: their memory is too small; {MORE}")
    raise InputError(
        "the cluster has no workers left; start some (with more memory, if that is what ended them), "
        "and run the same command again"
    )


def _works(worker: Mapping[str, Any]) -> bool:
    """Tell whether a worker takes tasks, or is still at one: Dask lets one that is nearly full begin nothing."""
    return worker.get("status") == "running" or worker.get("metrics", {}).get("executing", 0) > 0
