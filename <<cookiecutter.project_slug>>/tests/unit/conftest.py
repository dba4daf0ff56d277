"""The contract of the small project, what is measured of models, tables to adopt, and how pages are read."""

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from _adopting import ROWS, THINGS

from << cookiecutter.package_name >> import config, contract, data
from << cookiecutter.package_name >>.adopt import draft, draws, reading, texts
from << cookiecutter.package_name >>.adopt.decision import Wishes

Checked = Callable[[Path, draft.Draft], draft.Draft]


class Outline(HTMLParser):
    """What a screen reader meets: elements with their attributes, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.found.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of this name."""
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture
def document(small: Path) -> dict[str, Any]:
    """Return the small contract as it is written, to be changed at will."""
    return tomllib.loads((small / "contract.toml").read_text("utf-8"))


@pytest.fixture(scope="session")
def agreed(small: Path) -> contract.Contract:
    """Return the small contract."""
    return contract.read(small / "contract.toml")[0]


@pytest.fixture(scope="session")
def zoneless(agreed: contract.Contract) -> contract.Contract:
    """Return the small contract, its moments told in no zone."""
    return replace(agreed, columns=tuple(replace(column, zone="") for column in agreed.columns))


@pytest.fixture
def hurried(blind: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Evaluate for the gates alone."""
    blind(monkeypatch)


@pytest.fixture(scope="session")
def columns() -> Callable[..., pd.DataFrame]:
    """Return what makes a table with a target, a number, a category and more; None leaves one of them out."""

    def made(**more: Any) -> pd.DataFrame:
        rng = np.random.default_rng(0)
        plain = {
            "size": rng.uniform(1, 9, ROWS).round(3),
            "colour": rng.choice(["red", "green", "blue"], ROWS),
            "sold": rng.choice(["yes", "no"], ROWS),
        }
        return pd.DataFrame({name: values for name, values in {**plain, **more}.items() if values is not None})

    return made


@pytest.fixture(scope="session")
def checked() -> Checked:
    """Return what writes the contract and the table, reads both again, and sees that nothing is violated."""

    def kept(folder: Path, found: draft.Draft) -> draft.Draft:
        agreed = contract.of(tomllib.loads(texts.contract(found.document)))
        assert agreed == found.contract
        found.table.to_csv(folder / "kept.csv", index=False, lineterminator="\n")
        _, violations = data.typed(data.read(folder / "kept.csv"), agreed)
        assert [str(each) for each in violations] == []
        return found

    return kept


@pytest.fixture(scope="session")
def adopted(checked: Checked) -> Callable[..., draft.Draft]:
    """Return what decides about a table, which must keep the contract that is made of it once it was written."""

    def decided(folder: Path, table: pd.DataFrame | str | bytes, target: str = "sold", **wishes: Any) -> draft.Draft:
        path = folder / ("mine.parquet" if wishes.pop("parquet", False) else "mine.csv")
        if path.suffix == ".parquet":
            table.to_parquet(path)  # type: ignore[union-attr]
        elif isinstance(table, pd.DataFrame):
            table.to_csv(path, index=False)
        else:
            path.write_bytes(table if isinstance(table, bytes) else table.encode())
        return checked(folder, draft.drafted(reading.read(path), Wishes(target, **wishes), "me"))

    return decided


@pytest.fixture(scope="session")
def outlined() -> Callable[[str], Outline]:
    """Return what reads a page, and fails where somebody without eyes, mouse or network would miss something."""

    def read(page: str) -> Outline:
        assert not re.search(r"(?:src|href)\s*=\s*[\"'](?!#|data:,)|@import|url\(", page)
        assert "default-src 'none'" in page
        outline = Outline(page)
        assert not outline.named("script")
        ids = [str(attributes["id"]) for _, attributes in outline.found if "id" in attributes]
        assert len(ids) == len(set(ids))
        assert {str(link["href"])[1:] for link in outline.named("a")} <= set(ids)
        assert [len(outline.named(tag)) for tag in ("h1", "main", "nav", "header", "footer")] == [1, 1, 1, 1, 1]
        drawings = outline.named("svg")
        assert all(drawing["role"] == "img" for drawing in drawings)
        assert len(re.findall(r"<svg[^>]*><title>[^<]+</title><desc>[^<]+</desc>", page)) == len(drawings) > 0
        assert len(outline.named("caption")) == len(outline.named("table"))
        assert all("scope" in head for head in outline.named("th"))
        return outline

    return read


@pytest.fixture(scope="session")
def hasty() -> Callable[[pytest.MonkeyPatch], None]:
    """Return what makes adopt try one family without a grid, and draw seldom: enough to see what is decided."""
    tried = texts.families

    def patched(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(texts, "families", lambda *given: {"linear": tried(*given)["linear"] | {"grid": {}}})
        patch.setattr(draws, "DRAWS", 12)
        patch.setattr(draws, "RESAMPLES", 50)

    return patched


@pytest.fixture
def table() -> pd.DataFrame:
    """Return things that are sold or not, mostly for their price."""
    rng = np.random.default_rng(0)
    price, weight = rng.uniform(1, 99, THINGS).round(2), rng.uniform(1, 9, THINGS).round(3)
    odds = (50 - price) / 8 + rng.logistic(size=THINGS)
    kinds = rng.choice(["old", "new"], THINGS)
    return pd.DataFrame({"price": price, "weight": weight, "kind": kinds, "sold": np.where(odds > 0, "yes", "no")})


@pytest.fixture
def project(untrained: Path, hasty: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the small project as the working directory."""
    hasty(monkeypatch)
    return untrained


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return everything that can be measured for the task."""
    path = Path(__file__).parent / "measured" / f"{request.param}.json"
    return dict(json.loads(path.read_text("utf-8")))


@pytest.fixture
def training(made: tuple[Path, object]) -> dict[str, Any]:
    """Return what the small training told."""
    return dict(json.loads((made[0] / "build" / "model" / "training.json").read_text("utf-8")))


@pytest.fixture
def promised(small: Path) -> config.Gates:
    """Return the promises of the small project."""
    return config.gates(small / "gates.toml")
