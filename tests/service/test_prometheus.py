"""A real Prometheus scrapes the running service by the project's own files, and its rules call somebody."""

import contextlib
import json
import re
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import load, projects, servers
from tests.rendered import FOLDER, ROOT

MONITORING = ROOT / FOLDER / "monitoring"
PATIENCE = 60


@pytest.fixture(scope="module")
def built(template: Path) -> projects.Project:
    """Return the built classification project."""
    return projects.build(template, "classification")


def test_files_are_what_prometheus_takes() -> None:
    """Its own checker finds nothing, not even in the style of the rules."""
    promtool = servers.program("promtool")
    for command in (["config", "prometheus.yml"], ["rules", "--lint-fatal", "alerts.yml"]):
        done = subprocess.run(
            [promtool, "check", *command], cwd=MONITORING, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def answers(code: int) -> str:
    """Return the series of the answers with this code."""
    return f'ml_requests_total{{path="/predict",code="{code}"}}'


def below(seconds: str) -> str:
    """Return the series of the requests that took no longer."""
    return f'ml_predict_seconds_bucket{{le="{seconds}"}}'


# Each alert: the series that raise it after so long, and a healthy one that does not.
ALERTS: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "ServiceDown": ("2m", {'up{job="service"}': "0x60"}, {'up{job="service"}': "1x60"}),
    "ServiceFails": (
        "10m",
        {answers(500): "0+1x60"},
        {answers(422): "0+1x60"},
    ),
    "ServiceOverloaded": (
        "20m",
        {answers(200): "0+90x60", answers(503): "0+10x60"},
        {answers(200): "0+999x60", answers(503): "0+1x60"},
    ),
    "PredictionsSlow": (
        "30m",
        {below("0.25"): "0+90x60", below("0.5"): "0+100x60", below("+Inf"): "0+100x60"},
        {below("0.25"): "0+100x60", below("0.5"): "0+100x60", below("+Inf"): "0+100x60"},
    ),
    "RequestsRefused": (
        "40m",
        {answers(200): "0+70x60", answers(422): "0+30x60"},
        {answers(200): "0+90x60", answers(422): "0+10x60"},
    ),
    "PredictionLogLosesRows": ("10m", {"ml_log_dropped_total": "0+1x60"}, {"ml_log_dropped_total": "7x60"}),
    "UnseenCategories": (
        "50m",
        {'ml_unseen_categories_total{column="plan"}': "0+2x60", "ml_rows_total": "0+100x60"},
        {'ml_unseen_categories_total{column="plan"}': "0+2x60", "ml_rows_total": "0+1000x60"},
    ),
    "ValuesOutOfRange": (
        "50m",
        {'ml_out_of_range_values_total{column="age"}': "0+6x60", "ml_rows_total": "0+100x60"},
        {'ml_out_of_range_values_total{column="age"}': "0+4x60", "ml_rows_total": "0+100x60"},
    ),
    "MissingValuesRose": (
        "1650m",
        {'ml_missing_values_total{column="age"}': "0+5x1440 7210+20x300", "ml_rows_total": "0+100x1800"},
        {'ml_missing_values_total{column="age"}': "0+5x1800", "ml_rows_total": "0+100x1800"},
    ),
    "PredictionsShifted": (
        "3000m",
        {"ml_prediction_score_sum": "0+20x2880 57640+40x200", "ml_prediction_score_count": "0+100x3100"},
        {"ml_prediction_score_sum": "0+20x3100", "ml_prediction_score_count": "0+100x3100"},
    ),
}


def case(name: str, after: str, series: dict[str, str], *, fires: bool) -> dict[str, Any]:
    """Return one case as promtool takes it; its own test of alerts compares texts, so that of an expression is used."""
    return {
        "interval": "1m",
        "input_series": [{"series": each, "values": values} for each, values in series.items()],
        "promql_expr_test": [
            {
                "expr": f'count(ALERTS{{alertname="{name}", alertstate="firing"}}) or vector(0)',
                "eval_time": after,
                "exp_samples": [{"labels": "{}", "value": int(fires)}],
            }
        ],
    }


def test_every_alert_fires_and_stays_quiet(tmp_path: Path) -> None:
    """Each rule is fed a series that it is for, and one that is well."""
    promtool = servers.program("promtool")
    assert set(re.findall(r"alert: (\w+)", (MONITORING / "alerts.yml").read_text())) == set(ALERTS)
    cases = [
        case(name, after, series, fires=fires)
        for name, (after, bad, good) in ALERTS.items()
        for series, fires in ((bad, True), (good, False))
    ]
    path = tmp_path / "cases.yml"
    rules = [str(MONITORING / "alerts.yml")]
    path.write_text(json.dumps({"rule_files": rules, "evaluation_interval": "1m", "tests": cases}))
    done = subprocess.run([promtool, "test", "rules", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@contextlib.contextmanager
def watching(folder: Path, target: int) -> Iterator[str]:
    """Run Prometheus with the project's files, made faster, on the port of a service; give its address."""
    config = (MONITORING / "prometheus.yml").read_text().replace("15s", "1s")
    (folder / "prometheus.yml").write_text(config.replace("service:8001", f"127.0.0.1:{target}"))
    rules = (MONITORING / "alerts.yml").read_text()
    (folder / "alerts.yml").write_text(re.sub(r"\[\d+m\]", "[5s]", re.sub(r"for: \w+", "for: 1s", rules)))
    port = servers.free_port()
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                servers.program("prometheus"),
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=log,
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def asked(address: str, expression: str) -> list[Any]:
    """Return what Prometheus knows of an expression now; nothing while it starts."""
    query = urllib.parse.urlencode({"query": expression})
    with contextlib.suppress(OSError):
        answer = urllib.request.urlopen(f"{address}/api/v1/query?{query}", timeout=10)  # noqa: S310
        with answer:
            return list(json.load(answer)["data"]["result"])
    return []


def waited(address: str, expression: str) -> list[Any]:
    """Return what Prometheus knows as soon as it knows something."""
    deadline = time.monotonic() + PATIENCE
    while not (found := asked(address, expression)) and time.monotonic() < deadline:
        time.sleep(0.3)
    return found


def test_prometheus_scrapes_the_service_and_an_alert_fires(built: projects.Project, tmp_path: Path) -> None:
    """A category that nobody listed is in every row: it is counted, scraped, and told."""
    servers.program("prometheus")
    row = servers.golden(built)["rows"][0]
    with servers.serving(built, tmp_path / "log") as server, watching(tmp_path, server.admin) as address:
        assert waited(address, 'up{job="service"} == 1')
        assert asked(address, 'ALERTS{alertname="UnseenCategories"}') == []
        sent = load.request([{**row, "plan": "platinum"}])
        fired = 'ALERTS{alertname="UnseenCategories", column="plan", alertstate="firing"}'
        deadline = time.monotonic() + PATIENCE
        while not (found := asked(address, fired)) and time.monotonic() < deadline:
            load.pipelined(server.port, sent, 50)
            time.sleep(0.3)
        assert found, (tmp_path / "prometheus.log").read_text()[-2000:]
        (rows,) = asked(address, "ml_rows_total")
        assert float(rows["value"][1]) > 0
        assert asked(address, "ml_model_info")[0]["metric"]["digest"]
