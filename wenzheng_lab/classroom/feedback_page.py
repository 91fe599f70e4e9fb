"""反馈：一人一个网页，只有他自己的作答、得分、说明；没有不公开的试用，没有别人的任何东西。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenzheng_lab._files import copy_file, write_text
from wenzheng_lab._html import Content, Markup, join, tag
from wenzheng_lab.classroom.gradebook import Gradebook, Line, Paper, load_gradebook
from wenzheng_lab.classroom.grading import BY_HAND, ERROR, LABELS, SCORED, UNANSWERED
from wenzheng_lab.classroom.layout import ClassFolder
from wenzheng_lab.classroom.pages import page
from wenzheng_lab.course import cards
from wenzheng_lab.course.feedback import FORMATIVE

_SIGNS = {SCORED: "", BY_HAND: "○", UNANSWERED: "○", ERROR: "✖", "ungraded": "●"}


@dataclass(frozen=True, slots=True)
class Written:
    """写好的反馈。"""

    folder: Path
    """放反馈的文件夹"""
    pages: tuple[Path, ...]
    """各人的网页"""
    unread: int
    """里面还有几题未批"""

    def summary(self) -> str:
        """给教员看的话。

        Returns:
            几行文字。
        """
        said = f"写好 {len(self.pages)} 人的反馈，每人一个网页：{self.folder}"
        if self.unread:
            said += f"\n还有 {self.unread} 题未批，网页里写着“未批”；批完再运行一次。"
        return said


def write_feedback(folder: ClassFolder, name: str, *, answers: bool = False) -> Written:
    """给每个人写一个反馈网页；没交的也有一页，写明没有收到、怎样补。

    Args:
        folder: 班级。
        name: 作业名。
        answers: 附上参考答案；收齐了再给。

    Returns:
        写好的反馈。

    Raises:
        DatasetError: 没有发过这份作业。
        WenzhengError: 写不进。
    """
    book = load_gradebook(folder, name)
    paths = []
    for paper in book.papers:
        text = feedback_page(folder.name, book, paper, answers=answers)
        path = folder.place("feedback", paper.learner.id, name, f"{name}_反馈.html")
        write_text(path, text)
        # 再放一份在一起的，名字带姓名学号，便于按人发回去
        flat = folder.place("feedback", f"{name}_发回", f"{paper.learner.name}_{paper.learner.id}_{name}_反馈.html")
        copy_file(path, flat)
        paths.append(path)
    unread = sum(paper.unread for paper in book.papers)
    return Written(folder.place("feedback", f"{name}_发回"), tuple(paths), unread)


def feedback_page(title: str, book: Gradebook, paper: Paper, *, answers: bool = False) -> str:
    """一个人的反馈网页。

    Args:
        title: 班名。
        book: 成绩。
        paper: 这个人的作业。
        answers: 附上参考答案。

    Returns:
        自足的 HTML。
    """
    unit = book.assignment.unit
    head = tag("h1", f"{unit.id}　{unit.title}　反馈")
    who = tag("p", tag("b", paper.learner.name), f"　学号 {paper.learner.id}　{title}", attrs={"class": "who"})
    parts: list[Content] = [head, who, _summary(book, paper)]
    if paper.problems:
        parts.append(tag("h2", "交来的文件"))
        parts += [cards.para(f"{problem.title}。{problem.repair}") for problem in paper.problems]
    if paper.lines:
        parts.append(tag("h2", "各题"))
        parts += [_question(book, line, answers=answers) for line in paper.lines]
    foot = f"机器评的题照题目的答案判；书面题由老师批，机器的评分卡只供参考：{FORMATIVE}"
    parts.append(tag("p", foot, attrs={"class": "grey"}))
    return page(f"{paper.learner.name} {unit.id} 反馈", *parts)


def _summary(book: Gradebook, paper: Paper) -> Markup:
    if not paper.lines:
        said = {"missing": "没有收到您的作业。", "stopped": "收到了您的文件，但是不能批。"}.get(
            paper.state, "还没有批。"
        )
        return tag("p", tag("b", said), attrs={"class": "note"})
    tiles = [_tile("得分", f"{paper.earned or 0:g} / {paper.possible:g}" if paper.possible else "未批")]
    tiles.append(_tile("做了", f"{paper.attempted} / {len(paper.lines)} 题"))
    if paper.unread:
        tiles.append(_tile("未批", f"{paper.unread} 题"))
    said = f"还有 {paper.unread} 题等老师批，上面的得分不含它们。" if paper.unread else ""
    lacking = [line.id for line in paper.lines if line.status == UNANSWERED]
    if lacking:
        said += f"没有作答的：{'、'.join(lacking)}，按 0 分计。"
    return join([tag("div", *tiles, attrs={"class": "tiles"}), tag("p", said) if said else ""])


def _tile(label: str, value: str) -> Markup:
    return tag("div", tag("div", value, attrs={"class": "big"}), label, attrs={"class": "tile"})


def _question(book: Gradebook, line: Line, *, answers: bool) -> Markup:
    row = line.row
    feedback: Mapping[str, Any] = row.get("feedback") or {}
    got = (
        f"{line.shown} / {line.max:g} 分"
        if line.score is not None
        else f"{_SIGNS.get(line.status, '')} {LABELS[line.status]}"
    )
    parts: list[Content] = [tag("h3", tag("span", f"{line.id}　{line.title}"), tag("span", got))]
    if row.get("answer"):
        parts.append(cards.paper("您的作答", str(row["answer"])))
    if row.get("note"):
        parts.append(tag("p", f"读您的作答时：{row['note']}。", attrs={"class": "grey"}))
    if line.comment:
        parts.append(tag("p", tag("b", "老师的评语："), line.comment, attrs={"class": "person"}))
    if line.status == ERROR:
        parts.append(tag("p", str(row.get("says", "")), attrs={"class": "note"}))
    elif row.get("says"):
        parts.append(cards.para(str(row["says"])))
    parts += _points("✔", feedback.get("right", ()))
    parts += _points("△", feedback.get("missing", ()))
    hidden = row.get("hidden")
    if hidden:
        parts.append(cards.para(f"另有 {hidden['total']} 次没有公开的试用，对了 {hidden['right']} 次。"))
    if feedback.get("next_step") and line.status != ERROR:
        parts.append(cards.para(tag("b", "下一步："), str(feedback["next_step"])))
    if feedback.get("more"):
        parts.append(cards.para(tag("b", "再学一点："), str(feedback["more"])))
    if row.get("card"):
        parts.append(cards.fold("机器的评分卡（形成性反馈，点开看）", Markup(str(row["card"]))))
    if answers:
        spec = next(group[0] for group in book.assignment.unit.questions if group[0].id == line.id)
        parts.append(cards.fold("参考答案", *(spec.kind.show_answer(model.answer) for model in spec.models)))
    return tag("section", *parts, attrs={"class": "q"})


def _points(sign: str, points: Sequence[Mapping[str, str]]) -> list[Content]:
    return (
        [
            cards.bullets(
                join([f"{sign} ", point["text"], " ", cards.quote(point["quote"]) if point["quote"] else ""])
                for point in points
            )
        ]
        if points
        else []
    )
