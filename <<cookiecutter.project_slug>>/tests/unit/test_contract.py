"""What makes a contract, and what contradicts itself."""

from pathlib import Path
from typing import Any

import pytest

from << cookiecutter.package_name >> import contract


def put(document: dict[str, Any], place: str, value: Any) -> None:
    """Set the value at a dotted place of a document."""
    *tables, key = place.split(".")
    for name in tables:
        document = document[name]
    document[key] = value


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        pytest.param("surprise", {}, "[surprise]", id="unknown-table"),
        pytest.param("columns", [], "columns must be a table", id="list-for-table"),
        pytest.param("derive", {}, "derive must be a table", id="table-for-list"),
        pytest.param("columns.size.colour", 1, "'colour'", id="unknown-key"),
        pytest.param("columns.size.min", "0", "min must be", id="text-for-number"),
        pytest.param("columns.size.required", 1, "required must be", id="number-for-boolean"),
        pytest.param("columns.size.min", True, "min must be", id="boolean-for-number"),
        pytest.param("columns.size.max", float("nan"), "max must be", id="not-finite"),
        pytest.param("columns.colour.values", "red", "values must be", id="text-for-list"),
        pytest.param("columns.colour.aliases", ["Red"], "aliases must be", id="list-for-aliases"),
        pytest.param("problem", {"task": "classification"}, "question is missing", id="missing-key"),
        pytest.param("columns.size.type", "float", "'float'", id="unknown-type"),
        pytest.param("columns.size.role", "input", "'input'", id="unknown-role"),
        pytest.param("columns.returned.values", [], "to predict needs its values", id="target-without-values"),
        pytest.param("columns.colour.values", [1, 2], "are texts", id="category-of-numbers"),
        pytest.param("columns.sent.type", "number", "time column", id="time-is-no-datetime"),
        pytest.param("columns.colour.max", 3, "min and max", id="range-of-category"),
        pytest.param("columns.size.min", 101, "min 101", id="empty-range"),
        pytest.param("columns.visits.max", 5e7, "max 50000000.0 is beyond 16777216", id="beyond-float32"),
        pytest.param("columns.colour.aliases", {"rot": "rouge"}, "'rouge'", id="alias-to-nowhere"),
        pytest.param("columns.colour", {"type": "category", "aliases": {"?": ""}}, "empty text", id="alias-to-nothing"),
        pytest.param("columns.colour.aliases", {"": "red"}, "empty text", id="alias-of-nothing"),
        pytest.param("columns.visits.aliases", {"none": -1}, "lead to -1", id="alias-to-a-marker"),
        pytest.param("columns.visits.aliases", {"": 0}, "empty text", id="number-for-nothing"),
        pytest.param("columns.colour.values", ["red", ""], "empty text", id="nothing-as-value"),
        pytest.param("problem.task", "ranking", "'ranking'", id="unknown-task"),
        pytest.param("problem.target", "size", "'size'", id="target-in-two-places"),
        pytest.param("problem.task", "regression", "regression needs a number", id="regression-of-category"),
        pytest.param("columns.returned.values", ["no", "yes", "lost"], "two values", id="third-class"),
        pytest.param("problem.positive", "maybe", "'maybe'", id="unknown-positive"),
        pytest.param("columns.ordered.role", "time", 'role = "time"', id="two-times"),
        pytest.param("columns.size.zone", "UTC", "a zone is for datetime, not for number", id="zone-of-a-number"),
        pytest.param("columns.sent.zone", "Europe/Berlin", "write UTC, or an offset such as", id="zone-of-a-place"),
        pytest.param("columns.sent.zone", "+02:00:30", "zone '+02:00:30' is unknown", id="zone-of-seconds"),
        pytest.param("columns.sent.zone", "UTC", "days_between takes moments of one zone", id="two-zones"),
        pytest.param("columns.sent.zone", "", "not of '' and '+02:00'", id="one-without-zone"),
        pytest.param("columns.sent.zone", "+99:00", "zone '+99:00' is unknown", id="offset-of-four-days"),
        pytest.param("columns.size.role", "ignore", "'size' is no column", id="derived-from-ignored"),
    ],
)
def test_contradiction_is_refused_by_name(document: dict[str, Any], place: str, value: Any, named: str) -> None:
    """Whoever mistypes a key reads which one, and where."""
    put(document, place, value)
    with pytest.raises(contract.InputError) as refused:
        contract.of(document)
    assert named in str(refused.value)
    assert str(refused.value).startswith("contract.toml")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        pytest.param({"operation": "power"}, "'power'", id="unknown-operation"),
        pytest.param({"columns": ["size"]}, "takes 2 columns", id="too-few-columns"),
        pytest.param({"columns": ["size", "height"]}, "'height'", id="unknown-column"),
        pytest.param({"columns": ["size", "refund"]}, "'refund'", id="known-only-afterwards"),
        pytest.param({"columns": ["size", "colour"]}, "'colour' is a category", id="wrong-type"),
        pytest.param({"name": "size"}, "two columns", id="name-is-taken"),
    ],
)
def test_impossible_derivation_is_refused_by_name(document: dict[str, Any], changed: Any, named: str) -> None:
    """A derived column needs a known operation on columns that a request carries."""
    document["derive"][0].update(changed)
    with pytest.raises(contract.InputError, match=r"\[\[derive\]\]|two columns") as refused:
        contract.of(document)
    assert named in str(refused.value)


def test_contract_without_feature_is_refused(document: dict[str, Any]) -> None:
    """A model of nothing is no model."""
    document["derive"] = []
    for column in document["columns"].values():
        if column.get("role", "feature") == "feature":
            column["role"] = "ignore"
    with pytest.raises(contract.InputError, match="no feature is left"):
        contract.of(document)


@pytest.mark.parametrize("content", [pytest.param(b"[problem", id="not-toml"), pytest.param(b"\xff", id="not-utf8")])
def test_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    """The sentence names the file."""
    path = tmp_path / "contract.toml"
    path.write_bytes(content)
    with pytest.raises(contract.InputError, match="is not TOML"):
        contract.read(path)


def test_model_sees_what_is_known_in_time(agreed: contract.Contract) -> None:
    """Keys, times, texts and what is known only afterwards are no features; derived columns are."""
    features = {*agreed.numbers, *agreed.categories}
    assert {"size", "express", "colour", "volume"} <= features
    assert not {"parcel", "sent", "ordered", "note", "refund", "returned"} & features


def test_request_carries_what_is_known_in_time(agreed: contract.Contract) -> None:
    """Keys and times may be sent along; only what the model needs must be."""
    assert {"parcel", "sent"} <= {column.name for column in agreed.inputs}
    assert not {"note", "refund", "returned"} & {column.name for column in agreed.inputs}
    demanded = {column.name for column in agreed.inputs if agreed.demands(column)}
    assert demanded == {"sent", "size", "express", "colour"}


def test_boolean_target_has_two_classes(document: dict[str, Any]) -> None:
    """A boolean needs no values to be predicted."""
    document["columns"]["returned"] = {"type": "boolean", "role": "target"}
    document["problem"]["positive"] = True
    assert contract.of(document).negative is False


def test_target_of_classes_is_a_category(document: dict[str, Any]) -> None:
    """A boolean has two values."""
    document["problem"] |= {"task": "multiclass"}
    del document["problem"]["positive"]
    document["columns"]["returned"] = {"type": "boolean", "role": "target"}
    with pytest.raises(contract.InputError, match="multiclass needs a category"):
        contract.of(document)
