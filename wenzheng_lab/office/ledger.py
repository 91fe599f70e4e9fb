"""事件日志：只添不改的 SQLite 文件，前后用摘要连成一串，一次只许一个程序写。

每个动作一次提交，提交回来才算数，所以程序在哪一刻被杀都不丢已经回话的动作。
摘要链看得出谁改过中间一条、少了末尾几条；它防的是顺手改动，不防懂行的人把整条链重算一遍，
要防这个，考试时请当场记下 ``fingerprint``。
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import weakref
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from wenzheng_lab._files import long_path
from wenzheng_lab._paths import as_path
from wenzheng_lab.errors import WenzhengError, explain
from wenzheng_lab.office.events import GENESIS, Event, canonical, digest

APPLICATION = 0x575A4C42
VERSION = 1
MEMORY = ":memory:"
_MOST_BYTES = 500
_OPEN: weakref.WeakValueDictionary[str, Ledger] = weakref.WeakValueDictionary()
_TABLES = (
    "CREATE TABLE events (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL, "
    "case_id TEXT NOT NULL, data TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL)",
    "CREATE TABLE seal (id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL, hash TEXT NOT NULL)",
    # 防手滑：从数据库一层就不许改、不许删
    "CREATE TRIGGER no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, '事件只添不改'); END",
    "CREATE TRIGGER no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, '事件只添不删'); END",
)


class LedgerError(WenzhengError, ValueError):
    """日志打不开、被占用或被改动过。"""


class Ledger:
    """一份日志。"""

    def __init__(self, path: Path | None, connection: sqlite3.Connection, events: list[Event]) -> None:
        """用 ``create`` 或 ``load``，不要直接造。"""
        self.path, self._connection, self.events = path, connection, events
        self.closed = ""
        # 没有关就丢下的（笔记本里重跑一格）：文件马上放开，Python 3.13 也不报“忘了关”
        weakref.finalize(self, connection.close)

    # ------------------------------------------------------------ 打开
    @classmethod
    def create(cls, path: Path | None) -> Ledger:
        """新建一份日志。

        Args:
            path: 文件；None 只放在内存里。

        Returns:
            空的日志。

        Raises:
            LedgerError: 文件已经有了，或写不进。
        """
        if path is not None and path.exists() and path.stat().st_size:
            raise LedgerError(
                explain(f"{path.name} 已经有了", "新开一局要用新的文件名", "接着做请用 wz.Office.load(路径)")
            )
        connection = _connect(path)
        try:
            with _transaction(connection):
                for statement in _TABLES:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
                connection.execute("INSERT INTO seal VALUES (1, 0, ?)", (GENESIS,))
        except sqlite3.Error as error:
            connection.close()
            raise _unwritable(path, error) from error
        return cls(path, connection, [])._register()

    @classmethod
    def load(cls, path: Path) -> Ledger:
        """打开已有的日志，逐条核对摘要。

        Args:
            path: 文件。

        Returns:
            日志。

        Raises:
            LedgerError: 找不到、不是日志、正被别的程序用、或被改动过。
        """
        if not path.is_file():
            raise LedgerError(explain(f"找不到 {path}", "应为存过的日志文件", "请核对文件夹和文件名"))
        if not path.stat().st_size:
            raise _not_ours(path)
        connection = _connect(path)
        try:
            events, fault = _read(connection, path)
        except BaseException:
            connection.close()
            raise
        if fault:
            connection.close()
            raise LedgerError(fault)
        return cls(path, connection, events)._register()

    def _register(self) -> Ledger:
        if self.path is not None:
            _OPEN[str(self.path.resolve())] = self
        return self

    # ------------------------------------------------------------ 写
    @property
    def head(self) -> str:
        """最后一条的摘要。"""
        return self.events[-1].hash if self.events else GENESIS

    def next(
        self, last: Event | None, at: datetime, kind: str, actor: str, case_id: str, data: Mapping[str, object]
    ) -> Event:
        """接在 ``last``（没有就是日志末尾）后面造一条，还没有写。"""
        prev = last.hash if last else self.head
        seq = last.seq + 1 if last else len(self.events)
        text = canonical(data)
        mark = digest(seq, at.isoformat(), kind, actor, case_id, text, prev)
        return Event(seq, at, kind, actor, case_id, json.loads(text), prev, mark)

    def append(self, events: Sequence[Event]) -> None:
        """一次写进几条；要么全在，要么全不在。

        Raises:
            LedgerError: 已经关了，或写不进（磁盘满）。
        """
        if self.closed:
            raise LedgerError(explain(f"这一局{self.closed}", "一份日志一次只有一个在用", "请用新打开的那一个"))
        try:
            with _transaction(self._connection):
                self._connection.executemany(
                    "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        (e.seq, e.at.isoformat(), e.kind, e.actor, e.case_id, canonical(e.data), e.prev, e.hash)
                        for e in events
                    ],
                )
                self._connection.execute(
                    "UPDATE seal SET count = ?, hash = ? WHERE id = 1", (events[-1].seq + 1, events[-1].hash)
                )
        except sqlite3.Error as error:
            raise _unwritable(self.path, error) from error
        self.events.extend(events)

    def close(self, reason: str = "已经关了") -> None:
        """关上，放开文件。"""
        if not self.closed:
            self.closed = reason
            self._connection.close()


class _transaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __enter__(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self.connection.execute("COMMIT")
        elif self.connection.in_transaction:
            self.connection.execute("ROLLBACK")


def _address(path: Path) -> str:
    """交给 SQLite 的路径；它在 Windows 以外最多认 512 个字节，一个汉字三个字节。"""
    if sys.platform == "win32":
        return str(long_path(path))
    # 旁边还有“-journal”，也要放得下
    long = len(os.fsencode(path.absolute())) - _MOST_BYTES
    if long > 0:
        raise LedgerError(
            explain(
                f"日志的路径太长，多了 {long} 个字节：{path}",
                f"连文件名最多 {_MOST_BYTES} 个字节，一个汉字算三个",
                "请放到浅一些、名字短一些的文件夹里",
            )
        )
    return str(path)


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        address = _address(path)
        earlier = _OPEN.pop(str(path.resolve()), None)
        if earlier is not None:  # 笔记本里重跑一格是常事：旧的让位，不算第二个程序
            earlier.close("已在别处重新打开")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(path, error) from error
    connection = None
    try:
        connection = sqlite3.connect(
            MEMORY if path is None else address, timeout=0.2, isolation_level=None, check_same_thread=False
        )
        # 独占：写过一次就一直拿着锁，别的程序打不开；回滚日志只留一个文件，好交卷，也能放网络盘
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        if connection is not None:
            connection.close()
        if "locked" in str(error):
            raise _busy(path) from error
        if "not a database" in str(error):
            raise _not_ours(path) from error
        raise _unwritable(path, error) from error
    return connection


def _read(connection: sqlite3.Connection, path: Path) -> tuple[list[Event], str]:
    """全部事件，与第一处不对的说明（没有为空串）。"""
    # 文字里有坏字节也照读：摘要对不上，就说得出是第几条
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
            raise _not_ours(path)
        if (version := connection.execute("PRAGMA user_version").fetchone()[0]) > VERSION:
            raise LedgerError(
                explain(f"{path.name} 是第 {version} 版的日志", f"本程序认得第 {VERSION} 版", "请升级 wenzheng-lab")
            )
        rows = connection.execute(
            "SELECT seq, at, kind, actor, case_id, data, prev, hash FROM events ORDER BY seq"
        ).fetchall()
        sealed = connection.execute("SELECT count, hash FROM seal WHERE id = 1").fetchone()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # 文件里坏了的字节，有时连 SQLite 自己的错误信息都解不开
        raise (_busy(path) if "locked" in str(error) else _not_ours(path)) from error
    events: list[Event] = []
    prev = GENESIS
    for number, row in enumerate(rows):
        try:
            seq, at, kind, actor, case_id, text, before, mark = row
            sound = seq == number and before == prev and digest(seq, at, kind, actor, case_id, text, prev) == mark
            if not sound:
                return events, _tampered(path, number)
            events.append(Event(seq, datetime.fromisoformat(at), kind, actor, case_id, json.loads(text), prev, mark))
        except (TypeError, ValueError):
            return events, _tampered(path, number)
        prev = mark
    if sealed is None or tuple(sealed) != (len(events), prev):
        return events, _tampered(path, len(events))
    return events, ""


def check_log(path: object) -> tuple[str, ...]:
    """核对一份日志有没有被改动过。

    只读，不改文件。

    Args:
        path: 日志文件。

    Returns:
        不对的地方，没有就是空元组。

    Raises:
        LedgerError: 找不到、不是日志，或正被别的程序使用。

    Examples:
        >>> import tempfile, wenzheng_lab as wz
        >>> from pathlib import Path
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = Path(folder.name) / "一天.wzlog"
        >>> wz.Office("first-day", seed=1, path=path).shut()
        >>> check_log(path)
        ()
        >>> folder.cleanup()
    """
    target = as_path(path)
    if not target.is_file():
        raise LedgerError(explain(f"找不到 {target}", "应为存过的日志文件", "请核对文件夹和文件名"))
    return tuple(fault for fault in (read_log(target)[1],) if fault)


def read_log(path: Path) -> tuple[list[Event], str]:
    """只读一份日志：全部事件，与第一处不对的说明（没有为空串）。

    Args:
        path: 日志文件；只读的文件夹里也能读。

    Returns:
        事件与说明；有不对时，事件只到不对的那条之前。

    Raises:
        LedgerError: 不是日志，或正被别的程序使用。
    """
    running = _OPEN.get(str(path.resolve()))
    if running is not None and not running.closed:  # 就在这个程序里开着，直接看
        return list(running.events), ""
    _address(path)
    _settle(path)
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=0.2)
    except sqlite3.Error as error:
        raise _unwritable(path, error) from error
    try:
        return _read(connection, path)
    finally:
        connection.close()


def _settle(path: Path) -> None:
    """上次写到一半被杀的，先让 SQLite 把那半步退掉；只读的打开方式自己退不了。"""
    if not path.with_name(path.name + "-journal").exists():
        return
    connection = sqlite3.connect(_address(path), timeout=0.2)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise _busy(path) from error
    finally:
        connection.close()


def _tampered(path: Path, number: int) -> str:
    return explain(
        f"{path.name} 的第 {number} 条对不上前一条的摘要",
        "日志只添不改，应当条条相连",
        "这份日志被改动过或少了几条，成绩不能采信；请用备份，或报告教员",
    )


def _busy(path: Path | None) -> LedgerError:
    return LedgerError(
        explain(
            f"{path.name if path else ''} 正被另一个程序使用",
            "一份日志一次只许一个程序打开",
            "请关掉另一个笔记本、办件台或命令窗口再试",
        )
    )


def _not_ours(path: Path | None) -> LedgerError:
    return LedgerError(
        explain(f"{path.name if path else ''} 不是办件室的日志", "应为 wz.Office 存下的文件", "请核对文件名")
    )


def _unwritable(path: Path | None, error: Exception) -> LedgerError:
    return LedgerError(
        explain(
            f"日志写不进 {path or '内存'}（{error}）",
            "所在文件夹应可写且有空余",
            "这一步没有记下来，也没有生效；请腾出空间或换个文件夹再做一次",
        )
    )
