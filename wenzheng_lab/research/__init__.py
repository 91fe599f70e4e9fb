"""研究：回归、孪生来信、抽样与人工编码；每张表带签名。"""

from __future__ import annotations

import importlib

_PUBLIC = {
    "CodingSample": "wenzheng_lab.research.sample",
    "RegressionTable": "wenzheng_lab.research.regression_table",
    "TwinTable": "wenzheng_lab.research.twins",
    "code_sample": "wenzheng_lab.research.coder",
    "compare_twins": "wenzheng_lab.research.twins",
    "draw_sample": "wenzheng_lab.research.sample",
    "read_codes": "wenzheng_lab.research.codes",
    "regress_quality": "wenzheng_lab.research.regression",
    "regress_response": "wenzheng_lab.research.regression",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"wenzheng_lab.research 没有 {name!r}；可用的名字：{'、'.join(__all__)}")
    value: object = getattr(importlib.import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value
