"""`ml compare`: would another model serve better than the one in production?"""

from argparse import Namespace
from pathlib import Path

from .. import atomic, bundle, config, contract, data, evaluate, model
from ..contract import InputError
from ..gates.outcome import too_few
from .basis import promised
from .data import LOCK, conforming
from .judge import REPORT
from .options import BUNDLE
from .trained import MODEL, last_trained


def do_compare(given: Namespace) -> int:
    """Tell whether the challenger is better than the champion, surely, on rows that neither trained on."""
    agreed, _ = contract.read(Path("contract.toml"))
    params, metric = config.params(Path("params.toml")), promised(config.gates(Path("gates.toml")), agreed)
    lock = data.read_lock(LOCK)
    table = data.locked(lock, Path.cwd())
    parts = data.split(conforming(table, lock.source), agreed, params.split)
    raw = table.loc[parts.places].reset_index(drop=True)
    champion, challenger = bundle.open_file(given.champion), bundle.open_file(given.challenger)
    loaded = model.load(challenger, str(given.challenger))
    reason = evaluate.incomparable(parts.record, challenger.manifest["split"], agreed, loaded.contract)
    if not reason:
        known, reason = evaluate.reread(raw, loaded.contract, challenger.manifest["split"])
    if reason:
        raise InputError(f"{given.challenger}: cannot be compared on these data: {reason}")
    rows = evaluate.predicted(loaded, known.assign(**{agreed.target.name: parts.test[agreed.target.name]}))
    found = evaluate.against(rows, raw, agreed, parts.record, champion, metric, params.evaluate)
    if "incomparable" in found:
        raise InputError(f"{given.champion}: cannot be compared on these data: {found['incomparable']}")
    few = too_few(found)
    why = f"; {few}" if few else ""
    better = not few and found["low"] > 0
    same = "; both hold the same model" if champion.model == challenger.model else ""
    if given.challenger == BUNDLE and _unpacked(challenger):
        same += f"; {MODEL} holds another, which is not packed"
    said = (
        f"{'Better' if better else 'Not surely better'} than {found['version']}: {metric} {found['value']:+.3f} "
        f"[{found['low']:+.3f}, {found['high']:+.3f}] on {found['rows']} rows that neither trained on{why}{same}."
    )
    atomic.write(REPORT / "compare.md", f"### {said}\n".encode())
    print(said)
    return 0 if better else 3


def _unpacked(challenger: bundle.Bundle) -> bool:
    """Tell whether another model was trained since the challenger was packed; what is damaged there is no matter."""
    try:
        training, content = last_trained(MODEL)
    except (InputError, OSError, KeyError):
        return False
    rules = any(training.get(name) != challenger.manifest.get(name) for name in ("threshold", "costs"))
    return rules or content != challenger.model
