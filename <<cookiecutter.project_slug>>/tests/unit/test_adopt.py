"""What adopt reads out of a table, be it written as oddly as people write tables."""

import contextlib
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from << cookiecutter.package_name >> import contract, data
from << cookiecutter.package_name >>.adopt import draft, reading, texts, toml
from << cookiecutter.package_name >>.adopt.decision import Wishes

ROWS = 240


def columns(**more: Any) -> pd.DataFrame:
    """Return a table with a target, a number and a category; None leaves one of these out."""
    rng = np.random.default_rng(0)
    plain = {
        "size": rng.uniform(1, 9, ROWS).round(3),
        "colour": rng.choice(["red", "green", "blue"], ROWS),
        "sold": rng.choice(["yes", "no"], ROWS),
    }
    return pd.DataFrame({name: values for name, values in {**plain, **more}.items() if values is not None})


def adopted(folder: Path, table: pd.DataFrame | str | bytes, target: str = "sold", **wishes: Any) -> draft.Draft:
    """Return what is decided about a table, which must keep the contract that is made of it once it was written."""
    path = folder / "mine.csv"
    if isinstance(table, pd.DataFrame):
        table.to_csv(path, index=False)
    else:
        path.write_bytes(table if isinstance(table, bytes) else table.encode())
    return checked(folder, draft.drafted(reading.read(path), Wishes(target, **wishes), "me"))


def checked(folder: Path, found: draft.Draft) -> draft.Draft:
    """Write the contract and the table, read both again, and see that nothing is violated."""
    agreed = contract.of(tomllib.loads(texts.contract(found.document)))
    assert agreed == found.contract
    found.table.to_csv(folder / "kept.csv", index=False, lineterminator="\n")
    _, violations = data.typed(data.read(folder / "kept.csv"), agreed)
    assert [str(each) for each in violations] == []
    return found


def told(found: draft.Draft) -> str:
    """Return all decisions as one text."""
    return "\n".join(f"{each.about}: {each.decided} ({each.evidence})" for each in found.decisions)


def column(found: draft.Draft, name: str) -> contract.Column:
    """Return one column of the contract."""
    return found.contract[name]


def test_plain_table_needs_no_word(tmp_path: Path) -> None:
    """Types, ranges with room, categories and the positive class are found out."""
    found = adopted(tmp_path, columns())
    assert (found.contract.problem.task, found.contract.problem.positive, found.by) == ("classification", "yes", "hash")
    assert column(found, "colour").values == ("blue", "green", "red")
    size = column(found, "size")
    assert (size.type, size.min) == ("number", 0)
    assert size.max is not None
    assert size.max > 9


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("size,sold\n", "no rows", id="header-only"),
        pytest.param("size sold\n1 yes\n", "no comma", id="no-separator"),
        pytest.param("size,sold\n1,yes\n2,no,3\n", "one length", id="ragged-long"),
        pytest.param("size,colour,sold\n1,red,yes\n2,no\n", "one length", id="ragged-short"),
        pytest.param("size,colour,sold\n1,red,yes\n2,bl", "one length", id="cut-off"),
        pytest.param('size,sold\n1,yes\n2,"n', "cut off", id="cut-off-in-quotes"),
        pytest.param(b"size,sold\n\x00\x01,yes\n", "no text", id="binary"),
        pytest.param("size,Sold \n1,yes\n2,no\n", "did you mean 'Sold'", id="target-spelled-otherwise"),
        pytest.param("size,sold\n1,yes\n2,no\n", "too few", id="two-rows"),
        pytest.param("size,sold\n" + "1,yes\n" * 99, "one value, 'yes', in all rows", id="constant-target"),
        pytest.param("size,sold\n" + "1,\n" * 99, "no value in all rows", id="empty-target"),
        pytest.param("size,sold\n" + "1,no\n" * 99 + "2,yes\n" * 3, "'yes' has 3 rows", id="class-of-three"),
        pytest.param("sold\n" + "no\nyes\n" * 99, "no comma", id="target-alone"),
        pytest.param("one,sold\n" + "1,no\n1,yes\n" * 99, "no other column", id="nothing-to-learn-from"),
        pytest.param(",".join(f"c{i}" for i in range(5000)) + "\n" + ",".join("1" * 5000), "5000 columns", id="wide"),
        pytest.param(
            "size,sold\n" + "".join(f"{i * i % 97},{'abc'[i % 3]}\n" for i in range(180)),
            "has 3 classes",
            id="third-class",
        ),
    ],
)
def test_table_that_makes_no_model_is_refused_in_a_sentence(tmp_path: Path, text: str | bytes, named: str) -> None:
    """Nothing is guessed where rows are lost or nothing can be learned."""
    with pytest.raises((contract.InputError, contract.Refusal)) as refused:
        _ = adopted(tmp_path, text).contract
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)


def test_workbook_is_refused_with_a_hint(tmp_path: Path) -> None:
    """A sheet becomes CSV in one click."""
    (tmp_path / "mine.xlsx").write_bytes(b"PK")
    with pytest.raises(contract.InputError, match="as CSV"):
        reading.read(tmp_path / "mine.xlsx")


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("latin-1", "\t"), ("utf-16", "|")],
    ids=["plain", "byte-order-mark", "latin-1", "utf-16"],
)
def test_dialects_of_csv_are_one_table(tmp_path: Path, encoding: str, separator: str) -> None:
    """Encoding and separator change nothing of what is read."""
    table = columns(place=["Zürich", "Genève"] * (ROWS // 2))
    found = adopted(tmp_path, table.to_csv(index=False, sep=separator).encode(encoding))
    assert column(found, "place").values == ("Genève", "Zürich")


@pytest.mark.parametrize(
    ("spell", "separator", "said"),
    [
        pytest.param(lambda n: f"{n:.2f}".replace(".", ","), ";", "commas are decimal", id="decimal-commas"),
        pytest.param(lambda n: f"{n * 1000:,.0f}", ";", "commas part thousands", id="thousands"),
        pytest.param(lambda n: f'"{n * 1000:,.1f}"', ",", "commas part thousands", id="thousands-in-quotes"),
        pytest.param(lambda n: f"{n:.1f} %", ",", "in percent", id="percent"),
        pytest.param(lambda n: f"{n * 1000:,.0f}".replace(",", " "), ",", "blanks part thousands", id="blanks"),
    ],
)
def test_numbers_spelled_for_people_are_numbers(tmp_path: Path, spell: Any, separator: str, said: str) -> None:
    """How a number is written says nothing about it."""
    table = columns()
    rows = [f"{spell(size)}{separator}{sold}" for size, sold in zip(table["size"], table["sold"], strict=True)]
    found = adopted(tmp_path, "\n".join([f"size{separator}sold", *rows]) + "\n")
    assert column(found, "size").type in ("number", "integer")
    assert said in told(found)


@pytest.mark.parametrize(
    ("way", "kind"),
    [("%Y-%m-%d", "datetime"), ("%d.%m.%Y", "datetime"), ("%m/%d/%Y", "datetime"), ("%d/%m/%Y %H:%M", "datetime")],
)
def test_moments_are_moments(tmp_path: Path, way: str, kind: str) -> None:
    """Whatever order their parts have, where the table shows which is which."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS) * 3, "D")
    found = adopted(tmp_path, columns(day=days.strftime(way)))
    assert (column(found, "day").type, column(found, "day").role, found.by) == (kind, "time", "time")


def test_moments_that_nobody_can_tell_are_ignored(tmp_path: Path) -> None:
    """01/02/2024 is in January or in February."""
    days = [f"0{1 + i % 9}/0{1 + i // 9 % 9}/2024" for i in range(ROWS)]
    found = adopted(tmp_path, columns(day=days))
    assert column(found, "day").role == "ignore"


def test_headers_may_be_anything(tmp_path: Path) -> None:
    """Blanks, quotes, SQL, other scripts; two of one name, and one without."""
    header = 'size,"a ""quoted"" name",select,größe 📏,select,, with blanks ,sold'
    values = "1.5,red,x,2,y,3,z,yes\n2.5,blue,y,3,x,4,w,no\n3.25,red,y,1,x,5,z,yes\n"
    found = adopted(tmp_path, f"{header}\n" + values * 80)
    names = [each.name for each in found.contract.columns]
    assert names == ["size", 'a "quoted" name', "select", "größe 📏", "select_2", "column_6", "with blanks", "sold"]


def test_column_that_only_counts_rows_is_left_out(tmp_path: Path) -> None:
    """What pandas and R write beside a table is no column of it."""
    text = columns().to_csv()
    assert [each.name for each in adopted(tmp_path, text).contract.columns] == ["size", "colour", "sold"]


def test_newlines_and_separators_in_quotes_are_text(tmp_path: Path) -> None:
    """A cell may hold anything."""
    notes = ["two\nlines, and a comma", 'one "quoted"'] * (ROWS // 2)
    found = adopted(tmp_path, columns(note=notes))
    assert set(column(found, "note").values) == set(notes)


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        pytest.param(["?", "1.5", "2.5", "3.5"], ("?",), id="question-mark"),
        pytest.param(["NA", "1", "2", "3"], ("NA",), id="NA"),
        pytest.param(["-", "1", "2", "3"], ("-",), id="dash"),
    ],
)
def test_markers_of_missing_numbers_are_found(tmp_path: Path, values: list[str], missing: tuple[str, ...]) -> None:
    """A word among numbers that means nothing is known."""
    kept = column(adopted(tmp_path, columns(other=values * (ROWS // 4))), "other")
    assert (kept.missing, kept.required) == (missing, False)
    assert kept.type in ("number", "integer")


def test_number_means_missing_only_with_evidence(tmp_path: Path) -> None:
    """999 far from all ages, and often: missing. 99 among numbers up to 98: a number."""
    ages = np.arange(ROWS) % 60 + 20
    far = np.where(np.arange(ROWS) % 12 == 0, 999, ages)
    found = adopted(tmp_path, columns(height=far, width=np.arange(ROWS) % 100))
    assert column(found, "height").missing == (999,)
    assert column(found, "width").missing == ()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        pytest.param([None] * ROWS, "empty", id="all-null"),
        pytest.param(["same"] * ROWS, "same in every row", id="constant"),
        pytest.param([f"value {i % 120}" for i in range(ROWS)], "too many values", id="many-categories"),
        pytest.param([f"he said number {i} to them" for i in range(ROWS)], "free text", id="free-text"),
        pytest.param([*["1.5", "2.5"] * (ROWS // 2 - 30), *[f"x{i}" for i in range(60)]], "too many", id="mixed"),
        pytest.param([f"{i}" if i % 9 else f"about {i}" for i in range(ROWS)], "mixed", id="numbers-and-words"),
    ],
)
def test_column_of_no_use_is_ignored_with_its_reason(tmp_path: Path, values: list[Any], reason: str) -> None:
    """It stays in the table, and the model does without it."""
    found = adopted(tmp_path, columns(other=values))
    assert column(found, "other").role == "ignore"
    assert reason in told(found)


def test_codes_are_no_numbers(tmp_path: Path) -> None:
    """007 is the name of somebody."""
    found = adopted(tmp_path, columns(code=["007", "012", "110"] * (ROWS // 3)))
    assert column(found, "code").type == "category"


def test_keys_are_known_by_name_and_by_their_values(tmp_path: Path) -> None:
    """One that names every row splits them; one that repeats keeps its rows in one part."""
    once = adopted(tmp_path, columns(order_id=[f"A{i}" for i in range(ROWS)]))
    assert (column(once, "order_id").role, column(once, "order_id").unique, once.key) == ("key", True, ("order_id",))
    again = adopted(tmp_path, columns(order_id=np.arange(ROWS), customer_id=np.arange(ROWS) % 80 + 1000))
    assert (column(again, "customer_id").role, again.key) == ("key", ("customer_id",))
    assert column(again, "order_id").role == "ignore"


def test_wishes_come_first(tmp_path: Path) -> None:
    """What the user says is not found out."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS), "D")
    table = columns(day=days.strftime("%Y-%m-%d"), shop=np.arange(ROWS) % 70)
    found = adopted(tmp_path, table, keys=("shop",), positive="no")
    assert (found.by, found.key, found.contract.problem.positive) == ("hash", ("shop",), "no")
    assert adopted(tmp_path, columns(sold=np.arange(ROWS) % 7), task="regression").contract.problem.task == "regression"
    with pytest.raises(contract.InputError, match="maybe"):
        adopted(tmp_path, table, positive="maybe")


def test_moment_after_the_time_of_its_row_is_no_feature(tmp_path: Path) -> None:
    """What happened later was not known then."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS) * 9, "D")
    late = (days + pd.Timedelta(days=3)).strftime("%Y-%m-%d")
    early = (days - pd.to_timedelta(np.arange(ROWS) % 50, "D")).strftime("%Y-%m-%d")
    found = adopted(tmp_path, columns(day=days.strftime("%Y-%m-%d"), paid=late, born=early), time="day")
    assert not column(found, "paid").available
    assert "days_from_born_to_day" in {each.name for each in found.contract.derive}


def test_rows_without_a_target_are_set_apart(tmp_path: Path) -> None:
    """They are counted, and kept for the model to predict."""
    table = columns()
    found = adopted(tmp_path, table.assign(sold=table["sold"].mask(table.index < 7)))
    assert (len(found.table), len(found.unlabelled)) == (ROWS - 7, 7)
    assert "7 of 240 rows" in told(found)


def test_people_are_judged_by_slices(tmp_path: Path) -> None:
    """Where a name says that people differ by it."""
    found = adopted(tmp_path, columns(Gender=["f", "m"] * (ROWS // 2)))
    assert column(found, "Gender").slice
    assert not column(found, "colour").slice


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    """Truth values, moments, categories, decimals and lists are read as what the contract knows."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS), "h")
    table = columns(sold=np.arange(ROWS) % 2 == 0, at=days, some=[[1, 2]] * ROWS, kind=pd.Categorical(["a", "b"] * 120))
    table.to_parquet(tmp_path / "mine.parquet")
    found = checked(tmp_path, draft.drafted(reading.read(tmp_path / "mine.parquet"), Wishes("sold"), "me"))
    kinds = {each.name: each.type for each in found.contract.columns}
    assert (kinds["at"], kinds["kind"], kinds["sold"]) == ("datetime", "category", "boolean")
    assert found.contract.problem.positive is True


CELLS = some.one_of(
    some.none(), some.integers(-(10**9), 10**9), some.floats(allow_nan=False), some.booleans(), some.text(max_size=5)
)
FEW = some.sampled_from(
    ["a", "b", "?", "1", "2,5", "1.000,5", "2024-01-02", "01/02/2024", "", "NA", "true", "07", "inf"]
)
COLUMN = some.one_of(some.lists(CELLS, min_size=6, max_size=6), some.lists(FEW, min_size=6, max_size=6))


@settings(max_examples=70)
@given(
    some.dictionaries(some.text(max_size=6), COLUMN, min_size=1, max_size=4),
    some.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    some.sampled_from([",", ";", "\t", "|"]),
    some.sampled_from(["yes,no", "1,0", "1.5,2.5,3.5", "true,false"]),
)
def test_any_table_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, drawn: dict[str, list[Any]], encoding: str, separator: str, answers: str
) -> None:
    """No table makes adopt fall: it keeps the contract that is made of it, or there is a sentence why not."""
    folder = tmp_path_factory.mktemp("drawn")
    target = [answers.split(",")[i % len(answers.split(","))] for i in range(120)]
    table = pd.DataFrame({**{name: values * 20 for name, values in drawn.items()}, "target": target})
    content = table.to_csv(index=False, sep=separator).encode(encoding, "replace")
    with contextlib.suppress(contract.InputError, contract.Refusal):
        adopted(folder, content, "target")


@given(
    some.recursive(some.one_of(some.booleans(), some.integers(-(2**60), 2**60), some.text()), some.lists, max_leaves=5)
)
def test_what_is_written_as_toml_is_read_again(item: Any) -> None:
    """Whatever a table holds, its contract says the same when it is read."""
    assert tomllib.loads(toml.table("a\x1fb c", {"key of mine": item})) == {"a": {"b c": {"key of mine": item}}}
