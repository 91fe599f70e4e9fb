"""README 与 docs 里的命令逐条真的运行：写在纸上的，照着打就行。

``python`` 块在一个空文件夹里从头执行，同一页的各块接着用同样的名字；``sh`` 块一行一行交给同一个命令行入口。
页里要读者自备的文件（导出.xlsx、名单、收来的作业）由这里照页上说的样子造。
要起服务、要装软件、要集群的几条列在 ``NOT_RUN``，写明为什么、由哪个测试代劳；别的一条也不放过。
"""

from __future__ import annotations

import ast
import contextlib
import gzip
import importlib.util
import io
import os
import random
import re
import shlex
import shutil
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from classroom_helper import answered, hand_in, mixed_answers, right_answers

import wenzheng_lab as wz
from wenzheng_lab import cli
from wenzheng_lab._toml import TomlFile
from wenzheng_lab.classroom.layout import ClassFolder
from wenzheng_lab.research.codes import CodeBook
from wenzheng_lab.rules import rule_path
from wenzheng_lab.rules.load import parse_rules

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.en.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
ROWS_APART = 20
"""六千封里隔几封取一封：够画图、够回归，又不费时"""
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")

NOT_RUN = {
    r"python -m pip wheel ": "要下载全部依赖；造 wheel、装进空环境由 test_wheel.py 代劳",
    r"python -m pip install --no-index ": "要上一条做出的安装包；test_wheel.py",
    r"pip install ": "装软件；写的附加项在不在 pyproject 里另查",
    r"py -m pip install ": "装软件；Windows 的包装得上由 test_portable.py 查",
    r"wenzheng$": "起一个 JupyterLab；test_lab.py 与 browser/test_lab_browser.py",
    r"wenzheng analyse .* --engine spark:": "要 Spark 集群；test_engine_spark.py 在本机起真的主机与工作机",
    r"mkdir hub && cd hub$": "接下来几条要管理员权限；test_classroom_hub.py 用同一份配置起真的 hub",
    r"cp 文档里的/": "同上",
    r"cd tests && ": "改写的是这一页自己；test_doors.py 逐格跑过，再比对页里的表",
    r"sudo ": "要管理员权限，要建系统账号；同上",
    r"\.venv/bin/pre-commit install": "会改仓库的钩子",
}
"""不运行的行（正则）→ 为什么"""
NOT_EXECUTED = {
    "README.en.md": "与 README.md 的一块逐句相同，只是名字与注释是英文：另有测试比对",
    "second-opinion.md": "要单位内网里的模型服务；test_second_opinion.py 在本机起一个，走同样的调用",
}
"""不执行 ``python`` 块的页 → 为什么"""


@dataclass(frozen=True)
class Block:
    """页里的一块代码。"""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """一页里的代码块，照次序。"""
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        yield Block(page, text.count("\n", 0, match.start()) + 1, match[1], match[2])


ALL = [block for page in PAGES for block in blocks(page)]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """读者的“导出.xlsx”：取自随仓库发布的一个季度的仿真留言，有答复、有评价。"""
    from wenzheng_lab.corpus import write_table

    folder = tmp_path_factory.mktemp("读者")
    packed = (ROOT / "datasets" / "county-quarter" / "messages.csv.gz").read_bytes()
    (folder / "全季.csv").write_bytes(gzip.decompress(packed))
    frame = wz.read_messages(folder / "全季.csv")
    frame = frame[frame["category"] != "无关信息"]
    # 六月里农事与汛情的信多一些：这个月说的与从前不一样，才画得出对比
    june = frame[(frame["created_at"].dt.month == 6) & frame["body"].str.contains("收割|麦|秸秆|防汛|暴雨|高考|中考")]
    frame = pd.concat([frame.iloc[::ROWS_APART], june]).drop_duplicates("message_id").reset_index(drop=True)
    # 读者的表常跨几个季度：四月的往前挪两个季度，五月的挪一个
    back = pd.to_timedelta(91 * (6 - frame["created_at"].dt.month), unit="D")
    for column in ("created_at", "replied_at"):
        frame[column] -= back
    path = folder / "导出.xlsx"
    write_table(frame, path)
    return path


@pytest.fixture
def desk(export: Path, home: Path) -> Path:
    """读者的文件夹，也是当前目录；里面有导出的表。"""
    shutil.copy(export, home / "导出.xlsx")
    shutil.copy(export, home / "export.xlsx")
    return home


def code_pages() -> list[Path]:
    return [page for page in PAGES if any(block.language == "python" for block in blocks(page))]


@pytest.mark.parametrize("page", code_pages(), ids=lambda page: page.name)
def test_python_blocks_run(page: Path, desk: Path) -> None:
    """每一页的 Python 从头执行到尾，不出错、不报警告。"""
    if page.name in NOT_EXECUTED:
        for block in blocks(page):
            if block.language == "python":
                compile(block.text, str(block), "exec")
        pytest.skip(NOT_EXECUTED[page.name])
    names: dict[str, object] = {}
    for block in blocks(page):
        if block.language == "python":
            prepare(block, desk)
            # 报错时说得出是哪一页哪一行
            exec(compile("\n" * block.line + block.text, str(page), "exec"), names)


def _shape(node: ast.AST) -> object:
    if isinstance(node, ast.Attribute | ast.alias):
        return node.attr if isinstance(node, ast.Attribute) else node.name
    return node.arg if isinstance(node, ast.keyword) else type(node)


def test_the_english_page_shows_the_same_python() -> None:
    """英文页的 Python 与中文页的逐句相同，只有变量名、文件名不同。"""
    shapes = []
    for name in ("README.md", "README.en.md"):
        code = "".join(block.text for block in blocks(ROOT / name) if block.language == "python")
        shapes.append([_shape(node) for node in ast.walk(ast.parse(code))])
    assert shapes[0] == shapes[1]


def prepare(block: Block, desk: Path) -> None:
    """读者在这一块以前该有的文件。"""
    if "乙.json" in block.text:
        # 另一位编码的人在自己的电脑上编好、拿来的
        frame = wz.read_messages("导出.xlsx")
        sample = wz.draw_sample(frame, 200, seed=7, by=["department"], coders=["甲", "乙"], overlap=0.2)
        for coder in ("甲", "乙"):
            fill_codes(sample, coder, desk / f"{coder}.json")


def fill_codes(sample: wz.CodingSample, coder: str, path: Path) -> None:
    """编码的人编自己那一份的完整性；两人手松手紧略有不同。"""
    book = CodeBook(path, coder, str(sample.signature))
    for at, item in enumerate(sorted(sample.tasks[coder])):
        book.put(item, "completeness", (len(item) + at + (coder == "乙" and at % 5 == 0)) % 4)


def collected(folder: ClassFolder, unit: str, place: Path) -> list[Path]:
    """两位学员交来的作业。"""
    made = []
    for number in (0, 1):
        answers = right_answers(folder, unit) if number else mixed_answers(folder, unit, random.Random("docs:0"))
        person = folder.roster[number]
        name = f"{person.name}_{person.id}_{unit}_练习.ipynb"
        made.append(hand_in(place, folder, number, answered(folder, unit, answers), name))
    return made


def make_roster(home: Path) -> None:
    text = "学号,姓名,单位\n2026001,周学员,城管局\n2026002,吴学员,水务局\n"
    (home / "名单.csv").write_text(text, encoding="utf-8-sig")


def make_zip(home: Path) -> None:
    papers = collected(ClassFolder.open(Path()), "L00", home / "交来")
    with zipfile.ZipFile(home / "收到的作业.zip", "w") as archive:
        for path in papers:
            archive.write(path, path.name)


def make_papers(home: Path) -> None:
    collected(ClassFolder.open(Path()), "X01", Path("收到的卷子"))


SUPPLIED: dict[str, Callable[[Path], None]] = {
    r"wenzheng class init ": make_roster,
    r"wenzheng class collect .*收到的作业\.zip": make_zip,
    r"wenzheng class collect 收到的卷子": make_papers,
}
"""运行这一行（正则）以前，读者该备好的东西"""


def commands(text: str) -> Iterator[str]:
    """``sh`` 块里的各行命令，行尾的注释去掉。"""
    for line in text.splitlines():
        command = re.sub(r"(^|\s+)#.*$", "", line)
        if command.strip():
            yield command.strip()


def why_not(command: str) -> str | None:
    """这一行为什么不运行；要运行的是 None。"""
    return next((why for pattern, why in NOT_RUN.items() if re.match(pattern, command)), None)


def run_line(command: str, home: Path) -> None:
    """运行一行：``cd``、``wenzheng``、``make``；认不得的就是失败。"""
    for pattern, make in SUPPLIED.items():
        if re.match(pattern, command):
            make(home)
    first, *rest = (str(Path(word).expanduser()) if word.startswith("~") else word for word in shlex.split(command))
    if first == "cd":
        os.chdir(rest[0])
    elif first == "wenzheng":
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = cli.main(rest)
        # 带班的各步，1 是“做完了，但有人的作业要处理”
        assert code in ((0, 1) if rest[0] == "class" else (0,)), f"{command}\n{said.getvalue()}"
    else:
        raise AssertionError(f"不认得的命令：{command}；能运行就让它运行，不能就在 NOT_RUN 里写明为什么")


def shell_pages() -> list[Path]:
    return [page for page in PAGES if any(block.language in ("sh", "bat") for block in blocks(page))]


@pytest.mark.parametrize("page", shell_pages(), ids=lambda page: page.name)
def test_shell_blocks_run(page: Path, desk: Path) -> None:
    """每一页的命令一行一行运行，退出码是页里说的。"""
    for block in blocks(page):
        if block.language in ("sh", "bat"):
            for command in commands(block.text):
                if PYTEST.match(command):
                    assert missing_tests(command) == [], f"{block}：{command}"
                elif command.startswith("make"):
                    assert make_target(command), f"{block}：{command}"
                elif why_not(command) is None:
                    run_line(command, desk)


PYTEST = re.compile(r"(?:[A-Z_]+=\S+ )*(?:\S*/)?pytest\b")
"""跑测试的命令：测试就在这一套里，不再套着跑，只查点到的文件在不在"""


def missing_tests(command: str) -> list[str]:
    """一条 pytest 命令里点到、却没有的文件。"""
    return [word for word in shlex.split(command) if word.startswith("tests/") and not (ROOT / word).exists()]


def make_target(command: str) -> bool:
    """``make`` 的目标在 Makefile 里；不真的做，里面的每一步另有测试。"""
    words = [word for word in shlex.split(command)[1:] if "=" not in word]
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return all(re.search(rf"^{re.escape(word)}:.*## ", text, flags=re.MULTILINE) for word in words)


def test_each_reason_not_to_run_is_still_needed() -> None:
    """不运行的清单里没有过时的，写到的测试文件都在。"""
    lines = [command for block in ALL if block.language in ("sh", "bat") for command in commands(block.text)]
    unused = [pattern for pattern in NOT_RUN if not any(re.match(pattern, line) for line in lines)]
    assert unused == []
    for why in (*NOT_RUN.values(), *NOT_EXECUTED.values()):
        assert all((ROOT / "tests" / name).is_file() for name in re.findall(r"[\w/]+\.py", why)), why


def test_an_unknown_command_fails(desk: Path) -> None:
    """检查会失败：页里写了没有的命令、没有的目标，都过不去。"""
    for wrong in ("wenzeng score 导出.xlsx", "wenzheng scores 导出.xlsx", "wenzheng score 没有.xlsx"):
        with pytest.raises(AssertionError):
            run_line(wrong, desk)
    assert not make_target("make everything")
    assert make_target('make lab LAB_FLAGS="--no-browser"')


def test_toml_blocks_are_taken_as_they_stand(home: Path) -> None:
    """页里的规则、情景、试用照抄就能用。"""
    found = {block.page.name: tomllib.loads(block.text) for block in ALL if block.language == "toml"}
    scenario = next(block.text for block in ALL if block.language == "toml" and block.page.name == "inbox.md")
    (home / "我的情景.toml").write_text(scenario, encoding="utf-8")
    assert len(wz.simulate_inbox(n=20, seed=7, scenario="我的情景.toml").messages) == 20
    rule = next(block.text for block in ALL if block.language == "toml" and block.page.name == "CONTRIBUTING.md")
    acts = rule_path("acts.toml").read_text(encoding="utf-8")
    (home / "acts.toml").write_text(f"{acts}\n{rule}", encoding="utf-8")
    added = parse_rules(TomlFile.read(home / "acts.toml"), targets="act").rules[-1]
    assert added.id == "slogan.long_road"
    assert all(list(added.find(text)) for text in added.hits)
    assert not any(list(added.find(text)) for text in added.misses)
    assert found["classroom.md"]["case"][0]["question"] == "R2-Q4"


def spans() -> Iterator[tuple[Path, str]]:
    """正文里代码样式的片段。"""
    for page in PAGES:
        for code in CODE.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
            yield page, code.strip()


def command_faults(code: str) -> str | None:
    """正文里提到的一条命令：在不在，选项对不对；没有毛病是 None。"""
    words = shlex.split(code)
    if len(words) == 1 and words[0] in ("python", "pip"):
        return None
    if words[0] == "make":
        return None if make_target(code) else "Makefile 里没有这个目标"
    if words[0] == "wenzheng":
        if len(words) == 1 or words[1] in ("命令", "--help") or words[1:] == ["class", "步骤", "--help"]:
            return None
        if words[1] not in cli.COMMANDS:
            return "没有这条命令"
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                cli._parse(words[1:])
        except SystemExit as stopped:
            # 只提命令名、没写必填的参数，是在说这条命令，不是让人照打
            # 选项后面没写值，也是在说这个选项
            named = len(words) == 2 or "后面缺少值" in said.getvalue()
            return None if not stopped.code or named else said.getvalue().strip()
        return None
    if words[:2] == ["python", "-m"]:
        return None if importlib.util.find_spec(words[2]) else "没有这个模块"
    if words[0] == "python":
        return None if (ROOT / words[1]).is_file() else "没有这个文件"
    if words[:2] == ["pip", "install"]:
        extras = set(re.findall(r"\[([\w,]+)\]", code))
        return None if extras <= EXTRAS and "." in words[-1] else "附加项没有，或不是从本目录装"
    return None


EXTRAS = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"])
LEADS = ("wenzheng", "make", "python", "pip")


def test_commands_named_in_the_text_exist() -> None:
    """正文里随手提到的命令也照打得通：命令、步骤、选项、目标、文件都在。"""
    known = [(page, code) for page, code in spans() if code.split()[0] in LEADS]
    shell = ((block.page, command) for block in ALL if block.language == "sh" for command in commands(block.text))
    known += [(page, command) for page, command in shell if command.startswith("pip")]
    faults = [f"{page.name}：{code}（{why}）" for page, code in known if (why := command_faults(code))]
    assert faults == []
    assert command_faults("wenzheng class gradde L00")
    assert command_faults("wenzheng score 表.xlsx --output 结果")
    assert command_faults("python benchmarks/no_such.py")
    assert command_faults("pip install 'wenzheng-lab[hub]'")


PLACES = ("wenzheng_lab/", "benchmarks/", "tests/", "docs/", "datasets/", "notebooks/", "exercises/")


def test_files_and_names_in_the_text_exist() -> None:
    """正文里写到的仓库文件都在，``wz.某名`` 都是公共名，链接指得到。"""
    faults = []
    for page, code in spans():
        if (
            code.startswith(PLACES)
            and re.fullmatch(r"[\w./-]+", code)
            and "单元" not in code
            and not (ROOT / code).exists()
        ):
            faults.append(f"{page.name}：没有 {code}")
        for name in re.findall(r"\bwz\.(\w+)", code):
            if name not in wz.__all__ and f"{name}…" not in code:
                faults.append(f"{page.name}：没有 wz.{name}")
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in link and not (page.parent / link).exists():
                faults.append(f"{page.name}：链接 {link} 指不到")
    assert faults == []
