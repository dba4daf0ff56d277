"""What knows too much is found, and what is only good is not."""

import dataclasses
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets

from << cookiecutter.package_name >> import config, contract, data, evaluate, gates
from << cookiecutter.package_name >>.config.promised import LeakageGate
from << cookiecutter.package_name >>.evaluate import leakage

pytestmark = pytest.mark.long

ALONE = 0.98
PROMISE = config.Gates(leakage=LeakageGate(ALONE))


def judged(table: pd.DataFrame, target: Any, **columns: Any) -> tuple[str, str]:
    """Return the verdict on a table of numbers, split by a hash of the row, and what it says."""
    classes = set(np.unique(target)) == {0, 1}
    problem = {"question": "q", "decision": "d", "owner": "o", "target": "target"}
    problem |= {"task": "classification", "positive": "1"} if classes else {"task": "regression"}
    wanted = {"type": "category", "values": ["0", "1"]} if classes else {"type": "number"}
    described = {str(name): {"type": "number"} for name in table} | columns | {"target": wanted | {"role": "target"}}
    agreed = contract.of({"problem": problem, "columns": described})
    raw = table.assign(target=[str(int(v)) for v in target] if classes else target).astype(object)
    typed, violations = data.typed(raw.reindex(columns=list(described)), agreed)
    assert not violations
    parts = data.split(typed, agreed, config.Split(by="hash", salt="1"))
    found = evaluate.leaks(agreed, parts, [*agreed.numbers, *agreed.categories], ALONE)
    verdict = next(each for each in gates.judge({"leakage": found}, PROMISE) if each.gate == "leakage")
    return verdict.verdict, verdict.measured


Table = tuple[pd.DataFrame, Any]


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    """Return honest tables: with strong columns, with weak ones, and problems that many columns solve."""
    cancer, diabetes = datasets.load_breast_cancer(as_frame=True), datasets.load_diabetes(as_frame=True)
    found = {"cancer": (cancer.data, cancer.target.to_numpy()), "diabetes": (diabetes.data, diabetes.target.to_numpy())}
    # Its ten means alone: planted leaks are found as well among them, and three times as fast.
    found["means"] = cancer.data.iloc[:, :10], found["cancer"][1]
    digits = datasets.load_digits(as_frame=True)
    some = digits.target.isin([5, 9])
    found["digits"] = digits.data[some], (digits.target[some] == 5).to_numpy(int)
    return found


@pytest.mark.parametrize("name", ["cancer", "diabetes", "digits"])
def test_honest_tables_hold_no_leak(tables: dict[str, Table], name: str) -> None:
    """A column that tells much is no leak where all others together tell as much."""
    verdict, said = judged(*tables[name])
    assert (verdict, said[:15]) == (gates.PASS, "strongest alone")


def copy(table: pd.DataFrame, y: Any, rng: np.random.Generator) -> pd.DataFrame:
    """Plant the target with noise."""
    return table.assign(leak=y + rng.normal(0, 0.1 * np.std(y), len(y)))


def total(table: pd.DataFrame, y: Any, rng: np.random.Generator) -> pd.DataFrame:
    """Plant two columns that add up to the target."""
    part = rng.normal(0, 2 * np.std(y), len(y))
    return table.assign(one=y - part, two=part)


def difference(table: pd.DataFrame, y: Any, rng: np.random.Generator) -> pd.DataFrame:
    """Plant two columns whose difference is the target."""
    part = rng.normal(0, 2 * np.std(y), len(y))
    return table.assign(one=y + part, two=part)


def ratio(table: pd.DataFrame, y: Any, rng: np.random.Generator) -> pd.DataFrame:
    """Plant two columns whose ratio is the target, moved above 0."""
    part = rng.uniform(1, 5, len(y))
    return table.assign(one=(y - np.min(y) + 1) * part, two=part)


@pytest.mark.parametrize("name", ["means", "diabetes"])
@pytest.mark.parametrize(
    ("plant", "names"), [(copy, "leak"), (total, "one and two"), (difference, "one and two"), (ratio, "one and two")]
)
def test_planted_leaks_are_found(
    tables: dict[str, Table], name: str, plant: Callable[..., pd.DataFrame], names: str
) -> None:
    """Single columns and pairs are named; neither of a pair tells anything alone."""
    table, target = tables[name]
    verdict, said = judged(plant(table, target, np.random.default_rng(0)), target)
    assert verdict == gates.FAIL
    assert said.startswith(f"{names} alone:")


def test_missing_values_that_tell_the_target_are_a_leak(tables: dict[str, Table]) -> None:
    """A column that is filled only after the outcome knows it by being empty."""
    table, target = tables["means"]
    filled = np.where(target == 1, np.random.default_rng(0).normal(size=len(target)), np.nan)
    verdict, said = judged(table.assign(filled=filled), target, filled={"type": "number", "required": False})
    assert (verdict, said[:12]) == (gates.FAIL, "filled alone")


def test_category_that_tells_the_target_is_a_leak(tables: dict[str, Table]) -> None:
    """Categories are asked by the mean of the target in each."""
    table, target = tables["means"]
    kind = np.where(target == 1, "well", "ill")
    verdict, said = judged(table.assign(kind=kind), target, kind={"type": "category", "values": ["ill", "well"]})
    assert (verdict, said[:10]) == (gates.FAIL, "kind alone")


def test_repeated_hidden_column_is_found(tables: dict[str, Table]) -> None:
    """What is known only afterwards must not come back under another name."""
    table, target = tables["diabetes"]
    hidden = np.random.default_rng(0).normal(size=len(target))
    columns = {"later": {"type": "number", "available": False}, "again": {"type": "number"}}
    verdict, said = judged(table.assign(later=hidden, again=np.exp(hidden)), target, **columns)
    assert verdict == gates.FAIL
    assert said == "again repeats later, which is known only afterwards"


def test_copied_rows_are_found(tables: dict[str, Table]) -> None:
    """A fifth of the rows stands in the table again, one number a breath away, and so in another part."""
    table, target = tables["means"]
    some = table.sample(frac=0.2, random_state=0)
    moved = some.assign(**{"mean area": some["mean area"] + 1e-5})
    verdict, said = judged(pd.concat([table, moved], ignore_index=True), np.append(target, target[some.index]))
    assert verdict == gates.FAIL
    assert "of the test rows have a twin in train" in said


@pytest.mark.parametrize("copied", [0.0, 0.2])
def test_copies_of_two_columns_are_told_from_chance(copied: float) -> None:
    """Where columns are few, most rows are near another; copies are nearer."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"a": rng.normal(size=900).round(3), "b": rng.integers(0, 6, 900)}).astype(float)
    target = (table["a"] + rng.normal(0, 0.6, 900) > 0).to_numpy(int)
    some = table.sample(frac=copied, random_state=0)
    both = pd.concat([table, some.assign(a=some["a"] + 1e-6)], ignore_index=True)
    verdict, said = judged(both, np.append(target, target[some.index]))
    assert verdict == (gates.FAIL if copied else gates.PASS)
    assert ("of the test rows have a twin in train" in said) == bool(copied)


def test_rows_of_few_values_are_no_copies() -> None:
    """Where four questions are answered by yes or no, many rows look alike, and honestly so."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.integers(0, 2, (900, 4)), columns=list("abcd")).astype(float)
    target = (table["a"] + rng.normal(0, 0.6, 900) > 0.5).to_numpy(int)
    assert judged(table, target)[0] == gates.PASS


def parts(agreed: contract.Contract, raw: pd.DataFrame, **split: Any) -> data.Parts:
    """Return the parts of the small table."""
    typed, violations = data.typed(raw, agreed)
    assert not violations
    return data.split(typed, agreed, config.Split(**split))


def test_key_in_two_parts_is_found(agreed: contract.Contract, raw: pd.DataFrame) -> None:
    """Rows of one parcel that are split by their colour stand in train and in test."""
    repeated = raw.assign(parcel=[str(i // 3) for i in range(len(raw))])
    columns = tuple(dataclasses.replace(column, unique=False) for column in agreed.columns)
    several = dataclasses.replace(agreed, columns=columns)
    torn = parts(several, repeated, by="hash", key=("sent",), salt="1")
    found = evaluate.leaks(several, torn, [], ALONE)["findings"]
    assert [each["kind"] for each in found] == ["keys"]
    whole = parts(several, repeated, by="hash", key=("parcel",), salt="1")
    assert evaluate.leaks(several, whole, [], ALONE)["findings"] == []


def test_moment_after_the_row_is_found(agreed: contract.Contract, raw: pd.DataFrame) -> None:
    """A feature made of a time that lies after that of its row looks into the future."""
    late = raw.assign(ordered="2025" + raw["sent"].str[4:].str.replace("02-29", "02-28"))
    found = evaluate.leaks(agreed, parts(agreed, late, by="hash", key=("parcel",), salt="1"), [], ALONE)["findings"]
    assert [(each["kind"], each["columns"]) for each in found] == [("later", ["ordered"])]


def test_column_that_the_contract_does_not_give_is_found(agreed: contract.Contract, raw: pd.DataFrame) -> None:
    """Code that feeds the pipeline something else is named, whatever it is worth."""
    found = evaluate.leaks(agreed, parts(agreed, raw, by="hash", key=("parcel",), salt="1"), ["size", "refund"], ALONE)
    assert [each["columns"] for each in found["findings"]] == [["refund"]]


def test_very_rare_class_is_asked_whole(agreed: contract.Contract, raw: pd.DataFrame, monkeypatch: Any) -> None:
    """Of many rows some are drawn, and every row of a class that would hardly be among them."""
    monkeypatch.setattr(leakage, "ROWS", 300)
    table = data.typed(raw.assign(returned=np.where(raw.index % 750 == 7, "yes", "no")), agreed)[0]
    found = leakage.alone(agreed, table, ALONE)
    assert found["rows"] in (301, 302)
    assert all(0 <= each["score"] <= 1 for each in found["strongest"])


def test_single_row_of_a_class_is_no_crash(agreed: contract.Contract, raw: pd.DataFrame) -> None:
    """A fold that never saw it says that it never comes."""
    table = data.typed(raw.assign(returned=np.where(raw.index == 7, "yes", "no")), agreed)[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert leakage.alone(agreed, table, ALONE)["strongest"]
