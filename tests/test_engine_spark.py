"""真的 Spark：在本机回环上起一个主节点和一个工作节点，算出来与 DuckDB 一样。没有 Java 或 pyspark 时跳过。"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import wenzheng_lab as wz
from tests.indicators_helper import made_table, same
from wenzheng_lab.trends.engine_features import add_features, store_features
from wenzheng_lab.trends.engine_spark import java

ROOT = Path(__file__).resolve().parents[1]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # pyspark 对 pandas 3 的提醒，与结果无关
    pytest.mark.skipif(sys.platform == "win32", reason="Windows 上不测集群"),
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="没有装 pyspark（wenzheng-lab[spark]）"),
    pytest.mark.skipif(java() is None, reason="没有 Java 17"),
]


class Node:
    """一个节点进程与它的日志。"""

    def __init__(self, folder: Path, name: str, *command: str) -> None:
        home = Path(str(importlib.util.find_spec("pyspark").submodule_search_locations[0]))  # type: ignore[union-attr,index]
        self.log = folder / f"{name}.log"
        env = {
            **os.environ,
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_WORKER_DIR": str(folder / "work"),
            "SPARK_DAEMON_MEMORY": "256m",
            "PYTHONPATH": str(ROOT),
        }
        with self.log.open("w", encoding="utf-8") as out:
            self.process = subprocess.Popen(
                [str(home / "bin" / "spark-class"), *command], stdout=out, stderr=subprocess.STDOUT, env=env
            )

    def wait_for(self, pattern: str, seconds: float = 90) -> str:
        """等日志里出现这句话。"""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.log.read_text(encoding="utf-8", errors="replace")
            if found := re.search(pattern, text):
                return found.group(1) if found.groups() else found.group()
            assert self.process.poll() is None, text[-2000:]
            time.sleep(0.2)
        raise AssertionError(f"{seconds} 秒没有等到 {pattern}\n{self.log.read_text(encoding='utf-8')[-2000:]}")

    def stop(self) -> None:
        """停下。"""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """主节点的地址；端口由系统挑。"""
    folder = tmp_path_factory.mktemp("spark")
    package = "org.apache.spark.deploy"
    head = Node(folder, "master", f"{package}.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
    nodes = [head]
    try:
        url = head.wait_for(r"Starting Spark master at (spark://127\.0\.0\.1:\d+)")
        args = ["--host", "127.0.0.1", "--webui-port", "0", "--cores", "2", "--memory", "1g", url]
        nodes.append(Node(folder, "worker", f"{package}.worker.Worker", *args))
        nodes[1].wait_for("Successfully registered with master")
        yield url
    finally:
        for node in reversed(nodes):
            node.stop()


@pytest.fixture(scope="module")
def session(master: str) -> Iterator[object]:
    """连着主节点的会话，各测试共用。"""
    from wenzheng_lab.trends.engine_spark import start_session

    settings = {
        "spark.executor.memory": "600m",
        # 几百行的表：编译各段代码的时间比算的时间多得多
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.executorEnv.PYTHONPATH": str(ROOT),
    }
    found = start_session(master, settings=settings)
    yield found
    found.stop()


def test_spark_and_duckdb_give_the_same_table(session: object, master: str, tmp_path: Path) -> None:
    """同一个 parquet，真集群与 DuckDB 的每一格都相等：分组、合计、说明、提醒。"""
    path = store_features(made_table(600), tmp_path / "来信.parquet")
    want = wz.indicators(path, by=["month", "department"], smallest=1)
    found = wz.indicators(path, by=["month", "department"], smallest=1, engine=master)
    assert "spark" in str(found.signature)
    same(want, found)


def test_spark_features_are_those_of_home(session: object, tmp_path: Path) -> None:
    """文字那一步用 mapInArrow 在集群上算，与本机的一样；切词也一样。"""
    from wenzheng_lab.trends.engine_features import spark_features

    frame = made_table(300).drop(columns=["auto_rated"])
    frame.to_parquet(tmp_path / "a.parquet")
    spark = session.read.parquet((tmp_path / "a.parquet").as_uri())  # type: ignore[attr-defined]
    found = spark_features(spark, segment=True).toArrow().sort_by("message_id")
    want = add_features(frame, segment=True)
    for name in ("body_key", "reply_key", "angry", "again", "rural", "words"):
        one = found[name].to_pylist()  # 不经 pandas：带空的整数会变成小数，指纹就不准了
        other = [None if value is None or str(value) == "<NA>" else value for value in want[name].astype(object)]
        assert one == other, name


def test_spark_counts_words_and_finds_copies_as_at_home(session: object, master: str, tmp_path: Path) -> None:
    """数词、找抄件的式子在真集群上与 DuckDB 一样。"""
    from wenzheng_lab.trends.engine_words import count_words, near_duplicates

    path = store_features(made_table(200), tmp_path / "来信.parquet", segment=True, processes=1)
    assert count_words(path, ["department"]).equals(count_words(path, ["department"], engine=master))
    home = near_duplicates(path)
    assert len(home) > 0
    assert home.equals(near_duplicates(path, engine=master))
