"""造信的机器：第几封只由种子、情景与序号决定。"""

from __future__ import annotations

from dataclasses import replace

from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.casting import cast_letter, length_target, pick_voice
from wenzheng_lab.inbox.county import County, load_county
from wenzheng_lab.inbox.facts import draw_places
from wenzheng_lab.inbox.issue import LOCAL, Issue
from wenzheng_lab.inbox.issues import load_issues
from wenzheng_lab.inbox.noise import unmark
from wenzheng_lab.inbox.orders import Letter, Order
from wenzheng_lab.inbox.origins import Origin, Origins
from wenzheng_lab.inbox.people import make_person
from wenzheng_lab.inbox.phrases import load_lists
from wenzheng_lab.inbox.scenario import Scenario
from wenzheng_lab.inbox.spam import SPAM_CATEGORY, write_spam
from wenzheng_lab.inbox.voices import load_voices
from wenzheng_lab.inbox.writer import paste_letter, write_letter

MESSAGE_COLUMNS = ("message_id", "channel", "author", "place", "subject", "body", "created_at", "likes", "dislikes")
"""来信表的列；真值不在里面"""
TRUTH_COLUMNS = (
    "kind",
    "category",
    "subcategory",
    "issue",
    "appeal",
    "urgency",
    "urgency_reason",
    "department",
    "partners",
    "deadline",
    "asks",
    "duplicate_of",
    "relation",
    "event",
    "personal_data",
    "emotion",
    "grantable",
    "good_answer",
    "follow_up",
    "twin",
    "voice",
    "also",
)
"""真值表的列；also 是一封信里顺带写到的另一种事项"""
_FOR_THANKS = ("收到感谢，转达给办事的人", "事情后续由谁照看")


class Simulator:
    """按情景造信的机器；造第几封不必先造前面的。"""

    def __init__(self, n: int, seed: int, scenario: Scenario) -> None:
        """备好数据。

        Args:
            n: 共几封。
            seed: 种子。
            scenario: 情景。
        """
        self.n, self.seed, self.scenario = n, seed, scenario
        self.county: County = load_county()
        self.origins = Origins(n, seed, scenario)
        self._calm = [v for v in load_voices() if v.id in ("plain", "polite", "report")]
        self._angry = [v for v in load_voices() if v.id in ("angry-owner", "sarcastic")]

    # ------------------------------------------------------------ 一封信
    def row(self, index: int) -> tuple[dict[str, object], dict[str, object]]:
        """第 ``index`` 封的来信与真值。"""
        slot = self.origins.slot(index)
        order = self.order(index)
        if order is None:
            return self._spam(index, slot, f"{self.seed}:{index}")
        letter = write_letter(order, self.county)
        message = self._message(index, slot, order, letter, self.origins.channel(slot))
        return message, self._truth(index, slot, order, letter)

    def order(self, index: int) -> Order | None:
        """第 ``index`` 封的写信要求：事项、事实、来信人、口吻；广告没有。"""
        slot, key = self.origins.slot(index), f"{self.seed}:{index}"
        if slot.kind == "spam":
            return None
        return self._order(index, slot, key, self.origins.channel(slot))

    def _plain_order(self, index: int, slot: Origin, key: str, channel: str) -> Order:
        issue = self.origins.issue(slot, slot.issue)
        town = None
        if slot.event:
            event = self.scenario.events[slot.event - 1]
            town = next(t for t in self.county.towns if t.name == event.town)
        order = cast_letter(self.county, issue, slot.at, key, channel=channel, town=town)
        if slot.event:
            self._fit_event(order, slot)
        return order

    def _fit_event(self, order: Order, slot: Origin) -> None:
        # 同一桩事，每封信的起因都是同一天；其余日期只能在它之后
        event = self.scenario.events[slot.event - 1]
        passed = max((slot.at.date() - event.start.date()).days, 0)
        shared = Stream(f"{self.seed}:{event.id}:{order.issue.id}", "event")
        for item in order.issue.slots:
            if item.kind == "ago":
                order.facts.raw[item.name] = min(order.facts.raw[item.name], float(passed))
            elif item.kind in ("firm", "choice") and item.choices:
                fixed = shared.draw()
                if item.kind == "firm":
                    order.facts.text[item.name] = self.county.firms(event.town, item.choices[0])[int(fixed * 3) % 3]

    def _order(self, index: int, slot: Origin, key: str, channel: str) -> Order:
        if slot.kind in ("ordinary", "event"):
            return self._plain_order(index, slot, key, channel)
        root = slot.root
        root_slot, root_key = self.origins.slot(root), f"{self.seed}:{root}"
        if slot.kind == "twin":
            return self._twin(index, slot, root_slot, root_key, key, channel)
        first = self._plain_order(root, root_slot, root_key, self.origins.channel(root_slot))
        if slot.kind == "petition":
            return replace(first, at=slot.at, key=root_key)
        taste = Stream(key, "again")
        if slot.kind == "neighbour":
            person = make_person(
                first.person.kind,
                first.facts.town,
                Stream(key, "person"),
                (first.person.age - 3, first.person.age + 6),
            )
            person.age = min(max(person.age, first.person.age - 3), first.person.age + 6)
            person.woman = first.person.woman  # 信里写了“岳母”“丈夫”，邻居也得说得上
        else:
            person = first.person
        again = slot.kind == "same_person" and taste.chance(0.6)
        appeal = first.appeal
        voice = pick_voice(
            first.issue,
            person.kind,
            person.age,
            person.woman,
            channel,
            appeal,
            slot.at,
            again and appeal not in ("感谢", "咨询"),
            key,
        )
        target = length_target(key) * voice.length
        order = replace(
            first,
            person=person,
            voice=voice,
            at=slot.at,
            target=target,
            key=key,
            choice_key=f"{key}:plan",
            since=root_slot.at.date(),
        )
        # 打热线说的那次没有原文可贴
        if voice.again and taste.chance(0.3) and first.voice.questions:
            earlier = write_letter(first, self.county)
            if len(earlier.body) < 420:
                order = replace(order, earlier=paste_letter(earlier, root_slot.at, taste))
        return order

    def _twin(self, index: int, slot: Origin, first: Origin, first_key: str, key: str, channel: str) -> Order:
        taste = Stream(first_key, "twin")
        for _ in range(40):
            issue = self.origins.issue(first, taste.draw())
            appeals = [row for row in issue.appeals if row[0] in ("投诉", "求助", "举报")]
            if appeals and not issue.only_event:
                break
        appeal = appeals[0][0] if appeals else issue.appeals[0][0]
        order = cast_letter(self.county, issue, first.at, first_key, channel="网站留言", appeal=appeal)
        calm_first = taste.chance(0.5)
        angry = (index != slot.root) == calm_first
        voice = taste.pick(self._calm), taste.pick(self._angry)
        target = min(max(length_target(f"{first_key}:twin"), 120), 700)
        return replace(
            order,
            voice=voice[1] if angry else voice[0],
            at=slot.at,
            target=target,
            key=key,
            choice_key=f"{first_key}:twinplan",
            plan=_TWIN_PLAN,
        )

    # ------------------------------------------------------------ 两张表的一行
    def _message(self, index: int, slot: Origin, order: Order, letter: Letter, channel: str) -> dict[str, object]:
        stream = Stream(f"{self.seed}:{index}", "surface")
        likes = _likes(stream, slot.kind)
        return {
            "message_id": message_id(index),
            "channel": channel,
            "author": _author(order.person.woman, channel, stream),
            "place": "" if stream.chance(0.08) else order.facts.town.name,
            "subject": letter.subject,
            "body": letter.body,
            "created_at": slot.at,
            "likes": likes,
            "dislikes": int(likes * stream.draw() * 0.12) + (1 if stream.chance(0.05) else 0),
        }

    def _truth(self, index: int, slot: Origin, order: Order, letter: Letter) -> dict[str, object]:
        issue = order.issue
        town = order.facts.town

        def unit(name: str) -> str:
            return town.government if name == LOCAL else name

        twin = ""
        if slot.kind == "twin":
            twin = message_id(self.origins.other(index))
        thanks = letter.appeal == "感谢"
        again = slot.kind in ("same_person", "neighbour", "petition") or (slot.kind == "twin" and index != slot.root)
        return {
            "kind": slot.kind,
            "category": issue.category,
            "subcategory": issue.subcategory,
            "issue": issue.id,
            "appeal": letter.appeal,
            "urgency": letter.urgency,
            "urgency_reason": letter.because,
            "department": unit(issue.lead),
            "partners": tuple(
                dict.fromkeys(unit(p) for p in (*issue.partners, *letter.partners) if unit(p) != unit(issue.lead))
            ),
            "deadline": issue.deadline,
            "asks": letter.asks,
            "duplicate_of": message_id(slot.root) if again else "",
            "relation": slot.kind if again else "",
            "event": self.scenario.events[slot.event - 1].id if slot.event else "",
            "personal_data": tuple({"start": a, "end": b, "type": kind} for a, b, kind in letter.spans),
            "emotion": letter.emotion,
            "grantable": "可办" if thanks else issue.grantable,
            "good_answer": _FOR_THANKS if thanks else issue.good_answer,
            "follow_up": () if thanks else letter.follow_up,
            "twin": twin,
            "voice": letter.voice,
            "also": letter.also,
        }

    def _spam(self, index: int, slot: Origin, key: str) -> tuple[dict[str, object], dict[str, object]]:
        stream = Stream(key, "spam")
        issue = load_issues()[0]
        town, places = draw_places(self.county, replace_where(issue), stream)
        person = make_person("商户", town, Stream(key, "person"))
        subject, body, name = write_spam(stream, person, places, slot.at.year)
        text, spans = unmark(body)
        surface = Stream(f"{self.seed}:{index}", "surface")
        message: dict[str, object] = {
            "message_id": message_id(index),
            "channel": surface.pick(("网站留言", "微信公众号", "手机APP")),
            "author": _author(person.woman, "网站留言", surface),
            "place": "" if surface.chance(0.5) else town.name,
            "subject": unmark(subject)[0],
            "body": text,
            "created_at": slot.at,
            "likes": 0,
            "dislikes": 0,
        }
        truth: dict[str, object] = dict.fromkeys(TRUTH_COLUMNS, "")
        truth |= {
            "kind": "spam",
            "category": SPAM_CATEGORY,
            "subcategory": name,
            "urgency": "一般",
            "partners": (),
            "asks": (),
            "personal_data": tuple({"start": a, "end": b, "type": kind} for a, b, kind in spans),
            "emotion": 0,
            "grantable": "不可办",
            "good_answer": (),
            "follow_up": (),
        }
        return message, truth


def replace_where(issue: Issue) -> Issue:
    """同一事项，但哪里都可能发生；给广告定地点用。"""
    return replace(issue, where="any")


_TWIN_PLAN = (
    ("core", 1.0),
    ("facts", 1.0),
    ("effect", 1.0),
    ("tried", 1.0),
    ("feeling", 1.0),
    ("ask", 1.0),
    ("threat", 0.5),
    ("thanks", 0.5),
)


def message_id(index: int) -> str:
    """第几封信的编号。

    Examples:
        >>> message_id(0)
        'QH0000001'
    """
    return f"QH{index + 1:07d}"


def _likes(stream: Stream, kind: str) -> int:
    u = stream.draw()
    size = 6.0 if kind == "event" else 1.0
    if u < (0.35 if kind == "event" else 0.62):
        return 0
    v = stream.draw()
    return int(size * (1.0 / (1.0 - v * 0.9985) - 1.0) * 0.9) + (1 if u > 0.9 else 0)


_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"


def _author(woman: bool, channel: str, stream: Stream) -> str:
    u = stream.draw()
    if channel in ("12345热线", "来信来访"):
        return stream.pick(_SURNAMES) + ("女士" if woman else "先生")
    if u < 0.45:
        return f"U{stream.below(900000) + 100000}"
    if u < 0.7:
        return "匿名"
    if u < 0.85:
        return stream.pick(load_lists()["nicks"]) + str(stream.below(10000))
    return stream.pick(_SURNAMES) + ("女士" if woman else "先生" if stream.chance(0.7) else "某")
