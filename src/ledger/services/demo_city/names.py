"""Names of synthetic people.

Surnames: the order is that of the Ministry of Public Security's surname ranking (household register, 2007),
the weights of the first three its published per mille (72.5, 71.9, 68.3); the weights after them are ours,
within the bounds published with it (more than 20 million people each down to 周, more than 10 million down to
梁). Given names are ones common among people born before and after 1950. One name in 150 is a minority name
with its dot, one in 300 has a character outside the Basic Multilingual Plane or from Extension A.
"""

from __future__ import annotations

from ledger.domain.identity_number import Sex
from ledger.services.demo_city.draws import Draws, Weighted

_SURNAMES = Weighted(
    {
        "王": 725,
        "李": 719,
        "张": 683,
        "刘": 540,
        "陈": 460,
        "杨": 340,
        "黄": 260,
        "赵": 220,
        "吴": 210,
        "周": 200,
    }
    | dict.fromkeys("徐孙马朱胡郭何高林罗郑梁", 110)
    | dict.fromkeys("谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜", 55)
)

_GIVEN_NAMES = {
    (Sex.MALE, False): (
        "德明 国华 光荣 文华 世民 永福 长青 绍清 德厚 兴发 万春 正清 明贵 天才 福生 洪顺 昌荣 泽民 忠良 树清 "
        "定国 安邦 仲文 伯年 启明 维新 继先 云山 春林 玉林"
    ).split(),
    (Sex.MALE, True): (
        "建国 建华 国强 志明 明 军 国庆 援朝 建军 卫东 志强 永强 建平 和平 新民 跃进 学军 红兵 立新 小平 "
        "光明 勇 刚 伟 平 林 华 志华 文军 成"
    ).split(),
    (Sex.FEMALE, False): (
        "秀英 桂英 秀兰 玉兰 桂兰 素芳 淑珍 玉珍 玉梅 秀珍 素华 淑华 秀芳 桂芳 玉华 淑芬 素珍 凤英 兰英 "
        "素清 德芳 琼英 玉清 琼芳 惠芳 淑琼 素琼 天秀 光秀 明秀"
    ).split(),
    (Sex.FEMALE, True): (
        "秀英 丽华 建华 国英 红 敏 秀华 素英 丽 小琼 琼 玲 芳 英 霞 晓红 建英 群 蓉 琴 艳 萍 玉芳 桂华 淑英 "
        "世琼 德珍 和芳 春梅 小红"
    ).split(),
}

_MINORITY_NAMES = {
    Sex.MALE: "吉克·拉龙 阿尔·木呷 买买提·吐尔逊 艾山·阿不都 扎西·泽仁 罗让·尼玛".split(),
    Sex.FEMALE: "阿依古丽·买买提 吉克·阿依 阿尔·阿果 泽仁·卓玛 帕提古丽·艾山 仁青·拉姆".split(),
}

_RARE_CHARACTERS = "𠮷㛃䶮㼆𬭎𡊄㮾𬱖"
_CHILDREN = "伟 强 磊 军 勇 杰 涛 斌 静 敏 丽 艳 娟 霞 燕 玲 芳 莉 浩 鹏 雪 婷 晓东 志刚 海燕 晓丽".split()
_YOUNGER_SINCE = 1950


def draw_name(draws: Draws, sex: Sex, birth_year: int) -> str:
    """A name that a person of this sex and year may have."""
    if draws.chance(1 / 150):
        return draws.one_of(_MINORITY_NAMES[sex])
    surname = draws.weighted(_SURNAMES)
    if draws.chance(1 / 300):
        return surname + draws.one_of(_RARE_CHARACTERS)
    return surname + draws.one_of(_GIVEN_NAMES[sex, birth_year >= _YOUNGER_SINCE])


def draw_child_name(draws: Draws, parent: str, parent_sex: Sex) -> str:
    """A name for a grown-up child: a father's child has his surname."""
    surname = parent[0] if parent_sex is Sex.MALE and "·" not in parent else draws.weighted(_SURNAMES)
    return surname + draws.one_of(_CHILDREN)
