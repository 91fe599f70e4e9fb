"""重算脚本：写在每份报告旁边，照原样再算一遍，核对数据、签名、结果。"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from wenzheng_lab._files import is_temporary, scratch_folder
from wenzheng_lab.errors import InputError, explain

_SKIP = ("made_on",)
"""json 里与结果无关的键：成文日期"""


def source_digest(path: Path) -> str:
    """数据的 sha256；文件夹是各文件的名字与内容合起来的。

    Args:
        path: 文件或文件夹。

    Returns:
        64 位十六进制。

    Raises:
        InputError: 没有这个文件。
    """
    if not path.exists():
        raise InputError(
            explain(f"找不到数据 {path.name}", "应与脚本放在一起，或写明在哪里", f"python 脚本.py {path.name}的路径")
        )
    files = (
        [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file() and not is_temporary(one))
    )
    digest = hashlib.sha256()
    for file in files:
        if path.is_dir():
            digest.update(file.relative_to(path).as_posix().encode("utf-8"))
        with file.open("rb") as handle:
            while block := handle.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def result_digest(path: Path) -> str:
    """结果文件的摘要；json 去掉成文日期再算。

    Args:
        path: 文件。

    Returns:
        64 位十六进制。
    """
    if path.suffix != ".json":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    data = json.loads(path.read_text(encoding="utf-8"))
    kept = {key: value for key, value in data.items() if key not in _SKIP}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def write_script(target: Path, *, source: Path, arguments: Sequence[str], results: Sequence[Path]) -> Path:
    """写重算脚本。

    Args:
        target: 脚本的路径。
        source: 数据。
        arguments: 命令与参数，如 ``["analyse", "--by", "month"]``；不含数据与 ``--out``。
        results: 算出的文件，用来核对。

    Returns:
        脚本的路径。

    Raises:
        WenzhengError: 写不进。
    """
    from wenzheng_lab import __version__
    from wenzheng_lab._files import write_text

    expected = {path.name: result_digest(path) for path in results}
    lines = [
        '"""照原样重算这份报告，核对数据、签名与结果。',
        "",
        f"用法：python {target.name} [数据文件]；数据默认在本目录或当前目录。一致时退出码 0，不一致 1。",
        f"写成时的程序版本：{__version__}。版本不同，结果可能不同，脚本会说明。",
        '"""',
        "",
        "import sys",
        "from pathlib import Path",
        "",
        "from wenzheng_lab.cli import main",
        "from wenzheng_lab.report.replication import replicate",
        "",
        f"SOURCE = {ascii_free(source.name)}",
        f'SHA256 = "{source_digest(source)}"',
        f'VERSION = "{__version__}"',
        f"ARGUMENTS = [{', '.join(ascii_free(part) for part in arguments)}]",
        "RESULTS = {",
        *(f'    {ascii_free(name)}: "{value}",' for name, value in expected.items()),
        "}",
        "",
        'if __name__ == "__main__":',
        "    raise SystemExit(",
        "        replicate(",
        "            Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / SOURCE,",
        "            sha256=SHA256, version=VERSION, arguments=ARGUMENTS, results=RESULTS, run=main,",
        "        )",
        "    )",
    ]
    write_text(target, "\n".join(lines) + "\n")
    return target


def ascii_free(text: str) -> str:
    """写成 Python 的字符串，汉字照写，引号、反斜杠、控制字符转义。

    Args:
        text: 文字。

    Returns:
        带引号的文字。

    Examples:
        >>> ascii_free("附件4.xlsx")
        '"附件4.xlsx"'
    """
    return json.dumps(text, ensure_ascii=False)


def replicate(
    source: Path,
    *,
    sha256: str,
    version: str,
    arguments: Sequence[str],
    results: Mapping[str, str],
    run: Callable[[Sequence[str]], int],
) -> int:
    """重算一遍，核对。

    Args:
        source: 数据。
        sha256: 写报告时数据的摘要。
        version: 写报告时的程序版本。
        arguments: 命令与参数；``{out}`` 换成临时的目录。
        results: 文件名 → 摘要。
        run: 命令的入口。

    Returns:
        一致为 0，不一致为 1。

    Raises:
        InputError: 没有数据。
    """
    import sys

    from wenzheng_lab import __version__

    if not source.exists() and Path(source.name).exists():
        source = Path(source.name)
    say = sys.stdout.write
    if source_digest(source) != sha256:
        say(f"数据变了：{source.name} 的 sha256 与写报告时不同，结果不可比。\n")
        return 1
    if __version__ != version:
        say(f"程序版本是 {__version__}，写报告时是 {version}，结果可能不同。\n")
    with scratch_folder() as folder:
        code = run(
            [
                arguments[0],
                str(source),
                "--out",
                str(folder),
                "--quiet",
                *(part.replace("{out}", str(folder)) for part in arguments[1:]),
            ]
        )
        if code:
            return 1
        same = True
        for name, want in results.items():
            found = folder / name
            equal = found.is_file() and result_digest(found) == want
            say(f"{name}：{'一致' if equal else '不一致'}\n")
            same &= equal
    return 0 if same else 1
