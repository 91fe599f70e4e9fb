"""运行一个目标：``cd tests && python -m fuzz readers --seconds 600 --out 目录``。

发现了不停下：每种毛病（哪一行抛的什么）留第一个例子，写进 ``--out``，接着找别的。
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import sys
import time
import traceback
from pathlib import Path


def main() -> None:
    """按覆盖率变着法子撞，时间到为止。"""
    import atheris

    parser = argparse.ArgumentParser(description="按覆盖率找坏输入")
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--out", type=Path, default=Path("模糊测试"))
    args = parser.parse_args()
    with atheris.instrument_imports(include=["wenzheng_lab"]):
        from fuzz.targets import TARGETS

        target = TARGETS[args.target]()
    from wenzheng_lab.errors import WenzhengError

    out = args.out / args.target
    corpus = out / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for data in target.seeds():
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
        # 先撞一遍好例子：词典、词表第一次用到才读，那几秒不算谁慢
        with contextlib.suppress(WenzhengError):
            target.one(data)
    seen: set[str] = set()
    count = {"runs": 0, "own_errors": 0, "results": 0, "findings": 0}
    started = last = time.monotonic()

    def one(data: bytes) -> None:
        nonlocal last
        count["runs"] += 1
        begun = time.process_time()
        try:
            target.one(data)
            count["results"] += 1
        except WenzhengError:
            count["own_errors"] += 1
        except Exception as error:
            _keep(out, data, _mark(error), "".join(traceback.format_exception(error)), seen)
        if time.process_time() - begun > 10:
            _keep(out, data, "slow", f"{time.process_time() - begun:.1f} 秒", seen)
        count["findings"] = len(seen)
        if time.monotonic() - last > 5:
            last = time.monotonic()
            record = {**count, "seconds": round(last - started), "corpus": len(list(corpus.iterdir()))}
            (out / "count.json").write_text(json.dumps(record), encoding="utf-8")

    flags = [
        f"-max_total_time={args.seconds}",
        "-max_len=20000",
        "-timeout=120",
        "-rss_limit_mb=4000",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *flags, f"-artifact_prefix={out}/", str(corpus)], one)
    atheris.Fuzz()


def _mark(error: BaseException) -> str:
    """哪一行抛的什么。"""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "wenzheng_lab" in frame.filename]
    where = frames[-1] if frames else traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}-{Path(where.filename).stem}-{where.lineno}"


def _keep(out: Path, data: bytes, mark: str, text: str, seen: set[str]) -> None:
    if mark not in seen:
        seen.add(mark)
        (out / f"{mark}.bin").write_bytes(data)
        (out / f"{mark}.txt").write_text(text, encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    main()
