"""命令行：帮助是中文，错误是一句中文，起动快，命令表里每一条都能用。"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from argparse import Namespace
from types import SimpleNamespace

import pytest

from wenzheng_lab import __version__, cli
from wenzheng_lab.errors import InputError

HEAVY = ("pandas", "matplotlib", "ipywidgets", "IPython", "jupyterlab", "numpy", "jieba", "rjieba", "openpyxl")


def run_cli(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wenzheng_lab", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, **options)  # type: ignore[call-overload]


def _fake(monkeypatch: pytest.MonkeyPatch, run: object) -> None:
    module = SimpleNamespace(add_arguments=lambda parser: parser.add_argument("file"), run=run)
    monkeypatch.setitem(cli.COMMANDS, "试", cli.Command("试一试", "不存在的模块"))
    monkeypatch.setattr(cli.Command, "load", lambda self: module)


def test_version_is_printed() -> None:
    """``--version`` 显示版本号。"""
    result = run_cli("--version")
    assert (result.returncode, result.stdout, result.stderr) == (0, f"wenzheng-lab {__version__}\n", "")


def test_help_lists_every_command() -> None:
    """帮助里列出每条命令和一句话说明。"""
    shown = run_cli("--help").stdout
    for name, command in cli.COMMANDS.items():
        assert re.search(rf"^  {name}\s+{re.escape(command.summary)}$", shown, flags=re.MULTILINE)


@pytest.mark.parametrize("name", list(cli.COMMANDS))
def test_every_command_has_chinese_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """每条命令的模块都在，帮助里每个选项都有中文说明。"""
    with pytest.raises(SystemExit) as stopped:
        cli.main([name, "--help"])
    shown = capsys.readouterr().out
    assert stopped.value.code == 0
    assert f"用法：wenzheng {name}" in shown
    parser = cli.ChineseParser(name, "")
    cli.COMMANDS[name].load().add_arguments(parser)
    for action in parser._actions:
        assert re.search("[\u4e00-\u9fff]", action.help or ""), f"{name} 的参数 {action.dest} 没有中文说明"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lba"], "错误：没有“lba”这条命令。可用：lab、copy、"),
        (["lba"], "是不是想写“lab”？"),
        (["完全不同"], "用法见 wenzheng --help。"),
        (["lab", "--port", "八千"], "参数 --port 的值 '八千' 不合要求"),
        (["lab", "--port"], "参数 --port 后面缺少值"),
        (["lab", "--port", "99999"], "端口是 99999。应在 0 到 65535 之间"),
        (["copy", "--nothing"], "不认识的参数：--nothing"),
        (["score"], "缺少参数："),
    ],
)
def test_user_errors_are_one_chinese_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """参数写错时标准错误里是一句中文，退出码 2。"""
    try:
        code: object = cli.main(arguments)
    except SystemExit as stopped:
        code = stopped.code
    captured = capsys.readouterr()
    assert code == cli.EXIT_USER
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert not re.search(r"\b(argument|expected|invalid|usage|error)\b", captured.err)


def test_options_without_a_command_open_the_course(monkeypatch: pytest.MonkeyPatch) -> None:
    """不写命令、直接写选项，就是 ``wenzheng lab``。"""
    seen: list[Namespace] = []
    module = SimpleNamespace(
        add_arguments=cli.COMMANDS["lab"].load().add_arguments, run=lambda args: seen.append(args) or 0
    )
    monkeypatch.setattr(cli.Command, "load", lambda self: module)
    assert cli.main(["--no-browser", "--", "--ServerApp.shutdown_no_activity_timeout=60"]) == 0
    assert cli.main([]) == 0
    assert seen[0].no_browser
    assert seen[0].jupyter == ["--ServerApp.shutdown_no_activity_timeout=60"]
    assert not seen[1].no_browser


def test_package_errors_have_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """本包的错误只显示信息，不显示 traceback。"""

    def run(args: Namespace) -> int:
        raise InputError(f"{args.file} 里没有“答复”一列。")

    _fake(monkeypatch, run)
    assert cli.main(["试", "表.xlsx"]) == cli.EXIT_USER
    assert capsys.readouterr().err == "错误：表.xlsx 里没有“答复”一列。\n"


def test_programming_errors_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """程序自己的错不装成使用者的错。"""

    def run(args: Namespace) -> int:
        raise KeyError("程序写错")

    _fake(monkeypatch, run)
    with pytest.raises(KeyError):
        cli.main(["试", "表.xlsx"])


def test_ctrl_c_stops_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """按 Ctrl+C 只说一句“已停下”。"""

    def run(args: Namespace) -> int:
        raise KeyboardInterrupt

    _fake(monkeypatch, run)
    assert cli.main(["试", "表.xlsx"]) == cli.EXIT_STOPPED
    assert "已停下" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["cp936", "cp1252", "ascii"])
def test_consoles_that_are_not_utf8_do_not_break_it(encoding: str) -> None:
    """终端不是 UTF-8 时照样显示帮助和错误，写不出的字换成问号。"""
    import os

    command = [sys.executable, "-m", "wenzheng_lab"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    shown = subprocess.run([*command, "--help"], capture_output=True, env=environment, check=True)
    wrong = subprocess.run([*command, "𠮷"], capture_output=True, env=environment, check=False)
    assert b"wenzheng" in shown.stdout
    assert wrong.returncode == cli.EXIT_USER
    assert b"Traceback" not in wrong.stderr


def test_help_loads_nothing_heavy() -> None:
    """显示帮助不载入 pandas、matplotlib、JupyterLab 等大件。"""
    code = (
        "import sys; from wenzheng_lab import cli\n"
        "try: cli.main(['--help'])\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert result.stderr.strip() == "[]"


def _fastest(command: list[str]) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        times.append(time.perf_counter() - start)
    return min(times)


def test_help_is_fast() -> None:
    """``wenzheng --help`` 比空的 Python 最多慢 0.4 秒。"""
    bare = _fastest([sys.executable, "-c", "pass"])
    assert _fastest([sys.executable, "-m", "wenzheng_lab", "--help"]) - bare <= 0.4
