"""图：数对、字全、不改别人的设置；表能筛能排，外来的字只是字。"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError, InputTypeError
from wenzheng_lab.figures import Chart
from wenzheng_lab.figures.calendar_map import plot_calendar
from wenzheng_lab.figures.style import style
from wenzheng_lab.trends.waiting import quantile_day

EVIL = "<script>alert(1)</script>=HYPERLINK(1)"


@pytest.fixture(autouse=True)
def _own_settings() -> Iterator[None]:
    import matplotlib as mpl

    with mpl.rc_context():
        yield


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rows = []
    start = datetime(2026, 1, 5, 9)
    for at in range(360):
        created = start + timedelta(days=at % 180, hours=at % 7)
        waited = None if at % 9 == 0 else created + timedelta(days=1 + at % 40)
        rows.append(
            {
                "message_id": f"M{at:03d}",
                "subject": f"{('柳林路的路灯不亮', '北关小区停水', '咨询社保卡')[at % 3]}{at // 60}",
                "body": f"{('路灯黑了', '停水三天', '怎样补办')[at % 3]}，编号{at}",
                "place": ("东镇", "西镇", "南镇")[at % 3],
                "department": ("城管局", "水利局", "人社局")[at % 3],
                "category": ("市政", "供水", "社保")[(at // 3) % 3],
                "created_at": created,
                "replied_at": waited,
                "reply": None if waited is None else f"已修好，第{at}号。",
            }
        )
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def charts(frame: pd.DataFrame) -> dict[str, Chart]:
    boiler, lamps = (pd.DataFrame({"body": [f"{word}，编号{at}" for at in range(30)]}) for word in ("锅炉", "路灯"))
    hours = wz.indicators(frame, by=["department", "category"])
    return {
        "calendar": wz.plot_calendar(frame),
        "stream": wz.plot_stream(wz.count_over_time(frame, by="week", of="category")),
        "timeline": wz.plot_timeline(wz.find_hotspots(frame), frame),
        "response": wz.plot_response(wz.response_curve(frame, by="department")),
        "matrix": wz.plot_matrix(hours, "hours_median"),
        "towns": wz.plot_towns(wz.indicators(frame, by=["place", "month"])),
        "keyness": wz.plot_keyness(wz.compare_words(boiler, lamps)),
    }


KINDS = ("calendar", "stream", "timeline", "response", "matrix", "towns", "keyness")


@pytest.mark.parametrize("kind", KINDS)
def test_each_chart_draws_with_all_its_glyphs(kind: str, charts: dict[str, Chart]) -> None:
    """别处重设 rcParams 也画得出中文；缺字会警告，警告就是失败。带着数、读法、签名。"""
    import matplotlib as mpl

    chart = charts[kind]
    mpl.rcdefaults()
    chart.figure.savefig(io.BytesIO(), format="png")
    assert chart.png().startswith(b"\x89PNG")
    assert len(chart.table) and chart.reading and str(chart.signature).startswith(f"chart:{kind}|style:")
    html = chart._repr_html_()
    assert "data:image/png;base64," in html and chart.title in html


@pytest.mark.parametrize("kind", KINDS)
def test_text_stays_inside_the_picture(kind: str, charts: dict[str, Chart]) -> None:
    """每个看得见的字都在画面里。"""
    chart = charts[kind]
    chart.png()
    wide, high = chart.figure.get_size_inches() * chart.figure.dpi
    from matplotlib.text import Text

    outside = []
    for text in chart.figure.findobj(Text):
        if text.get_visible() and text.get_text().strip():
            box = text.get_window_extent()
            # 轴外的刻度（纯数字）不画出来，不算
            tick = text.get_text().lstrip("−").isdigit()
            if not tick and (box.x0 < -3 or box.y0 < -3 or box.x1 > wide + 3 or box.y1 > high + 3):
                outside.append(text.get_text())
    assert outside == [], outside


def test_settings_of_others_are_left_alone(frame: pd.DataFrame) -> None:
    """画图、存图不改 rcParams。"""
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    wz.plot_response(wz.response_curve(frame)).png()
    assert dict(mpl.rcParams) == before


def test_the_same_numbers_give_the_same_file(frame: pd.DataFrame, tmp_path: Path) -> None:
    """同样的数：签名相同，png、svg、pdf 逐字节相同；数不同，签名不同。"""
    small = frame.tail(40)
    for kind in ("png", "svg", "pdf"):
        curve = wz.response_curve(small)
        one, other = (wz.plot_response(curve).save(tmp_path / f"{name}.{kind}")[0] for name in "甲乙")
        assert one.read_bytes() == other.read_bytes()
    assert wz.plot_calendar(small).signature == wz.plot_calendar(small).signature
    assert wz.plot_calendar(small).signature != wz.plot_calendar(small.iloc[1:]).signature


def test_numbers_are_saved_next_to_the_picture(frame: pd.DataFrame, tmp_path: Path) -> None:
    """存图时旁边有数，头两行是标题与签名，公式写成文字。"""
    chart = wz.plot_matrix(wz.indicators(frame.assign(department=EVIL[25:]), by=["department", "category"]))
    _, numbers = chart.save(tmp_path / "图.png")
    text = numbers.read_text(encoding="utf-8-sig")
    assert str(chart.signature) in text.splitlines()[1]
    assert "'=HYPERLINK(1)" in text
    read = pd.read_csv(numbers, comment="#", encoding="utf-8-sig")
    assert read["value"].sum() == chart.table["value"].sum()


def test_wrong_suffix_is_explained(frame: pd.DataFrame, tmp_path: Path) -> None:
    """后缀不认得时说明。"""
    with pytest.raises(InputError, match="png、svg、pdf"):
        wz.plot_calendar(frame).save(tmp_path / "图.bmp")


def test_calendar_counts_every_day() -> None:
    """一天一格，合计等于封数；两头零星的年份不画，但数得出。"""
    days = pd.date_range("2025-01-01", "2025-12-31").repeat(2)
    table = pd.DataFrame({"created_at": [pd.Timestamp("2019-05-01"), *days]})
    chart = plot_calendar(table)
    assert len(chart.table) == 365
    assert int(chart.table["count"].sum()) == 730
    assert any("另有 1 封" in note for note in chart.notes)
    assert chart.table.loc[chart.table["day"] == "2025-10-01", "kind"].item() == "节假日"


def test_stream_adds_up(frame: pd.DataFrame) -> None:
    """各层之和等于各时期的封数；类多时合成“其余”，一封不少。"""
    counts = wz.count_over_time(frame, by="month", of="category")
    chart = wz.plot_stream(counts, most=1)
    partial = counts.attrs["partial"]
    want = counts[[str(period) not in partial for period in counts.index]].to_numpy().sum()
    assert chart.table["count"].sum() == want
    assert set(chart.table["kind"]) == {counts.columns[0], "其余"}


def test_response_curve_equals_statsmodels(frame: pd.DataFrame) -> None:
    """曲线与 statsmodels 的 Kaplan–Meier 相同；没答复的是右删失。"""
    from statsmodels.duration.survfunc import SurvfuncRight

    curve = wz.response_curve(frame)
    end = max(frame["created_at"].max(), frame["replied_at"].max())
    days = (frame["replied_at"].fillna(end) - frame["created_at"]).dt.total_seconds() / 86400
    known = SurvfuncRight(days.to_numpy(), frame["replied_at"].notna().astype(int).to_numpy())
    assert np.allclose(curve["waiting"].iloc[1:], known.surv_prob)
    assert np.allclose(curve["at_risk"].iloc[1:], known.n_risk)
    assert ((curve["low"] <= curve["waiting"]) & (curve["waiting"] <= curve["high"])).all()
    assert quantile_day(curve, 0.5) == pytest.approx(known.quantile(0.5))


def test_response_curve_hides_small_groups() -> None:
    """不足五封的组不列；答复早于来信的不算，数得出。"""
    day = pd.Timestamp("2026-03-01")
    rows = [("甲局", day, day + pd.Timedelta(days=at)) for at in range(6)] + [("乙局", day, day)] * 4
    rows.append(("甲局", day, day - pd.Timedelta(days=1)))
    curve = wz.response_curve(pd.DataFrame(rows, columns=["department", "created_at", "replied_at"]), by="department")
    assert set(curve["group"]) == {"甲局"}
    assert curve.attrs["left_out"] == 1


def test_matrix_hides_small_cells(frame: pd.DataFrame) -> None:
    """不到五封的格子写“不足 5”，数不在表里也不在图上。"""
    lone = frame.head(30).assign(department="城管局", category=["市政"] * 27 + ["供水"] * 3)
    whole = pd.concat([frame.assign(department="水利局"), lone])
    chart = wz.plot_matrix(wz.indicators(whole, by=["department", "category"]), "answered_rate")
    cell = chart.table[(chart.table["department"] == "城管局") & (chart.table["category"] == "供水")]
    assert not len(cell) or (cell["value"].isna().all() and cell["text"].item() == "不足 5")


def test_timeline_lists_each_member_once(frame: pd.DataFrame) -> None:
    """数与热点的成员一致；标出答没答。"""
    hot = wz.find_hotspots(frame, top=3)
    chart = wz.plot_timeline(hot, frame)
    assert len(chart.table) == sum(len(one.members) for one in hot)
    want = frame.set_index("message_id").loc[list(chart.table["message_id"]), "replied_at"].notna()
    assert chart.table["answered"].tolist() == want.tolist()
    with pytest.raises(InputError, match="不在这张表里"):
        wz.plot_timeline(hot, frame.head(2))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda frame: wz.plot_stream(frame),
        lambda frame: wz.plot_response(frame),
        lambda frame: wz.plot_matrix(frame),
        lambda frame: wz.plot_keyness(frame),
        lambda frame: wz.plot_timeline([frame], frame),
        lambda frame: wz.show_table("表"),
    ],
)
def test_the_wrong_thing_is_explained(wrong: Callable[[pd.DataFrame], object], frame: pd.DataFrame) -> None:
    """给错东西时说明应当先用哪个函数。"""
    with pytest.raises(InputTypeError, match="应为"):
        wrong(frame)


def test_colours_differ_in_grey() -> None:
    """多少用的颜色灰度单调；相邻的两类在灰度下也分得开。"""
    from matplotlib.colors import to_rgb

    def grey(color: str) -> float:
        red, green, blue = to_rgb(color)
        return 0.299 * red + 0.587 * green + 0.114 * blue

    shades = [grey(color) for color in style().shades]
    assert shades == sorted(shades, reverse=True)
    kinds = [grey(color) for color in style().kinds]
    assert min(abs(one - other) for one, other in itertools.pairwise(kinds)) > 0.08


def test_table_view_filters_sorts_and_turns() -> None:
    """筛、排、翻页；数按数比，字按字比。"""
    table = pd.DataFrame({"单位": ["甲局", "乙局", "丙局"], "封": [9, 30, 100], "率": [0.5, None, 0.9]})
    view = wz.show_table(table, rows=2, sort="封")
    assert view.found["单位"].tolist() == ["丙局", "乙局", "甲局"]
    assert view.filter("封>=30").found["单位"].tolist() == ["丙局", "乙局"]
    assert view.filter("率<60%").found["单位"].tolist() == ["甲局"]
    assert view.filter("单位:乙").found["封"].tolist() == [30]
    assert view.filter("不存在的字").found.empty
    view.filter("").turn(5)
    assert "甲局" in str(view.html()) and "丙局" not in str(view.html())
    with pytest.raises(InputError, match="不是数"):
        view.filter("封>多")


def test_table_view_is_inert_and_clickable() -> None:
    """格里的标签只是字；界面的按钮点了就排，打到一半的条件只提示。"""
    view = wz.show_table(pd.DataFrame({"题": [EVIL, "乙"], "封": [1, 2]}))
    bundle = view._repr_mimebundle_()
    assert "<script" not in str(bundle["text/html"]) and "&lt;script&gt;" in str(bundle["text/html"])
    assert view.widget is not None
    view._parts["names"][1].click()
    assert view.found["封"].tolist() == [2, 1]
    view._parts["names"][1].click()
    assert view.found["封"].tolist() == [1, 2]
    box = view._parts["box"].children[0].children[0]
    box.value = "封>"
    box.value = "封>多"
    assert "不是数" in view._parts["told"].value
    box.value = "封>1"
    assert view._parts["told"].value == ""
    assert view.found["封"].tolist() == [2]
