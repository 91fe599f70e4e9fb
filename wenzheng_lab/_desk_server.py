"""供 ``wenzheng desk`` 的 Voilà：只听本机，带口令，不向外面要东西，一句英文也不说。"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from wenzheng_lab import _paths
from wenzheng_lab._lab import LOOPBACK
from wenzheng_lab.errors import WenzhengError, explain

HERE_ONLY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'self'"
"""网页只许取本机的东西：没有网络的地方，向外要一个图标也会干等"""
SAFE_HEADERS = {
    "Content-Security-Policy": HERE_ONLY,
    "X-Content-Type-Options": "nosniff",
    # 地址里有口令，不带到别的网页去
    "Referrer-Policy": "no-referrer",
}
"""每一页都带的几句话"""
TEMPLATES = _paths.PACKAGE / "desk" / "data" / "page"
"""我们的网页模板：等待、出错、要口令的几页都是中文"""


def server_arguments(page: Path, *, token: str, port: int) -> list[str]:
    """交给 Voilà 的参数：只听本机，带口令，出错也不把程序的内部给人看。"""
    return [
        str(page),
        f"--Voila.ip={LOOPBACK}",
        f"--Voila.port={port}",
        f"--Voila.token={token}",
        "--VoilaConfiguration.show_tracebacks=False",
        # 地址里写 ?template=… 会换回英文的模板，不许
        "--VoilaConfiguration.allow_template_override=NO",
        # 只要按钮、文字框用得着的；别的界面插件在这里用不上，只会拖慢
        "--VoilaConfiguration.extension_allowlist=@voila-dashboards/widgets-manager8",
        "--VoilaConfiguration.extension_allowlist=@jupyter-widgets/jupyterlab-manager",
        "--Voila.log_level=40",
    ]


def serve(arguments: Sequence[str], ready: Callable[[int], None]) -> None:
    """起动，直到按 Ctrl+C。

    Args:
        arguments: 见 ``server_arguments``。
        ready: 端口定下以后做什么。

    Raises:
        WenzhengError: 没有装好 Voilà。
    """
    try:
        from jinja2 import ChoiceLoader, FileSystemLoader
        from tornado.web import RequestHandler
        from voila.app import Voila
        from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
    except ModuleNotFoundError as error:
        raise WenzhengError(
            explain(
                f"没有装好 Voilà（缺 {error.name}）", "它随问政实训一起安装", "请重新安装：pip install wenzheng-lab"
            )
        ) from error

    class Leave(VoilaShutdownKernelHandler):  # type: ignore[misc]
        """关网页、刷新网页时收掉那一页的内核，日志才放得开，再开才接得上。

        Voilà 的网页带口令进来时不带防伪的 cookie，这一请求会被拒。仍要登录过，内核编号也猜不到，所以放行。
        """

        def check_xsrf_cookie(self) -> None:
            return None

    class Missing(RequestHandler):
        """别的地址一律没有：办件台只有一页，文件夹里的东西不从网页给出去。"""

        def get(self, _path: str) -> None:
            page = self.settings["voila_jinja2_env"].get_template("404.html")
            self.set_status(404)
            self.finish(page.render(base_url="/", status_code=404))

    class Server(Voila):  # type: ignore[misc]
        """端口定下以后，由我们说地址、开网页：Voilà 自己开的网址里没有口令。"""

        template_paths: list[str]

        def setup_template_dirs(self) -> None:
            super().setup_template_dirs()
            # 排在最前：同名的用我们的，没有的用它的
            self.template_paths = [str(TEMPLATES), *self.template_paths]

        def init_settings(self) -> dict[str, Any]:
            settings: dict[str, Any] = super().init_settings()
            # Voilà 对什么主机名都答话；只认本机的名字，别的网页改了域名指过来也进不了门
            settings["allow_remote_access"] = False
            settings["local_hostnames"] = ["localhost"]
            login = settings["jinja2_env"]
            login.loader = ChoiceLoader([FileSystemLoader(str(TEMPLATES)), login.loader])
            return settings

        def init_handlers(self) -> list[tuple[object, ...]]:
            rows = []
            for row in super().init_handlers():
                if row[1] is VoilaShutdownKernelHandler:
                    rows.append((row[0], Leave, *row[2:]))
                elif "/voila/files/" in str(row[0]):
                    rows.append((row[0], Missing))
                else:
                    rows.append(row)
            return rows

        def launch_browser(self) -> None:
            ready(int(self.port))

    server = Server()
    server.initialize(list(arguments))
    server.tornado_settings = {**server.tornado_settings, "headers": SAFE_HEADERS}
    server.start()
