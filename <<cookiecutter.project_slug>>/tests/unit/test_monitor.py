"""`ml monitor`: recent rows against the reference of a bundle, what it says, and what cannot be judged."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from _commands import said

from << cookiecutter.package_name >> import cli, monitor
from << cookiecutter.package_name >>.monitor import page


@pytest.mark.usefixtures("judged")
def test_monitor_is_calm_about_the_training_data(capsys: pytest.CaptureFixture[str]) -> None:
    """Watching what the model was trained on, without the columns that only training needs."""
    pd.read_csv("data/parcels.csv", dtype=str).drop(columns=["returned", "refund"]).to_csv("recent.csv", index=False)
    code, text = said(capsys, "monitor", "--input", "recent.csv")
    assert (code, "Calm: nothing has drifted in 1500 rows." in text) == (0, True)
    assert "| (predictions) |" in Path("build/report/monitor.md").read_text("utf-8")


@pytest.mark.usefixtures("judged")
def test_monitor_names_what_moved_and_what_breaks_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 3: a column whose values moved, and another that left its range in more than one row of a hundred."""
    recent = pd.read_csv("data/parcels.csv")
    recent["size"] = recent["size"] / 3
    recent.loc[:19, "weight"] = 99
    recent.loc[:4, "visits"] = "1001"
    recent.to_csv("recent.csv", index=False)
    code, text = said(capsys, "monitor", "--input", "recent.csv")
    assert code == 3
    assert "weight (is above 50)" in text
    told = Path("build/report/monitor.md").read_text("utf-8")
    assert "`weight` is above 50: 20 rows" in told
    assert "`visits` is above 1000: 5 rows" in told
    found = json.loads(Path("build/report/monitor.json").read_text("utf-8"))
    moved = {each["column"]: each["effect"] for each in found["columns"]}
    assert found["verdict"] == "drifted"
    assert f"Drifted: size (effect {moved['size']:.3f}), " in text


def test_column_in_one_bin_is_said_and_not_drawn(outlined: Callable[[str], Any]) -> None:
    """Two full bars look broken, and hide that nothing is seen of what moves inside."""
    bins = ("no or yes", "(other)", "(missing)")
    counts = {"rare": ((90, 0, 0), (80, 0, 0)), "other": ((80, 0, 10), (70, 0, 10))}
    drifts = [monitor.Drift(name, 0.0, 1.0, False, bins, *both) for name, both in counts.items()]  # noqa: FBT003
    written = page.page(monitor.Watch("1.0", 80, drifts, (), "", 0, ()))
    assert len(outlined(written).named("svg")) == 1
    assert "fall into one bin: no or yes. Nothing inside it is told apart." in written


@pytest.mark.usefixtures("judged")
def test_page_draws_both_distributions_of_every_column(
    capsys: pytest.CaptureFixture[str], outlined: Callable[[str], Any]
) -> None:
    """What drifted first, with both shares of every range as a table too; the look and care of the other pages."""
    recent = pd.read_csv("data/parcels.csv")
    recent["size"] = recent["size"] / 3
    recent.to_csv("recent.csv", index=False)
    said(capsys, "monitor", "--input", "recent.csv")
    page = Path("build/report/monitor.html").read_text("utf-8")
    outline = outlined(page)
    columns = json.loads(Path("build/report/monitor.json").read_text("utf-8"))["columns"]
    apart = [each for each in columns if sum(a + b > 0 for a, b in zip(each["before"], each["after"], strict=True)) > 1]
    assert len(outline.named("svg")) == len(apart) < len(columns)
    assert "Only what is missing is judged here" in page
    assert re.findall(r"<h3[^>]*>(.*?)</h3>", page)[0] == "size: drifted"
    assert {"training and now" in title for title in re.findall(r"<svg[^>]*><title>(.*?)</title>", page)} == {True}
    for column in apart:
        then, now = ([100 * count / sum(column[when]) for count in column[when]] for when in ("before", "after"))
        cells = [f"<td>{a:.1f} %</td><td>{b:.1f} %</td>" for a, b in zip(then, now, strict=True) if a or b]
        assert [each for each in cells if each not in page] == [], column["column"]
    assert Path("build/report/index.html").read_text("utf-8").partition("</style>")[0].partition("<style>")[2] in page


def test_monitor_is_imported_without_what_only_its_page_needs() -> None:
    """Who asks for a reference loads neither templates nor a training library."""
    code = f"import sys, {cli.__name__.partition('.')[0]}.monitor; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "scipy" in ran.stdout.split()
    assert not {"jinja2", "sklearn", "skl2onnx", "matplotlib"} & set(ran.stdout.split())


@pytest.mark.usefixtures("judged")
def test_monitor_without_source_has_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """An unset source is a choice, said and green."""
    assert said(capsys, "monitor") == (0, "There is nothing to monitor: params.toml names no [monitor] source.\n")


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        pytest.param({"rows": 50}, "50 rows are too few to judge drift; at least 100 are needed", id="few-rows"),
        pytest.param({"without": "size"}, "have no column size; the model needs it", id="lost-column"),
    ],
)
def test_monitor_that_cannot_judge_says_why(
    capsys: pytest.CaptureFixture[str], kept: dict[str, int | str], sentence: str
) -> None:
    """Exit 2 is no verdict: neither calm nor drift."""
    recent = pd.read_csv("data/parcels.csv", dtype=str, nrows=int(kept.get("rows", 500)))
    recent.drop(columns=[str(kept["without"])] if "without" in kept else []).to_csv("recent.csv", index=False)
    code, text = said(capsys, "monitor", "--input", "recent.csv")
    assert code == 2
    assert sentence in text


def recent(**changes: Any) -> None:
    """Write recent rows with these columns changed."""
    pd.read_csv("data/parcels.csv", dtype=str).assign(**changes).to_csv("recent.csv", index=False)


@pytest.mark.usefixtures("judged")
def test_month_of_recent_rows_is_no_drift(capsys: pytest.CaptureFixture[str]) -> None:
    """Rows of a later week are calm; what else their moments tell, such as how long somebody waited, is watched."""
    raw = pd.read_csv("data/parcels.csv", parse_dates=["sent", "ordered"])[["sent", "ordered"]]
    later = pd.to_timedelta(90 - raw["sent"].dt.day_of_year + raw["sent"].dt.day_of_week, "D")
    moments = {"sent": raw["sent"] + later, "ordered": raw["ordered"] + later}
    recent(**{name: column.dt.strftime("%Y-%m-%dT%H:%M:%S") for name, column in moments.items()})
    code, text = said(capsys, "monitor", "--input", "recent.csv")
    assert (code, "Calm: nothing has drifted" in text) == (0, True)
    recent(sent=moments["sent"].dt.strftime("%Y-%m-%dT%H:%M:%S"))
    code, text = said(capsys, "monitor", "--input", "recent.csv")
    assert (code, "Drifted: waited" in text) == (3, True)


@pytest.mark.usefixtures("judged")
def test_category_that_training_never_met_is_drift(capsys: pytest.CaptureFixture[str]) -> None:
    """In more than one row of a hundred, even where it hardly moves the distribution."""
    recent()
    table = pd.read_csv("recent.csv", dtype=str)
    table.loc[:19, "colour"] = "violet"
    table.to_csv("recent.csv", index=False)
    code, text = said(capsys, "monitor", "--input", "recent.csv")
    assert (code, "colour" in text) == (3, True)


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize(("rows", "code"), [("[2000, 9000]", 3), ("[1000, 2000]", 0), ("[9000, 2000]", 2)])
def test_volume_is_a_promise(capsys: pytest.CaptureFixture[str], rows: str, code: int) -> None:
    """Fewer or more rows than expected are drift, where somebody said how many."""
    params = Path("params.toml")
    params.write_text(params.read_text("utf-8") + f"\n[monitor]\nrows = {rows}\n", "utf-8")
    recent()
    assert said(capsys, "monitor", "--input", "recent.csv")[0] == code


@pytest.mark.usefixtures("judged")
def test_rows_that_stopped_coming_are_drift(capsys: pytest.CaptureFixture[str]) -> None:
    """Where a volume is expected, too few rows to judge are an answer all the same."""
    params = Path("params.toml")
    params.write_text(params.read_text("utf-8") + "\n[monitor]\nrows = [1000, 2000]\n", "utf-8")
    pd.read_csv("data/parcels.csv", dtype=str).head(3).to_csv("recent.csv", index=False)
    code, text = said(capsys, "monitor", "--input", "recent.csv")
    assert (code, "the volume (3 rows, 1000 to 2000 are expected)" in text) == (3, True)


@pytest.mark.usefixtures("judged")
@pytest.mark.parametrize("name", ["log.jsonl", "log.jsonl.1"])
def test_prediction_log_is_watched(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """What the service wrote, without keys and with a last line that is not whole yet."""
    table = pd.read_csv("data/parcels.csv").drop(columns=["parcel", "note", "refund", "returned"])
    rows = [row.dropna().to_dict() for _, row in table.assign(visits=3).iterrows()]
    model = {"version": "0.1.0", "digest": "0" * 64}
    lines = [{"time": "2026-01-01T00:00:00+00:00", "model": model, "row": row, "prediction": {}} for row in rows]
    Path(name).write_text("\n".join(map(json.dumps, lines)) + '\n{"time": "2026', "utf-8")
    code, text = said(capsys, "monitor", "--input", name)
    assert (code, "Drifted: visits" in text) == (3, True)


@pytest.mark.usefixtures("judged")
def test_log_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The line is named."""
    Path("log.jsonl").write_text('{"row": {}}\n{"rows": 3}\n', "utf-8")
    code, text = said(capsys, "monitor", "--input", "log.jsonl")
    assert (code, "line 2 is none of a prediction log" in text) == (2, True)
