"""两扇门：``wenzheng lab`` 与 ``wenzheng desk`` 只听本机、要口令、不认别的主机名与别的网页。不用浏览器，直接敲门。"""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from desk_driver import running_desk
from lab_driver import Lab, running_lab

pytestmark = [pytest.mark.slow]
EVIL = "http://outside.invalid"


@pytest.fixture(scope="module", params=[running_lab, running_desk], ids=["lab", "desk"])
def door(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with request.param(tmp_path_factory.mktemp("门")) as one:
        yield one


def token_of(door: Lab) -> str:
    return parse_qs(urlsplit(door.address).query)["token"][0]


def ask(
    door: Lab, path: str, *, headers: dict[str, str] | None = None, method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    host, port = door.host.split(":")
    for _ in range(100):  # 地址先说出来，门随后才开
        try:
            socket.create_connection((host, int(port)), timeout=5).close()
            break
        except ConnectionRefusedError:
            time.sleep(0.2)
    line = http.client.HTTPConnection(host, int(port), timeout=60)
    try:
        line.request(method, path, headers=headers or {})
        answer = line.getresponse()
        return answer.status, {key.lower(): text for key, text in answer.getheaders()}, answer.read()
    finally:
        line.close()


def upgrade(door: Lab, path: str, origin: str, **more: str) -> int:
    """要求换成 websocket；给出状态码。"""
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Origin": origin,
        **more,
    }
    return ask(door, path, headers=headers)[0]


def test_it_listens_on_the_loopback_alone(door: Lab) -> None:
    """只绑在 127.0.0.1 上：本机的别的地址都没有人答应。"""
    port = int(door.host.split(":")[1])
    others = {"127.0.0.2"} if os.name == "posix" else set()
    others |= {str(row[4][0]) for row in socket.getaddrinfo(socket.gethostname(), None)} - {"127.0.0.1"}
    for address in others:
        with pytest.raises(OSError, match=r"."):
            socket.create_connection((address, port), timeout=3).close()


@pytest.mark.parametrize(
    "path", ["/", "/api/contents", "/api/kernels", "/api/sessions", "/lab", "/voila/files/办件台.ipynb"]
)
@pytest.mark.parametrize("word", ["", "?token=", "?token=wrong"])
def test_nothing_is_given_without_the_token(path: str, word: str, door: Lab) -> None:
    """没有口令、口令错：不是去登录的一页，就是拒绝，什么内容也没有。"""
    from urllib.parse import quote

    status, headers, body = ask(door, quote(path) + word)
    assert status in (302, 403, 404), (status, body[:200])
    if status == 302:
        assert headers["location"].startswith("/") and not headers["location"].startswith("//") and not body
    assert b"cells" not in body and b"kernel_id" not in body


def cookies(door: Lab) -> str:
    """像浏览器那样带口令进一次门，拿到身份的 cookie：别的网页能借的只有它。"""
    page = "/lab" if "/lab/" in door.address else "/"
    host, port = door.host.split(":")
    line = http.client.HTTPConnection(host, int(port), timeout=60)
    try:
        line.request("GET", f"{page}?token={token_of(door)}")
        answer = line.getresponse()
        answer.read()
        found = [text.split(";")[0] for key, text in answer.getheaders() if key.lower() == "set-cookie"]
    finally:
        line.close()
    assert any("username" in text for text in found), found
    return "; ".join(found)


def test_another_host_name_is_refused(door: Lab) -> None:
    """域名改指到本机（DNS 重绑定）：主机名不对，有口令也不给。"""
    token = token_of(door)
    for host in ("outside.invalid", "127.0.0.1.outside.invalid", f"outside.invalid:{door.host.split(':')[1]}"):
        for path in ("/", "/lab", "/api/contents", "/api/kernels"):
            status, _, body = ask(door, f"{path}?token={token}", headers={"Host": host})
            assert status in (403, 404) or (status == 302 and not body), (host, path, status)
            assert b"cells" not in body and b"wz-" not in body


def test_another_page_cannot_read_or_act(door: Lab) -> None:
    """别的网页借着浏览器里的身份来要：没有让它读的许可；要做事，当场拒绝。"""
    borrowed = {"Cookie": cookies(door), "Origin": EVIL}
    for path in ("/api/kernels", "/api/contents", "/api/sessions"):
        status, headers, _ = ask(door, path, headers=borrowed)
        assert headers.get("access-control-allow-origin", "") not in ("*", EVIL), path
        assert status in (200, 302, 403, 404)
    for path in ("/api/kernels", "/api/sessions", "/api/contents", "/api/shutdown"):
        status, _, _ = ask(door, path, headers=borrowed, method="POST")
        assert status in (302, 403, 404, 405), (path, status)


def test_another_page_cannot_open_a_channel(door: Lab) -> None:
    """内核的通道：自己的网页开得，别的网页借着身份也开不得。"""
    token, borrowed = token_of(door), cookies(door)
    words = {"Authorization": f"token {token}"}
    status, _, body = ask(door, "/api/kernels", headers=words, method="POST")
    kernel = json.loads(body)["id"] if status == 201 else "00000000-0000-0000-0000-000000000000"
    path = f"/api/kernels/{kernel}/channels"
    assert upgrade(door, path, EVIL, Cookie=borrowed) in (403, 404)
    assert upgrade(door, path, "null", Cookie=borrowed) in (403, 404)
    assert upgrade(door, path, f"http://{door.host}") in (403, 404), "没有身份也开了"
    if status == 201:
        assert upgrade(door, path, f"http://{door.host}", Cookie=borrowed) == 101
        ask(door, f"/api/kernels/{kernel}", headers=words, method="DELETE")


def test_every_page_says_nothing_may_come_from_outside(door: Lab) -> None:
    """网页上写着：只许取本机的东西，不许嵌进别的网页，地址里的口令不带出去。"""
    page = "/lab" if "/lab/" in door.address else "/"
    for path in (f"{page}?token={token_of(door)}", "/login"):
        _, headers, _ = ask(door, path)
        policy = headers.get("content-security-policy", "")
        assert "default-src 'self'" in policy and "http" not in policy and "frame-ancestors 'self'" in policy, path
        assert headers.get("referrer-policy") == "no-referrer"
        assert headers.get("x-content-type-options") == "nosniff"


def test_the_token_is_not_guessable(door: Lab) -> None:
    """口令有 192 位，每次不同。"""
    assert len(token_of(door)) == 48
    assert Path(door.folder).name not in token_of(door)
