"""认编码：先看 BOM，再看合不合法，最后看常用字占多少。"""

from __future__ import annotations

import codecs
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab.errors import ReadError, explain

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # 要先于 UTF-16：前两个字节相同
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
_SAMPLE = 1 << 18
_PLAIN = re.compile("[\t\r\n -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2010-\u203b]")
_HANDLER = "wenzheng-count"
# 错误处理器在全进程登记，用固定的名字免得越登越多；两个线程不能同时换
_REGISTER = threading.RLock()
_PLAIN_SHARE = 0.9
"""按 UTF-16 读时，寻常的字至少要占这么多才信"""
NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8（带 BOM）",
    "utf-16": "UTF-16（带 BOM）",
    "utf-16-le": "UTF-16 LE（无 BOM）",
    "utf-16-be": "UTF-16 BE（无 BOM）",
    "utf-32": "UTF-32",
    "gb18030": "GB18030/GBK",
    "cp950": "Big5",
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """认出的编码。"""

    codec: str
    """Python 的编解码器名"""
    broken: int = 0
    """坏字节处数；读的时候换成“�”"""

    @property
    def name(self) -> str:
        """给人看的名字。"""
        return NAMES.get(self.codec, self.codec)


def detect(path: Path) -> Encoding:
    """认出文件的编码，整个文件都验证过。

    Args:
        path: 文字文件。

    Returns:
        编码与坏字节处数。

    Raises:
        ReadError: 不像文字文件。
    """
    head = path.read_bytes() if path.stat().st_size <= _SAMPLE else _head(path)
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return Encoding(codec, _broken(path, codec))
    wide = _wide(head)
    if wide:
        return Encoding(wide, _broken(path, wide))
    if _broken(path, "utf-8", stop=1) == 0:
        return Encoding("utf-8")
    # 只在开头一段上比较几种编码，选定了再整个数一遍：逐处数错误很慢
    sample = {codec: _broken_in([head], codec) for codec in ("utf-8", "gb18030", "cp950")}
    # 大段合法的 UTF-8 里夹几处坏字节，是导出时截断的；GBK 文字按 UTF-8 读则处处是坏的
    if sample["utf-8"] <= max(3, len(head) // 2000) and sample["utf-8"] <= min(sample.values()) + 3:
        return Encoding("utf-8", _broken(path, "utf-8"))
    best = max(("gb18030", "cp950"), key=lambda codec: _common_share(head, codec) - 5 * sample[codec] / (len(head) + 1))
    if sample[best] > len(head) // 50 + 3:
        raise ReadError(
            explain(
                f"{path.name} 按 UTF-8、GB18030、Big5、UTF-16 都读不通",
                "应为文字文件（csv、tsv、json）",
                "请确认文件没有损坏；知道编码时写 encoding=，如 encoding='utf-16'",
            )
        )
    return Encoding(best, _broken(path, best))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE)


class _EnoughError(Exception):
    """数够了，不再往下解。"""


def _broken(path: Path, codec: str, *, stop: int = 0) -> int:
    """数整个文件的坏字节处数；``stop`` 大于 0 时数到就停。"""

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
        yield b""

    return _broken_in(chunks(), codec, stop=stop)


def _broken_in(chunks: Iterable[bytes], codec: str, *, stop: int = 0) -> int:
    """数坏字节处数；最后一块是空的，才算上文件末尾断掉的半个字。"""
    seen = 0

    def count(error: UnicodeError) -> tuple[str, int]:
        nonlocal seen
        if not isinstance(error, UnicodeDecodeError):
            raise error
        seen += 1
        if stop and seen >= stop:
            raise _EnoughError
        return "", error.end

    with _REGISTER:
        codecs.register_error(_HANDLER, count)
        decoder = codecs.getincrementaldecoder(codec)(errors=_HANDLER)
        try:
            for chunk in chunks:
                decoder.decode(chunk, final=not chunk)
        except _EnoughError:
            pass
    return seen


def _wide(head: bytes) -> str:
    """没有 BOM 的 UTF-16：两种次序各读一遍，看哪一种读出来的是寻常的字。"""
    if b"\0" not in head or len(head) < 4:
        return ""
    best, most = "", _PLAIN_SHARE
    for codec in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) // 2 * 2].decode(codec, "replace")
        plain = len(_PLAIN.findall(text)) / len(text)
        if plain > most:
            best, most = codec, plain
    return best


def _common_share(head: bytes, codec: str) -> float:
    """常用字（国标一级、大五码常用区）在汉字里的份额：读错编码时出来的多是生僻字。"""
    text = head.decode(codec, "ignore")
    han = common = 0
    for char in text:
        if "\u3400" <= char <= "\u9fff" or "\ue000" <= char <= "\uf8ff":
            han += 1
            try:
                code = char.encode("gb2312" if codec == "gb18030" else "big5")
            except UnicodeEncodeError:
                continue
            common += 0xB0 <= code[0] <= 0xD7 if codec == "gb18030" else 0xA4 <= code[0] <= 0xC6
    return common / han if han else 0.0
