"""HTTP around a model: the request schema is the contract; no scikit-learn, no pandas."""

from .server import Settings, serve

__all__ = ["Settings", "serve"]
