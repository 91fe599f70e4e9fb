"""群众、街坊、媒体与值班领导说的话：``data/citizens.toml``，按场合取。"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.errors import DatasetError, explain
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.office.settings import DATA

SCENES = (
    "live",
    "rate_good",
    "rate_fine",
    "rate_refused_good",
    "rate_refused_bad",
    "rate_empty",
    "rate_kicked",
    "rate_partial",
    "rate_silent_on_asks",
    "rate_slow",
    "rate_rude",
    "rate_wrong",
    "rate_privacy",
    "rate_copy",
    "rate_unkept",
    "rate_noticed",
    "again_open",
    "again_later",
    "again_wrong",
    "again_unkept",
    "again_kicked",
    "again_closed",
    "again_deleted",
    "again_merged",
    "again_ask",
    "again_line",
    "again_end",
    "thanks",
    "thanks_refused",
    "call_done",
    "call_partial",
    "call_none",
    "call_false",
    "call_refused",
    "call_waiting",
    "phone_overdue",
    "phone_silent",
    "phone_media",
    "phone_media_deleted",
    "phone_leader",
    "phone_neighbours",
    "harm",
    "told",
)
"""场合"""


@cache
def _texts() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]], tuple[str, ...]]:
    """各场合的说法，要到现场才看得见的另外几句，哪几类事才这样说。"""
    file = TomlFile.read(DATA / "citizens.toml")
    data = file.table((), file.data, required=(*SCENES, "site"))
    site = file.table(("site",), data["site"], required=("subcategories", "lines"))
    lines = file.table(("site", "lines"), site["lines"], optional=SCENES)
    return (
        {scene: file.strings((scene,), data[scene], empty=False) for scene in SCENES},
        {scene: file.strings(("site", "lines", scene), rows, empty=False) for scene, rows in lines.items()},
        file.strings(("site", "subcategories"), site["subcategories"], empty=False),
    )


def texts(scene: str, kind: str = "") -> tuple[str, ...]:
    """一种场合的全部说法。

    Args:
        scene: 场合。
        kind: 来信的二级分类；要到现场才看得见的几类，另外多几句。

    Returns:
        各种说法。

    Raises:
        DatasetError: 没有这个场合。

    Examples:
        >>> len(texts("thanks", "工程质量")) > len(texts("thanks")) >= 5
        True
    """
    try:
        every, site, kinds = _texts()
        return every[scene] + (site.get(scene, ()) if kind in kinds else ())
    except KeyError:
        raise DatasetError(explain(f"没有场合 {scene!r}", f"可用：{'、'.join(SCENES)}", "请核对")) from None


def say(scene: str, stream: Stream, *, kind: str = "", **blanks: str) -> str:
    """一种场合的一句话，填上空。

    Args:
        scene: 场合。
        stream: 随机流。
        kind: 来信的二级分类，见 ``texts``。
        **blanks: 句子里的空。

    Returns:
        一句或几句话。
    """
    text = stream.pick(texts(scene, kind))
    for name, value in blanks.items():
        # 引号里再引，用单引号
        inner = value.replace("“", "‘").replace("”", "’")
        text = text.replace("“{" + name + "}", "“" + inner).replace("{" + name + "}", value)
    return text
