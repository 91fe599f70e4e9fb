"""命令 ``wenzheng class``：带班的各步。"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from wenzheng_lab.classroom.layout import ClassFolder, make_class
from wenzheng_lab.errors import WenzhengError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """登记各步的参数。

    Args:
        parser: ``wenzheng class`` 的解析器。
    """
    steps = parser.add_subparsers(
        dest="step",
        metavar="步骤",
        title="步骤",
        help="要做的一步；各步的用法：wenzheng class 步骤 --help",
        required=True,
        parser_class=type(parser),
    )

    def step(name: str, summary: str, work: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made = steps.add_parser(name, help=summary, description=summary)
        made.set_defaults(work=work)
        if name != "init":
            made.add_argument(
                "--class", dest="folder", type=Path, default=Path(), metavar="文件夹", help="班级文件夹；默认是当前目录"
            )
        return made

    made = step("init", "建一个班级文件夹", _init)
    made.add_argument("folder", type=Path, metavar="文件夹", help="建在哪里")
    made.add_argument("--name", default="", metavar="班名", help="班名；默认用文件夹的名字")
    made.add_argument("--roster", type=Path, metavar="名单.csv", help="现成的名单，要有“学号、姓名”两列")
    made = step("release", "发作业：写出学员版，没有答案", _release)
    made.add_argument("names", nargs="+", metavar="作业", help="单元号，如 L00")
    made = step("collect", "收作业：从文件夹或 zip，按 姓名_学号_… 认人", _collect)
    made.add_argument("sources", nargs="+", type=Path, metavar="来源", help="收来的文件夹、zip 或文件")
    made.add_argument("--for", dest="expected", default="", metavar="作业", help="这次收的是哪一份；不写就按内容认")
    made = step("preflight", "查件：谁的文件有毛病、怎样修；修得好的修好", _preflight)
    made.add_argument("name", metavar="作业", help="作业名，如 L00")
    made = step("autograde", "机评：一人一个隔离进程，限时、限内存、不联网", _autograde)
    made.add_argument("name", metavar="作业", help="作业名，如 L00")
    made.add_argument("--jobs", type=int, metavar="个", help="几个批改进程；默认看处理器，最多 4 个")
    made.add_argument("--strict", action="store_true", help="这台机器上锁不全就不批")
    made = step("hand", "写批改单：书面题由人批，机器的评分卡放在旁边", _hand)
    made.add_argument("name", metavar="作业", help="作业名，如 L00")
    made.add_argument("--blind", action="store_true", help="不写学号姓名，只写编号")
    made = step("marks", "读进批好的分；批了一部分也行，可以分几次", _marks)
    made.add_argument("name", metavar="作业", help="作业名，如 L00")
    made.add_argument("tables", nargs="+", type=Path, metavar="表.csv", help="Excel 里填的批改单，或网页导出的表")
    made = step("feedback", "写反馈：一人一个网页", _feedback)
    made.add_argument("name", metavar="作业", help="作业名，如 L00")
    made.add_argument("--answers", action="store_true", help="附上参考答案；收齐了再给")
    made = step("report", "写班级报告与成绩表", _report)
    made.add_argument("names", nargs="*", metavar="作业", help="哪几份；不写就是发过的全部")
    made.add_argument("--anonymous", action="store_true", help="不写姓名学号，只留全班的数")
    made = step("exam", "出考卷：由秘密种子抽题，包里查不到答案", _exam)
    made.add_argument("name", metavar="考试", help="X 加两位数，如 X01")
    made.add_argument("--minutes", type=int, default=60, metavar="分钟", help="考多久；默认 60")
    made.add_argument("--seed", default="", metavar="种子", help="秘密种子，至少 8 个字；不写就由程序造")
    made.add_argument("--again", action="store_true", help="重抽；不写就照上次抽的（和您改过的）再写一遍")
    made = step("logs", "办件考试：查日志有没有改动，读出封着的成绩", _logs)
    made.add_argument("name", metavar="考试", help="考试名，如 X01")
    made = step("isolation", "看这台机器上，学员的代码关得有多严", _isolation)


def run(args: argparse.Namespace) -> int:
    """做一步。

    Args:
        args: ``add_arguments`` 登记的参数。

    Returns:
        退出码：0 成功；1 做完了，但有人的作业要处理。
    """
    work: Callable[[argparse.Namespace], int] = args.work
    return work(args)


def _init(args: argparse.Namespace) -> int:
    name = args.name or args.folder.expanduser().absolute().name
    folder = make_class(args.folder, name=name, roster=args.roster)
    print(f"班级文件夹：{folder.path}")
    if not folder.roster:
        print("名单还是空的：请在 名单.csv 里填学号、姓名；不填的话，收作业时按文件名补。")
    print(f'接着发作业：wenzheng class release L00 --class "{folder.path}"')
    return 0


def _release(args: argparse.Namespace) -> int:
    from wenzheng_lab.classroom.assignment import release

    folder = ClassFolder.open(args.folder)
    for name in args.names:
        print(f"学员版：{release(folder, name)}")
    print("把学员版发给学员；请他们交回时把文件名写成“姓名_学号_原来的名字”。")
    return 0


def _collect(args: argparse.Namespace) -> int:
    from wenzheng_lab.classroom.collect import collect

    done = collect(ClassFolder.open(args.folder), args.sources, expected=args.expected)
    print(done.summary())
    return 1 if any(entry.stopped for entry in done.new) else 0


def _preflight(args: argparse.Namespace) -> int:
    from wenzheng_lab.classroom.preflight import LABELS, READY, preflight

    folder = ClassFolder.open(args.folder)
    results = preflight(folder, args.name)
    for item in results:
        if item.problems:
            print(f"{item.learner.label}　{LABELS[item.state]}　{item.file}")
            for problem in item.problems:
                print(f"  {problem}")
    counts = "，".join(f"{label} {sum(item.state == state for item in results)} 人" for state, label in LABELS.items())
    print(f"{counts}。清单：{folder.place('report', f'{args.name}_查件.csv')}")
    return 0 if all(item.state == READY for item in results) else 1


def _autograde(args: argparse.Namespace) -> int:
    from wenzheng_lab.classroom.autograde import autograde

    if args.strict:
        _require_isolation()
    folder = ClassFolder.open(args.folder)
    graded = autograde(folder, args.name, jobs=args.jobs, progress=_counter())
    print(graded.summary())
    return 1 if graded.failed or len(graded.done) < len(graded.checked) else 0


def _hand(args: argparse.Namespace) -> int:
    from wenzheng_lab.classroom.hand import write_sheets

    print(write_sheets(ClassFolder.open(args.folder), args.name, blind=args.blind).summary())
    return 0


def _marks(args: argparse.Namespace) -> int:
    from wenzheng_lab.classroom.hand import read_sheet

    folder = ClassFolder.open(args.folder)
    for table in args.tables:
        print(f"{table.name}：读进 {read_sheet(folder, args.name, table)} 份的分。")
    return 0


def _feedback(args: argparse.Namespace) -> int:
    from wenzheng_lab.classroom.feedback_page import write_feedback

    print(write_feedback(ClassFolder.open(args.folder), args.name, answers=args.answers).summary())
    return 0


def _report(args: argparse.Namespace) -> int:
    from wenzheng_lab.classroom.class_report import write_report

    print(write_report(ClassFolder.open(args.folder), args.names, anonymous=args.anonymous).summary())
    return 0


def _exam(args: argparse.Namespace) -> int:
    from wenzheng_lab.classroom.exam import make_exam

    folder = ClassFolder.open(args.folder)
    print(make_exam(folder, args.name, minutes=args.minutes, seed=args.seed, again=args.again).summary())
    return 0


def _logs(args: argparse.Namespace) -> int:
    from wenzheng_lab.classroom.exam_logs import read_desk_logs

    folder = ClassFolder.open(args.folder)
    results = read_desk_logs(folder, args.name)
    for item in results:
        said = "；".join(item.faults) or ("未交" if not item.fingerprint else "没有改动过")
        score = "" if item.score is None else f"　答复平均 {item.score:g} 分"
        print(f"{item.learner.label}　{item.fingerprint or '—'}　{said}{score}")
    print(f"表：{folder.place('report', f'{args.name}_办件.csv')}")
    return 1 if any(item.faults for item in results) else 0


def _isolation(args: argparse.Namespace) -> int:
    from wenzheng_lab.classroom.isolation import LAYERS, STRONG, check_layers

    layers = check_layers()
    for name, said in LAYERS.items():
        print(f"{'✔ 有' if name in layers else '— 没有'}　{said}")
    if all(name in layers for name in STRONG):
        print("由系统内核守着：学员的代码读不到别的文件，联不了网，开不了新进程。")
        return 0
    print("内核的锁不全：只批自己班上学员的作业；来路不明的代码请到 Linux 上批（见 docs/classroom.md）。")
    return 1


def _require_isolation() -> None:
    from wenzheng_lab.classroom.isolation import LAYERS, STRONG, check_layers

    lacking = [LAYERS[name] for name in STRONG if name not in check_layers()]
    if lacking:
        raise WenzhengError(f"这台机器上锁不全，缺：{'；'.join(lacking)}。要批，去掉 --strict；或到 Linux 上批。")


def _counter() -> Callable[[int, int], object] | None:
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        print(f"\r批好 {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return show
