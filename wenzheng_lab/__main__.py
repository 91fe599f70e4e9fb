"""``python -m wenzheng_lab`` 与 ``wenzheng`` 相同。"""

from __future__ import annotations

import sys

from wenzheng_lab.cli import main

if __name__ == "__main__":
    sys.exit(main())
