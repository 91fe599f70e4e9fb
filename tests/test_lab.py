"""起动 JupyterLab：只听本机、带口令、中文、不出外网、不碰学员自己的设置。"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from wenzheng_lab import _lab
from wenzheng_lab._course_files import FIRST_LESSON
from wenzheng_lab.errors import WenzhengError


def test_it_listens_on_this_machine_with_a_token(tmp_path: Path) -> None:
    """只听 127.0.0.1，口令不空。"""
    arguments = _lab.server_arguments(tmp_path, token="口令")
    assert "--ServerApp.ip=127.0.0.1" in arguments
    assert "--IdentityProvider.token=口令" in arguments


def test_flags_reach_jupyter_and_come_last(tmp_path: Path) -> None:
    """端口、浏览器开关照传；使用者另加的参数排在最后，能盖过前面的。"""
    arguments = _lab.server_arguments(tmp_path, token="t", port=8899, browser=False, extra=["--ServerApp.port=9000"])
    assert "--ServerApp.port=8899" in arguments
    assert "--ServerApp.open_browser=False" in arguments
    assert arguments[-1] == "--ServerApp.port=9000"


def test_the_first_lesson_is_opened(tmp_path: Path) -> None:
    """打开第一课，地址里的中文转成百分号；第一课不在时打开文件列表。"""
    assert _lab.lesson_path(tmp_path) == "/lab"
    (tmp_path / FIRST_LESSON).parent.mkdir()
    (tmp_path / FIRST_LESSON).touch()
    assert _lab.lesson_path(tmp_path) == "/lab/tree/notebooks/L00_%E5%BC%80%E5%A7%8B.ipynb"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows 没有 root")
@pytest.mark.parametrize(("uid", "allowed"), [(0, True), (1000, False)])
def test_root_is_let_through_only_when_it_is_root(
    uid: int, allowed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """容器里只有 root 时放行，平常用户不加这个开关。"""
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    assert ("--ServerApp.allow_root=True" in _lab.server_arguments(tmp_path, token="t")) is allowed


def test_the_kernel_is_this_python(tmp_path: Path) -> None:
    """内核就是正在运行的 Python，不是电脑上别的 python3。"""
    _lab.register_kernel(tmp_path)
    spec = json.loads((tmp_path / "kernel/kernels/python3/kernel.json").read_text(encoding="utf-8"))
    assert spec["argv"][0] == sys.executable
    assert _lab.jupyter_environment(tmp_path)["JUPYTER_PATH"] == str(tmp_path / "kernel")


def test_everything_is_kept_out_of_the_users_own_jupyter(tmp_path: Path) -> None:
    """凡 Jupyter 要写的目录都指到我们的一格里。"""
    environment = _lab.jupyter_environment(tmp_path)
    written = set(environment) - {"JUPYTER_CONFIG_PATH", "JUPYTER_PREFER_ENV_PATH"}
    assert {"JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR"} <= written
    assert all(Path(environment[name]).is_relative_to(tmp_path) for name in written)


def test_the_state_folder_has_a_fallback(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """用户数据目录建不了时，退到缓存目录。"""
    import platformdirs

    (home / "挡路").touch()
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda *args, **kwargs: str(home / "挡路" / "x"))
    assert _lab.state_dir().name == "jupyter"
    assert not _lab.state_dir().is_relative_to(home / "挡路")


def test_shipped_settings_say_chinese_and_no_news() -> None:
    """随包的设置：中文界面，不查更新，不取新闻，不从网上找扩展。"""
    overrides = json.loads((_lab.CONFIG / "labconfig/default_setting_overrides.json").read_text(encoding="utf-8"))
    assert overrides["@jupyterlab/translation-extension:plugin"] == {"locale": "zh_CN"}
    assert overrides["@jupyterlab/apputils-extension:notification"] == {"checkForUpdates": False, "fetchNews": "false"}
    server = json.loads((_lab.CONFIG / "jupyter_server_config.json").read_text(encoding="utf-8"))["LabApp"]
    assert server["news_url"] is None
    assert server["check_for_updates_class"] == "jupyterlab.NeverCheckForUpdate"
    assert server["extension_manager"] == "readonly"


def test_shipped_settings_exist_in_this_jupyterlab() -> None:
    """设置里的每一项 JupyterLab 都认得：升级后改名会在这里发现。"""
    import jupyterlab
    from jupyterlab.labapp import LabApp

    schemas = Path(sys.prefix) / "share/jupyter/lab/schemas"
    overrides = json.loads((_lab.CONFIG / "labconfig/default_setting_overrides.json").read_text(encoding="utf-8"))
    for plugin, settings in overrides.items():
        package, _, name = plugin.partition(":")
        schema = json.loads((schemas / package / f"{name}.json").read_text(encoding="utf-8"))
        assert set(settings) <= set(schema["properties"]), plugin
    server = json.loads((_lab.CONFIG / "jupyter_server_config.json").read_text(encoding="utf-8"))["LabApp"]
    assert set(server) <= set(LabApp.class_trait_names())
    assert hasattr(jupyterlab, "NeverCheckForUpdate")


def test_only_the_shipped_lessons_are_trusted(tmp_path: Path) -> None:
    """随包的课文记为可信；别人改过的同名文件不可信。"""
    import nbformat
    from nbformat.sign import NotebookNotary

    from wenzheng_lab._course_files import course_files

    _lab.trust_course(tmp_path)
    lesson = nbformat.reads(dict(course_files())[FIRST_LESSON].decode("utf-8"), as_version=4)
    notary = NotebookNotary(data_dir=str(tmp_path / "data"))
    assert notary.check_signature(lesson)
    lesson.cells[0].source += "<script>改过</script>"
    assert not notary.check_signature(lesson)
    notary.store.close()


def test_a_blocked_trust_record_does_not_stop_the_lesson(tmp_path: Path) -> None:
    """可信记录写不进时照样上课。"""
    (tmp_path / "data").touch()
    _lab.trust_course(tmp_path)


def test_a_missing_jupyterlab_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """没有装好 JupyterLab 时说一句怎么办，不显示 traceback。"""
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    with pytest.raises(WenzhengError, match=r"没有装好 JupyterLab.*重新安装"):
        _lab._serve(tmp_path, [])
