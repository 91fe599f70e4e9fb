"""模拟收件箱：对外的两个名字。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from wenzheng_lab.errors import InputError, explain, require_whole, show
from wenzheng_lab.inbox.scenario import Scenario, load_scenario
from wenzheng_lab.model import Signature

if TYPE_CHECKING:
    import pandas as pd

from wenzheng_lab.inbox.simulator import MESSAGE_COLUMNS, TRUTH_COLUMNS, Simulator

MOST = 20_000_000
"""内存里一次至多造几封；一千万封约占几十 GB"""


@dataclass(frozen=True, slots=True)
class Inbox:
    """一个模拟的收件箱。"""

    messages: pd.DataFrame
    """来信，列见 ``MESSAGE_COLUMNS``；不含真值"""
    truth: pd.DataFrame
    """真值，行与 ``messages`` 相同"""
    scenario: str
    """情景"""
    seed: int
    """种子"""
    signature: Signature
    """由什么造出来：情景、种子、数据摘要、包版本"""

    def __repr__(self) -> str:
        """一行说明。"""
        return f"Inbox({len(self.messages)} 封, scenario={self.scenario!r}, seed={self.seed})"


def iterate_inbox(
    n: int, *, seed: int, scenario: object = "county"
) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    """一封一封地给出来信与真值，内存不随封数增长。

    Args:
        n: 共几封。
        seed: 种子。
        scenario: 情景名称，或情景文件的路径。

    Yields:
        来信的一行与真值的一行。

    Raises:
        InputTypeError: 封数、种子不是整数。
        InputError: 封数小于 1，或没有这个情景。
    """
    count, number = require_whole("n", n, least=1), require_whole("seed", seed)
    machine = Simulator(count, number, load_scenario(scenario))
    for index in range(count):
        yield machine.row(index)


def sign(scenario: Scenario, seed: int) -> Signature:
    """模拟数据的签名：情景、种子、数据摘要、包版本。"""
    return Signature.of({"inbox": scenario.id, "seed": str(seed), "scenario": scenario.digest, "data": data_digest()})


@lru_cache(maxsize=1)
def data_digest() -> str:
    """造信用的全部数据文件的摘要。"""
    from wenzheng_lab.inbox.phrases import DATA

    code = sha256()
    for path in sorted(DATA.rglob("*")):
        if path.suffix in (".toml", ".csv") and path.parent.name != "scenarios":
            code.update(path.relative_to(DATA).as_posix().encode())
            code.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return code.hexdigest()[:8]


def simulate_inbox(n: int = 200, *, seed: int, scenario: object = "county") -> Inbox:
    """造一个模拟的收件箱。

    人、地、单位、号码都是虚构的；同样的封数、种子、情景，在哪台机器上都得到同样的来信。

    Args:
        n: 共几封。
        seed: 种子，必须写明。
        scenario: 情景名称（``county``、``county-week``），或情景文件的路径。

    Returns:
        ``Inbox``：``messages`` 是来信，``truth`` 是真值，两表同行。

    Raises:
        InputTypeError: 封数、种子不是整数，情景不是文字或路径。
        InputError: 封数小于 1 或太多，或没有这个情景。
        RuleFileError: 情景文件写错，首行有文件名与行号。

    Examples:
        >>> import wenzheng_lab as wz
        >>> box = wz.simulate_inbox(n=20, seed=7)
        >>> len(box.messages), "category" in box.messages, "category" in box.truth
        (20, False, True)
    """
    import pandas as pd

    if require_whole("n", n, least=1) > MOST:
        raise InputError(
            explain(
                f"封数 n 是 {show(n)}", f"内存里一次至多 {MOST:,} 封", "再多请用命令 wenzheng inbox，一边造一边写进文件"
            )
        )
    chosen = load_scenario(scenario)
    messages, truth = [], []
    for message, row in iterate_inbox(n, seed=seed, scenario=scenario):
        messages.append(message)
        truth.append(row)
    number = require_whole("seed", seed)
    return Inbox(
        pd.DataFrame(messages, columns=list(MESSAGE_COLUMNS)),
        pd.DataFrame(truth, columns=list(TRUTH_COLUMNS)),
        chosen.id,
        number,
        sign(chosen, number),
    )


__all__ = ["Inbox", "iterate_inbox", "simulate_inbox"]
