"""Save the pipeline as MLflow's guides do, with the signature its server checks requests by.

Usage: save_mlflow.py MODEL ROWS OUT.
"""

import json
import sys
from pathlib import Path

import joblib
import mlflow.sklearn
import pandas as pd
from mlflow.models import infer_signature

pipeline = joblib.load(sys.argv[1])
rows = json.loads(Path(sys.argv[2]).read_text())
numbers = dict.fromkeys(pipeline["features"].transformers_[0][2], "float32")
frame = pd.DataFrame(rows["data"], columns=rows["columns"]).astype(numbers)
mlflow.sklearn.save_model(
    pipeline,
    sys.argv[3],
    signature=infer_signature(frame, pipeline.predict_proba(frame)),
    serialization_format="cloudpickle",
    pyfunc_predict_fn="predict_proba",
    pip_requirements=["scikit-learn"],
)
