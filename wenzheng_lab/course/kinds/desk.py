"""上台办件：走几步，由办件室照着办，从日志里看办得怎样。

答案可以是几手牌的字母（先后排列），也可以是自己办过的一局、办件台，或日志文件。
"""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from wenzheng_lab._html import Content, join, tag
from wenzheng_lab.course import cards
from wenzheng_lab.course.blank import is_unanswered
from wenzheng_lab.course.desk_goals import Goal, read_goal
from wenzheng_lab.course.desk_steps import Run, Step, find_office, make_step, play_steps, read_steps
from wenzheng_lab.course.feedback import Feedback, Point
from wenzheng_lab.course.kinds._base import Field, Kind, Prompt, Scene, split_keys, unreadable
from wenzheng_lab.course.node import Node
from wenzheng_lab.course.outcome import Outcome

if TYPE_CHECKING:
    from wenzheng_lab.office import Office

STOP = "-"
"""表单里“到此为止”的值"""


@dataclass(frozen=True, slots=True)
class Move:
    """一手：给人看的话，与它要办件室做的几步。"""

    key: str
    """字母"""
    text: str
    """做什么"""
    steps: tuple[Step, ...]
    """办件室的各步"""
    because: str
    """这一手好在哪里、坏在哪里；走过才说"""


@dataclass(frozen=True, slots=True)
class AtDesk(Kind):
    """上台办件的题。"""

    scenario: str
    """情景的名称，或练习目录里的文件名"""
    seed: int
    """种子"""
    brief: str
    """开局时的情形"""
    moves: tuple[Move, ...]
    """可以走的各手；没有为空，只收自己办过的一局"""
    slots: int
    """最多走几手"""
    until: datetime | None
    """走完以后让时间走到哪一刻；自己办的也要办到这一刻"""
    about: str
    """经过里只讲哪一封来信"""
    goals: tuple[Goal, ...]
    """各条要求"""
    fixed: bool = False
    """各手的次序不可换"""

    name = "desk"

    @classmethod
    def read(cls, node: Node) -> Self:
        moves = tuple(_move(row) for row in node.nodes("move"))
        keys = [move.key for move in moves]
        if keys != list(string.ascii_uppercase[: len(keys)]):
            raise node.error("move", f"各手的 key 应依次为 A、B、C……，现为 {'、'.join(keys)}")
        most = max(1, len(moves))
        return cls(
            scenario=node.text("scenario"),
            seed=int(node.number("seed", 7)),
            brief=node.text("brief", ""),
            moves=moves,
            slots=int(node.number("slots", min(4, most), low=1, high=8)),
            until=node.time("until"),
            about=node.text("about", ""),
            goals=tuple(read_goal(row) for row in node.nodes("goal", at_least=1)),
            fixed=node.flag("fixed_order", default=False),
        )

    def place(self, folder: Path | None) -> str | Path:
        """情景在哪里：练习目录里的文件，或随包的名称。

        Args:
            folder: 练习所在的目录。

        Returns:
            文件或名称。
        """
        if self.scenario.endswith(".toml") and folder is not None:
            return folder / self.scenario
        return self.scenario

    def judge(self, answer: object, scene: Scene) -> Feedback:
        place = self.place(scene.folder)
        office = find_office(answer, place if isinstance(place, Path) else None)
        if office is not None:
            return self._played(office, place)
        if isinstance(answer, list | tuple) and answer and all(isinstance(row, Mapping) for row in answer):
            steps = [(f"第 {n} 步", (make_step(row),)) for n, row in enumerate(answer, 1)]
            return self._look(play_steps(place, self.seed, steps, self.until), ())
        chosen = self._chosen(answer)
        if chosen is None:
            return unreadable(answer, self._expected(), self.prompt().how)
        if len(chosen) > self.slots:
            return Feedback(
                Outcome.NEEDS_WORK,
                f"这一题最多走 {self.slots} 步，您走了 {len(chosen)} 步。",
                next_step="去掉不要紧的，再交一次。",
                share=0.0,
            )
        hands = [(f"第 {n} 步“{move.text}”", move.steps) for n, move in enumerate(chosen, 1)]
        return self._look(play_steps(place, self.seed, hands, self.until), tuple(chosen))

    def _chosen(self, answer: object) -> list[Move] | None:
        known = {move.key: move for move in self.moves}
        if isinstance(answer, list | tuple):
            rows = list(answer)
            rows = rows[: rows.index(STOP)] if STOP in rows else rows
            words = [word for word in rows if not is_unanswered(word)]
        elif isinstance(answer, str):
            words = list(answer)
        else:
            return None
        keys: list[str] = []
        for word in words:
            piece = split_keys(word, tuple(known)) if str(word).strip(" ,，、\n") else []
            if piece is None:
                return None
            keys += piece
        return [known[key] for key in keys] or None

    def _expected(self) -> str:
        if not self.moves:
            return "这一题收您办过的一局：办件台、wz.Office，或日志文件。"
        return f"应为走的几步，可用 {'、'.join(move.key for move in self.moves)}，先后排列。"

    def _played(self, office: Office, place: str | Path) -> Feedback:
        from wenzheng_lab.office.scenario import load_scenario

        wanted = load_scenario(place)
        if office.scenario.id != wanted.id or office.seed != self.seed:
            return Feedback(
                Outcome.NEEDS_WORK,
                f"这一局是“{office.scenario.name}”，种子 {office.seed}；题目要的是“{wanted.name}”，种子 {self.seed}。",
                next_step="打开题目要的那一局，办完再交。",
                share=0.0,
            )
        if not any(event.by_learner for event in office.log):
            return Feedback(
                Outcome.NOT_ATTEMPTED, "这一局还没有办。", next_step="到办件台坐下，办到题目写的那一刻再交。"
            )
        if self.until is not None and office.now < self.until:
            return Feedback(
                Outcome.NEEDS_WORK,
                f"县里现在是 {office.now:%m月%d日%H:%M}，要办到 {self.until:%m月%d日%H:%M} 才看得出结果。",
                next_step="让时间接着走，走到那一刻再交。",
                share=0.0,
            )
        return self._look(Run(office), ())

    def _look(self, run: Run, chosen: tuple[Move, ...]) -> Feedback:
        run = replace(run, about=self.about)
        seen = [goal.look(run) for goal in self.goals]
        right = tuple(point for met, point in seen if met)
        missing = tuple(Point(text) for text in run.failures) + tuple(point for met, point in seen if not met)
        done = not missing
        # 走错的时候只说走过的几手，没走的不提，免得把好的一手说出去
        walked = {move.key: move for move in chosen if move.because}
        said = tuple(Point(f"{key}：{move.because}") for key, move in walked.items())
        return Feedback(
            Outcome.PASSED if done else Outcome.NEEDS_WORK,
            f"{len(self.goals)} 条要求做到 {len(right)} 条。",
            right=right,
            missing=missing,
            next_step="" if done else "看看下面的经过，是哪一步让它变成这样的；换一步，再走一遍。",
            walked=said,
            share=len(right) / (len(self.goals) + len(run.failures)),
            story=run,
        )

    def prompt(self) -> Prompt:
        parts: list[Content] = [cards.para(self.brief)] if self.brief else []
        parts.append(cards.para(f"办完以后看这几条（办件室按种子 {self.seed} 走，时间走到{self._end()}）："))
        parts.append(cards.bullets(f"· {goal.want}" for goal in self.goals))
        if not self.moves:
            return Prompt(tuple(parts), "desk")
        lines = cards.bullets(join([tag("b", f"{move.key}. "), move.text]) for move in self.moves)
        parts += [cards.para(f"可以走的有这些，最多走 {self.slots} 步，先后由您定，一步可以走两回："), lines]
        return Prompt(tuple(parts), '["A", "B"]（改成您的几步）')

    def _end(self) -> str:
        return f" {self.until:%m月%d日%H:%M}" if self.until else "您停下的那一刻"

    def fields(self) -> tuple[Field, ...]:
        if not self.moves:
            return ()
        pairs = (*((move.key, move.key) for move in self.moves), ("到此为止", STOP))
        return tuple(Field("pick", str(n), f"第 {n} 步", pairs) for n in range(1, self.slots + 1))

    def from_fields(self, values: Mapping[str, object]) -> object:
        picks = [values.get(str(n), "") for n in range(1, self.slots + 1)]
        return "" if all(is_unanswered(pick) for pick in picks) else picks

    def show_answer(self, answer: object) -> Content:
        chosen = self._chosen(answer) if self.moves else None
        if chosen is None:
            rows = answer if isinstance(answer, list) else [answer]
            return cards.bullets(f"第 {n} 步：{_say(row)}" for n, row in enumerate(rows, 1))
        return cards.bullets(
            join([tag("b", f"第 {n} 步 {move.key}. "), move.text, cards.small(move.because)])
            for n, move in enumerate(chosen, 1)
        )

    def shuffled(self, rng: random.Random) -> tuple[Self, Mapping[str, str]]:
        if self.fixed or not self.moves:
            return self, {}
        order = list(self.moves)
        rng.shuffle(order)
        moved = {move.key: key for move, key in zip(order, string.ascii_uppercase, strict=False)}
        return replace(self, moves=tuple(replace(move, key=moved[move.key]) for move in order)), moved


def _say(row: object) -> str:
    if not isinstance(row, Mapping):
        return str(row)
    rest = "，".join(str(value) for key, value in row.items() if key != "act")
    return f"{row.get('act')} {rest}".strip()


def _move(node: Node) -> Move:
    move = Move(node.text("key"), node.text("text"), read_steps(node, "do"), node.text("because", ""))
    node.done()
    return move
