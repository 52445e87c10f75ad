"""Phrases of two words that an officer and a borrower compare: 4,096 of them, in both languages.

The words are everyday ones that sound unlike each other over a bad line; each pair makes a little
picture and nothing rude. One is derived from a random id and a server key and stored nowhere. A
caller who guesses is right once in 4,096 times, and the borrower hears it only once.
"""

import hashlib
import hmac
import uuid
from dataclasses import dataclass

from portal.keys import derive

FIRST = (
    ("金色", "golden"), ("银色", "silver"), ("红色", "red"), ("蓝色", "blue"),
    ("绿色", "green"), ("白色", "white"), ("黑色", "black"), ("紫色", "purple"),
    ("安静", "quiet"), ("明亮", "bright"), ("温暖", "warm"), ("凉爽", "cool"),
    ("古老", "ancient"), ("崭新", "brand-new"), ("巨大", "giant"), ("小小", "tiny"),
    ("圆圆", "round"), ("方形", "square"), ("弯弯", "curved"), ("高高", "tall"),
    ("快乐", "happy"), ("勇敢", "brave"), ("聪明", "clever"), ("温柔", "gentle"),
    ("勤劳", "busy"), ("好奇", "curious"), ("幸运", "lucky"), ("自由", "free"),
    ("春天", "spring"), ("夏日", "summer"), ("秋天", "autumn"), ("冬日", "winter"),
    ("清晨", "morning"), ("午后", "afternoon"), ("黄昏", "evening"), ("深夜", "midnight"),
    ("东方", "eastern"), ("南方", "southern"), ("西部", "western"), ("北国", "northern"),
    ("山中", "mountain"), ("海边", "seaside"), ("林间", "forest"), ("湖上", "lakeside"),
    ("飞行", "flying"), ("游泳", "swimming"), ("奔跑", "running"), ("跳舞", "dancing"),
    ("唱歌", "singing"), ("微笑", "smiling"), ("沉睡", "sleeping"), ("旋转", "spinning"),
    ("发光", "glowing"), ("透明", "clear"), ("柔软", "soft"), ("坚硬", "hard"),
    ("香甜", "sweet"), ("清脆", "crisp"), ("木头", "wooden"), ("玻璃", "glass"),
    ("纸做", "paper"), ("石头", "stone"), ("丝绸", "silken"), ("彩虹", "rainbow"),
)  # fmt: skip
SECOND = (
    ("灯塔", "lighthouse"), ("大桥", "bridge"), ("风车", "windmill"), ("钟楼", "tower"),
    ("帆船", "sailboat"), ("火车", "train"), ("单车", "bicycle"), ("气球", "balloon"),
    ("风筝", "kite"), ("雨伞", "umbrella"), ("台灯", "lamp"), ("茶壶", "teapot"),
    ("花瓶", "vase"), ("镜子", "mirror"), ("书包", "satchel"), ("钢琴", "piano"),
    ("吉他", "guitar"), ("喇叭", "trumpet"), ("铃铛", "bell"), ("口琴", "harmonica"),
    ("熊猫", "panda"), ("老虎", "tiger"), ("大象", "elephant"), ("骆驼", "camel"),
    ("松鼠", "squirrel"), ("海豚", "dolphin"), ("鲸鱼", "whale"), ("企鹅", "penguin"),
    ("孔雀", "peacock"), ("燕子", "swallow"), ("蝴蝶", "butterfly"), ("蜜蜂", "honeybee"),
    ("乌龟", "tortoise"), ("青蛙", "frog"), ("白兔", "rabbit"), ("小鹿", "fawn"),
    ("牡丹", "peony"), ("荷花", "lotus"), ("玫瑰", "rose"), ("菊花", "daisy"),
    ("竹子", "bamboo"), ("松树", "pine"), ("柳树", "willow"), ("枫叶", "maple"),
    ("苹果", "apple"), ("香蕉", "banana"), ("葡萄", "grape"), ("西瓜", "watermelon"),
    ("橘子", "orange"), ("石榴", "pomegranate"), ("核桃", "walnut"), ("花生", "peanut"),
    ("饺子", "dumpling"), ("面条", "noodle"), ("月饼", "mooncake"), ("豆腐", "tofu"),
    ("月亮", "moon"), ("星星", "star"), ("白云", "cloud"), ("雪花", "snowflake"),
    ("瀑布", "waterfall"), ("沙滩", "beach"), ("火山", "volcano"), ("小岛", "island"),
)  # fmt: skip
PAIRS = len(FIRST) * len(SECOND)


@dataclass(frozen=True, slots=True)
class Phrase:
    chinese: str
    english: str


def phrase(number: int) -> Phrase:
    """The pair of this number, from 0 to PAIRS - 1."""
    first, second = FIRST[number // len(SECOND)], SECOND[number % len(SECOND)]
    return Phrase(first[0] + second[0], f"{first[1]} {second[1]}")


def phrase_of(row_id: uuid.UUID) -> Phrase:
    digest = hmac.digest(derive("officer-phrase"), row_id.bytes, hashlib.sha256)
    return phrase(int.from_bytes(digest) % PAIRS)
