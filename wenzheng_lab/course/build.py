"""造课文的输出：``python -m wenzheng_lab.course.build``。

每一课都从干净的内核、空的学习记录重新运行，输出去掉一切与这台机器有关的东西，再写回笔记本。
带 ``--check`` 只比较，不写；存的输出旧了就列出来，返回 1。不造练习的学员版：那是 ``wenzheng`` 复制课程时做的。
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from wenzheng_lab._files import write_text
from wenzheng_lab._paths import PACKAGE, share_dir
from wenzheng_lab.course.lesson import Lesson
from wenzheng_lab.errors import WenzhengError, explain

COMMAND = "python -m wenzheng_lab.course.build"
_TIMEOUT = 300
"""一格最多运行多久（秒）"""
_WIDGET = "application/vnd.jupyter.widget-view+json"
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def run_lesson(path: Path) -> str:
    """从干净的内核运行一课，给出写好输出的笔记本文字。

    Args:
        path: 课文。

    Returns:
        笔记本的文字；同一份课文与同一版程序，每次一字不差。

    Raises:
        WenzhengError: 有一格出错。
    """
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as home:
        client = NotebookClient(
            notebook,
            timeout=_TIMEOUT,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": str(path.parent)}},
        )
        environment = {**os.environ, "WENZHENG_HOME": home, "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
        try:
            client.execute(env=environment)
        except CellExecutionError as error:
            raise WenzhengError(
                explain(
                    f"{path.name} 运行出错：{error.ename}：{error.evalue}",
                    "每一格都应能运行",
                    f"改好后再运行 {COMMAND}",
                )
            ) from error
    text = nbformat.writes(notebook)
    return _tidy(text, Lesson(path).digest)


def _tidy(text: str, digest: str) -> str:
    notebook = json.loads(text)
    notebook["metadata"] = {"kernelspec": _KERNEL, "language_info": {"name": "python"}, "wenzheng": {"built": digest}}
    count = 0
    for cell in notebook["cells"]:
        cell["metadata"] = {key: cell["metadata"][key] for key in ("tags",) if key in cell["metadata"]}
        if cell["cell_type"] != "code":
            continue
        count += 1
        cell["execution_count"] = count
        cell["outputs"] = _joined_streams(cell["outputs"])
        for output in cell["outputs"]:
            if "execution_count" in output:
                output["execution_count"] = count
            # 表单的界面离开内核就失效，只存题面；不删的话，打开课文先看到的是“找不到控件”
            output.get("data", {}).pop(_WIDGET, None)
            if "metadata" in output:
                output["metadata"] = {}
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _joined_streams(outputs: list[dict[str, object]]) -> list[dict[str, object]]:
    """接连几段打印并成一段：内核分几次送来，看机器忙不忙，不该留在课文里。"""
    joined: list[dict[str, object]] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == last.get("output_type") == "stream" and output["name"] == last["name"]:
            last["text"] = [*_lines(last["text"]), *_lines(output["text"])]
        else:
            joined.append(output)
    for output in joined:
        if output["output_type"] == "stream":
            output["text"] = "".join(_lines(output["text"])).splitlines(keepends=True)
    return joined


def _lines(text: object) -> list[str]:
    return [str(part) for part in text] if isinstance(text, list) else [str(text)]


def lessons(names: Sequence[str] = ()) -> Iterator[Path]:
    """逐个给出课文。

    Args:
        names: 只要文件名里含有这些字的；不给就全要。

    Yields:
        课文的路径，按名字排列。

    Raises:
        WenzhengError: 一课也没有找到。
    """
    folder = share_dir("notebooks")
    found = [path for path in sorted(folder.glob("*.ipynb")) if not names or any(name in path.name for name in names)]
    if not found:
        raise WenzhengError(explain(f"没有找到课文 {'、'.join(names)}", f"应在 {folder}", "请查文件名，如 L00"))
    yield from found


def main(arguments: Sequence[str] | None = None) -> int:
    """命令行入口。

    Args:
        arguments: 参数；不给就用 ``sys.argv``。

    Returns:
        0 为全部妥当；1 为存的输出旧了，或课文有毛病。
    """
    parser = argparse.ArgumentParser(prog=COMMAND, description="运行课文，写好输出。")
    parser.add_argument("lesson", nargs="*", help="课文名里的字，如 L00；不写就全部")
    parser.add_argument("--check", action="store_true", help="只比较，不写")
    options = parser.parse_args(arguments)
    if not options.check and PACKAGE / "_share" in share_dir("notebooks").parents:
        print("这是装好的包，课文不在这里改；请在仓库里运行。", file=sys.stderr)
        return 1
    bad = 0
    for path in lessons(options.lesson):
        said = _check(path) if options.check else _build(path)
        bad += bool(said)
        print(f"{path.name}：{'；'.join(said) or '妥当'}（{Lesson(path).measure()}）", flush=True)
    return 1 if bad else 0


def _build(path: Path) -> tuple[str, ...]:
    write_text(path, run_lesson(path))
    return Lesson(path).problems()


def _check(path: Path) -> tuple[str, ...]:
    fresh, stored = run_lesson(path), path.read_text(encoding="utf-8")
    said = []
    if fresh != stored:
        pairs = zip(json.loads(fresh)["cells"], json.loads(stored)["cells"], strict=True)
        changed = "、".join(str(number) for number, (new, old) in enumerate(pairs, 1) if new != old)
        said.append(f"存的输出旧了（第 {changed or '0'} 格），请运行 {COMMAND}")
    return (*said, *Lesson(path).problems())


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        try:
            sys.exit(main())
        except WenzhengError as error:
            print(error, file=sys.stderr)
            sys.exit(1)
