"""议论的涨落：DOMAIN 7.1 的七条性质，用许多组参数与时刻去试。"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import PCG64, Generator

import wenzheng_lab as wz
from wenzheng_lab.office.heat_model import Course, Push, draw_posts, spread
from wenzheng_lab.office.settings import section

NUMBERS = dict(section("heat"))
HOURS = 240
few = settings(max_examples=25, deadline=None)
moments = st.floats(1, 90)


def course(*pushes: Push, **changed: float) -> Course:
    """推一遍。"""
    return spread(pushes, HOURS, {**NUMBERS, **changed})


def peaks(values: np.ndarray, least: float = 0.004) -> int:
    """几个峰：两峰之间要有看得出的谷。"""
    count, low, high, rising = 0, values[0], values[0], True
    for value in values:
        if rising:
            high = max(high, value)
            if value < high - least:
                count, rising, low = count + 1, False, value
        else:
            low = min(low, value)
            if value > low + least:
                rising, high = True, value
    return count


@few
@given(early=moments, gap=st.floats(0.5, 60), speed=st.floats(0.12, 0.35))
def test_an_earlier_accurate_answer_never_raises_the_peak(early: float, gap: float, speed: float) -> None:
    """（1）说得准、说得早，峰不会更高。"""
    first = course(Push(early, "answer"), spread=speed).spreading.max()
    later = course(Push(early + gap, "answer"), spread=speed).spreading.max()
    assert first <= later + 1e-9


@few
@given(at=st.floats(2, 12), gap=st.floats(14, 40))
def test_an_early_wrong_answer_brings_a_second_peak(at: float, gap: float) -> None:
    """（2）抢着说错，先降后起；更正以后也还有第二个峰。"""
    wrong = course(Push(at, "wrong"), Push(at + gap, "correct"))
    right = course(Push(at, "answer"))
    assert wrong.spreading.max() > right.spreading.max()
    assert peaks(wrong.spreading) >= peaks(right.spreading)
    quiet = wrong.spreading[int((at + NUMBERS["delay"] + 2) * 4)]
    assert wrong.spreading[int((at + NUMBERS["wrong_hours"]) * 4) :].max() > quiet
    assert wrong.trust[-1] < right.trust[-1]


@few
@given(at=st.floats(6, 40))
def test_deleting_dips_then_rebounds_and_costs_trust(at: float) -> None:
    """（3）删帖：看得见的少一阵，随后反弹得比不删还高，信任降下来。"""
    left, gone = course(), course(Push(at, "delete"))
    during = int((at + 1) * 4)
    assert gone.visible[during] < left.visible[during]
    after = slice(int((at + NUMBERS["delete_hours"] + 1) * 4), None)
    assert gone.visible[after].max() > gone.visible[during]
    assert gone.visible[after].max() > left.visible[after].max() + 0.005
    assert gone.trust[-1] < left.trust[-1] - 0.1


@few
@given(speed=st.floats(0.12, 0.35), at=moments)
def test_silence_lets_it_decay_slowly(speed: float, at: float) -> None:
    """（4）没有人说话也会淡，只是慢：过了峰一路降，比说清以后降得慢。"""
    silent = course(spread=speed)
    top = int(silent.spreading.argmax())
    assert (np.diff(silent.spreading[top:]) <= 1e-12).all()
    answered = course(Push(at, "answer"), spread=speed)
    assert answered.spreading.sum() < silent.spreading.sum()


@few
@given(answer=st.floats(3, 30), broken=st.floats(70, 150))
def test_an_unkept_promise_brings_a_delayed_wave(answer: float, broken: float) -> None:
    """（5）承诺没兑现，隔很久又起一波，信任也降。"""
    kept = course(Push(answer, "answer"))
    unkept = course(Push(answer, "answer"), Push(broken, "unkept"))
    at = int(broken * 4) + 8
    assert unkept.spreading[at] > kept.spreading[at] + 0.01
    assert np.allclose(unkept.spreading[: int(broken * 4)], kept.spreading[: int(broken * 4)])
    assert unkept.trust[-1] < kept.trust[-1]


@few
@given(
    st.lists(
        st.builds(
            Push, moments, st.sampled_from(["answer", "wrong", "correct", "delete", "unkept", "told"]), st.floats(0, 1)
        ),
        max_size=8,
    )
)
def test_the_four_kinds_always_make_one(pushes: list[Push]) -> None:
    """（6）四种人合计恒为一，没有负的，信任在零与一之间。"""
    run = course(*pushes)
    whole = run.ignorant + run.spreading + run.moved_on + run.informed
    assert np.allclose(whole, 1.0, atol=1e-9)
    for part in (run.ignorant, run.spreading, run.moved_on, run.informed, run.visible, run.trust):
        assert (part >= 0).all()
        assert (part <= 1 + 1e-9).all()


def test_the_same_seed_draws_the_same_posts() -> None:
    """（7）同一种子，同样的帖子；换一个就不同。"""
    run = course(Push(20, "answer"))
    one, two, other = (draw_posts(run, NUMBERS, Generator(PCG64(seed))) for seed in (7, 7, 8))
    assert (one == two).all()
    assert (one != other).any()


def test_drawn_posts_agree_with_the_expected_rate() -> None:
    """抽出来的条数，平均起来与期望强度合得上（自激一项也在内）。"""
    numbers = {**NUMBERS, "branch_answered": NUMBERS["branch"], "branch_wrong": NUMBERS["branch"]}
    run = spread([], HOURS, numbers)
    drawn = np.mean([draw_posts(run, numbers, Generator(PCG64(seed))).sum() for seed in range(60)])
    expected = run.attention[:-1].sum() / 4
    assert drawn == pytest.approx(expected, rel=0.06)


def test_without_an_answer_about_as_many_hear_it_as_the_textbook_says() -> None:
    """传开与懒得再传一样快、没有淡忘时，最后听说过的约八成（Maki–Thompson 的已知结果）。"""
    numbers = {**NUMBERS, "stifle": NUMBERS["spread"], "forget": 0.0, "start": 0.0005}
    run = spread([], 2000, numbers)
    assert 1 - run.ignorant[-1] == pytest.approx(0.797, abs=0.01)


def test_every_chart_says_it_is_not_a_forecast() -> None:
    """热度的文字、表格与图注都写明“教学参数，非预测”。"""
    office = wz.Office("school-canteen-rumour", seed=3)
    office.advance(hours=6)
    heat = office.heat("canteen")
    assert heat.note == "教学参数，非预测"
    assert heat.note in repr(heat)
    assert heat.note in heat._repr_html_()
    assert len(heat.frame()) == heat.hours + 1


def test_deleting_in_the_office_costs_trust() -> None:
    """办件室里删帖，信任真的降，记者来问。"""
    kept, gone = (wz.Office("school-canteen-rumour", seed=3) for _ in range(2))
    for office in (kept, gone):
        office.advance(hours=2)
    target = next(case.id for case in gone.cases if gone.topic(case.id) == "canteen")
    gone.delete_post(target, reason="影响不好")
    for office in (kept, gone):
        office.advance(hours=30)
    assert gone.heat("canteen").trust[-1] < kept.heat("canteen").trust[-1]
    assert gone.case(target).status == "再次来信"


def test_speaking_before_it_is_known_is_paid_for() -> None:
    """没有查清就断言“谣言”，站不住；说知道什么、不知道什么，站得住。"""
    rash, plain = (wz.Office("school-canteen-rumour", seed=3) for _ in range(2))
    for office in (rash, plain):
        office.advance(hours=2)
    rash.publish("网传食堂投毒纯属谣言，学校食堂一切正常，请大家放心。", topic="canteen")
    plain.publish("昨晚有学生呕吐腹泻，都已就诊；原因还在查，今天没有结论，查清一样公布一样。", topic="canteen")
    for office in (rash, plain):
        office.advance(hours=40)
    assert rash.heat("canteen").trust[-1] < plain.heat("canteen").trust[-1]
    assert rash.heat("canteen").peak > plain.heat("canteen").peak
