"""``wenzheng score``：给一张表的答复逐份评分，写出表格与报告。"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab.errors import InputError, explain

if TYPE_CHECKING:
    from pandas import DataFrame

    from wenzheng_lab.reply.parts import ScoredParts

TABLE = "评分结果"
REPORT = "评分报告.html"
_MOST_CARDS = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """登记参数。

    Args:
        parser: 这条命令的解析器。
    """
    parser.add_argument("file", metavar="文件", help="xlsx、csv、json、parquet 等留言表，或装着它们的文件夹、zip")
    parser.add_argument(
        "-o", "--out", metavar="目录", help="结果写到这个目录，没有就建；默认是当前目录下的“评分-文件名”"
    )
    parser.add_argument(
        "--columns",
        metavar="规范列=原列",
        nargs="+",
        default=[],
        help="认不出的表写明对照，如 --columns subject=来信标题 body=来信内容 reply=办理结果",
    )
    parser.add_argument("--sheet", metavar="名字", help="只读这个工作表")
    parser.add_argument("--encoding", metavar="编码", help="文字文件的编码；默认自己认")
    parser.add_argument("--cards", metavar="份数", type=int, help="报告里最高、最低各列几份；默认 20")
    parser.add_argument(
        "--show-personal-data", action="store_true", help="报告与表格里不遮个人信息；只给有权看原文的人"
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="评一部分存一部分；断了再运行同一条命令就接着评，适合上百万行的表",
    )
    parser.add_argument("--quiet", action="store_true", help="不显示进度条")


def run(args: argparse.Namespace) -> int:
    """照参数评分，写出三个文件。

    先全部算好再写；每个文件都先写临时文件再改名，按 Ctrl+C 停下也不留半个文件。

    Args:
        args: 解析好的参数。

    Returns:
        0。

    Raises:
        WenzhengError: 读不了、没有答复、写不进。
    """
    from wenzheng_lab._files import write_text
    from wenzheng_lab.corpus import read_messages, write_table
    from wenzheng_lab.reply import score_replies
    from wenzheng_lab.report.replication import write_script
    from wenzheng_lab.report.score_report import build_report

    cards = args.cards
    if cards is not None and not 0 <= cards <= _MOST_CARDS:
        raise InputError(explain(f"--cards 是 {cards}", f"应在 0–{_MOST_CARDS} 之间", "请改写"))
    source = Path(args.file)
    out = Path(args.out) if args.out else Path(f"评分-{source.stem}")
    if out.exists() and not out.is_dir():
        raise InputError(explain(f"--out 指向 {out}，它是一个文件", "应为目录", "请换一个名字"))
    done = None
    if args.resume:
        from wenzheng_lab.report.score_resume import WHOLE_ROWS, score_in_parts

        done = score_in_parts(args, source, out, read_mapping(args.columns))
        _say(args, f"评完 {done.rows:,} 份，其中 {done.resumed:,} 份是上次评好的")
        if done.rows > WHOLE_ROWS:
            return _finish_large(args, source, out, done)
    _say(args, f"读入 {source.name} ……")
    frame = read_messages(source, columns=read_mapping(args.columns), sheet=args.sheet, encoding=args.encoding)
    _require_replies(frame, source.name)
    if done is None:
        _say(args, f"读入 {len(frame):,} 条，开始评分")
        scores = score_replies(frame, progress=not args.quiet)
    else:
        scores = done.read()
        if len(scores) != len(frame):
            raise InputError(
                explain(
                    f"{source.name} 有 {len(frame):,} 条，评过的是 {len(scores):,} 份",
                    "评分时与写结果时的表要一样",
                    "请换回原来的表，或删去“评分进度”文件夹从头评",
                )
            )
        scores.index = frame.index
    _require_scores(scores)
    _say(args, "写表格与报告 ……")
    report = build_report(frame, scores, name=source.name, show_personal_data=args.show_personal_data, count=cards)
    table = result_table(frame, scores, show_personal_data=args.show_personal_data)
    paths = [out / f"{TABLE}.xlsx", out / f"{TABLE}.csv", out / REPORT]
    notes = [write_table(table, path) for path in paths[:2]]
    write_text(paths[2], report)
    script = Path(REPORT).with_suffix(".py")
    paths.append(write_script(out / script, source=source, arguments=_again(args), results=[paths[1]]))
    scored = int(scores["total"].notna().sum())
    print(f"读入 {len(frame):,} 条，已评分 {scored:,} 份，未评分 {len(frame) - scored:,} 份。")
    if scored:
        grades = scores.loc[scores["total"].notna(), "grade"].value_counts()
        shares = "，".join(f"{name} {grades.get(name, 0):,}" for name in ("优", "良", "中", "差"))
        print(f"总分中位数 {scores['total'].median():.1f}；{shares}。")
    for note in dict.fromkeys(str(note).partition("：")[2].partition("，")[2] for note in notes):
        if note:
            print(f"表格：{note}。")
    for path in paths:
        print(path)
    return 0


def _again(args: argparse.Namespace) -> list[str]:
    """重算用的命令与参数。"""
    words = ["score"]
    for name in ("sheet", "encoding", "cards"):
        if getattr(args, name) is not None:
            words += [f"--{name}", str(getattr(args, name))]
    words += ["--show-personal-data"] if args.show_personal_data else []
    return [*words, "--columns", *args.columns] if args.columns else words


def _finish_large(args: argparse.Namespace, source: Path, out: Path, done: ScoredParts) -> int:
    """行数太多：只写 csv。"""
    from wenzheng_lab.report.score_resume import WHOLE_ROWS, write_large

    _say(args, f"多于 {WHOLE_ROWS:,} 行，只写 csv，不写 xlsx 与报告 ……")
    path = out / f"{TABLE}.csv"
    grades = write_large(args, source, done, path, read_mapping(args.columns))
    blank = grades.pop("未评分", 0)
    print(f"读入 {done.rows:,} 条，已评分 {done.rows - blank:,} 份，未评分 {blank:,} 份。")
    print("，".join(f"{name} {grades.get(name, 0):,}" for name in ("优", "良", "中", "差")) + "。")
    print(path)
    return 0


def result_table(frame: DataFrame, scores: DataFrame, *, show_personal_data: bool = False) -> DataFrame:
    """写进文件的表：能对回原表的几列，加上分数；表头是中文。

    Args:
        frame: 规范列的表。
        scores: 评分表，同索引。
        show_personal_data: 不遮个人信息。

    Returns:
        表；来信与答复的正文不重复写，按留言编号对回原表。
    """
    import pandas as pd

    from wenzheng_lab.corpus import labels
    from wenzheng_lab.report.masking import mask
    from wenzheng_lab.report.summary import day_counts
    from wenzheng_lab.rules import load_rubric

    names = labels()
    data: dict[str, object] = {"序号": range(1, len(frame) + 1)}
    for column in ("message_id", "subject", "reply_unit", "department", "category", "created_at", "replied_at"):
        if column in frame:
            data[names[column]] = frame[column].tolist()
    if names["subject"] in data and not show_personal_data:
        data[names["subject"]] = [mask(text).text for text in frame["subject"].tolist()]
    days = day_counts(frame)
    if any(day is not None for day in days):
        data["办理天数"] = [None if day is None else round(day, 2) for day in days]
    data |= {"总分": scores["total"].tolist(), "等次": scores["grade"].tolist(), "红线": scores["gates"].tolist()}
    for name, spec in load_rubric().criteria.items():
        data[spec.label] = scores[name].tolist()
    data["未评分的原因"] = scores["unscored"].tolist()
    data["怎样改"] = _masked(scores["advice"].tolist(), show_personal_data)
    data["签名"] = scores["signature"].tolist()
    return pd.DataFrame(data)


def _masked(texts: list[object], show_personal_data: bool) -> list[object]:
    """改法里可能引着答复里的话；同样的话只查一遍。"""
    from wenzheng_lab.report.masking import mask

    if show_personal_data:
        return texts
    seen: dict[object, object] = {}
    for text in texts:
        if text not in seen:
            seen[text] = mask(text).text if isinstance(text, str) and text else text
    return [seen[text] for text in texts]


def read_mapping(pairs: list[str]) -> dict[str, str] | None:
    """读 ``--columns`` 的对照。

    Args:
        pairs: 各个“规范列=原列”。

    Returns:
        对照；没有写为 None。

    Raises:
        InputError: 写法不对。

    Examples:
        >>> read_mapping(["body=来信内容"])
        {'body': '来信内容'}
    """
    out: dict[str, str] = {}
    for pair in pairs:
        name, mark, theirs = pair.partition("=")
        if not mark or not name.strip() or not theirs.strip():
            raise InputError(explain(f"--columns 里有“{pair}”", "应写成 规范列=原列", "例如 --columns body=来信内容"))
        out[name.strip()] = theirs.strip()
    return out or None


def _require_replies(frame: DataFrame, name: str) -> None:
    if "reply" not in frame:
        raise InputError(
            explain(
                f"{name} 里没有答复一列",
                "要有答复才能评分",
                "请换带答复的表；列名认不出时写 --columns reply=原列名",
            )
        )
    if not frame["reply"].notna().any():
        raise InputError(explain(f"{name} 的答复一列全是空的", "至少要有一份答复", "请换带答复的表"))


def _require_scores(scores: DataFrame) -> None:
    """一份也评不出时，多半是程序或规则文件有毛病，不写一份空报告。"""
    if scores["total"].notna().any():
        return
    reasons = scores["unscored"].value_counts()
    raise InputError(
        explain(
            f"{len(scores):,} 份答复一份也没有评出来，最多的原因是：{reasons.index[0]}（{reasons.iloc[0]:,} 份）",
            "至少应有一份评得出",
            "请按这个原因改；原因里写着规则文件的，请重新安装或改回规则文件",
        )
    )


def _say(args: argparse.Namespace, text: str) -> None:
    if not args.quiet:
        print(text, file=sys.stderr)
