"""A FastAPI application around the pickled pipeline, as tutorials write it."""

import joblib
import pandas as pd
from fastapi import FastAPI
from pydantic import create_model

model = joblib.load("model.joblib")
(_, _, numbers), (_, _, categories) = model["features"].transformers_[:2]
kinds = dict.fromkeys(numbers, (float | None, None)) | dict.fromkeys(categories, (str, ""))
Row = create_model("Row", **kinds)
app = FastAPI()


@app.post("/predict")
def predict(rows: list[Row]) -> dict[str, list[float]]:
    """Predict every row."""
    frame = pd.DataFrame([row.model_dump() for row in rows])
    frame = frame.astype(dict.fromkeys(numbers, "float32"))
    return {"predictions": model.predict_proba(frame)[:, 1].tolist()}
