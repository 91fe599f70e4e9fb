"""一台 Linux 带一个班：JupyterHub 的配置。用法见 docs/classroom.md“一台机器带一个班”。

tests/test_classroom_hub.py 用这一份起真的 hub 和代理，开五位学员；那里只换掉登录方式、账号和端口。
"""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821  由 JupyterHub 提供

HERE = Path(__file__).resolve().parent
# 班级文件夹里的名单复制一份放在旁边；登录名是 s 加学号（小写），与系统账号同名
ROSTER = HERE / "名单.csv"
learners = set()
if ROSTER.is_file():
    with ROSTER.open(encoding="utf-8-sig", newline="") as file:
        learners = {f"s{row['学号'].strip().lower()}" for row in csv.DictReader(file) if row["学号"].strip()}

# 谁能进：名单上的人，用系统账号的口令；教员的账号写在环境变量里，逗号隔开
c.JupyterHub.authenticator_class = "pam"
c.Authenticator.allowed_users = learners
c.Authenticator.admin_users = {name for name in os.environ.get("WENZHENG_TEACHERS", "").split(",") if name}
c.PAMAuthenticator.open_sessions = False

# 网：学员只到代理；hub 与各人的服务只听本机
c.JupyterHub.bind_url = "http://:8000"
c.JupyterHub.hub_ip = "127.0.0.1"
c.Spawner.ip = "127.0.0.1"
if os.environ.get("WENZHENG_SSL_KEY"):
    c.JupyterHub.ssl_key = os.environ["WENZHENG_SSL_KEY"]
    c.JupyterHub.ssl_cert = os.environ["WENZHENG_SSL_CERT"]

# 各人的服务：以他自己的系统账号起，别人的文件看不到；先复制课程，再打开学到的那一课
c.JupyterHub.spawner_class = "local-process"
c.Spawner.cmd = [sys.executable, "-m", "wenzheng_lab._hub"]
c.Spawner.environment = {"WENZHENG_MEMORY_MB": os.environ.get("WENZHENG_MEMORY_MB", "4096"), "PYTHONUTF8": "1"}
# 一起开机时排队；一台机器一个班
c.JupyterHub.concurrent_spawn_limit = 8
c.JupyterHub.active_server_limit = 60
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 120
# 一小时不动的内核停掉，两小时没人的服务停掉，腾出内存；学员的文件和学习记录都在盘上
c.Spawner.args = ["--MappingKernelManager.cull_idle_timeout=3600", "--ServerApp.shutdown_no_activity_timeout=7200"]

# hub 重起时学员不掉线
c.JupyterHub.cleanup_servers = False
c.JupyterHub.shutdown_on_logout = False
