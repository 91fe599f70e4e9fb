"""全包唯一会连出去的地方：只连使用者自己写明的、单位内网里的地址。

不读任何环境变量里的代理，不跟随转向，连上之后先核对对方真是内网地址，再发内容。
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from wenzheng_lab.errors import InputError, WenzhengError, explain, show

MAX_BYTES = 2_000_000
"""回应最多读这么多字节；再大的不是评分"""
_CHUNK = 65_536
# 不用 is_private：它把文档用的地址段、云主机的元数据地址也算进去
_INSIDE = tuple(
    ipaddress.ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)


class EndpointError(WenzhengError):
    """第二意见没有要到：连不上、超时、对方出错，或答得不合要求。"""


class Again(EndpointError):
    """过一会儿再试也许能成的错。"""


def inside(address: str) -> bool:
    """是不是内网或本机的地址。

    Args:
        address: IP 地址。

    Returns:
        是则为真。

    Examples:
        >>> inside("10.3.2.1"), inside("8.8.8.8"), inside("169.254.169.254")
        (True, False, False)
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return any(found.version == network.version and found in network for network in _INSIDE)


def check_endpoint(endpoint: str, allowed_hosts: Sequence[str]) -> str:
    """确认地址写得对、在内网，给出对话接口的完整地址。

    Args:
        endpoint: 使用者写的地址，如 ``http://10.0.0.5:8000/v1``。
        allowed_hosts: 使用者另外点名放行的主机名或地址。

    Returns:
        完整地址，以 ``/chat/completions`` 结尾。

    Raises:
        InputError: 写法不对，或不是内网地址又没有点名放行。
    """
    if not isinstance(endpoint, str) or not endpoint.strip():
        raise InputError(
            explain(
                f"endpoint 是 {show(endpoint)}",
                "应写明单位内网里模型服务的地址，程序没有默认地址",
                "如 endpoint=“http://10.0.0.5:8000/v1”；不知道就问信息中心，或不用第二意见",
            )
        )
    parts = urlsplit(endpoint.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise InputError(
            explain(
                f"endpoint 是 {show(endpoint)}",
                "应以 http:// 或 https:// 开头，写主机和端口，不含账号口令与问号",
                "如 http://10.0.0.5:8000/v1；密钥请用 api_key= 另给",
            )
        )
    if parts.hostname not in allowed_hosts:
        found = _resolve(parts.hostname)
        strangers = [address for address in found if not inside(address)]
        if strangers:
            raise InputError(
                explain(
                    f"{parts.hostname} 不是内网地址（{strangers[0]}）",
                    "来信与答复只能送到本机或单位内网",
                    f"确认它属于本单位、按规定可以送出时，写 allowed_hosts=[“{parts.hostname}”]",
                )
            )
    base = endpoint.strip().rstrip("/")
    return base if base.endswith("/chat/completions") else f"{base}/chat/completions"


def _resolve(host: str) -> list[str]:
    try:
        return sorted({str(row[4][0]) for row in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError) as error:
        raise InputError(
            explain(f"找不到主机 {host}（{error}）", "应是内网里查得到的主机名或地址", "请核对地址，或改写成 IP")
        ) from error


def _openers(allowed: bool) -> tuple[urllib.request.BaseHandler, ...]:
    """名字解析可能前后两样，所以连上之后再看一眼对方是谁，内容还没有发出去。"""

    def check(connection: http.client.HTTPConnection) -> None:
        peer = str(connection.sock.getpeername()[0])
        if not allowed and not inside(peer):
            connection.close()
            raise EndpointError(
                explain(f"连上的是 {peer}，不是内网地址", "来信与答复只能送到本机或单位内网", "请核对主机名指向哪里")
            )

    class Plain(http.client.HTTPConnection):
        def connect(self) -> None:
            super().connect()
            check(self)

    class Secure(http.client.HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            check(self)

    class PlainHandler(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Plain, req)

    class SecureHandler(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Secure, req)

    return PlainHandler(), SecureHandler()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def post_json(
    url: str, payload: Mapping[str, object], *, api_key: str, timeout: float, allowed_hosts: Sequence[str]
) -> object:
    """发一次请求，收回 JSON。

    Args:
        url: ``check_endpoint`` 核对过的地址。
        payload: 请求体。
        api_key: 密钥，空则不带。
        timeout: 从开始到收完最多几秒。
        allowed_hosts: 点名放行的主机。

    Returns:
        解析好的 JSON。

    Raises:
        Again: 超时、连不上、对方忙或出错，或回应不是 JSON。
        EndpointError: 对方不接受，或连上的不是内网地址。
    """
    headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    body = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    allowed = urlsplit(url).hostname in allowed_hosts
    # 空的 ProxyHandler：不用环境变量里的代理，否则内容会绕到别处去
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect(), *_openers(allowed))
    start = time.monotonic()
    try:
        with opener.open(request, timeout=timeout) as response:
            data = bytearray()
            while chunk := response.read1(_CHUNK):
                data += chunk
                if len(data) > MAX_BYTES:
                    raise EndpointError(explain("回应太大", f"最多 {MAX_BYTES:,} 字节", "请换一个模型服务"))
                if time.monotonic() - start > timeout:
                    raise Again(_late(timeout))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 429 or error.code >= 500:
            raise Again(explain(f"模型服务回了 {error.code}", "应回 200", "服务正忙或出错，请过一会儿再试")) from error
        hint = "地址会转向，请写最终的地址" if 300 <= error.code < 400 else "请核对地址、模型名与密钥"
        raise EndpointError(explain(f"模型服务回了 {error.code}", "应回 200", hint)) from error
    except TimeoutError as error:
        raise Again(_late(timeout)) from error
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            raise Again(_late(timeout)) from error
        raise Again(explain(f"连不上模型服务（{reason}）", "服务应开着", "请核对地址与端口")) from error
    try:
        return json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Again(
            explain("模型服务回的不是 JSON", "应与 OpenAI 的对话接口兼容", "请核对地址是不是写到了 /v1")
        ) from error


def _late(timeout: float) -> str:
    return explain(f"等了 {timeout:g} 秒没有等到", "应在时限内回应", "模型慢时请把 timeout= 写大些")
