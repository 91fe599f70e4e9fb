"""第二意见：没写地址就一个字也不送；引文不在原文里的不认；对方怎样坏都说得清。"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import wenzheng_lab as wz
from wenzheng_lab.errors import InputError
from wenzheng_lab.reply import second_opinion_http as door
from wenzheng_lab.reply.second_opinion import locate
from wenzheng_lab.reply.second_opinion_http import EndpointError, inside

LETTER = {
    "subject": "北关路路灯半年不亮",
    "body": "我叫苗广顺，电话13805550127。北关路路灯半年不亮，老人摔了两回，什么时候修？",
}
REPLY = "您好！北关路路灯3月5日已修好，共换灯11盏，是电缆被施工挖断。再不亮请打0700-5550113，县城管局市政股。"
GOOD = {
    "criteria": {
        "relevance": {"score": 3, "quotes": ["北关路路灯3月5日已修好"], "why": "说的就是这件事"},
        "completeness": {"score": 3, "quotes": ["3月5日已修好，共换灯11盏"], "why": "问的答了"},
        "fact_finding": {"score": 2, "quotes": ["是电缆被施工挖断"], "why": "说了原因"},
        "basis": {"score": 1, "quotes": ["电缆被施工挖断"], "why": "只有原因"},
        "disposition": {"score": 3, "quotes": ["共换灯11盏"], "why": "办了"},
        "owner_date": {"score": 3, "quotes": ["县城管局市政股"], "why": "有单位有电话"},
        "remedy": {"score": None, "quotes": [], "why": "没有拒绝"},
        "tone": {"score": 2, "quotes": ["您好"], "why": "有礼貌"},
        "plain": {"score": 3, "quotes": [], "why": "短句"},
    }
}


class Stub:
    """本机的假模型服务：照单子回，记下收到的东西。"""

    def __init__(self, answer: Callable[[int], tuple[int, bytes, float]]) -> None:
        self.seen: list[dict[str, object]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                stub.seen.append(json.loads(data))
                stub.headers.append(dict(self.headers))
                stub.paths.append(self.path)
                status, body, wait = answer(len(stub.seen))
                time.sleep(wait)
                try:
                    self.send_response(status)
                    if status in (301, 302, 307):
                        self.send_header("Location", body.decode())
                        body = b""
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass  # 等不及的一方已经挂断

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def chat(content: object) -> bytes:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return json.dumps({"choices": [{"message": {"content": text}}]}, ensure_ascii=False).encode()


@pytest.fixture
def serve() -> Iterator[Callable[..., Stub]]:
    stubs: list[Stub] = []

    def start(*answers: tuple[int, bytes] | tuple[int, bytes, float]) -> Stub:
        rows = [(*answer, 0.0) if len(answer) == 2 else answer for answer in answers]
        stub = Stub(lambda number: rows[min(number, len(rows)) - 1])
        stubs.append(stub)
        return stub

    yield start
    for stub in stubs:
        stub.close()


def ask(stub: Stub, **options: object) -> wz.SecondOpinion:
    settings: dict[str, object] = {"timeout": 5.0, "retries": 0, "backoff": 0.0, **options}
    return wz.second_opinion(REPLY, to=LETTER, endpoint=stub.url, model="内网模型", **settings)  # type: ignore[arg-type]


def test_a_good_answer_is_set_beside_the_rules(serve: Callable[..., Stub]) -> None:
    """好的意见：逐项对照，引文有位置，分不改。"""
    stub = serve((200, chat(GOOD)))
    found = ask(stub, api_key="钥匙".encode().hex())
    assert stub.paths == ["/v1/chat/completions"]
    assert stub.headers[0]["Authorization"].startswith("Bearer ")
    rows = {row.name: row for row in found.rows}
    assert rows["relevance"].other == 3
    assert rows["relevance"].quotes[0].of(REPLY) == "北关路路灯3月5日已修好"
    assert rows["remedy"].other is None and rows["remedy"].note == "模型认为不适用"
    assert rows["plain"].other == 3
    assert found.rejected == 0
    assert found.agreement is not None and 0 <= found.agreement <= 1
    # (12*3+20*3+8*2+8*1+20*3+10*3+6*2+4*3) / (3*88)：不适用的 remedy 不计
    weights = {name: spec.weight for name, spec in found.score.rubric.criteria.items()}
    points = {name: row["score"] for name, row in GOOD["criteria"].items() if row["score"] is not None}
    whole = sum(weights[name] for name in points)
    assert found.total == round(100 * sum(weights[n] * float(str(p)) for n, p in points.items()) / (3 * whole), 1)
    assert found.score.total == wz.score_reply(REPLY, to=LETTER).total
    data = json.loads(json.dumps(found.to_dict(), ensure_ascii=False))
    assert data["schema"] == "second-opinion/1" and data["masked"] is True
    assert "钥匙".encode().hex() not in json.dumps(data) + repr(found) + found._repr_html_()


def test_invented_quotes_are_rejected_and_counted(serve: Callable[..., Stub]) -> None:
    """编造的引文不认；没有一处引文站得住的分也不认。"""
    answer = json.loads(json.dumps(GOOD))
    answer["criteria"]["basis"]["quotes"] = ["根据《城市照明管理规定》第二十条"]
    answer["criteria"]["fact_finding"]["quotes"] = ["是电缆被施工挖断", "经现场勘查三次"]
    answer["criteria"]["tone"]["quotes"] = ["给您添麻烦了"]
    found = ask(serve((200, chat(answer))))
    rows = {row.name: row for row in found.rows}
    assert found.rejected == 3
    assert rows["basis"].other is None and "没有认" in rows["basis"].note
    assert rows["tone"].other is None
    assert rows["fact_finding"].other == 2 and rows["fact_finding"].rejected == ("经现场勘查三次",)
    assert "原文里没有" in found._repr_html_()


def test_personal_data_is_masked_before_sending(serve: Callable[..., Stub]) -> None:
    """默认先遮再送；要送原文，使用者得自己说。"""
    stub = serve((200, chat(GOOD)))
    assert ask(stub).masked
    sent = json.dumps(stub.seen[0], ensure_ascii=False)
    assert "13805550127" not in sent and "苗广顺" not in sent
    assert "北关路路灯3月5日已修好" in sent
    assert not ask(stub, send_original=True).masked
    assert "13805550127" in json.dumps(stub.seen[1], ensure_ascii=False)


def test_answers_wrapped_in_talk_are_read(serve: Callable[..., Stub]) -> None:
    """前面有思考、有解说、有代码围栏，照样取得出。"""
    text = json.dumps(GOOD, ensure_ascii=False)
    wrapped = "<think>先看{第一项}</think>好的，评分如下：\n```json\n" + text + "\n```\n供参考。"
    assert ask(serve((200, chat(wrapped)))).rejected == 0


def test_a_busy_server_is_asked_again(serve: Callable[..., Stub]) -> None:
    """500 之后再试一次就成。"""
    stub = serve((500, b"oops"), (429, b"slow down"), (200, chat(GOOD)))
    found = ask(stub, retries=2)
    assert found.attempts == 3 and len(stub.seen) == 3


def test_waiting_doubles_between_attempts(serve: Callable[..., Stub], monkeypatch: pytest.MonkeyPatch) -> None:
    """每次再试多等一倍。"""
    waits: list[float] = []
    monkeypatch.setattr("wenzheng_lab.reply.second_opinion.time.sleep", waits.append)
    answer = chat(GOOD)
    # 假服务也用 sleep，所以只数不为零的等待
    stub = serve((503, b""), (503, b""), (503, b""), (200, answer))
    assert ask(stub, retries=3, backoff=0.5).attempts == 4
    assert [wait for wait in waits if wait] == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((500, b"boom"), "500"),
        ((200, b"<html>not json</html>"), "不是 JSON"),
        ((200, b"\xff\xfe\x00"), "不是 JSON"),
        ((200, b'{"error": "no"}'), "没有文字"),
        ((200, b"[]"), "没有文字"),
        ((200, chat("")), "空的文字"),
        ((200, chat("这份答复很好，满分！")), "不是要求的 JSON"),
        ((200, chat({"scores": {"relevance": 3}})), "不是要求的 JSON"),
        ((200, chat({"criteria": [1, 2]})), "不是要求的 JSON"),
        ((200, chat({"criteria": {"helpfulness": {"score": 3}}})), "模型答的项"),
        ((200, b'{"choices": ' + b"[" * 200_000), "不是 JSON"),
    ],
    ids=["500", "html", "bytes", "error", "list", "blank", "prose", "schema", "array", "names", "deep"],
)
def test_bad_answers_are_explained_after_retrying(
    serve: Callable[..., Stub], answer: tuple[int, bytes], words: str
) -> None:
    """答得不成样子：试过还不成，说清是什么毛病，规则的分不受影响。"""
    stub = serve(answer)
    with pytest.raises(EndpointError, match=words) as caught:
        ask(stub, retries=1)
    assert len(stub.seen) == 2
    assert "规则的评分不受影响" in str(caught.value)


def test_wrong_values_inside_a_good_shape_are_left_out(serve: Callable[..., Stub]) -> None:
    """样子对、值不对的：那一项不认，别的照认。"""
    answer = json.loads(json.dumps(GOOD))
    answer["criteria"]["relevance"]["score"] = 9
    answer["criteria"]["completeness"]["score"] = True
    answer["criteria"]["disposition"] = "很好"
    answer["criteria"]["owner_date"]["quotes"] = "县城管局市政股"
    del answer["criteria"]["fact_finding"]
    rows = {row.name: row for row in ask(serve((200, chat(answer)))).rows}
    for name in ("relevance", "completeness", "disposition", "owner_date", "fact_finding"):
        assert rows[name].other is None and rows[name].note, name
    assert rows["basis"].other == 1


def test_a_silent_server_times_out(serve: Callable[..., Stub]) -> None:
    """不吭声的服务：到时就走，不一直等。"""
    start = time.monotonic()
    with pytest.raises(EndpointError, match="没有等到"):
        ask(serve((200, chat(GOOD), 3.0)), timeout=0.3, retries=1)
    assert time.monotonic() - start < 2.5


def test_refused_requests_are_not_repeated(serve: Callable[..., Stub]) -> None:
    """401、404 再试也没有用，只问一次。"""
    stub = serve((401, b"no"))
    with pytest.raises(EndpointError, match="401"):
        ask(stub, retries=3)
    assert len(stub.seen) == 1


def test_redirects_are_not_followed(serve: Callable[..., Stub]) -> None:
    """对方要转到别处去：不跟，别处一个字也收不到。"""
    elsewhere = serve((200, chat(GOOD)))
    stub = serve((302, f"{elsewhere.url}/chat/completions".encode()), (307, elsewhere.url.encode()))
    for _ in range(2):
        with pytest.raises(EndpointError, match="转向"):
            ask(stub)
    assert elsewhere.seen == []


def test_proxies_in_the_environment_are_ignored(serve: Callable[..., Stub], monkeypatch: pytest.MonkeyPatch) -> None:
    """环境变量里的代理不用：内容不绕到别处去。"""
    proxy = serve((200, chat(GOOD)))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
    monkeypatch.setenv("no_proxy", "")
    stub = serve((200, chat(GOOD)))
    assert ask(stub).attempts == 1
    assert proxy.seen == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        None,
        "10.0.0.5:8000",
        "ftp://10.0.0.5/v1",
        "file:///etc/hosts",
        "http://",
        "http://user:pass@10.0.0.5/v1",
        "http://8.8.8.8/v1",
        "http://169.254.169.254/latest",
        "http://[2001:4860:4860::8888]/v1",
        "http://[::ffff:8.8.8.8]/v1",
        "http://0.0.0.0:1/v1",
    ],
)
def test_addresses_outside_are_refused_before_anything_is_sent(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """没有写、写得不对、不在内网的地址：当场拒绝，一个连接也不开。"""
    monkeypatch.setattr(door.urllib.request, "build_opener", lambda *_: pytest.fail("不该连接"))
    with pytest.raises(InputError):
        wz.second_opinion(REPLY, to=LETTER, endpoint=endpoint, model="m")


def test_a_named_host_may_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """确属本单位的主机，点名才放行；点了别的名不算。"""
    with pytest.raises(InputError, match="不是内网地址"):
        door.check_endpoint("http://59.1.2.3/v1", ["59.1.2.4"])
    assert door.check_endpoint("http://59.1.2.3/v1/", ["59.1.2.3"]) == "http://59.1.2.3/v1/chat/completions"


def test_a_name_that_lies_is_caught_after_connecting(
    serve: Callable[..., Stub], monkeypatch: pytest.MonkeyPatch
) -> None:
    """查名字时说在内网、连上却不是：内容还没有发就挂断。"""
    stub = serve((200, chat(GOOD)))
    monkeypatch.setattr(door, "_resolve", lambda host: ["10.0.0.1"])
    monkeypatch.setattr(door, "inside", lambda address: address.startswith("10."))
    with pytest.raises(EndpointError, match="不是内网地址"):
        ask(stub)
    assert stub.seen == []


def test_a_closed_port_is_explained() -> None:
    """服务没有开：说连不上。"""
    stub = Stub(lambda _: (200, b"", 0.0))
    url = stub.url
    stub.close()
    with pytest.raises(EndpointError, match="连不上"):
        wz.second_opinion(REPLY, to=LETTER, endpoint=url, model="m", retries=0)


@pytest.mark.parametrize(
    "options", [{"timeout": 0}, {"retries": -1}, {"retries": 1.5}, {"backoff": "快"}, {"model": " "}]
)
def test_senseless_numbers_are_refused(options: dict[str, object]) -> None:
    """不合理的数字当场说明。"""
    settings: dict[str, object] = {"endpoint": "http://127.0.0.1:9/v1", "model": "m", **options}
    with pytest.raises(InputError):
        wz.second_opinion(REPLY, to=LETTER, **settings)  # type: ignore[arg-type]


def test_an_unscorable_reply_is_not_sent(serve: Callable[..., Stub]) -> None:
    """空的答复不送。"""
    stub = serve((200, chat(GOOD)))
    with pytest.raises(InputError, match="评不了"):
        wz.second_opinion(" ", to=LETTER, endpoint=stub.url, model="m")
    assert stub.seen == []


def test_a_hostile_model_is_escaped(serve: Callable[..., Stub]) -> None:
    """模型的话也不可信：卡片里照样转义。"""
    answer = json.loads(json.dumps(GOOD))
    answer["criteria"]["basis"] = {"score": 1, "quotes": ["<script>alert(1)</script>"], "why": "<img src=x>"}
    html = ask(serve((200, chat(answer))))._repr_html_()
    assert "<script>alert" not in html and "<img" not in html


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("共换灯11盏", "共换灯11盏"),
        ("共换灯１１盏", "共换灯11盏"),
        ("“北关路路灯 3月5日”", "北关路路灯3月5日"),
        ("共换灯12盏", ""),
        ("您", ""),
        ("", ""),
    ],
)
def test_quotes_must_be_word_for_word(quote: str, found: str) -> None:
    """只容全半角与空白不同，不容改字，一个字的不算。"""
    span = locate(quote, REPLY)
    assert ("" if span is None else span.of(REPLY)) == found


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("10.255.0.1", True),
        ("172.31.255.255", True),
        ("172.32.0.1", False),
        ("192.168.1.1", True),
        ("fd00::1", True),
        ("100.64.0.1", False),
        ("::ffff:10.0.0.1", True),
        ("8.8.4.4", False),
        ("内网", False),
    ],
)
def test_which_addresses_are_inside(address: str, expected: bool) -> None:
    """本机与三个内网网段才算在内网。"""
    assert inside(address) is expected


def test_scoring_never_loads_the_network_module() -> None:
    """平常评分、批量评分都不载入联网的模块。"""
    code = (
        "import sys, wenzheng_lab as wz, wenzheng_lab.reply\n"
        "wz.score_reply('路灯已修好。', to={'subject': '路灯', 'body': '不亮'})\n"
        "print([name for name in sys.modules if 'second_opinion' in name or name == 'urllib.request'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"
