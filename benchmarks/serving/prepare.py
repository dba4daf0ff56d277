"""Write what the peers serve, by the project's own Python: the pipeline that was judged, and rows for each of them.

Usage: prepare.py PROJECT OUT. The peers get rows that are ready for the pipeline, derived columns included: that
work is ours alone.
"""

import importlib
import json
import platform
import sys
from pathlib import Path

import joblib

ROWS = 1000


def main() -> None:
    """Write model.joblib, ours.json (rows as the contract has them) and ready.json (rows as the pipeline has them)."""
    project, out = Path(sys.argv[1]), Path(sys.argv[2])
    package = next(path.parent.name for path in (project / "src").glob("*/__init__.py"))
    bundle, contract, export, features, tensors = (
        importlib.import_module(f"{package}.{name}") for name in ("bundle", "contract", "export", "features", "tensors")
    )
    opened = bundle.open_file(project / "build" / "bundle" / "model.tar.gz")
    agreed = contract.of(opened.json("contract.json"))
    golden = opened.json("golden.json")["rows"]
    rows = [golden[number % len(golden)] for number in range(ROWS)]
    pipeline = export.loads((project / "build" / "bundle" / "model.skops").read_bytes())
    frame = features.frame(agreed, tensors.inputs(agreed, rows))
    wanted = pipeline.predict_proba(frame)[:, 1].tolist()
    joblib.dump(pipeline, out / "model.joblib")
    ready = json.loads(frame.astype(object).where(frame.notna(), None).to_json(orient="split"))
    (out / "ours.json").write_text(json.dumps(rows))
    (out / "ready.json").write_text(json.dumps({"columns": ready["columns"], "data": ready["data"], "wanted": wanted}))
    versions = importlib.import_module("importlib.metadata").version
    names = ("numpy", "pandas", "scikit-learn", "onnxruntime", "starlette", "uvicorn")
    known = {"Python": platform.python_version(), **{name: versions(name) for name in names}}
    (out / "versions.json").write_text(json.dumps({**known, "estimator": type(pipeline["model"]).__name__}))


if __name__ == "__main__":
    main()
