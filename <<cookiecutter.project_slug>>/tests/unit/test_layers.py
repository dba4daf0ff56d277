"""Which module may know which."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import << cookiecutter.package_name >> as package

HERE = Path(package.__file__).parent
# A module may import those before it. A new one gets its place here.
LAYERS = [
    *("contract", "config", "cluster", "atomic", "bundle", "tensors", "pipeline", "rule", "model", "footprint", "data"),
    *("features", "train", "export", "evaluate", "gates", "report", "monitor", "score", "service", "adopt", "cli"),
]
# What serves carries neither: they would triple the image.
HEAVY = {"sklearn", "pandas", "scipy", "pandera", "skl2onnx", "onnx", "jinja2"}


def sources(layer: str) -> list[Path]:
    """Return the files of a layer, be it a module or a package."""
    return sorted((HERE / layer).glob("*.py")) or [HERE / f"{layer}.py"]


def outward(path: Path) -> set[str]:
    """Return the layers that a file imports, apart from its own."""
    depth = len(path.relative_to(HERE).parts)
    found = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    leaving = [node for node in found if node.level == depth]
    names = {node.module.partition(".")[0] if node.module else alias.name for node in leaving for alias in node.names}
    return names & {each.stem for each in HERE.iterdir()}


def test_every_module_has_its_place() -> None:
    """A module that no layer names is no part of the design."""
    found = {path.stem for path in HERE.glob("*.py")} | {path.parent.name for path in HERE.glob("*/*.py")}
    assert found - {"__init__"} == set(LAYERS)


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_to_earlier_layers(layer: str) -> None:
    """A layer knows nothing of those that come after it."""
    known = set(LAYERS[: LAYERS.index(layer)])
    assert {name for path in sources(layer) for name in outward(path)} <= known


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_inside_the_package_are_relative(layer: str) -> None:
    """The layers are read from relative imports, so there are no others."""
    for path in sources(layer):
        tree = ast.walk(ast.parse(path.read_text("utf-8")))
        absolute = [node.module or "" for node in tree if isinstance(node, ast.ImportFrom) and not node.level]
        assert package.__name__ not in {name.partition(".")[0] for name in absolute}


def test_service_and_model_import_no_training_library() -> None:
    """The image has none of them."""
    name = package.__name__
    code = f"import sys, {name}.service, {name}.model, {name}.cli; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "starlette" in ran.stdout.split()
    assert not HEAVY & set(ran.stdout.split())
