"""查事项文件：``python -m wenzheng_lab.inbox.check``。"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from wenzheng_lab.errors import RuleFileError
from wenzheng_lab.inbox.issue import Issue
from wenzheng_lab.inbox.issues import FOLDER, read_issues


def main(argv: Sequence[str] | None = None) -> int:
    """查全部或指名的事项文件，打印样信与重复率。

    Args:
        argv: 命令行参数；默认取自 ``sys.argv``。

    Returns:
        0 全部合格；1 有错。
    """
    parser = argparse.ArgumentParser(prog="python -m wenzheng_lab.inbox.check", description="查事项文件，打印样信")
    parser.add_argument("files", nargs="*", help="文件名，如 transport.toml；不写就查全部")
    parser.add_argument("--samples", type=int, default=10, help="每种事项打印几封（默认 10；0 只查错）")
    parser.add_argument("--issue", default="", help="只打印这一种事项")
    parser.add_argument("--seed", type=int, default=1, help="种子，换一个看不同的信")
    args = parser.parse_args(argv)
    paths = [Path(name) if Path(name).exists() else FOLDER / name for name in args.files] or sorted(
        FOLDER.glob("*.toml")
    )
    wrong, notices, seen = 0, list[str](), dict[str, Issue]()
    for path in paths:
        try:
            issues, told = read_issues(path)
        except RuleFileError as error:
            print(f"错误 {error}")
            wrong += 1
            continue
        notices += told
        for issue in issues:
            if issue.id in seen:
                print(
                    f"错误 {path.name}:{issue.line}: "
                    f"事项 {issue.id} 与 {seen[issue.id].file}:{seen[issue.id].line} 同号"
                )
                wrong += 1
            seen[issue.id] = issue
            if args.samples and args.issue in ("", issue.id):
                _show(issue, args.samples, args.seed)
    for notice in notices:
        print(f"提醒 {notice}")
    print(f"查了 {len(paths)} 个文件、{len(seen)} 种事项：{wrong} 处错误，{len(notices)} 条提醒")
    return 1 if wrong else 0


def _show(issue: Issue, samples: int, seed: int) -> None:
    from wenzheng_lab.inbox.sample import repeat_rate, sample_letters

    letters = sample_letters(issue, max(samples, 40), seed=seed)
    print(f"\n===== {issue.file}:{issue.line} {issue.id} {issue.name}（{issue.category}·{issue.subcategory}）")
    for letter in letters[:samples]:
        print(
            f"\n【{letter.subject}】〔{letter.voice}·{letter.appeal}·{letter.urgency}〕\n{letter.body}\n"
            f"    诉求：{'；'.join(letter.asks)}"
        )
    print(
        f"\n----- 重复率 {repeat_rate([letter.body for letter in letters]):.2f}"
        f"（{len(letters)} 封，八字连用；宜在 0.45 以下）"
    )


if __name__ == "__main__":
    sys.exit(main())
