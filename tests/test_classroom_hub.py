"""一台 Linux 带一个班：真的 hub、真的代理，开五位学员，量每人用多少内存。"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CONFIG = Path(__file__).resolve().parent.parent / "docs" / "jupyterhub" / "jupyterhub_config.py"
SIZE = int(os.environ.get("WENZHENG_HUB_SIZE", "5"))
"""几位学员一起开；``WENZHENG_HUB_SIZE=10`` 量得更像一个班"""
PEOPLE = [f"s{202600101 + number}" for number in range(SIZE)]
SCRIPTS = Path(sys.executable).parent
WORK = (
    "import wenzheng_lab as wz\nunit = wz.course.open('L00')\nunit.q4.check('B')\n"
    "wz.score_reply('您好，路灯3月12日前修好。', to=unit.letter('路灯'))"
)

pytestmark = pytest.mark.slow


def missing() -> str:
    if sys.platform != "linux":
        return "JupyterHub 只在 Linux 上带班"
    if importlib.util.find_spec("jupyterhub") is None:
        return "没有安装 jupyterhub：pip install -c constraints.txt '.[hub]'"
    if not shutil.which("configurable-http-proxy", path=f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}"):
        return "没有 configurable-http-proxy：pip install configurable-http-proxy，或用 npm 装"
    return ""


def free_port() -> int:
    """系统给的空端口。"""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Hub:
    """起好的 hub。"""

    def __init__(self, folder: Path) -> None:
        self.port, proxy, hub = free_port(), free_port(), free_port()
        self.token = secrets.token_hex(16)
        self.folder = folder
        settings = folder / "test_config.py"
        settings.write_text(
            f"""
import os

load_subconfig({str(CONFIG)!r})
c = get_config()
# 只换登录方式、账号、端口：测试机器上没有这些系统账号
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {secrets.token_hex(8)!r}
c.Authenticator.allowed_users = set({PEOPLE!r})
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {str(folder / "home")!r} + "/{{username}}"
c.JupyterHub.bind_url = "http://127.0.0.1:{self.port}"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.ConfigurableHTTPProxy.auth_token = {secrets.token_hex(16)!r}
c.JupyterHub.cleanup_servers = True
if os.geteuid() == 0:
    # 容器里的测试常以管理员跑；真的班里各人是各人的账号
    c.Spawner.args = [*c.Spawner.args, "--allow-root"]
c.Spawner.environment["PYTHONPATH"] = {os.pathsep.join(sys.path)!r}
c.JupyterHub.services = [{{"name": "probe", "api_token": {self.token!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "probe", "services": ["probe"], "scopes": ["admin:users", "admin:servers", "access:servers"]}}
]
""",
            encoding="utf-8",
        )
        self.log = (folder / "hub.log").open("w", encoding="utf-8")
        environment = {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(settings)],
            cwd=folder,
            env=environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def ask(self, path: str, data: object = None, *, method: str = "") -> tuple[int, Any]:
        """问一次；回（状态，内容）。"""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=None if data is None else json.dumps(data).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
            method=method or None,
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, None
        except (OSError, ValueError):
            return 0, None

    def wait(self, ready: Any, seconds: float, what: str) -> None:
        """等到成了。"""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if ready():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.5)
        text = (self.folder / "hub.log").read_text(encoding="utf-8")
        raise AssertionError(f"{what}没有等到：\n{text[-3000:]}")

    def stop(self) -> None:
        """停掉 hub、代理和各人的服务。"""
        self.process.terminate()
        try:
            self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
        self.log.close()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    reason = missing()
    if reason:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("hub")
    (folder / "home").mkdir()
    made = Hub(folder)
    try:
        made.wait(lambda: made.ask("/hub/api/users")[0] == 200, 90, "hub 起动")
        yield made
    finally:
        made.stop()


async def execute(hub: Hub, user: str, kernel: str, code: str) -> str:
    """在学员的内核里运行一段，回它说的状态。"""
    from tornado.httpclient import HTTPRequest
    from tornado.websocket import websocket_connect

    request = HTTPRequest(
        f"ws://127.0.0.1:{hub.port}/user/{user}/api/kernels/{kernel}/channels",
        headers={"Authorization": f"token {hub.token}"},
    )
    channel = await websocket_connect(request)
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "session": "s",
        "username": "u",
        "version": "5.3",
    }
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    await channel.write_message(json.dumps(message))
    while True:
        raw = await asyncio.wait_for(channel.read_message(), 120)
        answer = json.loads(raw or "{}")
        if answer.get("msg_type") == "execute_reply" and answer["parent_header"].get("msg_id") == header["msg_id"]:
            channel.close()
            # 等对方也关，不留没关的套接字
            while await channel.read_message() is not None:
                pass
            content = answer["content"]
            return str(content["status"]) + str(content.get("evalue", ""))


def memory_mb(pids: list[int]) -> float:
    """这几个进程连同子进程用多少内存（MB）；共用的部分按人头分。"""
    import psutil

    total = 0
    for pid in pids:
        process = psutil.Process(pid)
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_full_info().pss
    return total / 2**20


def cpu_s(pids: list[int]) -> float:
    """这几个进程连同子进程用去的处理器时间（秒）。"""
    import psutil

    total = 0.0
    for pid in pids:
        process = psutil.Process(pid)
        for one in [process, *process.children(recursive=True)]:
            times = one.cpu_times()
            total += times.user + times.system
    return total


def pids_of(hub: Hub, user: str) -> list[int]:
    """学员的服务的进程号：由它的个人目录认。"""
    import psutil

    home = str(hub.folder / "home" / user)
    found = []
    for process in psutil.Process(hub.process.pid).children(recursive=True):
        try:
            own = process.environ().get("HOME") == home
            parent = process.parent()
            if own and parent is not None and parent.environ().get("HOME") != home:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def test_five_learners_start_and_work(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    """五位学员一起开：各有课程，各有内核，答得了题，记录各在各的文件夹；每人的内存量得出。"""
    # 名单上的人，hub 起动时已经建好
    assert {row["name"] for row in hub.ask("/hub/api/users")[1]} >= set(PEOPLE)
    started = time.monotonic()
    for user in PEOPLE:
        assert hub.ask(f"/hub/api/users/{user}/server", {})[0] in (201, 202)

    def ready() -> bool:
        rows = [hub.ask(f"/hub/api/users/{user}")[1] or {} for user in PEOPLE]
        return all((row.get("servers") or {}).get("", {}).get("ready") for row in rows)

    hub.wait(ready, 60 * SIZE, "各位学员的服务")
    took = time.monotonic() - started
    used, spent = [], []
    for user in PEOPLE:
        assert hub.ask(f"/user/{user}/api/status")[0] == 200
        status, found = hub.ask(f"/user/{user}/api/contents/notebooks")
        assert status == 200
        assert any(item["name"].startswith("L00") for item in found["content"])
        status, kernel = hub.ask(f"/user/{user}/api/kernels", {"name": "python3"})
        assert status == 201
        assert asyncio.run(execute(hub, user, kernel["id"], WORK)) == "ok"
        record = hub.folder / "home" / user / "问政实训" / "我的学习记录" / "L00.json"
        assert json.loads(record.read_text(encoding="utf-8"))["events"][0]["outcome"] == "passed"
        used.append(memory_mb(pids_of(hub, user)))
        spent.append(cpu_s(pids_of(hub, user)))
    assert min(used) > 20
    with capsys.disabled():
        print(
            f"\n{SIZE} 位学员一起开 {took:.1f} 秒；每人 {min(used):.0f}–{max(used):.0f} MB（PSS，服务加内核）；"
            f"各从登录到答完一题、评完一份 {min(spent):.1f}–{max(spent):.1f} 秒处理器时间；"
            f"负载 {os.getloadavg()[0]:.1f}"
        )
    # 三十人一台 16 GB 的机器放得下
    assert max(used) * 30 < 16 * 1024


def test_one_greedy_learner_is_stopped_alone(hub: Hub) -> None:
    """一位学员要 8 GB：他的内核报内存不够，不拖垮机器，别人照常。"""
    if hub.ask(f"/user/{PEOPLE[0]}/api/status")[0] != 200:
        pytest.skip("学员的服务没有起来，前一个测试已经说了")
    _, kernel = hub.ask(f"/user/{PEOPLE[0]}/api/kernels", {"name": "python3"})
    greedy = "try:\n    x = bytearray(8 << 30)\nexcept MemoryError:\n    pass\nelse:\n    raise ValueError('放行了')"
    said = asyncio.run(execute(hub, PEOPLE[0], kernel["id"], greedy))
    assert said == "ok"
    assert hub.ask(f"/user/{PEOPLE[1]}/api/status")[0] == 200


def test_strangers_are_not_let_in(hub: Hub) -> None:
    """没有口令、不在名单上的，进不来。"""
    request = urllib.request.Request(f"http://127.0.0.1:{hub.port}/hub/api/users")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.HTTPError) as caught:
        opener.open(request, timeout=30)
    assert caught.value.code == 403
    caught.value.close()
