"""指标：算得对，带分母，缺失不乱算，小组不显示，各引擎一样。"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import wenzheng_lab as wz
from tests.indicators_helper import ENGINES, made_table, same
from wenzheng_lab.calendar import WorkdayCalendar
from wenzheng_lab.errors import InputError, InputTypeError, ReadError
from wenzheng_lab.trends.engine_calendar import calendar_table, choose_rules, work_number
from wenzheng_lab.trends.engine_features import add_features
from wenzheng_lab.trends.indicators_spec import spec


def frame_of(rows: int = 10, **columns: object) -> pd.DataFrame:
    base: dict[str, object] = {
        "created_at": [pd.Timestamp("2026-09-17 09:00")] * rows,
        "replied_at": [pd.Timestamp("2026-09-21 09:00")] * rows,
    }
    return pd.DataFrame(base | columns)


def test_rates_have_their_denominators() -> None:
    """十封里答了八封：答复率 0.8，分母 10；用时只算答了的八封。"""
    frame = frame_of(replied_at=[pd.Timestamp("2026-09-21 09:00")] * 8 + [pd.NaT] * 2)
    row = wz.indicators(frame, as_of=datetime(2026, 9, 22, 9)).total.iloc[0]
    assert (row["n"], row["answered"], row["open"], row["answered_rate"]) == (10, 8, 2, 0.8)
    # 9 月 17 日 9 时到 21 日 9 时是 96 小时；17 日不计，18、20（调休上班）、21 日，3 个工作日
    assert (row["hours_median"], row["workdays_median"], row["timed"]) == (96, 3, 8)
    # 未答复的等到 22 日 9 时是 120 小时，只有 2 封，不到 5 封不显示
    assert (row["open_timed"], pd.isna(row["open_hours_median"])) == (2, True)
    shown = wz.indicators(frame, as_of=datetime(2026, 9, 22, 9), smallest=1).total.iloc[0]
    assert (shown["open_hours_median"], shown["open_workdays_median"]) == (120, 4)


def test_p90_is_the_linear_one() -> None:
    """用时 1、2……10 天：九成位在第 9 与第 10 之间，9.1 天。"""
    start = pd.Timestamp("2026-03-02 08:00")
    frame = pd.DataFrame(
        {"created_at": [start] * 10, "replied_at": [start + pd.Timedelta(days=n) for n in range(1, 11)]}
    )
    row = wz.indicators(frame).total.iloc[0]
    assert (row["hours_median"] / 24, round(row["hours_p90"] / 24, 9)) == (5.5, 9.1)


def test_overdue_and_unanswered_count_as_late_but_not_yet_due_do_not() -> None:
    """五个工作日的时限：按时 3 封、迟 1 封、逾期未答 1 封；未到期未答的 2 封不进分母。"""
    created = ["2026-03-02 09:00"] * 5 + ["2026-03-12 09:00"] * 2
    # 3 月 2 日（周一）起 5 个工作日到 9 日当天
    replied = ["2026-03-03 10:00", "2026-03-09 23:00", "2026-03-09 08:00", "2026-03-10 00:30", None, None, None]
    frame = pd.DataFrame({"created_at": pd.to_datetime(created), "replied_at": pd.to_datetime(pd.Series(replied))})
    row = wz.indicators(frame, profile="jinan12345", as_of=datetime(2026, 3, 16), smallest=1).total.iloc[0]
    assert (row["due__jinan12345"], row["on_time__jinan12345"]) == (5, 3 / 5)
    # 按时的 3 封里有 2 封压着 9 日
    assert row["last_day__jinan12345"] == 2 / 3


def test_hours_profile_runs_on_the_clock() -> None:
    """二十四小时的时限昼夜都走。"""
    frame = pd.DataFrame(
        {
            "created_at": pd.to_datetime(["2026-03-06 20:00"] * 3),
            "replied_at": pd.to_datetime(pd.Series(["2026-03-07 20:00", "2026-03-07 20:01", None])),
        }
    )
    row = wz.indicators(frame, profile="nanjing2009", as_of=datetime(2026, 3, 8), smallest=1).total.iloc[0]
    assert (row["due__nanjing2009"], row["on_time__nanjing2009"]) == (3, 1 / 3)


def test_auto_praise_is_left_out_and_shown() -> None:
    """自动好评不进满意率，另列一项，差得多时提醒。"""
    ratings = {name: [5.0] * 6 + [1.0] * 4 for name in ("rating_solved", "rating_attitude", "rating_speed")}
    found = wz.indicators(frame_of(auto_rated=[True] * 5 + [False] * 5, **ratings))
    row = found.total.iloc[0]
    assert (row["satisfied_rate"], row["solved_rate"], row["rated"]) == (0.2, 0.2, 5)
    assert (row["satisfied_with_auto"], row["auto_rate"]) == (0.6, 0.5)
    assert "auto_praise" in [item.code for item in found.warnings]


def test_zero_stars_is_not_rated() -> None:
    """五分制里的 0 是没有评，不拉低平均。"""
    row = wz.indicators(frame_of(rating_solved=[0.0] * 4 + [5.0] * 3 + [3.0] * 3)).total.iloc[0]
    assert (row["solved_n"], row["solved_rate"], row["solved_mean"]) == (6, 0.5, 4.0)


def test_reply_before_message_is_told_and_left_out() -> None:
    """答复早于来信：不算用时，写进说明。"""
    frame = frame_of(replied_at=[pd.Timestamp("2026-09-01")] * 2 + [pd.Timestamp("2026-09-18 09:00")] * 8)
    found = wz.indicators(frame)
    assert found.total["timed"].iloc[0] == 8
    assert any("答复早于来信" in note for note in found.notes)


def test_blank_reply_is_not_an_answer() -> None:
    """空白的答复不算答复；有答复时间的算。"""
    frame = pd.DataFrame({"body": ["路灯坏了"] * 6, "reply": ["已修好。", "　", "", None, "\n", "已换灯泡。"]})
    row = wz.indicators(frame, smallest=1).total.iloc[0]
    assert (row["answered"], row["reply_texts"]) == (2, 2)


def test_template_needs_different_messages() -> None:
    """同一答复用在三封不同的来信上是套用；同一封信寄三遍、答同样的话不是。"""
    same_reply = "您反映的问题已转相关部门办理，请您耐心等待，感谢您的理解与支持。"
    frame = pd.DataFrame(
        {
            "body": ["路灯坏了请修", "井盖没了", "楼下烧烤太吵", *["停水三天了，请恢复供水"] * 3],
            "reply": [
                same_reply,
                same_reply + "！",
                same_reply,
                *["经查是主管破裂，今晚八点恢复供水，联系人值班室。"] * 3,
            ],
        }
    )
    row = wz.indicators(frame, smallest=1).total.iloc[0]
    assert (row["template_rate"], row["identical_rate"]) == (0.5, 0.5)


def test_batch_is_by_unit_and_minute() -> None:
    """同一单位一分钟里五封是批量；两个单位各三封不是；零时的不知道钟点。"""
    replied = [f"2026-09-21 09:00:{n:02d}" for n in range(1, 12)] + ["2026-09-21"] * 5
    frame = pd.DataFrame(
        {
            "created_at": pd.to_datetime(["2026-09-17"] * 16),
            "replied_at": pd.to_datetime(pd.Series(replied), format="mixed"),
            "reply_unit": ["甲局"] * 5 + ["乙局"] * 3 + ["丙局"] * 3 + ["甲局"] * 5,
        }
    )
    row = wz.indicators(frame).total.iloc[0]
    assert (row["clocked"], row["batch_rate"]) == (11, 5 / 11)


def test_gaps_compare_the_two_kinds() -> None:
    """带火气的答得少、乡村的等得久，都算得出；一边不足五封不显示。"""
    body = ["凭什么不管我们！！"] * 6 + ["请问路灯何时修"] * 6
    frame = pd.DataFrame(
        {
            "body": body,
            "place": ["白鹤塘镇", "柳浦街道"] * 6,
            "created_at": pd.to_datetime(["2026-09-17 09:00"] * 12),
            "replied_at": pd.to_datetime(
                pd.Series(
                    ["2026-09-19 09:00", "2026-09-18 09:00"] * 2
                    + [None] * 2
                    + ["2026-09-19 09:00", "2026-09-18 09:00"] * 3
                )
            ),
        }
    )
    row = wz.indicators(frame).total.iloc[0]
    assert row["gap_answered_angry"] == pytest.approx(1 - 4 / 6)
    assert row["gap_hours_rural"] == 24
    assert pd.isna(row["gap_hours_angry"])  # 带火气的只有 4 封有用时


def test_small_groups_are_hidden_and_cannot_be_subtracted() -> None:
    """只有一组不足五封时再藏一组，合计减不出来。"""
    frame = frame_of(rows=30, department=["甲局"] * 3 + ["乙局"] * 7 + ["丙局"] * 20)
    found = wz.indicators(frame, by=["department"])
    table = found.table.set_index("department")
    assert found.hidden == 2
    assert table.loc[["甲局", "乙局"]].isna().all(axis=None)
    assert (table.loc["丙局", "n"], found.total["n"].iloc[0]) == (20, 30)
    html = found._repr_html_()
    assert html.count("不足 5") >= 2


def test_persons_are_not_ranked() -> None:
    """不按来信人分组。"""
    with pytest.raises(InputError, match="不按来信人分"):
        wz.indicators(frame_of(author=["甲"] * 10), by=["author"])


@pytest.mark.parametrize(
    ("by", "words"),
    [(["departmnt"], "是不是想写“department”"), (["created_at"], "一刻一组"), (["a", "b", "c", "d"], "至多 3 列")],
)
def test_wrong_groups_are_explained(by: list[str], words: str) -> None:
    """分组写错时说出可用的。"""
    with pytest.raises(InputError, match=words):
        wz.indicators(frame_of(department=["甲局"] * 10), by=by)


def test_wrong_things_are_explained(tmp_path: Path) -> None:
    """不是表、时间不是时间、时限不存在、文件不在，都说清楚。"""
    with pytest.raises(InputTypeError, match="read_messages"):
        wz.indicators(object())
    with pytest.raises(InputError, match="应为时间"):
        wz.indicators(pd.DataFrame({"created_at": ["昨天"]}))
    with pytest.raises(InputError, match="是不是想写“xinfang”"):
        wz.indicators(frame_of(), profile="xinfan")
    with pytest.raises(InputError, match="不管答复"):
        wz.indicators(frame_of(), profile="yuqing")
    with pytest.raises(ReadError, match="找不到"):
        wz.indicators(str(tmp_path / "没有.parquet"))
    with pytest.raises(InputError, match="规范列"):
        wz.indicators(pd.DataFrame({"甲": [1]}))


def test_workdays_are_those_of_the_calendar() -> None:
    """表里的工作日数与时限，逐日与 calendar、due_at 一致，含调休与没有收录的年份。"""
    from wenzheng_lab.rules.clock import due_at

    calendar = WorkdayCalendar()
    rules = choose_rules(["jinan12345", "xinfang", "shenyang.complex"])
    first, last = datetime(2026, 1, 25).date(), datetime(2026, 3, 10).date()
    table = calendar_table(first, last, rules, calendar)
    for at, number in enumerate(table["day"]):
        day = datetime.fromordinal(int(str(number)))
        base = int(str(table["workdays"][0]))
        assert int(str(table["workdays"][at])) - base == calendar.workdays_between(first, day.date())
        for name, rule in rules:
            assert table[f"due__{name}"][at] == due_at(rule, day, calendar).due_at.toordinal()
    assert work_number(datetime(2050, 1, 1).date(), calendar) is None


def test_years_outside_the_calendar_have_no_workdays() -> None:
    """放假安排没有收录的年份：用时照算，工作日与按工作日的时限留空并说明。"""
    moment = pd.Timestamp("2001-03-01 09:00")
    frame = pd.DataFrame({"created_at": [moment] * 6, "replied_at": [moment + pd.Timedelta(days=2)] * 6})
    found = wz.indicators(frame)
    row = found.total.iloc[0]
    assert (row["hours_median"], row["workday_timed"], row["due__jinan12345"]) == (48, 0, 0)
    assert any("没有收录" in note for note in found.notes)


@pytest.mark.parametrize("engine", ENGINES[1:])
@pytest.mark.parametrize("by", [(), ("month", "department"), ("place",)])
def test_engines_agree(engine: str, by: tuple[str, ...]) -> None:
    """同一张有缺有错的表，pandas、polars 与 DuckDB 一格不差。"""
    if engine == "polars":
        pytest.importorskip("polars")
    frame = add_features(made_table(600))
    one = wz.indicators(frame, by=by, smallest=1)
    other = wz.indicators(frame, by=by, smallest=1, engine=engine)
    same(one, other)


def test_a_table_too_big_to_keep_is_read_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """窄表放不下、一遍一遍读原表的，与留在内存里的算出来一样。"""
    from wenzheng_lab.trends import engine_duck

    frame = made_table(400)
    kept = wz.indicators(frame, by=["month", "place"], smallest=1)
    monkeypatch.setattr(engine_duck, "KEPT_ROWS", 10)
    same(kept, wz.indicators(frame, by=["month", "place"], smallest=1))


def test_ratings_of_many_kinds_are_not_coded(monkeypatch: pytest.MonkeyPatch) -> None:
    """评分种类太多时不编号，算出来一样。"""
    from wenzheng_lab.trends import indicators_codes

    frame = made_table(300)
    for part in (1.0, 0.5):  # 小整数本身就是编号；带零头的另编
        frame[["rating_solved", "rating_attitude"]] *= part
        coded = wz.indicators(frame, by=["department"], smallest=1)
        with monkeypatch.context() as patch:
            patch.setattr(indicators_codes, "_MOST", 3)
            same(coded, wz.indicators(frame, by=["department"], smallest=1))


@pytest.mark.parametrize("engine", ENGINES[1:])
def test_yes_no_and_blank_in_one_column_agree(engine: str) -> None:
    """是否自动好评一列是非与空混着（csv 读进来就是这样）：空的不算“是”，各引擎一样。"""
    if engine == "polars":
        pytest.importorskip("polars")
    frame = made_table(200)
    frame["auto_rated"] = frame["auto_rated"].astype(object).where(frame["auto_rated"].notna(), np.nan)
    one = wz.indicators(frame, smallest=1)
    same(one, wz.indicators(frame, smallest=1, engine=engine))
    assert 0 < one.total["auto_rate"].item() < 1


def test_parquet_csv_and_memory_agree(tmp_path: Path) -> None:
    """同一张表存成 parquet、csv，或留在内存里，结果一样；带时区的换到北京时间。"""
    frame = add_features(made_table(400))
    want = wz.indicators(frame, by=["month"], smallest=1)
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_csv(tmp_path / "a.csv", index=False, encoding="utf-8")
    zoned = frame.assign(**{n: frame[n].dt.tz_localize("Asia/Shanghai") for n in ("created_at", "replied_at")})
    zoned.to_parquet(tmp_path / "b.parquet")
    for source in (tmp_path / "a.parquet", tmp_path / "a.csv", tmp_path / "b.parquet", zoned):
        same(want, wz.indicators(source, by=["month"], smallest=1))


def test_engine_names_are_checked() -> None:
    """引擎写错时给出可用的。"""
    with pytest.raises(InputError, match="duckdb"):
        wz.indicators(frame_of(), engine="dukdb")


def test_goodhart_sees_speed_without_solutions() -> None:
    """按时率升了，解决率没升、套用多了：提醒。"""
    rows = []
    for n in range(400):
        late = n >= 200
        day = pd.Timestamp("2026-03-02" if not late else "2026-06-01") + pd.Timedelta(days=n % 20)
        quick = n % 10 < (9 if late else 4)
        rows.append((day, day + pd.Timedelta(days=2 if quick else 20), float(5 if n % 2 else 2)))
    frame = pd.DataFrame(rows, columns=["created_at", "replied_at", "rating_solved"])
    codes = [item.code for item in wz.indicators(frame, by=["month"], profile="jinan12345").warnings]
    assert "on_time_without_solved" in codes
    still = frame.assign(rating_solved=[2.0] * 200 + [5.0] * 200)
    codes = [item.code for item in wz.indicators(still, by=["month"], profile="jinan12345").warnings]
    assert "on_time_without_solved" not in codes


def test_result_prints_renders_and_is_json() -> None:
    """结果打印一行，网页里全转义，能写成 json，签名有引擎与版本。"""
    frame = frame_of(department=["<script>alert(1)</script>"] * 10)
    found = wz.indicators(frame, by=["department"])
    assert repr(found).startswith("<IndicatorTable 10 封，1 组")
    html = found._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html
    data = json.loads(json.dumps(found.to_dict(), ensure_ascii=False))
    assert (data["schema"], data["rows"][0]["n"]) == ("wenzheng.indicators/1", 10)
    assert "duckdb" in str(found.signature) and str(found.signature).rpartition("|")[2].startswith("lab:")
    assert found.labelled().iloc[-1, 0] == "合计"


def test_input_is_not_changed() -> None:
    """原表不变。"""
    frame = made_table(200)
    before = frame.copy()
    wz.indicators(frame, by=["month"])
    pd.testing.assert_frame_equal(frame, before)


def test_every_indicator_is_documented() -> None:
    """每个指标在 docs/indicators.md 里有名字与算法，且一字不差。"""
    text = (Path(__file__).resolve().parents[1] / "docs" / "indicators.md").read_text(encoding="utf-8")
    missing = [item.id for item in spec().indicators if f"`{item.id}`" not in text or item.formula not in text]
    assert missing == []


def test_every_column_has_a_chinese_name() -> None:
    """算得出的每一列都有中文表头，分母也有。"""
    found = wz.indicators(add_features(made_table(500)), by=["month"], smallest=1)
    assert [
        name for name in found.labelled().columns if not any("\u4e00" <= char <= "\u9fff" for char in str(name))
    ] == []
    assert {item.id for item in spec().indicators} <= {str(name).partition("__")[0] for name in found.total.columns}
