"""A FastAPI application around the pickled pipeline, as tutorials write it."""

import joblib
import pandas as pd
from fastapi import FastAPI
from pydantic import create_model

model = joblib.load("model.joblib")
kinds = {name: (float | None, None) for name in model["features"].transformers_[0][2]}
kinds |= {name: (str, "") for name in model["features"].transformers_[1][2]}
Row = create_model("Row", **kinds)
app = FastAPI()


@app.post("/predict")
def predict(rows: list[Row]) -> dict[str, list[float]]:
    """Predict every row."""
    frame = pd.DataFrame([row.model_dump() for row in rows])
    frame = frame.astype(dict.fromkeys(model["features"].transformers_[0][2], "float32"))
    return {"predictions": model.predict_proba(frame)[:, 1].tolist()}
