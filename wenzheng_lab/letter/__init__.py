"""读来信：说的是什么事，要的是什么。答复评分与分拣都用它，所以在两室之下。"""

from wenzheng_lab.letter.asks import Ask, find_asks
from wenzheng_lab.letter.topic import Topic, pieces_of, pieces_of_parts

__all__ = ["Ask", "Topic", "find_asks", "pieces_of", "pieces_of_parts"]
