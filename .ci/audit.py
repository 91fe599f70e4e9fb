"""查依赖有没有已知的漏洞：``make audit``。

用 pip-audit 拿 constraints.txt 里的每个版本去问漏洞库，写一份带日期的报告。问不到（没有网络、没有装 pip-audit）时
也写一份，只列版本，写明没有查，并大声说出来；那不算通过，也不让别的检查停下。
"""

from __future__ import annotations

import datetime
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "audit"
SCHEMA = "wenzheng.audit/1"
_LINE = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;]+)")
_PATIENCE = 600


def pinned(text: str) -> dict[str, str]:
    """测过的各个版本：名字到版本。"""
    found = (_LINE.match(line) for line in text.splitlines())
    return {one["name"]: one["version"] for one in found if one}


def ask(versions: dict[str, str]) -> tuple[list[dict[str, object]] | None, dict[str, str], str]:
    """问漏洞库：有漏洞的各行、跳过没有查的与原因；一个也没有问到时是 None 与原因。"""
    if importlib.util.find_spec("pip_audit") is None:
        return None, {}, "没有装 pip-audit（pip install pip-audit）"
    with tempfile.TemporaryDirectory() as folder:
        listing = Path(folder) / "versions.txt"
        listing.write_text("".join(f"{name}=={version}\n" for name, version in versions.items()), encoding="utf-8")
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(listing), "--no-deps", "--disable-pip"]
        command += ["--format", "json", "--progress-spinner", "off", "--timeout", "15"]
        try:
            run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            return None, {}, f"等了 {_PATIENCE} 秒，漏洞库没有答话"
    try:
        rows = json.loads(run.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (run.stderr.strip().splitlines() or ["没有说原因"])[-1]
        return None, {}, f"漏洞库问不到（{last[:200]}）"
    skipped = {str(row.get("name")): str(row["skip_reason"])[:200] for row in rows if row.get("skip_reason")}
    if len(skipped) >= len(versions):
        return None, {}, f"漏洞库一个也没有答（{next(iter(skipped.values()), '')}）"
    return [row for row in rows if row.get("vulns")], skipped, ""


def main() -> int:
    """写报告；有漏洞退出码 1，没有、或没有查成为 0。"""
    versions = pinned((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    bad, skipped, reason = ask(versions)
    day = datetime.date.today().isoformat()
    report = {
        "schema": SCHEMA,
        "date": day,
        "tool": "pip-audit",
        "checked": bad is not None,
        "reason": reason,
        "skipped": skipped,
        "vulnerable": bad or [],
        "versions": dict(sorted(versions.items())),
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / f"{day}.json"
    target.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if bad is None:
        print(f"!!! 依赖没有查漏洞：{reason}。报告只列了 {len(versions)} 个版本：{target.name} !!!", file=sys.stderr)
        return 0
    for row in bad:
        names = "、".join(str(one.get("id")) for one in row["vulns"])  # type: ignore[attr-defined]
        print(f"{row['name']} {row['version']}：{names}", file=sys.stderr)
    told = f"，{len(skipped)} 个没有查成" if skipped else ""
    print(f"查了 {len(versions) - len(skipped)} 个版本{told}，{len(bad)} 个有已知漏洞：{target.name}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
