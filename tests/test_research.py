"""研究：回归与直接算的一样、区间靠得住；孪生来信配得对；编码不丢、互相看不见。"""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError, InputTypeError, ReadError, WenzhengError
from wenzheng_lab.research.design import build_design
from wenzheng_lab.research.sample import CodingSample

PHONE = "13800000000"


def made(n: int = 400, seed: int = 7) -> pd.DataFrame:
    """用时与质量由已知的系数造：乙类慢一倍；质量乙类低 8 分。"""
    pick = random.Random(f"{seed}:research")
    rows = []
    start = pd.Timestamp("2026-03-02 09:00")
    for at in range(n):
        kind = pick.choice("甲甲乙")
        words = "凭什么不管！！还有没有王法" if pick.random() < 0.3 else "请问怎样办理"
        created = start + pd.Timedelta(hours=pick.randrange(60 * 24))
        days = pick.expovariate(1 / (5 if kind == "甲" else 10)) + 0.01
        late = days > 25
        rows.append(
            {
                "message_id": f"M{at:04d}",
                "author": f"网友{at}",
                "subject": f"{kind}类的事{at}",
                "body": f"{words}，编号{at}，手机{PHONE}",
                "category": kind,
                "department": f"{pick.randrange(30)}局",
                "created_at": created,
                "replied_at": None if late else created + pd.Timedelta(days=days),
                "reply": None if late else f"已办好，编号{at}",
                "quality": None if late else 60 - (8 if kind == "乙" else 0) + pick.gauss(0, 5),
            }
        )
    frame = pd.DataFrame(rows)
    frame["replied_at"] = pd.to_datetime(frame["replied_at"])
    return frame


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return made()


def test_cox_equals_statsmodels(frame: pd.DataFrame) -> None:
    """Cox 的系数与直接调用 statsmodels 的一样；乙类慢一倍，快慢之比约 0.5，没答复的也在内。"""
    from statsmodels.duration.hazard_regression import PHReg

    end = pd.Timestamp("2026-06-30")
    found = wz.regress_response(frame, ["category"], as_of=end.to_pydatetime())
    days = (frame["replied_at"].fillna(end) - frame["created_at"]).dt.total_seconds() / 86400
    status = frame["replied_at"].notna().astype(int)
    direct = PHReg(
        days.to_numpy(), (frame["category"] == "乙").astype(float).to_numpy(), status=status.to_numpy(), ties="efron"
    )
    want = direct.fit(groups=np.arange(len(frame)))
    assert found.table["estimate"].item() == pytest.approx(want.params[0])
    assert found.table["se"].item() == pytest.approx(want.bse[0])
    assert (found.n, found.events) == (len(frame), int(status.sum()))
    assert found.table["effect_low"].item() < 0.5 < found.table["effect_high"].item()
    assert 0.5 < found.fit < 1


def test_a_kind_never_answered_is_told_and_left_out(frame: pd.DataFrame) -> None:
    """一类来信一封也没有答复：说出来、去掉，别的系数与先去掉它再算的一样，不报系数负无穷。"""
    spam = frame.head(30).assign(category="广告", replied_at=pd.NaT, reply=None)
    end = pd.Timestamp("2026-06-30").to_pydatetime()
    found = wz.regress_response(pd.concat([frame, spam], ignore_index=True), ["category"], as_of=end)
    want = wz.regress_response(frame, ["category"], as_of=end)
    assert found.table["level"].tolist() == ["乙"]
    assert found.table["estimate"].item() == pytest.approx(want.table["estimate"].item())
    assert found.table["se"].item() == pytest.approx(want.table["se"].item())
    assert any("“广告” 30 封一封也没有答复" in note for note in found.notes)
    assert (found.n, found.left_out) == (len(frame), 0)


def test_log_hours_equals_statsmodels(frame: pd.DataFrame) -> None:
    """用时的对数：系数、聚类标准误与直接算的一样；只用已答复的，没用的数得出。"""
    import statsmodels.api as sm

    found = wz.regress_response(frame, ["category"], model="log_hours", cluster="department")
    done = frame[frame["replied_at"].notna()]
    hours = (done["replied_at"] - done["created_at"]).dt.total_seconds() / 3600
    matrix = sm.add_constant((done["category"] == "乙").astype(float).to_numpy())
    groups = pd.factorize(done["department"])[0]
    want = sm.OLS(np.log(hours.to_numpy()), matrix).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    assert found.table["estimate"].item() == pytest.approx(want.params[1])
    assert found.table["se"].item() == pytest.approx(want.bse[1])
    assert found.table["effect"].item() == pytest.approx(np.exp(want.params[1]))
    assert (found.clusters, found.left_out) == (done["department"].nunique(), len(frame) - len(done))


def test_quality_finds_the_known_gap(frame: pd.DataFrame) -> None:
    """质量：乙类低八分，区间盖得住；没有评分的不当作零分。"""
    found = wz.regress_quality(frame, ["category"])
    row = found.table.iloc[0]
    assert row["low"] < -8 < row["high"]
    assert found.n == int(frame["quality"].notna().sum())
    assert row["label"] == "一级分类：乙（比甲）"


def test_clustered_errors_cover_the_truth() -> None:
    """同单位的来信彼此相像、自变量也随单位变时，聚类的区间盖住真值的次数多得多。"""
    covered = {"department": 0, None: 0}
    for seed in range(40):
        make = np.random.Generator(np.random.PCG64(seed))
        unit = np.repeat(np.arange(40), 20)
        x = make.normal(size=40)[unit]
        y = 2.0 * x + make.normal(size=40)[unit] * 3 + make.normal(size=800) + 50
        table = pd.DataFrame({"quality": y, "load": x, "department": [f"{at}局" for at in unit]})
        for cluster in covered:
            row = wz.regress_quality(table, ["load"], cluster=cluster).table.iloc[0]
            covered[cluster] += bool(row["low"] <= 2.0 <= row["high"])
    assert covered["department"] >= 34
    assert covered[None] <= 20


def test_small_levels_are_merged_and_persons_refused(frame: pd.DataFrame) -> None:
    """不足五封的类合成“其余”；按人、没有的列、互相推出的列都说清。"""
    odd = frame.assign(category=[f"丙{at}" if at < 6 else cell for at, cell in enumerate(frame["category"])])
    design = build_design(odd, ["category"])
    assert [term.level for term in design.terms] == ["乙", "其余"]
    assert "不足 5 封" in design.notes[0]
    lone = frame.assign(category=["丙" if at < 3 else cell for at, cell in enumerate(frame["category"])])
    found = wz.regress_quality(lone, ["category"])
    assert found.table["level"].tolist() == ["乙"] and int(found.table["count"].min()) >= 5
    assert any("合起来也不足 5 封" in note for note in found.notes)
    with pytest.raises(InputError, match="不按人"):
        wz.regress_quality(frame, ["author"])
    with pytest.raises(InputError, match="是不是想写“department”"):
        wz.regress_quality(frame, ["departmant"])
    with pytest.raises(InputError, match="互相推出"):
        wz.regress_quality(frame.assign(kind=frame["category"]), ["category", "kind"])
    with pytest.raises(InputError, match="每项至少要有十封"):
        wz.regress_quality(frame.head(12), ["category"])
    with pytest.raises(InputError, match="cox"):
        wz.regress_response(frame, ["category"], model="logit")
    with pytest.raises(InputTypeError):
        wz.regress_quality("表", ["category"])  # type: ignore[arg-type]


def test_derived_variables_come_from_the_table(frame: pd.DataFrame) -> None:
    """带火气、长短、休息日、月份由表得出。"""
    design = build_design(frame, ["angry", "length", "dayoff", "month"])
    assert [term.name for term in design.terms][:3] == ["angry", "length", "dayoff"]
    assert design.matrix[:, 0].tolist() == [float("凭什么" in body) for body in frame["body"]]
    assert set(design.matrix[:, 2]) == {0.0, 1.0}


def test_tables_are_signed_and_inert(frame: pd.DataFrame) -> None:
    """同样的数同样的签名；外来的字只是字；写得成 JSON。"""
    evil = frame.assign(category=frame["category"].replace({"乙": "<script>alert(1)</script>"}))
    found = wz.regress_quality(evil, ["category"])
    assert "<script" not in found._repr_html_() and "&lt;script&gt;" in found._repr_html_()
    assert "不是因果" in found._repr_html_()
    assert wz.regress_quality(frame, ["category"]).signature == wz.regress_quality(frame, ["category"]).signature
    assert json.loads(json.dumps(found.to_dict(), ensure_ascii=False))["schema"] == "wenzheng.regression/1"
    assert found.labelled().columns[0] == "项"


def test_given_twins_are_compared_once() -> None:
    """给定的对：哪封带火气由程序认，写两遍的算一次，语气一样的不用；差与检验算得对。"""
    rows, pairs = [], []
    for at in range(20):
        for hot in (False, True):
            rows.append(
                {
                    "message_id": f"{at}{'怒' if hot else '平'}",
                    "body": f"第{at}件，路灯坏了{'，凭什么不管！！还有没有王法' if hot else '，请修'}",
                    "created_at": pd.Timestamp("2026-03-01"),
                    "replied_at": pd.Timestamp("2026-03-03") + pd.Timedelta(days=2 if hot else at % 2),
                    "reply": "已修好" if not (hot and at < 8) else None,
                    "quality": 70.0 - (5 + at % 3 if hot else 0),
                }
            )
        pairs += [(f"{at}平", f"{at}怒"), (f"{at}怒", f"{at}平")]
    table = pd.DataFrame(rows)
    table.loc[table["reply"].isna(), "replied_at"] = pd.NaT
    found = wz.compare_twins(table, pairs=[*pairs, ("0平", "1平"), ("1平", "0平"), ("0平", "没有")])
    assert (len(found.pairs), found.dropped) == (20, 2)
    result = found.table.set_index("outcome")
    assert (result.loc["answered", "calm"], result.loc["answered", "angry"]) == (1.0, 0.6)
    # 八对只有平和的得到答复，没有相反的：2 × 0.5^8
    assert result.loc["answered", "p"] == pytest.approx(2 * 0.5**8)
    assert result.loc["answered", "low"] < -0.4 < result.loc["answered", "high"]
    assert result.loc["hours", "pairs"] == 12
    assert result.loc["quality", "gap"] == pytest.approx(-np.mean([5 + at % 3 for at in range(20)]))
    assert found.labelled().shape[0] == 3 and "两边语气一样" in found._repr_html_()


def test_matched_twins_share_the_stratum(frame: pd.DataFrame) -> None:
    """程序配的对：同类，一封只用一次，一平一怒；不足五对不显示。"""
    found = wz.compare_twins(frame, match=["category"], alike=0.2)
    kinds = frame.set_index("message_id")["category"]
    assert (kinds[found.pairs["calm"]].to_numpy() == kinds[found.pairs["angry"]].to_numpy()).all()
    used = [*found.pairs["calm"], *found.pairs["angry"]]
    assert len(used) == len(set(used))
    few = wz.compare_twins(frame, pairs=list(zip(found.pairs["calm"], found.pairs["angry"], strict=True))[:3])
    assert few.table["gap"].isna().all()
    with pytest.raises(InputError, match="没有一对"):
        wz.compare_twins(frame, alike=1)


def test_twins_of_the_simulated_inbox() -> None:
    """模拟来信真值里的孪生对可以直接用。"""
    box = wz.simulate_inbox(n=400, seed=7)
    pairs = [(one, two) for one, two in zip(box.messages["message_id"], box.truth["twin"], strict=True) if two]
    table = box.messages.assign(quality=[float(at % 50) for at in range(len(box.messages))])
    found = wz.compare_twins(table, pairs=pairs)
    assert 0 < len(found.pairs) <= len(pairs) // 2


def test_the_sample_is_stratified_and_repeatable(frame: pd.DataFrame) -> None:
    """各层按大小，每层至少一份；同一种子同一批；权重合起来是总体。"""
    one = wz.draw_sample(frame, 60, seed=7, by=["category"])
    assert one.table.equals(wz.draw_sample(frame, 60, seed=7, by=["category"]).table)
    assert not one.table["message_id"].equals(wz.draw_sample(frame, 60, seed=8, by=["category"]).table["message_id"])
    share = (frame["category"] == "乙").mean()
    assert abs((one.table["stratum"] == "乙").mean() - share) < 0.02
    assert one.table["weight"].sum() == pytest.approx(len(frame))
    assert len(one.shared) == 12
    assert all(set(one.shared) <= set(items) for items in one.tasks.values())
    own = [set(items) - set(one.shared) for items in one.tasks.values()]
    assert own[0] & own[1] == set() and len(own[0]) + len(own[1]) == 48
    assert one.tasks["甲"] != tuple(sorted(one.tasks["甲"]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n": 0}, "1 到"),
        ({"overlap": 2}, "0 与 1"),
        ({"coders": ["甲", "甲"]}, "不重名"),
        ({"by": ["author"]}, "不按人"),
        ({"n": 1, "by": ["category"]}, "每层至少一份"),
    ],
)
def test_wrong_samples_are_explained(frame: pd.DataFrame, change: dict[str, object], words: str) -> None:
    """抽样的参数写错，说清。"""
    given = {"n": 20, "seed": 1, **change}
    with pytest.raises(InputError, match=words):
        wz.draw_sample(frame, **given)  # type: ignore[arg-type]


@pytest.fixture
def sample(frame: pd.DataFrame) -> CodingSample:
    return wz.draw_sample(frame, 6, seed=3, overlap=1.0)


def test_coders_are_blind(sample: CodingSample, tmp_path: Path) -> None:
    """界面上没有个人信息、单位、原编号、时间、得分；存的文件也没有原文。"""
    one = wz.code_sample(sample, coder="甲", path=tmp_path / "甲.json")
    shown = str(one.html()) + str(one._repr_mimebundle_()["text/html"])
    number = sample.table.set_index("item").loc[one.item, "message_id"]
    assert PHONE not in shown and str(number) not in shown and "局" not in shown and "2026" not in shown
    one.code("completeness", 2)
    assert "编号" not in (tmp_path / "甲.json").read_text(encoding="utf-8")


def test_each_code_is_saved_at_once_and_resumed(sample: CodingSample, tmp_path: Path) -> None:
    """每编一格就在文件里；再打开从没编完的那份接着，编过的还在。"""
    path = tmp_path / "甲.json"
    one = wz.code_sample(sample, coder="甲", path=path, criteria=["completeness", "relevance"])
    first = one.item
    one.code("completeness", 3)
    assert json.loads(path.read_text(encoding="utf-8"))["codes"] == {first: {"completeness": 3}}
    one.code("relevance", 1).note("看不清").next().code("completeness", 0)
    again = wz.code_sample(sample, coder="甲", path=path, criteria=["completeness", "relevance"])
    assert again.progress == (1, 6) and again.item == one.item and again.codes == {"completeness": 0}
    assert again.next(-1).codes == {"completeness": 3, "relevance": 1}
    again.code("relevance", None)
    assert "relevance" not in json.loads(path.read_text(encoding="utf-8"))["codes"][first]


def test_the_widget_saves_and_says_when_it_cannot(
    sample: CodingSample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """点一下就存；翻页不误存；存不进时马上说没有存上。"""
    path = tmp_path / "乙.json"
    one = wz.code_sample(sample, coder="乙", path=path, criteria=["completeness"])
    box = one.widget
    strip = one._parts["strips"]["completeness"]
    strip.value = 2
    assert one.codes == {"completeness": 2} and one._parts["told"].value == "已存"
    box.children[-2].children[1].click()
    assert strip.value is None and one.codes == {}

    def full(*_: object, **__: object) -> None:
        raise WenzhengError("磁盘满了。")

    monkeypatch.setattr("wenzheng_lab._files.write_text", full)
    strip.value = 1
    assert "没有存上" in one._parts["told"].value


def test_codes_feed_the_agreement(sample: CodingSample, tmp_path: Path) -> None:
    """几个人的文件合成一张表，直接算一致性；混了样本、重了人说清。"""
    for coder, shift in (("甲", 0), ("乙", 1)):
        one = wz.code_sample(sample, coder=coder, path=tmp_path / f"{coder}.json", criteria=["completeness"])
        for _ in range(6):
            one.code("completeness", (int(one.item[1:]) + (shift if one.item == "S001" else 0)) % 4).next()
    paths = [tmp_path / "甲.json", tmp_path / "乙.json"]
    table = wz.read_codes(paths, "completeness")
    assert table.shape == (6, 2) and int((table["甲"] != table["乙"]).sum()) == 1
    assert 0.5 < wz.agreement(table).alpha < 1
    with pytest.raises(InputError, match="同一人"):
        wz.read_codes([paths[0], paths[0]], "completeness")
    with pytest.raises(InputError, match="没有人编过"):
        wz.read_codes(paths, "tone")
    with pytest.raises(InputError, match="甲 编的"):
        wz.code_sample(sample, coder="乙", path=paths[0])
    other = wz.draw_sample(made(50), 6, seed=3)
    with pytest.raises(InputError, match="另一个样本"):
        wz.code_sample(other, coder="甲", path=paths[0])
    (tmp_path / "坏.json").write_text("{", encoding="utf-8")
    with pytest.raises(ReadError, match="读不了"):
        wz.read_codes([tmp_path / "坏.json"], "completeness")
