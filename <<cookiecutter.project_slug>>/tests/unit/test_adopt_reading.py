"""What adopt reads, be it written as oddly as people write tables."""

import contextlib
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from _adopting import ROWS, Adopted, Columns, column, told
from hypothesis import given, settings
from hypothesis import strategies as some

from << cookiecutter.package_name >> import contract, data
from << cookiecutter.package_name >>.adopt import reading, toml

pytestmark = pytest.mark.long


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
            "size,sold\n" + "".join(f"{i * i % 97},{'ab'[i % 2] if i > 2 else 'c'}\n" for i in range(180)),
            "'c' has 3 rows, too few for any promise; about 40 would do, or join it",
            id="third-class-of-three-rows",
        ),
    ],
)
def test_table_that_makes_no_model_is_refused_in_a_sentence(
    adopted: Adopted, tmp_path: Path, text: str | bytes, named: str
) -> None:
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


def test_folder_is_called_a_folder(tmp_path: Path) -> None:
    """It is there, and no table."""
    (tmp_path / "tables").mkdir()
    with pytest.raises(contract.InputError, match="tables: is a folder"):
        data.fetch("tables", tmp_path)


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("latin-1", "\t"), ("utf-16", "|")],
    ids=["plain", "byte-order-mark", "latin-1", "utf-16"],
)
def test_dialects_of_csv_are_one_table(
    adopted: Adopted, columns: Columns, tmp_path: Path, encoding: str, separator: str
) -> None:
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
def test_numbers_spelled_for_people_are_numbers(
    adopted: Adopted, columns: Columns, tmp_path: Path, spell: Any, separator: str, said: str
) -> None:
    """How a number is written says nothing about it."""
    table = columns()
    rows = [f"{spell(size)}{separator}{sold}" for size, sold in zip(table["size"], table["sold"], strict=True)]
    found = adopted(tmp_path, "\n".join([f"size{separator}sold", *rows]) + "\n")
    assert column(found, "size").type in ("number", "integer")
    assert said in told(found)


def test_integers_that_float32_cannot_tell_apart_are_numbers(
    adopted: Adopted, columns: Columns, tmp_path: Path
) -> None:
    """And it is told why a column of whole numbers is none of integers."""
    visits = [i * i % 97 for i in range(ROWS)]
    found = adopted(tmp_path, columns(visits=visits, paid=[40_000_000 + each for each in visits]))
    assert (column(found, "visits").type, column(found, "paid").type) == ("integer", "number")
    assert told(found).count("float32 cannot tell those beyond 16777216 from the next") == 1


def test_headers_may_be_anything(adopted: Adopted, tmp_path: Path) -> None:
    """Blanks, quotes, SQL, other scripts; two of one name, and one without."""
    header = 'size,"a ""quoted"" name",select,größe 📏,select,, with blanks ,sold'
    values = "1.5,red,x,2,y,3,z,yes\n2.5,blue,y,3,x,4,w,no\n3.25,red,y,1,x,5,z,yes\n"
    found = adopted(tmp_path, f"{header}\n" + values * 80)
    names = [each.name for each in found.contract.columns]
    assert names == ["size", 'a "quoted" name', "select", "größe 📏", "select_2", "column_6", "with blanks", "sold"]


def test_column_that_only_counts_rows_is_left_out(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """What pandas and R write beside a table is no column of it."""
    text = columns().to_csv()
    assert [each.name for each in adopted(tmp_path, text).contract.columns] == ["size", "colour", "sold"]


def test_newlines_and_separators_in_quotes_are_text(adopted: Adopted, columns: Columns, tmp_path: Path) -> None:
    """A cell may hold anything."""
    notes = ["two\nlines, and a comma", 'one "quoted"'] * (ROWS // 2)
    found = adopted(tmp_path, columns(note=notes))
    assert set(column(found, "note").values) == set(notes)


CELLS = some.one_of(
    some.none(), some.integers(-(10**9), 10**9), some.floats(allow_nan=False), some.booleans(), some.text(max_size=5)
)
FEW = some.sampled_from(
    ["a", "b", "?", "1", "2,5", "1.000,5", "2024-01-02", "01/02/2024", "", "NA", "true", "07", "inf"]
)
COLUMN = some.one_of(some.lists(CELLS, min_size=6, max_size=6), some.lists(FEW, min_size=6, max_size=6))


@settings(max_examples=25)
@given(
    some.dictionaries(some.text(max_size=6), COLUMN, min_size=1, max_size=4),
    some.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    some.sampled_from([",", ";", "\t", "|"]),
    some.sampled_from(["yes,no", "1,0", "1.5,2.5,3.5", "true,false"]),
)
def test_any_table_is_read_or_refused(
    adopted: Adopted,
    tmp_path_factory: pytest.TempPathFactory,
    drawn: dict[str, list[Any]],
    encoding: str,
    separator: str,
    answers: str,
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
