"""发布数据集：``python -m wenzheng_lab.inbox.publish`` 重做 datasets/ 下的三套，附说明与 sha256。"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from wenzheng_lab._files import atomic_path, write_text
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.packing import plain
from wenzheng_lab.inbox.replies import LEVELS, draw_level, make_reply
from wenzheng_lab.inbox.scenario import load_scenario
from wenzheng_lab.inbox.simulate import iterate_inbox, sign
from wenzheng_lab.inbox.simulator import MESSAGE_COLUMNS, TRUTH_COLUMNS

REPLY_COLUMNS = (
    "category",
    "subcategory",
    "appeal",
    "urgency",
    "department",
    "status",
    "reply",
    "replied_at",
    "reply_unit",
    "rating_solved",
    "rating_attitude",
    "rating_speed",
    "auto_rated",
)
SEEDS = {"county-week": 20260608, "county-quarter": 20260401, "calibration": 20260630}
"""各套用的种子"""
SIZES = {"county-week": 400, "county-quarter": 6000}
"""各套多少封"""
_CALIBRATION = 5
_COLUMNS = {
    "county-week": MESSAGE_COLUMNS,
    "county-quarter": (*MESSAGE_COLUMNS, *REPLY_COLUMNS),
    "calibration": ("message_id", "subject", "body", "asks", "reply_id", "reply", "level", "reasons"),
}
"""各套的表有哪些列"""
_COLUMN_NOTES = {
    "message_id": "编号",
    "channel": "渠道",
    "author": "署名（虚构）",
    "place": "乡镇街道，可空",
    "subject": "标题",
    "body": "正文",
    "created_at": "来信时间（北京时间）",
    "likes": "点赞数",
    "dislikes": "反对数",
    "category": "一级分类",
    "subcategory": "二级分类",
    "appeal": "诉求类型",
    "urgency": "紧急程度",
    "department": "主办单位",
    "asks": "诉求，JSON 列表",
    "reply_id": "答复的编号",
    "status": "待回复、已办理",
    "reply": "答复",
    "replied_at": "答复时间",
    "reply_unit": "答复单位",
    "rating_solved": "解决程度 1–5，0 未评",
    "rating_attitude": "办理态度 1–5，0 未评",
    "rating_speed": "办理速度 1–5，0 未评",
    "auto_rated": "是否到期自动好评",
    "level": "模拟时定的质量档",
    "reasons": "好在哪里、缺什么",
}


def main(argv: Sequence[str] | None = None) -> int:
    """重做各套数据集。

    Args:
        argv: 只做哪几套；默认全部。最后一项可以是目标目录（含 / 的）。

    Returns:
        0 做好了。
    """
    words = list(sys.argv[1:] if argv is None else argv)
    folder = Path(words.pop()) if words and "/" in words[-1] else Path("datasets")
    for name in words or list(SEEDS):
        publish(name, folder / name)
        print(f"做好 {folder / name}")
    return 0


def publish(name: str, folder: Path) -> None:
    """做一套数据集。

    Args:
        name: ``county-week``、``county-quarter`` 或 ``calibration``。
        folder: 写到哪个目录。
    """
    seed = SEEDS[name]
    scenario = load_scenario("county-week" if name == "calibration" else name)
    if name == "calibration":
        files = {"calibration.csv": _table(*_calibration(seed))}
        rows = _CALIBRATION * 6
    else:
        pairs = list(iterate_inbox(SIZES[name], seed=seed, scenario=scenario.id))
        rows = len(pairs)
        truth = "".join(
            json.dumps({"message_id": m["message_id"], **t}, ensure_ascii=False, default=str) + "\n" for m, t in pairs
        ).encode()
        if name == "county-week":
            files = {"messages.csv": _table(MESSAGE_COLUMNS, [m for m, _ in pairs]), "truth.jsonl": truth}
        else:
            table = [{**m, **_handled(m, t, seed)} for m, t in pairs]
            files = {
                "messages.csv.gz": _squeeze(_table(_COLUMNS[name], table)),
                "truth.jsonl.gz": _squeeze(truth),
            }
    for file, data in files.items():
        with atomic_path(folder / file) as path:
            path.write_bytes(data)
    hashes = {file: sha256(data).hexdigest() for file, data in files.items()}
    signature = str(sign(scenario, seed))
    write_text(folder / "dataset.toml", _datasheet(name, rows, seed, scenario.id, signature, hashes))
    write_text(folder / "croissant.json", json.dumps(_croissant(name, hashes), ensure_ascii=False, indent=1) + "\n")


def _table(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow(plain(row))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _squeeze(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _handled(message: Mapping[str, object], truth: Mapping[str, object], seed: int) -> dict[str, object]:
    key = f"{seed}:{message['message_id']}"
    row: dict[str, object] = {
        name: truth[name] for name in ("category", "subcategory", "appeal", "urgency", "department")
    }
    if truth["kind"] == "spam" or Stream(f"{key}:open").chance(0.14):
        return {**row, "status": "待回复"}
    skill = Stream(f"{seed}:{truth['department']}:skill").draw()
    reply = make_reply(message, truth, level=draw_level(key, skill), key=key)
    solved, manner, speed, auto = reply.ratings
    return {
        **row,
        "status": "已办理",
        "reply": reply.text,
        "replied_at": reply.at,
        "reply_unit": truth["department"],
        "rating_solved": solved,
        "rating_attitude": manner,
        "rating_speed": speed,
        "auto_rated": auto,
    }


def _calibration(seed: int) -> tuple[tuple[str, ...], list[dict[str, object]]]:
    columns = _COLUMNS["calibration"]
    rows: list[dict[str, object]] = []
    for message, truth in iterate_inbox(200, seed=seed, scenario="county-week"):
        asks, body = truth["asks"], str(message["body"])
        if truth["kind"] != "ordinary" or not isinstance(asks, tuple) or len(asks) < 2 or not 120 < len(body) < 420:
            continue
        key = f"{seed}:{message['message_id']}"
        wanted = [*LEVELS, "中"]
        for n, level in enumerate(Stream(f"{key}:order").shuffle(wanted)):
            reply = make_reply(message, truth, level=level, key=f"{key}:{n}")
            rows.append(
                {
                    "message_id": message["message_id"],
                    "subject": message["subject"],
                    "body": body,
                    "asks": asks,
                    "reply_id": f"{message['message_id']}-{n + 1}",
                    "reply": reply.text,
                    "level": level,
                    "reasons": reply.reasons,
                }
            )
        if len(rows) >= _CALIBRATION * 6:
            break
    return columns, rows


def _datasheet(name: str, rows: int, seed: int, scenario: str, signature: str, hashes: Mapping[str, str]) -> str:
    titles = {
        "county-week": "不太平的一周",
        "county-quarter": "一个季度的来信与答复",
        "calibration": "评分校准用的三十份答复",
    }
    lines = [
        "# 数据集说明；由 python -m wenzheng_lab.inbox.publish 写成，请勿手改",
        f'name = "{name}"',
        f'title = "{titles[name]}"',
        f"rows = {rows}",
        f"seed = {seed}",
        f'scenario = "{scenario}"',
        f'signature = "{signature}"',
        'licence = "CC0-1.0"',
        'made = "由模拟收件箱生成：人、地、单位、号码、事件全部虚构；没有一句取自真实来信。"',
        'purpose = "教学与软件测试。不代表任何地方的真实情况，不可用来推断真实的来信量、满意度或单位水平。"',
        'limits = "来信由手写的片段组合而成，读多了会认出；答复按要素拼成，质量档由要素定；评价是假设的。"',
        "",
        "[sha256]",
        *(f'"{file}" = "{code}"' for file, code in hashes.items()),
        "",
        "[columns]",
        *(f'"{column}" = "{_COLUMN_NOTES[column]}"' for column in _COLUMNS[name]),
    ]
    if name != "calibration":
        lines += ["", f"truth_columns = {json.dumps(['message_id', *TRUTH_COLUMNS], ensure_ascii=False)}"]
        lines[-1], lines[-2] = "", lines[-1]
        text = "\n".join(line for line in lines if not line.startswith("truth_columns"))
        head, _, tail = text.partition("\n[sha256]")
        extra = f"truth_columns = {json.dumps(['message_id', *TRUTH_COLUMNS], ensure_ascii=False)}\n"
        return head.rstrip("\n") + "\n" + extra + "\n[sha256]" + tail.rstrip("\n") + "\n"
    return "\n".join(lines) + "\n"


_KINDS = {"created_at": "sc:DateTime", "replied_at": "sc:DateTime", "auto_rated": "sc:Boolean"}
_WHOLE = ("likes", "dislikes", "rating_solved", "rating_attitude", "rating_speed")
_FORMATS = {".gz": "application/gzip", ".csv": "text/csv", ".jsonl": "application/jsonlines"}


def _croissant(name: str, hashes: Mapping[str, str]) -> dict[str, object]:
    """Croissant 1.0 的说明：文件、sha256，与表里每一列的名称、类型、含义。"""
    table = next(file for file in hashes if ".csv" in file)
    return {
        "@context": {
            "@language": "zh",
            "@vocab": "https://schema.org/",
            "sc": "https://schema.org/",
            "cr": "http://mlcommons.org/croissant/",
            "dct": "http://purl.org/dc/terms/",
            "conformsTo": "dct:conformsTo",
            "column": "cr:column",
            "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
            "extract": "cr:extract",
            "field": "cr:field",
            "fileObject": "cr:fileObject",
            "recordSet": "cr:recordSet",
            "source": "cr:source",
        },
        "@type": "sc:Dataset",
        "name": name,
        "description": "模拟的网络问政来信，全部虚构",
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "inLanguage": "zh-CN",
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": file,
                "name": file,
                "contentUrl": file,
                "encodingFormat": _FORMATS[Path(file).suffix],
                "sha256": code,
            }
            for file, code in hashes.items()
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "rows",
                "name": "rows",
                "field": [
                    {
                        "@type": "cr:Field",
                        "@id": f"rows/{column}",
                        "name": column,
                        "description": _COLUMN_NOTES[column],
                        "dataType": _KINDS.get(column, "sc:Integer" if column in _WHOLE else "sc:Text"),
                        "source": {"fileObject": {"@id": table}, "extract": {"column": column}},
                    }
                    for column in _COLUMNS[name]
                ],
            }
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
