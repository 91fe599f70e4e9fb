"""自己训练的分类模型：小样本可用，概率可信，没把握不猜，存读安全。"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import DatasetError, InputError, InputTypeError

KINDS = {
    "交通运输": ["10路公交车太少", "公交车末班太早", "出租车拒载", "公交站台没有雨棚", "出租车绕路", "公交车不进站"],
    "教育文体": ["小学食堂的饭菜", "中学补课收费", "幼儿园学费上涨", "小学操场要翻新", "中学作业太多", "幼儿园报名难"],
    "环境保护": ["工厂夜里排废气", "河水发黑发臭", "工地噪音扰民", "工厂污水直排", "烧烤油烟太大", "河边倒垃圾"],
}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """十八封小信。"""
    rows = [(text, f"{text}，请管一管。", kind) for kind, texts in KINDS.items() for text in texts]
    return pd.DataFrame(rows, columns=["subject", "body", "category"])


@pytest.fixture(scope="module")
def model(frame: pd.DataFrame) -> wz.TriageModel:
    """训练好的小模型。"""
    return wz.TriageModel(min_count=1).fit(frame, frame["category"].tolist())


TEST = pd.DataFrame(
    {"subject": ["公交车不来", "幼儿园", "工厂的废气"], "body": ["等公交", "收费", "味道大"]}, index=[7, 8, 9]
)


def test_learns_from_few(model: wz.TriageModel) -> None:
    """几封就学得到。"""
    assert model.predict(TEST).tolist() == ["交通运输", "教育文体", "环境保护"]
    assert model.classes == ("交通运输", "教育文体", "环境保护") and model.trained_on == 18


def test_chances_sum_to_one(model: wz.TriageModel) -> None:
    """概率合计为 1，第一名就是预测的。"""
    chance = model.predict_proba(TEST)
    assert np.allclose(chance.sum(axis=1), 1) and (chance >= 0).all()
    assert [model.classes[i] for i in chance.argmax(axis=1)] == model.predict(TEST).tolist()


def test_abstains_when_unsure(model: wz.TriageModel) -> None:
    """没把握的留空，排在最前；说得出是哪些词定的。"""
    odd = pd.concat([TEST, pd.DataFrame({"subject": ["情况反映"], "body": ["请管一管"]}, index=[3])])
    table = model.suggest(odd)
    assert table.index[0] == 3 and table["confidence"].is_monotonic_increasing
    assert (table["label"] == "").tolist() == table["unsure"].tolist()
    strict = wz.TriageModel(min_count=1, trust=1.0)
    assert strict.threshold == 1.0
    words = model.explain("公交车不来", "等公交")
    assert any("公交" in word.text and word.share > 0 for word in words)


def test_saved_and_read_back(model: wz.TriageModel, tmp_path: Path) -> None:
    """存了再读，结果与签名一点不差；文件里没有可执行的东西。"""
    path = model.save(tmp_path / "模型.npz")
    again = wz.TriageModel.load(path)
    assert (again.predict_proba(TEST) == model.predict_proba(TEST)).all()
    assert again.signature == model.signature and again.threshold == model.threshold
    with np.load(path, allow_pickle=False) as data:
        assert set(data.files) == {"head", "idf", "weights"}


def test_signature_follows_the_data(frame: pd.DataFrame, model: wz.TriageModel) -> None:
    """同样的信、同样的标注，签名相同；换了标注就不同。"""
    again = wz.TriageModel(min_count=1).fit(frame, frame["category"].tolist())
    assert again.signature == model.signature
    swapped = frame["category"].replace({"交通运输": "环境保护", "环境保护": "交通运输"}).tolist()
    assert wz.TriageModel(min_count=1).fit(frame, swapped).signature != model.signature


def test_weights_move_the_answer(frame: pd.DataFrame) -> None:
    """份量大的那批说了算；份量写错说明白。"""
    both = pd.concat([frame, frame], ignore_index=True)
    labels = frame["category"].tolist() + ["环境保护"] * 6 + ["教育文体"] * 6 + ["交通运输"] * 6
    first = wz.TriageModel(min_count=1).fit(both, labels, weights=[20.0] * 18 + [0.05] * 18)
    second = wz.TriageModel(min_count=1).fit(both, labels, weights=[0.05] * 18 + [20.0] * 18)
    assert first.predict(TEST)[0] == "交通运输" and second.predict(TEST)[0] == "环境保护"
    for bad in ([1.0], [1.0] * 35 + [0.0], [1.0] * 35 + [float("nan")], "多"):
        with pytest.raises(InputError, match="weights"):
            wz.TriageModel().fit(both, labels, weights=bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("cut", [0, 10, 400])
def test_broken_file(model: wz.TriageModel, tmp_path: Path, cut: int) -> None:
    """残缺的文件说明白，不崩。"""
    path = model.save(tmp_path / "a.npz")
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(DatasetError, match=r"a\.npz 读不出来"):
        wz.TriageModel.load(path)


def test_wrong_content(model: wz.TriageModel, tmp_path: Path) -> None:
    """格式不对、权重与目录对不上的不收。"""
    path = model.save(tmp_path / "a.npz")
    with np.load(path) as data:
        parts = {name: data[name] for name in data.files}
    head = json.loads(bytes(parts["head"]).decode("utf-8"))
    for change in ({"format": "x"}, {"classes": ["一"]}, {"scale": "大"}):
        text = np.frombuffer(json.dumps({**head, **change}).encode(), dtype=np.uint8)
        np.savez(tmp_path / "b.npz", **{**parts, "head": text})
        with pytest.raises(DatasetError):
            wz.TriageModel.load(tmp_path / "b.npz")
    with pytest.raises(DatasetError, match="找不到"):
        wz.TriageModel.load(tmp_path / "没有.npz")


def test_bad_training_data(frame: pd.DataFrame) -> None:
    """训练数据不对，说明来的是什么、要什么。"""
    labels = frame["category"].tolist()
    with pytest.raises(InputError, match="18 行"):
        wz.TriageModel().fit(frame, labels[:3])
    with pytest.raises(InputError, match="只有 1 类"):
        wz.TriageModel().fit(frame, ["甲"] * 18)
    with pytest.raises(InputError, match="只有一封"):
        wz.TriageModel().fit(frame, [*labels[:17], "别的"])
    with pytest.raises(InputTypeError):
        wz.TriageModel().fit(frame, "环境保护")
    with pytest.raises(InputError, match="还没有训练"):
        wz.TriageModel().predict(frame)
    with pytest.raises(InputError, match="trust"):
        wz.TriageModel(trust=3)
