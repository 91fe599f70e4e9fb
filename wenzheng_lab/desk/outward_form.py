"""公开发布：通报、每周发布、专家答疑、更正、删帖、月度通报。"""

from __future__ import annotations

import ipywidgets as w  # type: ignore[import-untyped]

from wenzheng_lab._html import table, tag
from wenzheng_lab.desk.parts import Widget, area, button, choices, line, pane, write
from wenzheng_lab.desk.sitting import Sitting

KINDS = {"情况通报": "announcement", "每周发布": "weekly", "专家答疑": "expert_qa"}


class OutwardForm:
    """发布一页。"""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.kind = choices(list(KINDS), "情况通报", lambda _: None)
        self.topic = line("针对哪桩", width="min(100%, 36em)")
        self.expert = line("专家", width="min(100%, 36em)")
        self.expert.placeholder = "专家答疑必填：姓名与单位"
        self.text = area("全文。不知道的写不知道，写明下次什么时候再说。", rows=5)
        self.go = button("发布", self._publish, look="primary")
        self.month = button("出月度通报（程序起草）", self._bulletin)
        self.known = pane()
        self.post = line("发布编号", width="14em")
        self.words = area("更正的话，或删帖的理由", rows=2)
        self.fix = button("公开更正", self._correct)
        self.drop = button("删帖", self._delete, tip="可以做，后果自负：当时清净，几小时后反弹，信任降得最多")
        self.view = pane()
        self.box: Widget = w.VBox(
            [
                self.known,
                self.kind,
                self.topic,
                self.expert,
                self.text,
                w.HBox([self.go, self.month, sitting.echo()]),
                pane(tag("h4", "已经发布的")),
                self.view,
                self.post,
                self.words,
                w.HBox([self.fix, self.drop, sitting.echo()]),
            ]
        )

    def _publish(self) -> None:
        def act() -> str:
            kind = KINDS[self.kind.value]
            number = self.sitting.office.publish(
                self.text.value, kind=kind, topic=self.topic.value.strip(), expert=self.expert.value
            )
            self.text.value = ""
            return f"{number}。"

        self.sitting.do("已发布，编号 ", act)

    def _bulletin(self) -> None:
        self.sitting.do("月度通报已出：", lambda: self.sitting.office.bulletin())

    def _correct(self) -> None:
        post = self.post.value.strip()
        self.sitting.do("已公开更正。", lambda: self.sitting.office.correct(self.words.value, post=post) and None)

    def _delete(self) -> None:
        target = self.post.value.strip()
        self.sitting.do(
            "已删帖。看着清净了，过几小时再看热度。",
            lambda: self.sitting.office.delete_post(target, reason=self.words.value),
        )

    def draw(self) -> None:
        """照此刻的样子重画。"""
        office = self.sitting.office
        for one in (self.go, self.month, self.fix, self.drop):
            one.disabled = office.read_only
        rows = [(id, name, office.known(id) or "还没有查清") for id, name in office.topics]
        note = f"也可以填来信编号；选中的是 {self.sitting.current}。" if self.sitting.current else "也可以填来信编号。"
        head = (
            table(rows, headers=("议论编号", "名称", "查清的实情"))
            if rows
            else tag("div", "此刻没有起来的议论。" + note)
        )
        write(self.known, head)
        posts = [
            (row["post"], str(row["at"])[5:16].replace("T", " "), row["text"], "已删" if row["deleted"] else "")
            for row in office.posts
        ]
        write(self.view, table(posts) if posts else tag("div", "还没有。"))
