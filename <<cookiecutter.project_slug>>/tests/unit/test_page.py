"""The page at `/`: made from the contract, and nothing in it comes from elsewhere."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

Serve = Callable[..., AbstractContextManager[Any]]


class Elements(HTMLParser):
    """Every element with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def answer(made: tuple[Path, object], serve: Serve) -> Iterator[httpx.Response]:
    """Return the page of the small project's server."""
    with serve(made[0] / "build" / "bundle" / "model.tar.gz") as served:
        yield served.client.get("/")


@pytest.fixture(scope="module")
def elements(answer: httpx.Response) -> list[tuple[str, dict[str, str | None]]]:
    """Return the elements of the page."""
    parser = Elements()
    parser.feed(answer.text)
    return parser.found


def test_every_input_has_a_field(elements: list[tuple[str, dict[str, str | None]]]) -> None:
    """A choice where the values are known, and those first that must be filled."""
    fields = [(tag, attributes) for tag, attributes in elements if "data-type" in attributes]
    kinds = {str(attributes["name"]): tag for tag, attributes in fields}
    assert set(kinds) == {"parcel", "sent", "ordered", "size", "weight", "visits", "express", "colour", "shape"}
    assert {name for name, tag in kinds.items() if tag == "select"} == {"express", "colour", "shape"}
    assert [attributes["value"] for _, attributes in fields if attributes["name"] == "parcel"] == [""]  # nobody's key
    needed = [attributes.get("aria-required") for _, attributes in fields]
    assert needed == ["true"] * 4 + [None] * 5


def test_every_field_has_a_label_a_hint_and_a_place_for_a_refusal(
    elements: list[tuple[str, dict[str, str | None]]],
) -> None:
    """A screen reader reads all three."""
    ids = {attributes.get("id") for _, attributes in elements}
    labelled = {attributes["for"] for tag, attributes in elements if tag == "label"}
    for _, attributes in elements:
        if "data-type" in attributes:
            assert attributes["id"] in labelled
            assert set(str(attributes["aria-describedby"]).split()) <= ids


def test_page_tells_question_threshold_and_model(answer: httpx.Response) -> None:
    """What one reads before one asks."""
    text = re.sub(r"<[^>]+>", "", answer.text)
    assert "Which parcels come back?" in text
    assert re.search(r"The answer is yes from a probability of \d+\.\d % on", text)
    assert re.search(r"sha256 [0-9a-f]{64}", text)


def test_policy_allows_this_script_and_this_style_alone(answer: httpx.Response) -> None:
    """Their digests stand in the header; nothing is loaded from anywhere."""
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    for tag in ("script", "style"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"(?:src|href)=\"(?!/|data:,)", answer.text) == []
