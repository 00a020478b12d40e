from __future__ import annotations

from pathlib import Path

from atoll.server.metrics import Figures
from atoll.server.shared_metrics import SharedMetrics, retire


def test_processes_see_each_other(tmp_path: Path) -> None:
    first, second = SharedMetrics(tmp_path, 1), SharedMetrics(tmp_path, 2)
    first.publish(Figures(executions=3))
    second.publish(Figures(executions=4))

    assert [figures.executions for figures in first.others()] == [4]
    assert [figures.executions for figures in second.others()] == [3]
    first.publish(Figures(executions=5))
    assert [figures.executions for figures in second.others()] == [5]


def test_counters_outlive_their_process(tmp_path: Path) -> None:
    survivor = SharedMetrics(tmp_path, 9)
    for process in (1, 2):
        SharedMetrics(tmp_path, process).publish(
            Figures(requests_in_flight=7, requests={"200": 2}, executions=3)
        )
        retire(tmp_path, process)

    (ended,) = survivor.others()

    assert (ended.requests_in_flight, ended.requests, ended.executions) == (0, {"200": 4}, 6)
    assert [file.name for file in tmp_path.iterdir()] == ["ended.json"]


def test_a_process_that_never_published(tmp_path: Path) -> None:
    retire(tmp_path, 1)

    assert SharedMetrics(tmp_path, 2).others() == []


def test_a_damaged_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_bytes(b'{"executions": ')

    assert SharedMetrics(tmp_path, 2).others() == []
    retire(tmp_path, 1)
