"""量快慢的表：过没过判得对，没有量到的不当作过，小份放宽。"""

from __future__ import annotations

import pytest

from benchmarks import bars


def test_every_row_names_a_task_that_exists() -> None:
    """每一行都由一项真的任务量，次序与说明都在。"""
    from benchmarks import bars_tasks

    assert all(callable(getattr(bars_tasks, task)) for task in bars.TASKS)
    assert set(bars.FULL) >= set(bars.SMALL)
    assert set(bars.SMALL) | {"times"} == set(bars.FULL) | {"times"}


@pytest.mark.parametrize(
    ("value", "small", "want"),
    [(1.4, False, True), (1.6, False, False), (2.9, True, True), (3.1, True, False), (None, False, None)],
)
def test_at_most_bars(value: float | None, small: bool, want: bool | None) -> None:
    """不多于 1.5：小份放宽一倍；没有量到不是过也不是没过。"""
    assert bars.Bar("评分", "score_reply", lambda facts: value, 1.5, "倍").passes(value, small) is want


def test_at_least_bars() -> None:
    """不少于 4 倍快：小份减半；NaN 当作没有量到。"""
    bar = bars.Bar("指标", "indicators", lambda facts: None, 4, "倍快", least=True)
    assert (bar.passes(4.0, False), bar.passes(3.9, False), bar.passes(2.0, True)) == (True, False, True)
    assert bar.passes(float("nan"), False) is None


def test_the_page_says_what_failed_and_what_was_not_measured() -> None:
    """出错的一项写明为什么；没过的显眼。"""
    found = {
        "import_time": {"import_s": 0.3, "help_s": 0.1, "load": 0.5},
        "simulate": {"error": "没有数据"},
    }
    rows = bars.rows_of(found, small=False)
    assert [row["passes"] for row in rows] == [False, True, None, None]
    text = bars.page({"small": False, "machine": bars.machine(), "rows": rows, "facts": found})
    assert "**没过**" in text
    assert "没有量（没有数据）" in text


MINI = {"scores": 12, "scores_more": 1, "letters": 100, "rounds": 2, "copies": 6_000, "long": 20_000}
WATCHED = {
    # 任务 →（取哪个数，最多是多少）：都是同一进程里的比值或处理器时间，上限是平常的三倍上下
    "score_reply": ("times_jieba", 9.0),
    "redact": ("four_times_longer", 8.0),
    "near_duplicates": ("cost_growth", 3.0),
}


@pytest.mark.parametrize("task", WATCHED)
def test_a_slowdown_is_seen(task: str) -> None:
    """评分、遮盖、找抄件：没有比平常慢出几倍。机器忙也不误判：量的是比值与处理器时间。"""
    from benchmarks import bars_tasks

    key, most = WATCHED[task]
    facts = getattr(bars_tasks, task)(MINI)
    assert facts[key] <= most, f"{task}：{key} 是 {facts[key]:.2f}，平常不到 {most / 3:.2f}"


def test_simulated_letters_stay_cheap() -> None:
    """造一封信的处理器时间，不超过给它分三十遍词。"""
    import jieba

    from benchmarks import bars_tasks

    facts = bars_tasks.simulate(MINI)
    jieba.initialize()
    texts = [letter["body"] for letter, _ in bars_tasks._pairs(40)]
    cut = bars_tasks.fastest(lambda: [jieba.lcut(text) for text in texts]) / len(texts)
    assert facts["s_100k"] / 1e5 <= 30 * cut, (
        f"一封 {facts['s_100k'] / 1e5 * 1000:.2f} 毫秒，分一遍词 {cut * 1000:.2f} 毫秒"
    )


def test_a_full_page_lists_rows_not_measured() -> None:
    """全量的表里，没有量到的行也在，写着没有量：不会悄悄少一行。"""
    rows = bars.rows_of({}, small=False, every=True)
    assert [row["work"] for row in rows] == [bar.work for bar in bars.BARS]
    assert all(row["passes"] is None and row["value"] is None for row in rows)
    text = bars.page({"small": False, "machine": bars.machine(), "rows": rows, "facts": {}})
    assert text.count("没有量") >= len(rows)
