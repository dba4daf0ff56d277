"""Free text: does what reads it answer alike when it is exported? Why adopt leaves such columns out."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import onnxruntime
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import StringTensorType
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from tables import Rate

TITLE = "Free text: share of 1,000 texts whose probability the export tells otherwise (1e-5), or all where it has none"
# The names of places, signs and letters that people write.
WORDS = (
    "late",
    "broken",
    "great",
    "refund",
    "don't",
    "größe",
    "naïve",
    "e-mail",
    "no.",
    "5",
    "Fast",
    "€20",
    "x_y",
    "日本",
)
ENDS = ("", "!", "\n", "  .", ", ok")
ROWS, TRAIN = 4000, 3000
READERS: Mapping[str, Any] = {
    "words, counted": CountVectorizer(lowercase=False),
    "words, weighed (tf-idf)": TfidfVectorizer(lowercase=False),
    "words of ASCII letters alone, weighed": TfidfVectorizer(lowercase=False, token_pattern=r"[a-zA-Z0-9_]+"),  # noqa: S106
    "two and three letters, weighed": TfidfVectorizer(analyzer="char", ngram_range=(2, 3), lowercase=False),
    "words, hashed": HashingVectorizer(n_features=64, lowercase=False),
    "words, weighed, in small letters": TfidfVectorizer(),
}


def rates(_: int) -> Iterator[Rate]:
    """Yield for every way of reading text how many answers its export changes."""
    onnxruntime.set_default_logger_severity(4)
    rng = np.random.default_rng(0)
    drawn = [" ".join(rng.choice(WORDS, rng.integers(1, 9))) + str(rng.choice(ENDS)) for _ in range(ROWS)]
    texts = np.array(drawn, object)
    wanted = np.array(["late" in text or "refund" in text for text in texts]).astype(int)
    for name, reader in READERS.items():
        pipeline = make_pipeline(reader, LogisticRegression(max_iter=1000)).fit(texts[:TRAIN], wanted[:TRAIN])
        yield Rate(name, _otherwise(pipeline, texts[TRAIN:]), ROWS - TRAIN)


def _otherwise(pipeline: Any, texts: Any) -> int:
    try:
        exported = convert_sklearn(
            pipeline,
            initial_types=[("text", StringTensorType([None, 1]))],
            options={LogisticRegression: {"zipmap": False}},
        )
        session = onnxruntime.InferenceSession(exported.SerializeToString(), providers=["CPUExecutionProvider"])
    except Exception:  # noqa: BLE001 (no converter, or no such locale on this machine: ONNX Runtime wants en_US)
        return len(texts)
    told = session.run(None, {"text": texts[:, None]})[1][:, 1]
    return int((np.abs(told - pipeline.predict_proba(texts)[:, 1]) > 1e-5).sum())
