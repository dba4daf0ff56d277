"""What the report tells in words: the model, its champion, its calibration, where it comes from."""

from collections.abc import Mapping
from typing import Any

from ..rule import cost_matrix
from .judged import asked
from .readable import score, scores, short

Found = Mapping[str, Any]
Pairs = list[tuple[str, str]]


def interval(found: Found) -> str:
    """Return a value with its interval."""
    value, low, high = scores(found["value"], found["low"], found["high"])
    return f"{value} [{low}, {high}]"


def first(measured: Found, training: Found) -> Pairs:
    """Return what one wants to know first."""
    told = [("model", f"{training['family']} ({training['estimator']}) {choice(training['choice'])}")]
    if quality := asked(measured, "quality"):
        told.append((f"{quality['metric']} on {quality['rows']:,} test rows", interval(quality)))
    if training.get("threshold") is not None:
        told.append(("positive from a probability of", short(training["threshold"])))
    if costs := training.get("costs"):
        told.append(("label", f"the {cost_matrix(tuple(costs), costs).answer}"))
    told += cost(measured)
    commit, dirty, _ = (training.get("commit") or "unknown").partition("-dirty")
    return [*told, ("commit", f"{commit[:12]}{dirty}"), ("data", training["data"]["sha256"][:12])]


def cost(measured: Found) -> Pairs:
    """Return what the labels cost a row, beside the cheapest answer that needs no model."""
    found = asked(measured, "cost")
    if not found:
        return []
    value, always = scores(found["value"], found["always"])
    return [("mean cost of a test row", f"{value}; {always} if the answer were always {found['label']}")]


def choice(chosen: Found) -> str:
    """Return the values that the search chose."""
    return ", ".join(f"{name} = {value}" for name, value in chosen.items())


def resampled(measured: Found, training: Found) -> str:
    """Return what intervals are made of: rows, or all rows of a key at once where keys repeat; and what they miss."""
    found = asked(measured, "quality") or next(iter(measured.get("metrics", {}).values()), {})
    groups = found.get("groups")
    drawn = f"of {groups:,} whole groups of test rows, each of one key" if groups else "of the test rows"
    ranks = "by placement values (ROC AUC) or " if "roc_auc" in measured.get("metrics", {}) else ""
    told = f"{ranks or 'by '}bootstrap {drawn}"
    if training["split"]["by"] == "time":
        told += "; rows close in time are alike, so that later ones may differ more than the intervals say"
    return told


def champion(measured: Found) -> Pairs:
    """Return how the model compares with the one in production."""
    found = measured.get("champion")
    if not found:
        return []
    if "not asked" in found:
        return [("not asked", found["not asked"])]
    named = [("in production", found["version"]), ("digest", str(found["digest"])[:12])]
    if "incomparable" in found:
        return [*named, ("not comparable", found["incomparable"])]
    metric, other = found["metric"], found["other"]
    return [
        *named,
        (f"{metric} of the champion", score(other)),
        (f"{metric} of this model", score(other + found["value"])),
        (f"gain on the same {found['rows']:,} rows", interval(found)),
    ]


def calibration(measured: Found) -> Pairs:
    """Return how far probabilities, or the mean of predictions, are off."""
    found = asked(measured, "calibration")
    if not found:
        return []
    if "bias" in found:
        return [("bias", interval({**found, "value": found["bias"]})), ("rows", f"{found['rows']:,}")]
    names = {
        "error": "calibration error, less chance",
        "p": "p of a calibrated model",
        "visible": "smallest error that would show",
    }
    told = [(said, score(found[name])) for name, said in names.items() if found.get(name) is not None]
    return [*told, ("rows", f"{found['rows']:,}")]


def technical(measured: Found) -> Pairs:
    """Return what was measured of the export, its cost and its repetition."""
    told: Pairs = []
    if parity := asked(measured, "parity"):
        told.append(("largest difference of the export", f"{parity['largest']:.2g}"))
        told.append(("labels that differ", f"{parity['labels']} of {parity['rows']:,} rows"))
    if budget := asked(measured, "budget"):
        told.append(("size", f"{short(budget['megabytes'])} MB"))
        told.append(("p95 of one prediction", f"{budget['latency']:.2f} x the reference"))
        if budget.get("memory") is not None:
            told.append(("memory", f"{short(budget['memory'])} MB"))
    if repeated := measured.get("reproducible"):
        said = repeated.get("not asked") or (
            "the same bytes" if repeated["first"] == repeated["second"] else "other bytes"
        )
        told.append(("trained twice", said))
    return told


def provenance(training: Found) -> Pairs:
    """Return where the model comes from."""
    data = training["data"]
    told = [("source", data["source"]), ("rows", f"{data['rows']:,}"), ("sha256 of the data", data["sha256"])]
    told.append(("split by", split(training["split"])))
    told += [(f"{name} part", part(found)) for name, found in training.get("parts", {}).items()]
    libraries = ", ".join(f"{name} {version}" for name, version in training["libraries"].items())
    told += [("commit", training.get("commit") or "unknown"), ("sha256 of model.onnx", training["model_sha256"])]
    return [*told, ("made with", f"Python {training['python']}, {libraries}")]


def split(record: Found) -> str:
    """Return how rows were divided."""
    if record["by"] == "time":
        return f"time, at {' and '.join(record['cuts'])}"
    return f"hash of {', '.join(record['key'])}"


def part(found: Found) -> str:
    """Return how many rows a part has, and which time they cover."""
    return f"{found['rows']:,} rows" + (f", {found['first']} to {found['last']}" if found.get("first") else "")


def finalists(training: Found) -> list[list[str]]:
    """Return the best of each family, and which one was chosen."""
    return [
        [
            each["family"],
            choice(each["choice"]),
            *(score(each[name]) for name in ("cross_validation", "train", "validation")),
            "chosen" if (each["family"], each["choice"]) == (training["family"], training["choice"]) else "",
        ]
        for each in training["finalists"]
    ]


def searched(training: Found) -> str:
    """Return on how many rows the candidates were tried, where those were not all."""
    rows = training.get("searched", {"rows": 0, "of": 0})
    if rows["rows"] == rows["of"]:
        return ""
    return (
        f"The candidates were tried on {rows['rows']:,} of {rows['of']:,} train rows, drawn at random; "
        "then the winner was fitted on all of them, which moves its scores a little. "
    )


def checks(measured: Found) -> list[list[str]]:
    """Return what predictions survived."""
    found = asked(measured, "robustness")
    listed = found["checks"] if found else []
    return [[c["check"], f"{c['rows']:,}", f"{c['broken']:,}", c["said"]] for c in listed]
