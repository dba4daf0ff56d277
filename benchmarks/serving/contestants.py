"""Who is compared: how each is installed, started and asked, as its own documentation says."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PEERS = Path(__file__).resolve().parent / "peers"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Contestant:
    """A server: `packages` go into an environment of its own, `command` gets its folder and port."""

    name: str
    packages: tuple[str, ...]
    command: Callable[[Path, int], list[str]]
    path: str
    body: Callable[[Sequence[str], Sequence[Sequence[Any]]], Any]
    first: Callable[[Any], float]
    learns: bool = True


def records(columns: Sequence[str], data: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Return rows as objects."""
    return [dict(zip(columns, row, strict=True)) for row in data]


def tensor(name: str, values: list[Any]) -> dict[str, Any]:
    """Return one column in the V2 protocol, missing numbers as its pandas codec takes them."""
    text = all(isinstance(value, str) for value in values)
    kind, more = ("BYTES", {"parameters": {"content_type": "str"}}) if text else ("FP32", {})
    return {"name": name, "datatype": kind, "shape": [len(values), 1], "data": values, **more}


def v2(columns: Sequence[str], data: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Return rows in the V2 protocol."""
    inputs = [tensor(name, [row[place] for row in data]) for place, name in enumerate(columns)]
    return {"parameters": {"content_type": "pd"}, "inputs": inputs, "outputs": [{"name": "predict_proba"}]}


def mlserver(folder: Path, port: int) -> list[str]:
    """Write the two settings files of MLServer and return how it is started."""
    model = {
        "name": "model",
        "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": "./model.joblib"},
    }
    (folder / "model-settings.json").write_text(json.dumps(model))
    ports = {"http_port": port, "grpc_port": port + 1000, "metrics_port": port + 2000}
    (folder / "settings.json").write_text(json.dumps({"host": "127.0.0.1", **ports}))
    return ["mlserver", "start", "."]


WITH_MODEL = ("scikit-learn", "pandas", "numpy", "joblib")
CONTESTANTS = (
    Contestant(
        "MLflow",
        ("mlflow", *WITH_MODEL),
        lambda folder, port: [
            *("mlflow", "models", "serve", "--model-uri", str(folder / "saved")),
            *("--port", str(port), "--env-manager", "local"),
        ],
        "/invocations",
        lambda columns, data: {"dataframe_split": {"columns": columns, "data": data}},
        lambda answer: float(answer["predictions"][0][1]),
    ),
    Contestant(
        "BentoML",
        ("bentoml", *WITH_MODEL),
        lambda _, port: ["bentoml", "serve", "bento:Predictor", "--port", str(port)],
        "/predict",
        lambda columns, data: {"rows": records(columns, data)},
        lambda answer: float(answer[0]),
    ),
    Contestant(
        "MLServer",
        # Its worker does not start with the uvloop that came after it.
        ("mlserver", "mlserver-sklearn", "uvloop<0.22", *WITH_MODEL),
        mlserver,
        "/v2/models/model/infer",
        v2,
        lambda answer: float(answer["outputs"][0]["data"][1]),
    ),
    Contestant(
        "FastAPI",
        ("fastapi", "uvicorn[standard]", *WITH_MODEL),
        lambda _, port: ["uvicorn", "plain:app", "--port", str(port), "--no-access-log"],
        "/predict",
        records,
        lambda answer: float(answer["predictions"][0]),
    ),
    Contestant(
        "Starlette",
        ("starlette", "uvicorn[standard]"),
        lambda _, port: ["uvicorn", "constant:app", "--port", str(port), "--no-access-log"],
        "/predict",
        records,
        lambda answer: float(answer["predictions"][0]["probability"]),
        learns=False,
    ),
)
