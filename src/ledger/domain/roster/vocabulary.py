"""The words that rosters use for sex, residence, mobility and relationships.

Mobility knows the levels of GB/T 42195-2022 (能力完好, 轻度失能 … 完全失能) beside everyday words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ledger.domain import plain_text
from ledger.domain.identity_number import Sex
from ledger.domain.roster.person import Mobility, Relationship, Residence


def _words(table: Mapping[str, str]) -> dict[str, str]:
    return {word: value for value, words in table.items() for word in words.split()}


SEXES = _words({
    Sex.MALE: "男 男性 m male 1",
    Sex.FEMALE: "女 女性 f female 2",
})  # fmt: skip  # 1 and 2 after GB/T 2261.1

RESIDENCES = _words({
    Residence.HOME: "居家 在家 家中 家庭 居家养老 独居 空巢 与子女同住 与配偶同住 本地 home athome",
    Residence.INSTITUTION: "机构 机构养老 养老机构 养老院 敬老院 福利院 护理院 住养老院 institution carehome",
    Residence.ELSEWHERE: "外地 异地 外出 外地居住 异地居住 在外地 随子女外地 elsewhere away",
    Residence.ABROAD: "国外 境外 海外 港澳台 出国 abroad overseas",
})  # fmt: skip

MOBILITIES = _words({
    Mobility.NORMAL: (
        "正常 良好 健康 一般 自理 能自理 可自理 完全自理 基本自理 能力完好 无 否 normal good independent"
    ),
    Mobility.LOW: (
        "行动不便 不便 不能自理 不能 失能 半失能 部分失能 轻度失能 中度失能 重度失能 完全失能 轻度 中度 重度 "
        "卧床 轮椅 半自理 低 是 low limited bedridden wheelchair disabled"
    ),
})  # fmt: skip

RELATIONSHIPS = _words({
    Relationship.SELF: "本人 自己 老人 self own",
    Relationship.SPOUSE: "配偶 老伴 丈夫 妻子 夫妻 爱人 老公 老婆 夫 妻 spouse husband wife",
    Relationship.CHILD: (
        "子女 儿子 女儿 儿 女 子 长子 次子 三子 长女 次女 三女 大儿子 二儿子 小儿子 大女儿 二女儿 小女儿 "
        "儿媳 女婿 养子 养女 child son daughter"
    ),
    Relationship.NEIGHBOUR: "邻居 邻里 neighbour neighbor",
    Relationship.WORKER: "社工 网格员 社区工作者 社区 楼栋长 护工 护理员 worker carer",
    Relationship.OTHER: (
        "其他 亲属 亲戚 家属 孙子 孙女 外孙 外孙女 侄子 侄女 兄弟 姐妹 朋友 other relative friend"
    ),
})  # fmt: skip

_BRACKETED = re.compile(r"^(?P<before>[^()]*)\((?P<inside>[^()]+)\)$")


def lookup(table: Mapping[str, str], text: str) -> str | None:
    """The value a word stands for; full-width forms, case and spaces do not matter."""
    return table.get(plain_text.compact(text).lower())


def split_owner(text: str) -> tuple[str | None, Relationship | None]:
    """Name and relationship from 张丽(女儿), 女儿张丽, 女儿:张丽, 女儿 or 张丽; None for what is not
    there."""
    compacted = plain_text.half_width(text)
    if match := _BRACKETED.match(compacted):
        for name, word in ((match["before"], match["inside"]), (match["inside"], match["before"])):
            if relationship := _relationship(word):
                return plain_text.person_name(name) or None, relationship
    if relationship := _relationship(compacted):
        return None, relationship
    for word in _LONGEST_FIRST:
        if compacted.startswith(word) and len(word) > 1:
            rest = compacted[len(word) :].lstrip(":：-— ")
            return plain_text.person_name(rest) or None, Relationship(RELATIONSHIPS[word])
    return plain_text.person_name(text) or None, None


def _relationship(word: str) -> Relationship | None:
    value = lookup(RELATIONSHIPS, word)
    return Relationship(value) if value else None


_LONGEST_FIRST = sorted((word for word in RELATIONSHIPS if not word.isascii()), key=len, reverse=True)
