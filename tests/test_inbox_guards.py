"""守着三条：各版本的 Python 写出同样的信；不与规则共用词表；一件事可以来上千封。"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import wenzheng_lab
from wenzheng_lab.inbox.county import load_county
from wenzheng_lab.inbox.dispatch import dispatch_catalogue
from wenzheng_lab.inbox.people import kinds
from wenzheng_lab.inbox.phrases import load_lists
from wenzheng_lab.inbox.scenario import load_scenario, names
from wenzheng_lab.inbox.simulator import Simulator

PACKAGE = Path(wenzheng_lab.__file__).parent
CODE = """
import hashlib
from wenzheng_lab.inbox.simulate import iterate_inbox
code = hashlib.sha256()
for message, truth in iterate_inbox(120, seed=5, scenario="county-week"):
    code.update(repr((sorted(message.items()), sorted(truth.items()))).encode())
print(code.hexdigest())
"""


def pythons() -> list[str]:
    """这台机器上别的 Python：3.11–3.13，各取一个。"""
    found = []
    for minor in (11, 12, 13):
        places = [shutil.which(f"python3.{minor}")]
        root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
        places += [str(path) for path in sorted(root.glob(f"3.{minor}.*/bin/python"))]
        for place in places:
            if not place or minor == sys.version_info.minor:
                continue
            if subprocess.run([place, "-c", ""], check=False, capture_output=True).returncode == 0:
                found.append(place)
                break
    return found


def write_with(python: str) -> str:
    path = os.pathsep.join([str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    done = subprocess.run(
        [python, "-c", CODE],
        env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-600:]
    return done.stdout.strip()


def test_every_python_writes_the_same_letters() -> None:
    """3.11、3.12、3.13 写出同样的信与真值，一个字节不差。"""
    others = pythons()
    if not others:
        pytest.skip("这台机器上没有别的 Python 3.11–3.13")
    mine = write_with(sys.executable)
    assert {write_with(python) for python in others} == {mine}


def lists(value: object, path: str) -> Iterator[tuple[str, frozenset[str]]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from lists(item, f"{path}/{key}")
    elif isinstance(value, list):
        words = frozenset(item for item in value if isinstance(item, str))
        if len(words) >= 6:
            yield path, words
        for item in value:
            yield from lists(item, path)


def word_lists(folder: Path) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for file in folder.rglob("*.toml"):
        found |= dict(lists(tomllib.loads(file.read_text(encoding="utf-8-sig")), file.name))
    return found


def test_no_word_list_is_shared_with_the_rules() -> None:
    """造信的词表与评分、分拣、脱敏的词表各写各的：没有哪两张有一半的词相同，名册除外。"""
    ours = word_lists(PACKAGE / "inbox" / "data")
    assert len(ours) > 300
    county = load_county()
    # 分类、单位、身份是名册，本来就该一致；标题的开头词（关于、投诉、咨询……）只用来判断标题前要不要加地名，不写进信
    official = {*county.taxonomy, *(sub for subs in county.taxonomy.values() for sub in subs), *county.units, *kinds()}
    official |= set(load_lists()["title_starts"])
    # 亲属、证件、量词就这么些，谁写都一样
    official |= set(load_lists()["two"]) | {"父亲", "母亲", "丈夫", "儿子", "女儿", "退伍证", "残疾证", "学生证"}
    for room in ("rules", "triage", "privacy", "reply"):
        for where, theirs in word_lists(PACKAGE / room).items():
            for path, words in ours.items():
                common = (words & theirs) - official
                assert len(common) < 0.5 * min(len(words), len(theirs)), f"{path} 与 {where} 共有 {sorted(common)[:8]}"


def test_a_thousand_letters_on_one_matter() -> None:
    """一件事上千封：八成左右的来信同属一桩事，正文各不相同。"""
    assert "one-matter" in names()
    machine = Simulator(1200, 9, load_scenario("one-matter"))
    rows = [machine.row(n) for n in range(0, 1200, 4)]
    about = [message for message, truth in rows if truth["event"] == "water"]
    assert 0.7 < len(about) / len(rows) < 0.9
    assert len({message["body"] for message in about}) > 0.9 * len(about)


def test_the_dispatch_catalogue_covers_the_county() -> None:
    """分办目录覆盖十五个一级分类、九十个以上二级分类，单位都在名册里。"""
    rows = dispatch_catalogue()
    county = load_county()
    assert {row.category for row in rows} == set(county.taxonomy)
    assert len({(row.category, row.subcategory) for row in rows if row.subcategory != "其他"}) >= 90
    units = {*county.units, "属地"}
    for row in rows:
        assert {row.lead, *row.others, *row.partners} <= units
