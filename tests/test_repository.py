"""仓库守则：没有机器路径与软件源地址，课文不引用网上的东西，词表不进程序，依赖都有测过的版本。"""

from __future__ import annotations

import ast
import gzip
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
THIS = Path(__file__).resolve()

TEXT = {
    ".py",
    ".toml",
    ".md",
    ".ipynb",
    ".csv",
    ".json",
    ".jsonl",
    ".yaml",
    ".yml",
    ".cfg",
    ".txt",
    ".html",
    ".css",
    ".js",
    "",
}
BINARY = {".gz", ".png", ".xlsx", ".xls", ".parquet", ".ttf"}
MEGABYTE = 1_000_000
LARGEST = {"datasets": 30 * MEGABYTE, "wenzheng_lab": 3 * MEGABYTE}
LARGEST_ELSEWHERE = 2 * MEGABYTE

MACHINE_PATH = re.compile(
    r"(?<![\w./-])/(?:work|root|opt|srv|mnt|tmp|home/[a-z]\w*|Users/[A-Za-z]\w*)/[\w.-]|\b[A-Z]:[\\/]+Users\b"
)
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted|npmjs|conda\.anaconda|anaconda\.org|mirrors?\.[a-z]+\.|--(?:extra-)?index-url|find-links=",
    flags=re.IGNORECASE,
)
REMOTE = re.compile(r"(?:https?:)?//(?!127\.0\.0\.1|localhost)[\w-]+(?:\.[\w-]+)+|@import|url\(\s*['\"]?(?!data:|#)")
# 没有分配给运营商的号段放行：仿真留言里编造的号码都取自这里
MOBILE = re.compile(r"(?<![\d.])(?!154|16[013489]|179)1[3-9]\d{9}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

VOCABULARIES = ("schema.org", "mlcommons.org", "purl.org", "www.w3.org", "creativecommons.org")

LONGEST_WORD_LIST = 12
"""程序里一处最多写这么多个中文词；再多就是词表，应放进 toml 或 csv"""


def repository_files() -> list[Path]:
    """仓库里的文件：git 管着的和将要管的；不在 git 里（例如 sdist）时按目录找。"""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"],
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
        return sorted(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())
    return sorted(p for p in ROOT.rglob("*") if p.is_file() and not _hidden(p))


def _hidden(path: Path) -> bool:
    return any(
        part.startswith(".") or part in ("__pycache__", "dist", "build") for part in path.relative_to(ROOT).parts
    )


FILES = [path for path in repository_files() if path != THIS]


def text_files(*folders: str) -> Iterator[tuple[str, str]]:
    """（相对路径，内容）；``folders`` 为空时是全部。"""
    for path in FILES:
        name = path.relative_to(ROOT).as_posix()
        if folders and not name.startswith(tuple(f"{folder}/" for folder in folders)):
            continue
        if path.suffix in TEXT:
            yield name, path.read_text(encoding="utf-8")
        elif path.suffix == ".gz":
            yield name, gzip.decompress(path.read_bytes()).decode("utf-8")


def notebooks(*folders: str) -> Iterator[tuple[str, dict]]:  # type: ignore[type-arg]
    for name, text in text_files(*folders):
        if name.endswith(".ipynb"):
            yield name, json.loads(text)


def found(pattern: re.Pattern[str], *folders: str) -> list[str]:
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()}"
        for name, text in text_files(*folders)
        for match in pattern.finditer(text)
    ]


def test_no_machine_paths() -> None:
    """任何文件都没有某台机器上的绝对路径。"""
    assert found(MACHINE_PATH) == []


@pytest.mark.parametrize(
    "text", ["/home/zhang/x", "C:\\Users\\x", "'/root/a.py'", "(/tmp/x)", "/Users/li/课", "file in /work/main"]
)
def test_machine_paths_are_caught(text: str) -> None:
    """机器路径抓得住，网址与相对路径放行。"""
    assert MACHINE_PATH.search(text)
    assert not MACHINE_PATH.search("a/tmp/x ./work/x #!/bin/sh /usr/bin/env notebooks/home/x /lab/tree /路径/python3")


def test_no_registry_hosts() -> None:
    """没有软件源的地址：在哪里下载由使用者自己的 pip 设置决定。"""
    assert found(REGISTRY) == []
    assert REGISTRY.search("pip install --index-url https://x")


def test_course_has_no_remote_reference() -> None:
    """课文、练习、数据里没有网上的图片、样式和链接：断网也完整。"""
    remote = found(REMOTE, "notebooks", "exercises", "datasets")
    # 数据集说明（Croissant）用网址样子的词汇名，只是名字，没有谁去取
    assert [hit for hit in remote if not ("/croissant.json:" in hit and hit.endswith(VOCABULARIES))] == []


@pytest.mark.parametrize(
    "text", ["![图](https://a.cn/x.png)", "<img src='//cdn.a.com/x'>", "@import 'x'", "url(x.png)"]
)
def test_remote_references_are_caught(text: str) -> None:
    """网上的引用抓得住，本机地址与内嵌图片放行。"""
    assert REMOTE.search(text)
    assert not REMOTE.search("http://127.0.0.1:8888/lab url(data:image/png;base64,xx) a // b")


def output_faults(notebook: dict) -> list[str]:  # type: ignore[type-arg]
    """课文存盘的输出里不该有的东西。"""
    faults = []
    expected = 1
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        if cell["execution_count"] != expected:
            faults.append(f"第 {number} 格的编号是 {cell['execution_count']}，应是 {expected}：请从干净的内核跑一遍")
        expected += 1
        for output in cell["outputs"]:
            if output["output_type"] == "error" or output.get("name") == "stderr":
                faults.append(f"第 {number} 格有错误或警告输出")
    return faults


def test_lessons_are_stored_with_clean_outputs() -> None:
    """课文带着输出存盘：编号从 1 连到底，没有错误，没有警告。"""
    faults = [f"{name} {fault}" for name, book in notebooks("notebooks") for fault in output_faults(book)]
    assert faults == []
    assert list(notebooks("notebooks"))


def test_dirty_outputs_are_caught() -> None:
    """没跑过、跳号、报错、警告都抓得住。"""

    def cell(count: int | None, **output: str) -> dict:  # type: ignore[type-arg]
        return {"cell_type": "code", "source": "x", "execution_count": count, "outputs": [output] if output else []}

    assert output_faults({"cells": [cell(1), cell(2)]}) == []
    for bad in (cell(None), cell(2), cell(1, output_type="error"), cell(1, output_type="stream", name="stderr")):
        assert output_faults({"cells": [bad]})


def test_exercises_are_stored_without_outputs() -> None:
    """练习不带输出存盘。"""
    dirty = [
        name
        for name, book in notebooks("exercises")
        if any(cell.get("outputs") or cell.get("execution_count") for cell in book["cells"])
    ]
    assert dirty == []


def test_text_files_are_utf8_with_unix_line_ends() -> None:
    """文字文件都是 UTF-8、换行是 LF；只有给 Excel 看的 csv 可以带 BOM。"""
    wrong = [
        name
        for path in FILES
        if path.suffix in TEXT
        for name in [path.relative_to(ROOT).as_posix()]
        for data in [path.read_bytes()]
        if (b"\r\n" in data or (data.startswith(b"\xef\xbb\xbf") and path.suffix != ".csv"))
        and not name.startswith("tests/")
    ]
    assert wrong == []


def test_git_knows_which_files_are_binary() -> None:
    """``.gitattributes`` 写明换行与二进制文件，Windows 上检出也不变样。"""
    rules = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert "* text=auto eol=lf" in rules
    kinds = {path.suffix for path in FILES} & BINARY
    assert {f"*{kind} binary" for kind in kinds} <= set(rules)


def test_no_large_files() -> None:
    """没有误放进来的大文件。"""
    large = [
        f"{name}（{path.stat().st_size / MEGABYTE:.1f} MB）"
        for path in FILES
        for name in [path.relative_to(ROOT).as_posix()]
        if path.stat().st_size > LARGEST.get(name.split("/")[0], LARGEST_ELSEWHERE)
    ]
    assert large == []


def is_identity_number(text: str) -> bool:
    """可能属于真人的身份证号。编造的放行：校验码不对，或地市码在 91 以上（没有这样的地市）。"""
    total = sum(int(digit) * weight for digit, weight in zip(text, IDENTITY_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == text[-1].upper() and text[2:4] < "91"


def test_data_holds_no_real_looking_personal_numbers() -> None:
    """课文、练习、数据集与文档里没有可能属于真人的手机号和身份证号。"""
    folders = ("notebooks", "exercises", "datasets", "docs")
    identities = [f"{name}: {m.group()}" for name, text in text_files(*folders) for m in IDENTITY.finditer(text) if is_identity_number(m.group())]  # fmt: skip  # noqa: E501
    assert identities == []
    assert found(MOBILE, *folders) == []


def test_personal_numbers_are_caught() -> None:
    """检查会失败：校验码对的身份证号、十一位手机号都抓得住。"""
    body = "11010519491231002"
    valid = next(body + last for last in "0123456789X" if is_identity_number(body + last))
    assert IDENTITY.search(f"身份证{valid}。")
    assert not is_identity_number(body + ("1" if valid[-1] != "1" else "2"))
    assert MOBILE.search("电话" + "139" + "0" * 8)
    assert not MOBILE.search("电话" + "168" + "0" * 8)


def word_lists(source: str) -> list[str]:
    """程序里写了太多中文词的地方：一串常量，或写成一条长文字再拆开。"""
    lists = []
    tree = ast.parse(source)
    # 说明文字是给人读的句子，不是词表
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in told:
            continue
        items: list[object] = []
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            items = [item.value for item in node.elts if isinstance(item, ast.Constant)]
        elif isinstance(node, ast.Dict):
            items = [item.value for item in node.keys if isinstance(item, ast.Constant)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            items = [*re.split(r"[\s|、，,]+", node.value)]
        words = {item for item in items if isinstance(item, str) and re.fullmatch("[\u4e00-\u9fff]{1,8}", item)}
        if len(words) > LONGEST_WORD_LIST:
            lists.append(f"第 {node.lineno} 行写了 {len(words)} 个中文词")
    return lists


def test_word_lists_are_data_not_code() -> None:
    """中文词表放在 toml 或 csv 里，程序里没有。"""
    found_lists = [
        f"{name} {fault}"
        for name, text in text_files("wenzheng_lab")
        if name.endswith(".py")
        for fault in word_lists(text)
    ]
    assert found_lists == []
    words = ", ".join(f"'词{chr(0x4E00 + n)}'" for n in range(LONGEST_WORD_LIST + 1))
    joined = " ".join(chr(0x4E00 + n) for n in range(LONGEST_WORD_LIST + 1))
    for source in (f"X = ({words})", f"X = {joined!r}.split()", f"re.compile({joined.replace(' ', '|')!r})"):
        assert word_lists(source) == [f"第 1 行写了 {LONGEST_WORD_LIST + 1} 个中文词"]


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def constraints() -> dict[str, list[Requirement]]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned: dict[str, list[Requirement]] = {}
    for line in lines:
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            pinned.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return pinned


def direct_requirements() -> list[Requirement]:
    extras = [text for group in PROJECT["optional-dependencies"].values() for text in group]
    return [Requirement(text) for text in [*PROJECT["dependencies"], *extras]]


def test_constraints_name_one_version_and_nothing_else() -> None:
    """每行只有名字、一个版本和适用条件。"""
    for requirements in constraints().values():
        for requirement in requirements:
            assert [spec.operator for spec in requirement.specifier] == ["=="], str(requirement)
            assert requirement.url is None


def test_constraints_cover_every_dependency() -> None:
    """每个依赖连同它的依赖都有测过的版本，且合乎 pyproject 的范围。"""
    pinned = constraints()
    todo = [(requirement, "pyproject.toml") for requirement in direct_requirements()]
    seen: set[str] = set()
    while todo:
        requirement, asker = todo.pop()
        name = canonicalize_name(requirement.name)
        assert name in pinned, f"{asker} 要 {requirement}，constraints.txt 里没有：请运行 make constraints"
        versions = [Version(next(iter(pin.specifier)).version) for pin in pinned[name]]
        assert any(requirement.specifier.contains(version, prereleases=True) for version in versions), str(requirement)
        key = f"{name}[{','.join(sorted(requirement.extras))}]"
        if key in seen:
            continue
        seen.add(key)
        try:
            wanted = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # 没有装的附加项，它的依赖在 make constraints 时一并算过
        for text in wanted:
            deeper = Requirement(text)
            marker = deeper.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras)):
                todo.append((deeper, name))


def test_the_promised_packages_are_dependencies() -> None:
    """约定的几个包是必装的依赖。"""
    names = {canonicalize_name(Requirement(text).name) for text in PROJECT["dependencies"]}
    assert {"jupyterlab", "ipywidgets", "pandas", "matplotlib", "jieba", "nbval"} <= names
    assert {"classroom", "spark", "test"} <= set(PROJECT["optional-dependencies"])


def test_every_imported_package_is_declared() -> None:
    """程序里引用的外部包，都写在 pyproject 里。"""
    declared = {canonicalize_name(requirement.name) for requirement in direct_requirements()}
    providers = metadata.packages_distributions()
    undeclared = set()
    for name, text in text_files("wenzheng_lab"):
        if not name.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(text)):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                modules = [node.module]
            for top in {module.split(".")[0] for module in modules} - sys.stdlib_module_names - {"wenzheng_lab"}:
                owners = {canonicalize_name(owner) for owner in providers.get(top, [top])}
                if not owners & declared:
                    undeclared.add(f"{name}: {top}")
    assert sorted(undeclared) == []


def test_the_readme_tells_what_the_makefile_does() -> None:
    """README 写的命令，Makefile 里都有；两个语言版本写的命令相同。"""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    told = [
        set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / name).read_text(encoding="utf-8")))
        for name in ("README.md", "README.en.md")
    ]
    assert {"lab", "test"} <= told[0] <= targets
    assert told[0] == told[1]


@pytest.mark.skipif(shutil.which("make") is None, reason="没有 make（Windows 上本来不用它）")
def test_bare_make_lists_every_target() -> None:
    """单写 make，列出每个目标和一句说明，不做别的。"""
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE)
    assert re.findall(r"^  ([a-z]+) +\S*[\u4e00-\u9fff]", shown, flags=re.MULTILINE) == targets


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有可执行位")
def test_the_ci_script_can_be_run() -> None:
    """``.ci/run`` 可以执行，最后做的就是 README 里的 make test。"""
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "exec make test </dev/null"


def test_links_between_documents_lead_somewhere() -> None:
    """文档里的相对链接与图片都指向存在的文件。"""
    broken = [
        f"{name}: {target}"
        for name, text in text_files()
        if name.endswith(".md")
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
        if "://" not in target and not (ROOT / name).parent.joinpath(target).exists()
    ]
    assert broken == []


def test_the_rule_shown_in_contributing_works() -> None:
    """CONTRIBUTING 里教人抄的那条规则，抄进 acts.toml 真的能用：该认的认，该放的放。"""
    from wenzheng_lab._toml import TomlFile
    from wenzheng_lab.rules import load_rules, rule_path
    from wenzheng_lab.rules.load import parse_rules

    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    shown = re.search(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    assert shown
    name = tomllib.loads(shown.group(1))["rule"][0]["id"]
    # 照着抄进去的人也要能跑通测试，所以换一个不会重的编号
    block = shown.group(1).replace(name, f"{name}_shown")
    name = f"{name}_shown"
    whole = rule_path("acts.toml").read_text(encoding="utf-8") + "\n" + block
    rule = next(
        rule for rule in parse_rules(TomlFile.parse("acts.toml", whole), targets="act").rules if rule.id == name
    )
    assert all(rule.matches(hit) for hit in rule.hits)
    assert not any(rule.matches(miss) for miss in rule.misses)
    assert name not in {rule.id for rule in load_rules("acts.toml", targets="act").rules}
