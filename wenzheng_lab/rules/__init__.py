"""规则：知识是数据，机器是代码。规则文件在 ``data/``，词表在 ``lexicons/``。"""

from wenzheng_lab.rules.load import RuleSet, load_rules, rule_path
from wenzheng_lab.rules.rubric import CRITERIA, CriterionSpec, GateSpec, Rubric, load_rubric
from wenzheng_lab.rules.rule import Hit, Rule

__all__ = [
    "CRITERIA",
    "CriterionSpec",
    "GateSpec",
    "Hit",
    "Rubric",
    "Rule",
    "RuleSet",
    "load_rubric",
    "load_rules",
    "rule_path",
]
