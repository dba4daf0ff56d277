"""The code of << cookiecutter.project_slug >>, from its data to its service."""

import os

PROJECT = "<< cookiecutter.project_slug >>"

# From 1.29 on ONNX Runtime reports every session to its maker unless told not to, before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
