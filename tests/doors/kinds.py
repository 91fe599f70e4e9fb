"""坏输入的各种：名字与 ``table.txt`` 的列名相同。"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

PLAIN = "北关路路灯坏了半年，老人晚上出门摔了一跤，什么时候能修好？请尽快修复。"
REPLY = "北关路路灯3月5日已修好，共换灯11盏，是电缆被挖断。再不亮请打0700-5550113。"
MILLION = 1_000_000


def _with(mark: str) -> str:
    """把怪字嵌进一封像样的信：夹在字中间，也放在头尾。"""
    return f"{mark}北关路路{mark}灯坏了半年，什么时候{mark}能修好？请尽快修复。{mark}"


TEXTS: Mapping[str, object] = {
    "空串": "",
    "空白": " 　\t\r\n\u2003",
    "百万字": (PLAIN * (MILLION // len(PLAIN) + 1))[:MILLION],
    "NUL": _with("\0"),
    "代理项": _with("\ud800"),
    "混换行": _with("\r\n\r\n\u2028"),
    "零宽": _with("\u200b\ufeff\u202e"),
    "表情": _with("😀👨‍👩‍👧"),
    "生僻字": _with("𠮷𬌗"),
    "繁体": "北關路路燈壞了半年，什麼時候能修好？請儘快修復。",
    "网页": _with("<script>alert(1)</script><img src=x onerror=alert(1)>"),
    "公式": "=cmd|'/c calc'!A0" + PLAIN,
    "数字": 12345,
    "None": None,
    "NaN": float("nan"),
    "字节": PLAIN.encode(),
    "列表": [PLAIN],
}
"""文字：给要一段文字的门"""


def good_frame(rows: int = 24) -> pd.DataFrame:
    """一张规范列的好表：两个单位、四个月、一半有答复；文字按对象存，放得下孤立代理项。"""
    at = np.arange(rows)
    frame = pd.DataFrame(
        {
            "message_id": [f"M{n:03d}" for n in at],
            "author": [f"网友{n}" for n in at],
            "place": np.where(at % 2 == 0, "青禾县城关镇", "青禾县望山镇"),
            "subject": np.where(at % 2 == 0, "北关路路灯不亮", "公交等太久"),
            "body": [
                f"{PLAIN}第{n}户。" if n % 2 == 0 else f"10路公交等了{n}分钟，凭什么不管！还有没有王法！" for n in at
            ],
            "category": np.where(at % 2 == 0, "城乡建设", "交通运输"),
            "appeal": np.where(at % 2 == 0, "投诉", "建议"),
            "department": np.where(at % 2 == 0, "城管局", "交通局"),
            "created_at": pd.Timestamp("2026-03-02 09:00") + pd.to_timedelta(at * 30, unit="h"),
            "likes": at % 5,
            "reply": np.where(at % 3 == 0, None, REPLY),
            "quality": 40.0 + at % 7,
        }
    )
    frame["replied_at"] = frame["created_at"] + pd.to_timedelta(24 + at * 7, unit="h")
    frame.loc[frame["reply"].isna(), "replied_at"] = pd.NaT
    for name in ("author", "place", "subject", "body", "category", "appeal", "department", "reply", "message_id"):
        frame[name] = frame[name].astype(object)
    return frame


def _texts(*values: object) -> pd.DataFrame:
    """正文、主题、答复、单位轮流换成这些值。"""
    frame = good_frame()
    for at, name in enumerate(("body", "subject", "reply", "place")):
        cells = frame[name].tolist()
        for n, value in enumerate(values):
            cells[(n * 4 + at) % len(cells)] = value
        frame[name] = pd.Series(cells, dtype=object)
    return frame


_ODD = ("NUL", "代理项", "混换行", "零宽", "表情", "生僻字", "繁体", "网页", "公式")


def _dates(*values: object) -> pd.DataFrame:
    frame = good_frame()
    times: list[object] = frame["created_at"].tolist()
    times[: len(values)] = values
    return frame.assign(created_at=pd.Series(times, dtype=object))


FRAMES: Mapping[str, Callable[[], object]] = {
    "怪字": lambda: _texts(*(TEXTS[name] for name in _ODD)),
    "空格子": lambda: _texts("", "  ", None, float("nan"), pd.NA, "　\n"),
    "数字格": lambda: _texts(3, 3.5, True, 10**20, np.int64(7)),
    "百万字": lambda: _texts(TEXTS["百万字"]),
    "字节格": lambda: _texts(b"\xe8\xb7\xaf"),
    "缺列": lambda: good_frame()[["likes"]],
    "列名重": lambda: pd.concat([good_frame(), good_frame()[["body"]]], axis=1),
    "两层列": lambda: pd.concat({"表": good_frame()}, axis=1),
    "空表": lambda: good_frame().head(0),
    "没有列": pd.DataFrame,
    "时间混": lambda: _dates(
        "2026/3/5 8:05", "2026年3月6日", date(2026, 3, 7), datetime(2026, 3, 8), "2026-03-09T01:00:00Z", None
    ),
    "时间坏": lambda: _dates("昨天", "2026-13-45"),
    "元年": lambda: _dates(datetime(1, 1, 1), datetime(9999, 12, 31)),
    "编号重": lambda: good_frame().assign(message_id="同一个"),
    "索引重": lambda: good_frame().set_axis([7] * 24, axis=0),
    "一列": lambda: good_frame()["body"],
    "列表": lambda: good_frame().to_dict("records"),
    "None": lambda: None,
}
"""表：给要一张表的门"""

PATHS: Mapping[str, Callable[[Path], object]] = {
    "没有": lambda folder: folder / "没有这个文件.csv",
    "文件夹": lambda folder: _made(folder / "空文件夹"),
    "空文件": lambda folder: _file(folder / "空.csv", b""),
    "乱字节": lambda folder: _file(folder / "乱.csv", bytes(range(256)) * 20),
    "空名": lambda folder: "",
    "NUL": lambda folder: str(folder / "甲\0乙.csv"),
    "代理项": lambda folder: str(folder / "\ud800.csv"),
    "太长": lambda folder: str(folder / ("长" * 300 + ".csv")),
    "数字": lambda folder: 3,
    "None": lambda folder: None,
    "字节": lambda folder: str(folder / "a.csv").encode(),
    "列表": lambda folder: [folder / "a.csv"],
}
"""路径：给要一个已有文件的门"""

TARGETS: Mapping[str, Callable[[Path], object]] = {
    "占了": lambda folder: _made(folder / "占了的.csv"),
    "父是文件": lambda folder: _file(folder / "文件", b"x") / "下面.csv",
    "错后缀": lambda folder: folder / "表.doc",
    "空名": PATHS["空名"],
    "NUL": PATHS["NUL"],
    "代理项": PATHS["代理项"],
    "太长": PATHS["太长"],
    "数字": PATHS["数字"],
    "字节": PATHS["字节"],
    "列表": PATHS["列表"],
}
"""路径：给要写一个新文件的门"""

WHOLES: Mapping[str, object] = {
    "小数": 1.5,
    "文字": "七",
    "真假": True,
    "None": None,
    "NaN": float("nan"),
    "列表": [7],
    "负数": -7,
    "天大": 10**40,
}
"""整数：给要种子的门"""

HEADER = "留言编号,留言主题,留言详情,留言时间,答复意见\r\n"
ROW = f"1,路灯,{PLAIN},2026/3/5 8:05,{REPLY}\r\n"

_RULE = """version = "1"
[act]
slogan = "套话"
[[rule]]
id = "slogan.a"
act = "slogan"
message = "{match}"
why = "因"
source = "源"
terms = ["甲"]
hits = ["甲"]
misses = ["丁"]
"""
RULES: Mapping[str, bytes] = {
    "错字": _RULE.replace("message", "mesage").encode(),
    "缺字段": _RULE.replace('why = "因"\n', "").encode(),
    "少引号": _RULE.replace('"源"', '"源').encode(),
    "坏句式": _RULE.replace('terms = ["甲"]', 'patterns = ["(甲"]').encode(),
    "种类错": _RULE.replace('["甲"]', "3").encode(),
    "NUL": _RULE.replace("甲", "甲\0").encode(),
    "深套": ("x = " + "[" * 5000).encode(),
    "GBK": _RULE.encode("gbk"),
    "空文件": b"",
    "乱字节": bytes(range(256)),
}
"""规则文件：给规则、细则、时限、派单、情景的读取"""


def _csv(encoding: str, body: str = ROW * 3) -> bytes:
    return (HEADER + body).encode(encoding)


FILES: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "UTF-8": ("表.csv", lambda: _csv("utf-8")),
    "带BOM": ("表.csv", lambda: _csv("utf-8-sig")),
    "GBK": ("表.csv", lambda: _csv("gbk")),
    "GB18030": ("表.csv", lambda: _csv("gb18030", ROW + "2,𠮷,𠮷家路灯坏了,2026/3/5,已修好。\r\n")),
    "UTF-16": ("表.csv", lambda: _csv("utf-16")),
    "UTF-16无BOM": ("表.csv", lambda: _csv("utf-16-le")),
    "混换行": ("表.csv", lambda: (HEADER + '1,题,"甲\r\n乙\r丙\n丁",,已修好。\n2,题,戊,,已修好。\r').encode()),
    "怪字": ("表.csv", lambda: (HEADER + "1,灯\0\u200b😀,𠮷臺灣<script>x</script>,,已修\0好。\r\n").encode()),
    "百万字": ("表.csv", lambda: (HEADER + f"1,题,{TEXTS['百万字']},,已修好。\r\n").encode()),
    "公式": (
        "表.xlsx",
        lambda: _xlsx([["subject", "body", "reply"], ["=1+1", "=cmd|'/c calc'!A0", "=1"], ["题", "文", "已修好。"]]),
    ),
    "合并格": (
        "表.xlsx",
        lambda: _xlsx(
            [["subject", "body", "reply"], ["题", "文", "已修好。"], [None, "文二", "已修好。"]], merge="A2:A3"
        ),
    ),
    "时间混": (
        "表.csv",
        lambda: (
            HEADER + "1,题,文,2026/3/5,已修\r\n2,题,文,46086.5,\r\n3,题,文,昨天,\r\n4,题,文,0001-01-01,\r\n"
        ).encode(),
    ),
    "编号重": ("表.csv", lambda: (HEADER + "1,题,文,,已修\r\n1,题,文二,,已修\r\n").encode()),
    "错列": ("表.csv", lambda: "姓名,年龄\r\n甲,3\r\n".encode()),
    "只有表头": ("表.csv", HEADER.encode),
    "空文件": ("表.csv", bytes),
    "坏压缩": ("表.xlsx", lambda: b"PK\x03\x04" + b"\0" * 60),
    "坏json": ("表.json", lambda: b'[{"subject": "\xff'),
    "深json": ("表.json", lambda: b"[" * 100_000),
    "深xml": ("表.xml", lambda: b"<?xml version='1.0'?>" + b"<a>" * 100_000),
    "数组json": ("表.json", lambda: json.dumps([[1, 2], 3, "四"]).encode()),
}
"""文件内容：给读表的门"""


def _xlsx(rows: list[list[object]], *, merge: str = "") -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
    return out.getvalue()


def _made(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def _file(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
