"""命令行入口：``wenzheng``。

这里只认命令的名字；每条命令的参数和做法在它自己的模块里，用到才载入，所以起动快，加一条命令只加一行。
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol, TextIO, cast

from wenzheng_lab import __version__
from wenzheng_lab.errors import WenzhengError, explain, suggest

EXIT_USER = 2
"""使用者能改正的错误（参数、文件、目录）；与 argparse 的约定一致。"""
EXIT_STOPPED = 130
"""按 Ctrl+C 停下；与 shell 的约定一致。"""


class CommandModule(Protocol):
    """一条命令的模块应有的两个函数。"""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """登记参数。"""

    def run(self, args: argparse.Namespace) -> int:
        """照参数做事，返回退出码。"""


@dataclass(frozen=True, slots=True)
class Command:
    """一条命令：一句话说明与它所在的模块。"""

    summary: str
    """帮助里显示的一句话"""
    module: str
    """模块名；须有 ``add_arguments(parser)`` 与 ``run(args) -> int``"""

    def load(self) -> CommandModule:
        """载入模块。"""
        return cast(CommandModule, importlib.import_module(self.module))


COMMANDS = {
    "lab": Command("把课程复制到学习文件夹，用中文 JupyterLab 打开第一课（不写命令时就做这个）", "wenzheng_lab._lab"),
    "copy": Command("只把课程复制到学习文件夹，不打开", "wenzheng_lab._copy"),
    "desk": Command("不写代码，在浏览器的一页里办一天的件", "wenzheng_lab._desk"),
    "score": Command("给一个表格里的答复逐份评分，写出表格和报告", "wenzheng_lab.report.score_command"),
    "analyse": Command("由一张留言表算办理指标，写出表格和网页；数据再大也行", "wenzheng_lab.report.analyse_command"),
    "class": Command("带班：发作业、收作业、查件、机评、手批、反馈、班级报告", "wenzheng_lab.classroom.command"),
    "record": Command("把自己的学习记录写成一页，打印、签名", "wenzheng_lab.course.record_command"),
    "inbox": Command("生成一箱仿真留言，写成表格", "wenzheng_lab.inbox.command"),
}
DEFAULT = "lab"

# argparse 的话是英文的，又没有可靠的中文目录；把使用者会遇到的几种改写过来
_ARGPARSE_MESSAGES: tuple[tuple[str, str], ...] = (
    (r"argument (?P<name>.+?): invalid choice: (?P<came>.+) \(choose from (?P<choices>.+)\)",
     r"参数 \g<name> 的值 \g<came> 不可用；可用：\g<choices>"),
    (r"argument (?P<name>.+?): invalid \w+ value: (?P<came>.+)", r"参数 \g<name> 的值 \g<came> 不合要求"),
    (r"argument (?P<name>.+?): expected .*argument.*", r"参数 \g<name> 后面缺少值"),
    (r"argument (?P<name>.+?): not allowed with argument (?P<other>.+)", r"参数 \g<name> 不能与 \g<other> 同用"),
    (r"argument (?P<name>.+?): (?P<rest>.+)", r"参数 \g<name>：\g<rest>"),
    (r"the following arguments are required: (?P<names>.+)", r"缺少参数：\g<names>"),
    (r"one of the arguments (?P<names>.+) is required", r"以下参数须选一个：\g<names>"),
    (r"unrecognized arguments: (?P<names>.+)", r"不认识的参数：\g<names>"),
    (r"ambiguous option: (?P<name>.+) could match (?P<choices>.+)", r"参数 \g<name> 不明确，可能是：\g<choices>"),
)  # fmt: skip


def _in_chinese(message: str) -> str:
    for pattern, chinese in _ARGPARSE_MESSAGES:
        if re.fullmatch(pattern, message, flags=re.DOTALL):
            return re.sub(pattern, chinese, message, count=1, flags=re.DOTALL)
    return message


class _ChineseFormatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: object,
        groups: object,
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)  # type: ignore[arg-type]


class ChineseParser(argparse.ArgumentParser):
    """用中文说话的参数解析器。"""

    def __init__(self, prog: str, description: str, epilog: str | None = None) -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            add_help=False,
            allow_abbrev=False,
            formatter_class=_ChineseFormatter,
        )
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份帮助")

    def error(self, message: str) -> NoReturn:
        """用一句中文说明参数哪里不对，退出码 2。"""
        self.exit(EXIT_USER, explain(f"错误：{_in_chinese(message)}", "", f"用法见 {self.prog} --help") + "\n")


def _main_parser() -> ChineseParser:
    lines = [f"  {name:<8}{command.summary}" for name, command in COMMANDS.items()]
    parser = ChineseParser(
        "wenzheng",
        "问政实训：网络问政的训练与研究工具箱。\n不写命令时，复制课程并用中文 JupyterLab 打开第一课。",
        "命令：\n" + "\n".join(lines) + "\n\n每条命令的用法：wenzheng 命令 --help",
    )
    parser.usage = "wenzheng [命令] [选项]"
    parser.add_argument("--version", action="version", version=f"wenzheng-lab {__version__}", help="显示版本号")
    return parser


def _parse(argv: Sequence[str]) -> tuple[Callable[[argparse.Namespace], int], argparse.Namespace]:
    words = list(argv)
    if words and words[0] in ("-h", "--help", "--version"):
        _main_parser().parse_args(words[:1])
    # 不写命令、直接写选项，就是打开课程
    if not words or words[0].startswith("-"):
        words.insert(0, DEFAULT)
    name = words.pop(0)
    if name not in COMMANDS:
        hint = suggest(name, COMMANDS) or "用法见 wenzheng --help。"
        raise WenzhengError(explain(f"没有“{name}”这条命令", "可用：" + "、".join(COMMANDS), "") + hint)
    command = COMMANDS[name]
    module = command.load()
    parser = ChineseParser(f"wenzheng {name}", command.summary)
    module.add_arguments(parser)
    return module.run, parser.parse_args(words)


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class _PlainStream:
    """终端前的一道：控制终端的字符换成“�”。

    文件名、列名、来信是外人写的；里面的转义序列会改终端的标题、清屏、装成另一句话。
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """写出去。"""
        return self._stream.write(_CONTROL.sub("\ufffd", text))

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


@contextlib.contextmanager
def _tolerant_console() -> Iterator[None]:
    """终端的编码写不出某个字时换成问号，不因此中断（Windows 的终端常常不是 UTF-8）；控制符不放过去。"""
    before = sys.stdout, sys.stderr
    for stream in before:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            with contextlib.suppress(OSError, ValueError):
                reconfigure(errors="replace")
    sys.stdout, sys.stderr = cast(TextIO, _PlainStream(before[0])), cast(TextIO, _PlainStream(before[1]))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _in_utf8() -> None:
    """``LC_ALL=C`` 又关了 UTF-8 模式的机器上，文件名写不出中文：换成 UTF-8 模式重新起动自己。"""
    if sys.getfilesystemencoding() != "utf-8" and os.name == "posix" and not sys.flags.utf8_mode:
        command = [sys.executable, "-X", "utf8", "-m", "wenzheng_lab", *sys.argv[1:]]
        os.execve(sys.executable, command, {**os.environ, "PYTHONUTF8": "1"})


def main(argv: Sequence[str] | None = None) -> int:
    """``wenzheng`` 的入口。

    Args:
        argv: 命令行参数；默认取自 ``sys.argv``。

    Returns:
        退出码：0 成功；2 使用者可以改正的错误；130 按 Ctrl+C 停下。

    Examples:
        >>> main(["没有这条命令"])
        2
    """
    if argv is None:
        _in_utf8()
    with _tolerant_console():
        return _run(sys.argv[1:] if argv is None else argv)


def _run(argv: Sequence[str]) -> int:
    try:
        run, args = _parse(argv)
        code = run(args)
        sys.stdout.flush()
        return code
    except WenzhengError as error:
        print(f"错误：{error}", file=sys.stderr)
        return EXIT_USER
    except UnicodeEncodeError as error:
        if error.encoding != sys.getfilesystemencoding():
            raise
        from wenzheng_lab._files import unnameable

        print(f"错误：{unnameable(error)}", file=sys.stderr)
        return EXIT_USER
    except BrokenPipeError:
        # 输出接到 head 之类的程序、对方先关：不是错误；换掉标准输出，免得退出时再报一次
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("\n已停下。", file=sys.stderr)
        return EXIT_STOPPED
