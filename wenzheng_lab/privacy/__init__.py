"""个人信息：找出、遮盖、给出能不能公开。

只靠随包的规则，不联网、不装别的库；规则与词表在 ``data/``，改规则不用写程序。
"""

from wenzheng_lab.privacy.model import Flag, Kept, PersonalData, Redaction, Track
from wenzheng_lab.privacy.redaction import find_personal_data, redact

__all__ = ["Flag", "Kept", "PersonalData", "Redaction", "Track", "find_personal_data", "redact"]
