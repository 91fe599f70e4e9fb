"""命令 ``wenzheng record``：把自己的学习记录写成一页，打印、签名。"""

from __future__ import annotations

import argparse
from pathlib import Path

PAGE = "我的学习记录.html"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """登记参数。

    Args:
        parser: ``wenzheng record`` 的解析器。
    """
    parser.add_argument("--folder", type=Path, metavar="目录", help="学习文件夹；默认自己找")
    parser.add_argument("--out", type=Path, metavar="文件.html", help=f"写到哪里；默认是学习文件夹里的“{PAGE}”")
    parser.add_argument("--name", default="", metavar="姓名", help="不写就留一条线，打印以后手写")
    parser.add_argument("--unit", default="", metavar="单位", help="同上")


def run(args: argparse.Namespace) -> int:
    """写一页，并说学到哪里。

    Args:
        args: ``add_arguments`` 登记的参数。

    Returns:
        退出码。
    """
    from wenzheng_lab.course.journey import show_record
    from wenzheng_lab.course.record import learner_home

    home = args.folder or learner_home()
    journey = show_record(home)
    print(repr(journey))
    for text in journey.to_work_on:
        print(f"△ {text}")
    print(f"写好了，可以打印：{journey.write_html(args.out or home / PAGE, name=args.name, unit=args.unit)}")
    return 0
