"""A BentoML service around the pickled pipeline, in the form of its documentation."""

from typing import Any

import bentoml
import joblib
import pandas as pd


@bentoml.service
class Predictor:
    """Predicts rows."""

    def __init__(self) -> None:
        self.model = joblib.load("model.joblib")
        self.numbers = dict.fromkeys(self.model["features"].transformers_[0][2], "float32")

    @bentoml.api
    def predict(self, rows: list[dict[str, Any]]) -> list[float]:
        """Predict every row."""
        frame = pd.DataFrame(rows).astype(self.numbers)
        return self.model.predict_proba(frame)[:, 1].tolist()
