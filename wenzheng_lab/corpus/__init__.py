"""真实导出的读与写：认表、认编码、换成规范列，写成 Excel 打得开的文件。"""

from __future__ import annotations

from wenzheng_lab.corpus.chunks import MessageStream, convert_messages, read_message_chunks
from wenzheng_lab.corpus.read import read_messages
from wenzheng_lab.corpus.reading import ReadingReport
from wenzheng_lab.corpus.registry import canonical_names, labels
from wenzheng_lab.corpus.write import WriteNotes, write_table

__all__ = [
    "MessageStream",
    "ReadingReport",
    "WriteNotes",
    "canonical_names",
    "convert_messages",
    "labels",
    "read_message_chunks",
    "read_messages",
    "write_table",
]
