"""紧急程度：没有报警字眼的险情认得出，只有报警字眼的不抬高；工作点由人选。"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from wenzheng_lab.errors import DatasetError
from wenzheng_lab.text import fold
from wenzheng_lab.triage.levels import load_levels
from wenzheng_lab.triage.scenes import grams, load_scenes, make_model, read_scenes
from wenzheng_lab.triage.urgency import Urgency, judge_urgency

LEVELS = ("特急", "急", "一般")
CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "urgency_cases.jsonl").read_text(encoding="utf-8").splitlines()
]


def judge(subject: str, body: str, alert: str = "standard") -> Urgency:
    text = f"{subject}\n{body}"
    return judge_urgency(text, fold(text), title=len(subject), profile=alert)


@pytest.fixture(scope="module")
def table() -> dict[str, Counter[tuple[str, str]]]:
    """工作点 → （真值，判断）→ 封数。"""
    return {
        alert: Counter((case["urgency"], judge(case["subject"], case["body"], alert).level) for case in CASES)
        for alert in load_levels().points
    }


def test_eighty_new_letters(table: dict[str, Counter[tuple[str, str]]]) -> None:
    """80 封看规则结果之前写下的来信：漏掉的特急极少，一般的不抬成特急，三级都分得清。"""
    counts = table["standard"]
    hot = sum(counts["特急", level] for level in LEVELS)
    cool = sum(counts["一般", level] for level in LEVELS)
    assert counts["特急", "特急"] / hot >= 0.93
    assert counts["一般", "特急"] / cool <= 0.05
    scores = []
    for level in LEVELS:
        full = sum(counts[level, other] + counts[other, level] for other in LEVELS)
        scores.append(2 * counts[level, level] / full)
    assert sum(scores) / 3 >= 0.85


def test_working_points_trade_recall_for_calm(table: dict[str, Counter[tuple[str, str]]]) -> None:
    """从严漏得少、抬得多，从宽反过来；写在文件里的数与量出来的一致。"""
    order = ("cautious", "standard", "sparing")
    recall = [table[alert]["特急", "特急"] for alert in order]
    raised = [sum(table[alert][level, "特急"] for level in ("急", "一般")) for alert in order]
    assert recall == sorted(recall, reverse=True) and raised == sorted(raised, reverse=True)
    for alert, right in zip(order, recall, strict=True):
        told = load_levels().point(alert).measured
        assert f"认出 {right} 封" in told or (right == 30 and "全认出" in told)
        assert f"20 封急有 {table[alert]['急', '特急']} 封" in told


def test_scene_points_are_shown_with_words() -> None:
    """整句的分也是一条依据：引原句，说出字片。"""
    found = judge("井下", "先下去一个人半天没上来，又下去一个也不动了，老板还要叫第三个下。")
    scene = [finding for finding in found.findings if finding.rule_id == "scene.danger"]
    assert found.level == "特急" and scene and scene[0].score > 0
    assert "没上来" in scene[0].quote
    assert "字片" in scene[0].why


def test_model_never_lowers_a_rule() -> None:
    """整句像平常话，也不把规则看见的险情压下去。"""
    text = "电梯停在半空，里面关着人。"
    bare = judge("", text)
    assert bare.level == "特急"
    assert all(finding.score > 0 for finding in bare.findings if finding.rule_id.startswith("scene"))


@pytest.mark.parametrize("text", ["", " ", "。", "火", "啊" * 5000, "\ud800\x00"])
def test_odd_text(text: str) -> None:
    """空的、短的、极长的都不崩。"""
    assert judge_urgency(text, fold(text)).level in LEVELS


def test_short_sentence_is_not_enough() -> None:
    """三五个字的短句单凭字片不成为险情。"""
    danger, _ = load_scenes().read(fold("孩子盼着呢。"), 0)
    full, _ = load_scenes().read(fold("三岁的孩子掉进没有盖的井里，喊了没有声音。"), 0)
    assert full.score > danger.score + 1


def test_grams_ignore_spaces_and_case() -> None:
    """字片不看空白与大小写。"""
    assert grams("A b") == grams("ab")


def test_scene_model_file(tmp_path: Path) -> None:
    """存了再读一模一样；坏的文件说明白。"""
    shipped = load_scenes()
    again = read_scenes(shipped.save(tmp_path / "a.npz"))
    assert again.digest == shipped.digest
    text = "烟从门缝里冒出来，里面的人不应。"
    assert again.score(text) == shipped.score(text)
    bad = tmp_path / "b.npz"
    bad.write_bytes((tmp_path / "a.npz").read_bytes()[:2000])
    with pytest.raises(DatasetError, match=r"b\.npz 读不出来"):
        read_scenes(bad)
    with pytest.raises(DatasetError, match="读不出来"):
        read_scenes(tmp_path / "没有.npz")
    with pytest.raises(ValueError, match="对不上"):
        make_model(["火"], np.ones(1), np.ones((2, 2)), np.zeros(2))
    with pytest.raises(ValueError, match="不是数"):
        make_model(["火"], np.array([np.nan]), np.ones((1, 2)), np.zeros(2))
