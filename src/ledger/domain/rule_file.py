"""What the parts of a programme file have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """Takes what the file says as it stands, and nothing that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Name(Strict):
    """A name for people to read, by locale."""

    zh_cn: str = Field(alias="zh-CN", min_length=1)
    en: str = Field(min_length=1)

    def text(self, locale: str) -> str:
        """The name for "zh-CN", or else the English one."""
        return self.zh_cn if locale == "zh-CN" else self.en
