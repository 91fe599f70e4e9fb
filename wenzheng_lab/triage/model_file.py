"""分类模型的文件：只有数字和文字，读进来不会执行任何东西。"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab._files import atomic_path
from wenzheng_lab.errors import DatasetError, explain
from wenzheng_lab.triage.features import BLOCKS
from wenzheng_lab.triage.linear import Matrix

FORMAT = "wenzheng-triage-model/1"
_BROKEN = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    EOFError,
    OSError,
    RecursionError,
    zlib.error,
    zipfile.BadZipFile,
)
_NUMBERS = ("trust", "seed", "threshold", "scale", "trained_on")


@dataclass(frozen=True, slots=True)
class Stored:
    """文件里的一个模型，已经查过。"""

    classes: tuple[str, ...]
    """各类"""
    numbers: Mapping[str, float]
    """各个单独的数"""
    columns: Mapping[str, Mapping[str, int]]
    """块 → 项 → 列号"""
    idf: NDArray[np.float64]
    """列号 → 折算系数"""
    weights: Matrix
    """权重，末一行是截距"""

    def number(self, name: str) -> float:
        """一个单独的数。

        Args:
            name: 名字，如 ``threshold``。

        Returns:
            数。
        """
        return self.numbers[name]


def write_model(path: Path, head: Mapping[str, object], idf: NDArray[np.float64], weights: Matrix) -> Path:
    """写文件；数存成单精度。

    Args:
        path: 写到哪里。
        head: 目录与各个单独的数。
        idf: 折算系数。
        weights: 权重。

    Returns:
        写好的文件。
    """
    text = json.dumps({"format": FORMAT, **head}, ensure_ascii=False).encode("utf-8")
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        head=np.frombuffer(text, dtype=np.uint8),
        idf=idf.astype(np.float32),
        weights=weights.astype(np.float32),
    )
    with atomic_path(path) as temporary:
        temporary.write_bytes(buffer.getvalue())
    return path


def read_model(path: Path) -> Stored:
    """读文件，逐项查过。

    Args:
        path: ``write_model`` 写的文件。

    Returns:
        模型的各部分。

    Raises:
        DatasetError: 找不到、不是这种文件、内容残缺。
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as data:
            head = json.loads(bytes(data["head"]).decode("utf-8"))
            idf = data["idf"].astype(np.float64)
            weights = data["weights"].astype(np.float64)
        return _check(head, idf, weights)
    except FileNotFoundError as error:
        raise DatasetError(
            explain(f"找不到模型文件 {path}", "应为 TriageModel.save 写的文件", "请看路径是否写对")
        ) from error
    except _BROKEN as error:
        raise DatasetError(
            explain(
                f"{path.name} 读不出来（{type(error).__name__}）",
                f"应为 TriageModel.save 写的文件（{FORMAT}）",
                "文件可能传坏了或不是模型，请重新训练或重新拷贝",
            )
        ) from error


def _check(head: dict[str, object], idf: NDArray[np.float64], weights: Matrix) -> Stored:
    if head["format"] != FORMAT:
        raise ValueError(f"格式是 {head['format']}")
    blocks, classes = head["blocks"], head["classes"]
    if not isinstance(blocks, dict) or not isinstance(classes, list):
        raise ValueError("目录残缺")
    columns: dict[str, dict[str, int]] = {}
    count = 0
    for block in BLOCKS:
        columns[block] = {str(item): count + i for i, item in enumerate(blocks[block])}
        count += len(blocks[block])
    if len(idf) != count or weights.shape != (count + 1, len(classes)) or not np.isfinite(weights).all():
        raise ValueError("权重与目录对不上")
    numbers = {name: _float(head[name]) for name in _NUMBERS}
    return Stored(tuple(str(name) for name in classes), numbers, columns, idf, weights)


def _float(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"应为数，来的是 {value!r}")
    return float(value)
