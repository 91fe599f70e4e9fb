"""热点卡片：标题、热度的四部分、时间、关键词。"""

from __future__ import annotations

from wenzheng_lab._html import Markup, table, tag
from wenzheng_lab.trends.hotspots import Hotspot

STYLE = """
.wz-hot{font-family:system-ui,"Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;border:1px solid #c9d2dc;
border-radius:8px;padding:12px 18px;max-width:760px;line-height:1.7;color:#1c2733;background:#fff;margin:8px 0}
.wz-hot h4{margin:0 0 4px;font-size:17px;color:#1c2733}
.wz-hot table{border-collapse:collapse;font-size:14px;margin:4px 0;border:0}
.wz-hot tr,.wz-hot tbody tr:nth-child(odd){background:#fff}
.wz-hot th,.wz-hot td{border:0;border-bottom:1px solid #e3e8ee;padding:4px 10px;text-align:left;color:#1c2733}
.wz-hot .wz-note{font-size:12px;color:#5a6875;margin:4px 0 0}
"""
_SHOWN = 20
"""卡片上最多列几个来信编号"""


def render(one: Hotspot) -> Markup:
    """画卡片。

    Args:
        one: 热点。

    Returns:
        一个 ``div``，自带样式，不用脚本，不取网络。
    """
    when = "没有时间" if one.start is None or one.end is None else f"{one.start:%Y-%m-%d} 至 {one.end:%Y-%m-%d}"
    shown = "、".join(str(member) for member in one.members[:_SHOWN])
    more = f" 等 {len(one.members)} 封" if len(one.members) > _SHOWN else ""
    rows = [
        ("地点", one.place or "看不出"),
        ("时间", when),
        ("人数", f"{one.people} 人，{len(one.members)} 封来信，{one.likes} 个点赞"),
        (
            "热度",
            f"{one.heat:.1f} ＝ 人数 {one.people} ＋ 赞同 {one.support:.1f} ＋ 持续 {one.duration:.1f} ＋ "
            f"增长 {one.growth:.1f}",
        ),
        ("关键词", "、".join(one.keywords)),
        ("来信", shown + more),
    ]
    return tag(
        "div",
        tag("style", Markup(STYLE)),
        tag("h4", one.title),
        table(rows),
        tag("p", "热度只说有多少人在说，不说谁对谁错；归在一起的来信请人看过再用。", attrs={"class": "wz-note"}),
        tag("p", f"签名 {one.signature}", attrs={"class": "wz-note"}),
        attrs={"class": "wz-hot"},
    )
