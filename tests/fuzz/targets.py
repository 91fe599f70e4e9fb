"""四个目标：读表、读规则、评分与分拣、读日志。

每个目标一个类：``seeds`` 是起步的好例子，``one`` 拿一串字节去撞一次门。
撞出的只许是本包的错误，或者合乎约定的结果；别的都算发现。
"""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol


class Target(Protocol):
    """一个目标。"""

    def seeds(self) -> Iterator[bytes]:
        """起步的好例子。"""

    def one(self, data: bytes) -> None:
        """撞一次；只许抛出本包的错误。"""


class Readers:
    """读表：csv、json、xlsx、xls、html、xml、parquet、zip，按内容认。

    第一个字节定怎样包装：xlsx、xls 的压缩外壳随机字节撞不进去，所以替它包好，只变里面的 XML。
    """

    SUFFIXES = (".csv", ".json", ".jsonl", ".html", ".xml", ".xls", ".parquet", ".txt", ".xlsx")

    def __init__(self) -> None:
        from wenzheng_lab.corpus import read_message_chunks, read_messages

        self._read, self._chunks = read_messages, read_message_chunks
        self._folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        self._book = _workbook()

    def seeds(self) -> Iterator[bytes]:
        """各种写法的小表。"""
        table = '留言编号,留言主题,留言详情,留言时间\r\n1,路灯,北关路路灯坏了,2026/3/5 8:05\r\n2,公交,"增开\n班车",\r\n'
        for at, suffix in enumerate(self.SUFFIXES):
            yield bytes([at]) + table.encode("utf-8-sig" if suffix == ".csv" else "utf-8")
        yield b"\x00" + table.encode("gb18030")
        yield b"\x00" + table.encode("utf-16")
        rows = [{"subject": "路灯", "body": "坏了", "created_at": "2026-03-05", "likes": 3, "reply": {"text": "已修"}}]
        yield b"\x01" + json.dumps(rows).encode()
        yield b"\x02" + b"\n".join(json.dumps(row).encode() for row in rows * 2)
        yield b"\x03" + "<html><table><tr><th>主题<th>详情<tr><td>灯<td>坏了</table>".encode()
        yield b"\x04" + "<?xml version='1.0'?><a><b><subject>灯</subject><body>坏</body></b></a>".encode()
        yield b"\x80" + self._book["xl/worksheets/sheet1.xml"]
        yield b"\x81" + table.encode()

    def one(self, data: bytes) -> None:
        """读一个文件：整个读与一段一段读，行数应当相同。"""
        if not data:
            return
        kind, body = data[0], data[1:]
        if kind == 0x80:
            name, body = "表.xlsx", _zip({**self._book, "xl/worksheets/sheet1.xml": body})
        elif kind == 0x81:
            name, body = "包.zip", _zip({"内/表.csv": body, "../表.json": body[: len(body) // 2]})
        else:
            name = "表" + self.SUFFIXES[kind % len(self.SUFFIXES)]
        path = self._folder / name
        path.write_bytes(body)
        columns = {"body": "留言详情"} if kind & 0x40 else None
        frame = self._read(path, columns=columns)
        assert {"subject", "body"} & set(frame.columns), list(frame.columns)
        assert len(frame), "没有一行也没有报错"
        str(frame.attrs["reading"])
        rows = sum(len(part) for part in self._chunks(path, columns=columns, rows=3))
        assert rows == len(frame), (rows, len(frame))


class Rules:
    """读规则文件：各种规则、细则、时限、派单、分类、情景。第一个字节定按哪一种读。"""

    def __init__(self) -> None:
        from wenzheng_lab._toml import TomlFile
        from wenzheng_lab.corpus.registry import parse
        from wenzheng_lab.inbox.scenario import read_scenario as inbox_scenario
        from wenzheng_lab.office.scenario import read_scenario
        from wenzheng_lab.rules.deadlines import load_deadlines
        from wenzheng_lab.rules.lexicon import parse_lexicon
        from wenzheng_lab.rules.load import DATA, parse_rules
        from wenzheng_lab.rules.rubric import parse_rubric
        from wenzheng_lab.rules.taxonomy import load_taxonomy
        from wenzheng_lab.triage.dispatch import load_catalogue

        self._data, self._path = DATA, Path(tempfile.mkdtemp(prefix="fuzz-")) / "规则.toml"
        read = TomlFile.read
        self._parsers: tuple[Callable[[Path], object], ...] = (
            lambda path: parse_rules(read(path), targets="act"),
            lambda path: parse_rules(read(path), targets="gate"),
            lambda path: parse_rubric(read(path)),
            lambda path: parse_rubric(read(path), names=()),
            load_deadlines,
            load_catalogue,
            load_taxonomy,
            read_scenario,
            inbox_scenario,
            lambda path: parse(read(path)),
            lambda path: parse_lexicon(path.name, path.read_text(encoding="utf-8", errors="replace")),
        )

    def seeds(self) -> Iterator[bytes]:
        """随包规则文件的开头，与一条完整的规则。"""
        from wenzheng_lab.corpus.registry import _FILE as SCHEMAS
        from wenzheng_lab.inbox.scenario import FOLDER as INBOXES
        from wenzheng_lab.office.scenario import FOLDER as OFFICES

        rule = (
            'version = "1"\n[act]\nslogan = "套话"\n[macro]\nN = "[0-9]"\n[[rule]]\nid = "slogan.a"\nact = "slogan"\n'
            'message = "{match}"\nwhy = "因"\nsource = "源"\nterms = ["甲"]\npatterns = ["{N}乙"]\nscore = 2\n'
            'exceptions = ["丙"]\nhits = ["甲"]\nmisses = ["丁"]\nnegation = true\n'
        )
        yield b"\x00" + rule.encode()
        yield b"\x01" + rule.replace("act", "gate").encode()
        files = (self._data / "reply.toml", self._data / "post.toml", self._data / "deadlines.toml")
        for at, path in enumerate(files, start=2):
            yield bytes([at]) + path.read_bytes()[:6000]
        for at, path in ((7, OFFICES / "first-day.toml"), (8, INBOXES / "county-week.toml"), (9, SCHEMAS)):
            yield bytes([at]) + path.read_bytes()
        yield b"\x0aword,group\r\n" + "问题,信函\r\n".encode()

    def one(self, data: bytes) -> None:
        """读一个规则文件。"""
        if not data:
            return
        self._path.write_bytes(data[1:])
        self._parsers[data[0] % len(self._parsers)](self._path)


class Scorer:
    """评分、评发布、遮盖、分拣、分句：字节先换成公文里常见的片段，不在表里的照原样当作一个字。"""

    PIECES = (
        "您好", "，", "。", "！", "？", "\n", "；", "……", "”", "（", "）", "、", "：", "经查", "情况属实",
        "已于", "3月5日", "2026年", "修好", "路灯", "北关路", "青禾县", "城管局", "我们将", "尽快", "高度重视",
        "15个工作日内", "联系电话", "0700-5550113", "13805550127", "610399197503124018", "张伟", "家住",
        "3栋2单元", "501室", "根据", "《信访工作条例》", "第三十二条", "不予受理", "理由是", "请", "停水",
        "请提前存水", "不信谣不传谣", "滚", "依法处理", "删帖", "违法", "煤气味", "快来人", "老人", "被困",
        "建议", "请问", "什么时候", "为什么", "12345", "感谢", "理解", "没有", "未能", "1.", "（一）", "①",
        "\r\n", "\t", "\u3000", "\u200b", "\ufeff", "𠮷", "😀", "\ud800", "\0", "㎡", "Ａ１", "臺灣", "<b>",
        "=cmd|", "%", "元", "2300户", "8点", "至", "20点", "更正", "此前", "为准", "道歉", "公告", "编号",
        "微信", "a@b.cn",
    )  # fmt: skip

    def __init__(self) -> None:
        from wenzheng_lab import text
        from wenzheng_lab.letter.asks import find_asks
        from wenzheng_lab.model import Message
        from wenzheng_lab.post import score_post
        from wenzheng_lab.post.kinds import KINDS
        from wenzheng_lab.privacy import redact
        from wenzheng_lab.reply import score_reply
        from wenzheng_lab.triage import triage_message

        self._text, self._asks, self._redact, self._message = text, find_asks, redact, Message
        self._reply, self._post, self._triage, self._kinds = score_reply, score_post, triage_message, tuple(KINDS)

    def seeds(self) -> Iterator[bytes]:
        """几份像样的来信与答复。"""
        for words in (
            "您好，经查情况属实。已于3月5日修好路灯，联系电话0700-5550113。",
            "停水，请提前存水。",
            "煤气味，快来人！",
        ):
            yield b"\x05" + self.encode(words)
        yield b"\x03" + bytes(range(len(self.PIECES)))

    def encode(self, text: str) -> bytes:
        """把文字写成片段的号码。"""
        out = bytearray()
        while text:
            at = next((n for n, piece in enumerate(self.PIECES) if text.startswith(piece)), None)
            if at is None:
                text = text[1:]
                continue
            out.append(at)
            text = text[len(self.PIECES[at]) :]
        return bytes(out)

    def decode(self, data: bytes) -> str:
        """号码换成文字；号码太大的是一个任意的字。"""
        many = len(self.PIECES)
        parts, at = [], 0
        while at < len(data):
            if data[at] < many:
                parts.append(self.PIECES[data[at]])
                at += 1
            else:
                parts.append(chr(int.from_bytes(data[at : at + 3], "big") % 0x110000))
                at += 3
        return "".join(parts)

    def one(self, data: bytes) -> None:
        """一份答复配一封信；位置都在文内，引文就是那一段，遮两遍不变，评两遍一样。"""
        if len(data) < 2:
            return
        half = 1 + len(data) * data[0] // 512
        reply, body = self.decode(data[1:half]), self.decode(data[half:])
        letter = {"subject": body[:10], "body": body}
        score = self._reply(reply, to=letter)
        # 只有空白的主题当作没有，位置从详情算起
        whole = self._message.of(letter).text
        for finding in score.findings:
            _quoted(finding, reply if finding.where == "reply" else whole)
        assert score.to_dict() == self._reply(reply, to=letter).to_dict(), "两遍的分不一样"
        post = self._post(reply, kind=self._kinds[data[0] % len(self._kinds)], context=body)
        for finding in post.findings:
            _quoted(finding, reply)
        found = self._triage(letter)
        for finding in found.evidence:
            _quoted(finding, found.text)
        for kind, text in (("reply", reply), ("message", body)):
            red = self._redact(text, kind=kind)
            assert len(red.text) == len(text)
            assert self._redact(red.text, kind=kind).text == red.text, "遮两遍变了"
            assert "".join(self._text.words(text)) == text, "分词丢了字"
            for span in (*self._text.sentences(text), *self._text.clauses(text)):
                assert 0 <= span.start < span.end <= len(text)
            for ask in self._asks(self._message("", text)):
                assert 0 <= ask.span.start < ask.span.end <= len(text)


class Log:
    """读日志：坏了的 SQLite 文件，与摘要条条对得上、内容却是编的日志。"""

    def __init__(self) -> None:
        from wenzheng_lab.office import Office
        from wenzheng_lab.office.events import GENESIS, canonical, digest
        from wenzheng_lab.office.ledger import check_log

        self._office, self._check, self._genesis = Office, check_log, GENESIS
        self._canonical, self._digest = canonical, digest
        self._folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        self._good = self._folder / "好.wzlog"
        office = Office("first-day", seed=7, path=self._good)
        number = str(office.inbox["message_id"].iloc[0])
        office.open(number)
        office.sort(number, urgency="一般", category="城乡建设", appeal="投诉")
        office.assign(number, lead="水利局")
        office.reply(number, "您好，已派人去看，3月5日前修好。")
        office.advance(hours=30)
        office.shut()
        connection = sqlite3.connect(self._good)
        rows = connection.execute("SELECT at, kind, actor, case_id, data FROM events ORDER BY seq").fetchall()
        connection.close()
        self._rows = [[at, kind, actor, case, json.loads(data)] for at, kind, actor, case, data in rows]

    def seeds(self) -> Iterator[bytes]:
        """一份好日志，与它的各条。"""
        yield b"\x00" + self._good.read_bytes()[:16_384]
        for at in range(0, min(256, len(self._rows)), 3):
            # 第二个字节说换哪一条：原样换上，仍是好的
            yield b"\x01" + bytes([at]) + json.dumps(self._rows[at], ensure_ascii=False).encode()
        yield b"\x02\x00\x05"
        yield b'\x03\x05["data"]["text"] 3'

    def one(self, data: bytes) -> None:
        """核对、打开、看一份日志。"""
        if not data:
            return
        path = self._folder / "坏.wzlog"
        path.unlink(missing_ok=True)
        if data[0] % 2 == 0:
            body = bytearray(self._good.read_bytes())
            # 前四字节说从哪里改起，其余盖上去：整个文件随机写，连 SQLite 的头都过不了
            at = int.from_bytes(data[1:4], "big") % len(body)
            body[at : at + len(data) - 4] = data[4:]
            path.write_bytes(bytes(body))
        else:
            self._forge(path, data[1:])
        faults = self._check(path)
        office = self._office.view(path)
        assert not faults, "核对说有错，却打得开"
        self._look(office)

    @staticmethod
    def _look(office: Any) -> None:
        """打开以后看得见的都看一遍。"""
        assert len(office.inbox) >= 0
        repr(office), office.card()
        office.scoreboard()
        for event in office.log:
            str(event)

    def _forge(self, path: Path, data: bytes) -> None:
        """编一份摘要对得上的：换掉一条，或换掉一条里的一个值。"""
        at, rows = data[0] % len(self._rows) if data else 0, [list(row) for row in self._rows]
        try:
            given = json.loads(data[1:].decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            given = data[1:].decode("utf-8", "replace")
        if isinstance(given, list) and len(given) == 5:
            rows[at] = [*map(str, given[:4]), given[4]]
        elif isinstance(given, dict):
            rows[at][4] = {**rows[at][4], **given}
        elif isinstance(given, list) and given and isinstance(rows[at][4], dict) and rows[at][4]:
            names = sorted(rows[at][4])
            rows[at][4] = {**rows[at][4], names[len(given) % len(names)]: given[0]}
        elif isinstance(given, str) and given:
            rows[at][1] = sorted({row[1] for row in rows})[len(given) % len({row[1] for row in rows})]
        else:
            del rows[at]
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA synchronous = OFF")
        good = sqlite3.connect(self._good)
        for (statement,) in good.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"):
            connection.execute(statement)
        for name in ("application_id", "user_version"):
            connection.execute(f"PRAGMA {name} = {good.execute(f'PRAGMA {name}').fetchone()[0]}")
        good.close()
        prev = self._genesis
        for seq, (when, kind, actor, case, content) in enumerate(rows):
            text = self._canonical(content)
            mark = self._digest(seq, when, kind, actor, case, text, prev)
            connection.execute(
                "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (seq, when, kind, actor, case, text, prev, mark)
            )
            prev = mark
        connection.execute("INSERT INTO seal VALUES (1, ?, ?)", (len(rows), prev))
        connection.commit()
        connection.close()


TARGETS: Mapping[str, Callable[[], Target]] = {"readers": Readers, "rules": Rules, "scorer": Scorer, "log": Log}


def _quoted(finding: Any, text: str) -> None:
    if finding.span is not None:
        assert 0 <= finding.span.start <= finding.span.end <= len(text), finding
        assert finding.span.of(text) == finding.quote, finding


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _workbook() -> dict[str, bytes]:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["subject", "body", "created_at"], ["灯", "坏了", "2026-03-05"], ["=1+1", 3, None]):
        book.active.append(row)
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
