"""What an operator relies on: probes, metrics, the log, the token, and how the server starts and stops."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from << cookiecutter.package_name >> import bundle, cli

ROW = {"sent": "2024-05-01T12:00:00", "size": 10.0, "weight": 2.5, "visits": 3, "express": True, "colour": "red"}
TOKEN = "correct-horse-battery-staple"

Serve = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(scope="module")
def archive(made: tuple[Path, object]) -> Path:
    """Return the small project's packed model."""
    return made[0] / "build" / "bundle" / "model.tar.gz"


@pytest.fixture(scope="module")
def guarded(archive: Path, serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Path]]:
    """Return a server that asks for a token and logs predictions, and the path of its log."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "token").write_text(f"{TOKEN}\n")
    options = ("--token", str(folder / "token"), "--log-predictions", str(folder / "predictions.jsonl"))
    with serve(archive, *options) as served:
        yield served, folder / "predictions.jsonl"


def ask(served: Any, *rows: dict[str, Any], token: str = TOKEN) -> httpx.Response:
    """Ask for predictions."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer: httpx.Response = served.client.post("/predict", json={"rows": rows}, headers=headers)
    return answer


def counted(served: Any, name: str, **labels: str) -> float:
    """Return what the metrics say now."""
    families = text_string_to_metric_families(served.admin.get("/metrics").text)
    found = [each for family in families for each in family.samples if each.name == name]
    return sum(each.value for each in found if labels.items() <= each.labels.items())


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "x", TOKEN.upper()])
def test_wrong_token_is_refused(guarded: tuple[Any, Path], token: str) -> None:
    """Whoever shows another gets 401, and learns no more."""
    served, _ = guarded
    answer = ask(served, ROW, token=token)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert [served.client.get(path).status_code for path in ("/model", "/openapi.json")] == [401, 401]


def test_right_token_is_let_through(guarded: tuple[Any, Path]) -> None:
    """The page and the health need none: a browser cannot show it when it opens a page; so it tells no usual values."""
    served, _ = guarded
    assert ask(served, ROW).status_code == 200
    assert [served.client.get(path).status_code for path in ("/", "/health")] == [200, 200]
    page = served.client.get("/").text
    assert 'id="token"' in page
    assert "usual" not in page
    assert 'name="size" data-type="number"' in page
    assert 'inputmode="decimal" value=""' in page


def logged(path: Path, count: int) -> list[dict[str, Any]]:
    """Return the last so many entries of a prediction log, when they are there."""
    deadline = time.monotonic() + 60
    while len(lines := path.read_text().splitlines()) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    return [json.loads(line) for line in lines[-count:]]


def test_prediction_log_holds_rows_without_keys(guarded: tuple[Any, Path]) -> None:
    """One JSON object a row: when, which model, what was asked, what was said."""
    served, path = guarded
    said = ask(served, {**ROW, "parcel": 7}, {**ROW, "colour": "pink"}).json()
    first, second = logged(path, 2)
    assert first["row"] == ROW
    assert second["row"]["colour"] == "pink"
    assert [first["prediction"], second["prediction"]] == said["predictions"]
    assert first["model"] == said["model"]
    assert first["time"].endswith("+00:00")


def test_keys_are_logged_where_they_are_asked_for(archive: Path, serve: Serve, tmp_path: Path) -> None:
    """By them labels that come back later are joined."""
    path = tmp_path / "predictions.jsonl"
    with serve(archive, "--log-predictions", str(path), "--log-keys") as served:
        assert ask(served, {**ROW, "parcel": 7}, token="").status_code == 200
        assert logged(path, 1)[0]["row"] == {**ROW, "parcel": 7}


def test_metrics_count_what_came_and_what_was_said(guarded: tuple[Any, Path]) -> None:
    """Requests, rows, what is missing, unseen and out of range, and the predictions themselves."""
    served, _ = guarded
    names = [
        ("ml_requests_total", {"path": "/predict", "code": "200"}),
        ("ml_requests_total", {"path": "/predict", "code": "422"}),
        ("ml_requests_total", {"path": "other", "code": "404"}),
        ("ml_rows_total", {}),
        ("ml_missing_values_total", {"column": "weight"}),
        ("ml_missing_values_total", {"column": "shape"}),
        ("ml_unseen_categories_total", {"column": "colour"}),
        ("ml_out_of_range_values_total", {"column": "size"}),
        ("ml_predictions_total", {}),
        ("ml_prediction_score_count", {}),
        ("ml_predict_seconds_count", {}),
    ]
    before = [counted(served, name, **labels) for name, labels in names]
    ask(served, {**ROW, "shape": "box"}, {**ROW, "weight": None, "colour": "pink", "size": 0})
    ask(served, {**ROW, "size": "x"})
    served.client.get("/nothing")
    after = [counted(served, name, **labels) for name, labels in names]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 1, 2, 1, 1, 1, 1, 2, 2, 2]


def test_metrics_tell_model_and_process(guarded: tuple[Any, Path], archive: Path) -> None:
    """Which model answers, and what the process uses."""
    served, _ = guarded
    opened = bundle.open_file(archive)
    assert counted(served, "ml_model_info", version=opened.manifest["version"], digest=opened.digest) == 1
    assert counted(served, "process_resident_memory_bytes") > 0
    assert counted(served, "ml_log_dropped_total") == 0


def test_admin_port_answers_probes_and_nothing_else(guarded: tuple[Any, Path]) -> None:
    """It has no banner either, and the main port has no probes."""
    served, _ = guarded
    assert [served.admin.get(path).status_code for path in ("/live", "/ready", "/predict")] == [200, 200, 404]
    for method in ("GET", "POST", "BREW"):
        answer = served.admin.request(method, "/live")
        assert (answer.status_code, "server" in answer.headers) == (200 if method == "GET" else 405, False)
        assert "BREW" not in answer.text
    assert [served.client.get(path).status_code for path in ("/live", "/ready", "/metrics")] == [404] * 3


def test_asked_to_stop_it_is_unready_at_once_and_answers_on(archive: Path, serve: Serve) -> None:
    """Whoever still sends is answered, and told to connect elsewhere next time."""
    with serve(archive, "--drain", "3", "--host", "127.0.0.1") as served:
        served.process.terminate()
        deadline = time.monotonic() + 60
        while served.admin.get("/ready").status_code == 200 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert [served.admin.get(path).status_code for path in ("/ready", "/live")] == [503, 200]
        answer = ask(served, ROW)
        assert (answer.status_code, answer.headers["connection"]) == (200, "close")
        assert counted(served, "ml_draining") == 1
        served.process.terminate()
        assert served.process.wait() == 0
        told = [json.loads(line) for line in served.log.read_text().splitlines()]
        assert [each["event"] for each in told] == ["serving", "draining", "stopped"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--token", "none"], "no token can be read", id="no-token"),
        pytest.param(["--token", "short"], "16 or more characters", id="short-token"),
        pytest.param(["--log-predictions", "no/such/folder"], "--log-predictions", id="no-place-for-the-log"),
        pytest.param(["--admin-port", "70000"], "--admin-port", id="no-such-port"),
        pytest.param(["--port", "9001", "--admin-port", "9001"], "are both 9001", id="one-port-for-two"),
        pytest.param(["--drain", "-1"], "--drain", id="time-below-zero"),
    ],
)
def test_what_cannot_work_is_refused_at_the_start(
    archive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    """With 2 and one sentence, before any request could come."""
    monkeypatch.chdir(tmp_path)
    Path("short").write_text("secret")
    assert cli.main(["serve", "--bundle", str(archive), "--port", "0", "--admin-port", "0", *options]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1
    assert "secret" not in told
